"""Rows by the thousand, without an object for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

_STATEMENT = 1_000
"""Rows of one statement where a server is asked."""


def insert_rows(
    table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], *, ignore: bool = False
) -> None:
    """Insert rows of plain values into a table.

    Parameters
    ----------
    columns
        Names from our own code, never from outside: they become part of the statement.
    ignore
        Leave out rows that a unique constraint refuses.
    """
    if not rows:
        return
    places = f"({', '.join(['%s'] * len(columns))})"
    start = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
    end = " ON CONFLICT DO NOTHING" if ignore else ""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(start + places + end, rows)
            return
        # A statement per row would cross to the server and back for each.
        for place in range(0, len(rows), _STATEMENT):
            some = rows[place : place + _STATEMENT]
            values = [value for row in some for value in row]
            cursor.execute(start + ", ".join([places] * len(some)) + end, values)


def next_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Return ids for rows about to be inserted, inside the transaction that inserts them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Transactions begin IMMEDIATE: nobody else can take these ids before we commit.
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
            first = (row[0] if row else 0) + 1
            return range(first, first + count)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [row[0] for row in cursor.fetchall()]
