"""Standings written in bulk: one statement per group of columns that changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from regulars.attention.models import StageCount, Standing, StandingHistory

IntArray = npt.NDArray[np.int64]
Columns = dict[str, npt.NDArray[Any]]

FACTUAL = (
    "stage", "stage_day", "name_folded", "first_day", "last_day", "purchases", "purchase_days",
    "usual_gap", "due_day", "quiet_day", "lapse_day", "value", "rainy", "missed_us_day",
    "known", "owner_id", "kind_id", "inputs", "rule_version", "row_hash",
)  # fmt: skip
"""Columns that change only with facts, rules, names or a new stage."""

SCORES = ("p_buy", "expected")
"""Columns that change with every refit and, slowly, with every day."""

PER_TRANSACTION = 5_000
"""Rows a transaction: about a tenth of a second, so that facts just coming in never wait long."""

LOAD_FROM = 100_000
"""From so many new rows on, building the indexes afterwards is several times faster than keeping them."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored now, sorted by customer.

    Shape
    -----
    Arrays of one length; ``p_buy`` and ``expected`` NaN where none.
    """

    customer: IntArray
    row_hash: IntArray
    stage: IntArray
    stage_day: IntArray
    rainy: IntArray
    p_buy: npt.NDArray[np.float64]
    expected: npt.NDArray[np.float64]

    def places(self, customers: IntArray) -> tuple[IntArray, npt.NDArray[np.bool_]]:
        """Return for each customer its place here, and whether it is here at all."""
        if self.customer.size == 0:
            return np.zeros(customers.size, dtype=np.int64), np.zeros(customers.size, dtype=bool)
        place = np.minimum(np.searchsorted(self.customer, customers), self.customer.size - 1)
        return place, self.customer[place] == customers


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were new, changed in substance, or only scored anew."""

    new: int = 0
    changed: int = 0
    rescored: int = 0

    def __add__(self, other: Written) -> Written:
        """Return the sums."""
        return Written(self.new + other.new, self.changed + other.changed, self.rescored + other.rescored)


def stored_standings(low: int, high: int) -> Stored:
    """Return what is stored for customers with ids from ``low`` up to ``high``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT customer_id, row_hash, stage, stage_day, rainy, p_buy, expected FROM standing "
            "WHERE customer_id BETWEEN %s AND %s ORDER BY customer_id",
            [low, high],
        )
        parts = [_numeric(rows) for rows in iter(lambda: cursor.fetchmany(1_000), [])]
    table = np.concatenate(parts) if parts else np.zeros(0, dtype=_STORED)
    return Stored(*(np.ascontiguousarray(table[name]) for name in _STORED.names or ()))


@contextmanager
def loading(customers: int) -> Iterator[None]:
    """Load a mostly empty table without its indexes and build them at the end.

    Every row in index order touches a page of its own: kept up during a first load, five indexes write
    each page again and again. A load that was cut short is mended by the next one.
    """
    names = [index.name for index in Standing._meta.indexes]
    if customers - Standing.objects.count() >= max(LOAD_FROM, customers // 2):
        with connection.cursor() as cursor:
            for name in names:
                cursor.execute(f"DROP INDEX IF EXISTS {name}")
    try:
        yield
    finally:
        _build_indexes()


def _build_indexes() -> None:
    editor = connection.schema_editor()
    for index in Standing._meta.indexes:
        statement = str(index.create_sql(Standing, editor)).replace(
            "CREATE INDEX", "CREATE INDEX IF NOT EXISTS"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement)


def nothing_stored() -> Stored:
    """Return that nobody has a standing yet."""
    return Stored(*(np.zeros(0, dtype=_STORED[name]) for name in _STORED.names or ()))


_STORED = np.dtype(
    [("customer", "i8"), ("row_hash", "i8"), ("stage", "i8"), ("stage_day", "i8"), ("rainy", "i8"),
     ("p_buy", "f8"), ("expected", "f8")]
)  # fmt: skip


def _numeric(rows: Sequence[tuple[Any, ...]]) -> npt.NDArray[Any]:
    table = np.empty(len(rows), dtype=_STORED)
    for name, values in zip(_STORED.names or (), zip(*rows, strict=True), strict=True):
        table[name] = np.array(values, dtype=np.float64) if name in SCORES else values
    return table


def write_standings(columns: Columns, stored: Stored, as_of: int) -> Written:
    """Write what differs from what is stored, and the history of changed stages.

    Shape
    -----
    ``columns`` has ``customer`` and every name of FACTUAL and SCORES, arrays of one length; masked or NaN
    values become NULL.
    """
    place, here = stored.places(columns["customer"])
    new = np.flatnonzero(~here)
    differs = here.copy()
    rescored = here.copy()
    if stored.customer.size:
        differs &= stored.row_hash[place] != columns["row_hash"]
        same = np.ones(here.size, dtype=bool)
        for name in SCORES:
            before, now = getattr(stored, name)[place], columns[name]
            same &= (before == now) | (np.isnan(before) & np.isnan(now))
        rescored &= ~same & ~differs
    changed, scored = np.flatnonzero(differs), np.flatnonzero(rescored)
    _insert(columns, new)
    for rows in _parts(changed):
        moved = rows[stored.stage[place[rows]] != columns["stage"][rows]]
        # A stage and the entry that it changed stand or fall together: seen again, it would not differ.
        with transaction.atomic():
            _update(columns, rows, (*FACTUAL, *SCORES))
            _append_history(columns, moved, stored.stage[place[moved]], as_of)
    _update(columns, scored, SCORES)
    return Written(int(new.size), int(changed.size), int(scored.size))


def _parts(rows: IntArray) -> Iterator[IntArray]:
    for start in range(0, rows.size, PER_TRANSACTION):
        yield rows[start : start + PER_TRANSACTION]


def _batches(columns: Columns, rows: IntArray, names: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    for some in _parts(rows):
        yield list(zip(*(_values(columns[name][some]) for name in names), strict=True))


def _values(column: npt.NDArray[Any]) -> list[Any]:
    if isinstance(column, np.ma.MaskedArray) or column.dtype.kind != "f":
        values: list[Any] = column.tolist()
        return values
    return [None if value != value else value for value in column.tolist()]  # NaN differs from itself


def _insert(columns: Columns, rows: IntArray) -> None:
    names = ("customer", *FACTUAL, *SCORES)
    listed = ", ".join("customer_id" if name == "customer" else name for name in names)
    kept = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    statement = (
        f"INSERT INTO standing ({listed}) VALUES ({', '.join(['%s'] * len(names))}) "
        f"ON CONFLICT (customer_id) DO UPDATE SET {kept}"
    )
    for batch in _batches(columns, rows, names):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, batch)


def _update(columns: Columns, rows: IntArray, names: Sequence[str]) -> None:
    changes = ", ".join(f"{name} = %s" for name in names)
    statement = f"UPDATE standing SET {changes} WHERE customer_id = %s"
    for batch in _batches(columns, rows, (*names, "customer")):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, batch)


def _append_history(columns: Columns, rows: IntArray, was: IntArray, as_of: int) -> None:
    entries = [
        StandingHistory(customer_id=customer, day=as_of, stage=stage, was=before, inputs=json.loads(inputs))
        for customer, stage, before, inputs in zip(
            columns["customer"][rows].tolist(),
            columns["stage"][rows].tolist(),
            was.tolist(),
            columns["inputs"][rows].tolist(),
            strict=True,
        )
    ]
    StandingHistory.objects.bulk_create(entries)


def forget_merged() -> int:
    """Remove the standings of customers that are now part of another; return how many."""
    removed, _ = Standing.objects.filter(customer__merged_into__isnull=False).delete()
    return removed


def count_stages() -> None:
    """Count how many customers stand where, by the index of stages."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor != "sqlite":  # SQLite's transactions begin as writers, one at a time
            # Whoever counts later has the newer counts, so that two workers must not write at once.
            cursor.execute("LOCK TABLE stage_count IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT stage, COUNT(*) FROM standing GROUP BY stage")
        counts = dict(cursor.fetchall())
        StageCount.objects.all().delete()
        StageCount.objects.bulk_create(
            StageCount(stage=stage, customers=customers) for stage, customers in counts.items()
        )


def write_rewound(rewind_id: int, columns: Columns) -> None:
    """Write the standings of a rewound day; those of an earlier attempt are replaced."""
    names = ("rewind", "customer", *FACTUAL, *SCORES, "never_came_back")
    listed = ", ".join(f"{name}_id" if name in {"rewind", "customer"} else name for name in names)
    statement = f"INSERT INTO rewound_standing ({listed}) VALUES ({', '.join(['%s'] * len(names))})"
    size = columns["customer"].size
    columns = {**columns, "rewind": np.full(size, rewind_id)}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM rewound_standing WHERE rewind_id = %s", [rewind_id])
    for batch in _batches(columns, np.arange(size), names):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, batch)
