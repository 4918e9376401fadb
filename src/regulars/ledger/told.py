"""Facts other than purchases and usage, read in bulk by the index that holds only them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from regulars.records.many import among

TOLD = "NOT (kind IN ('purchase', 'refund', 'usage'))"
"""The condition of the index ``fact_told``: only a query that says it word for word may use the index."""

_CHUNK = 20_000
_COLUMNS = (
    "id, customer_id, kind, day, received_day, amount, currency, item, quantity, serial, text, properties"
)


@dataclass(frozen=True, slots=True)
class ToldFact:
    """One fact other than a purchase or usage.

    Units
    -----
    Epoch days; ``amount`` in minor units of ``currency``. ``properties`` is JSON text.
    """

    fact: int
    customer: int
    kind: str
    day: int
    received_day: int
    amount: int | None
    currency: str
    item: str
    quantity: float | None
    subject: str
    text: str
    properties: str


def told_facts(
    kinds: Sequence[str],
    *,
    customers: Sequence[int] | None = None,
    since_day: int | None = None,
    until_day: int | None = None,
    known_by: int | None = None,
) -> Iterator[ToldFact]:
    """Yield facts of these kinds, ordered by customer, day and id.

    Parameters
    ----------
    customers
        Only facts of these; None is everybody.
    since_day
        Only what happened from this day on (by default: no bound).
    until_day, known_by
        Only what had happened, and what had been received, by then (both by default: no bound).
    """
    where, values = [TOLD, "customer_id IS NOT NULL"], list[Any]()
    where.append(f"kind IN ({', '.join(['%s'] * len(kinds))})")
    values += kinds
    if customers is not None:
        condition, wanted = among(sorted(set(customers)))
        where.append(f"customer_id {condition}")
        values.append(wanted)
    bounds = (("day >=", since_day), ("day <=", until_day), ("received_day <=", known_by))
    for condition, bound in bounds:
        if bound is not None:
            where.append(f"{condition} %s")
            values.append(bound)
    statement = f"SELECT {_COLUMNS} FROM fact WHERE {' AND '.join(where)} ORDER BY customer_id, day, id"
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(_CHUNK):
            yield from (ToldFact(*row) for row in rows)


def last_told(
    kinds: Sequence[str],
    as_of: int,
    *,
    customers: Sequence[int] | None = None,
    known_by: int | None = None,
) -> dict[int, int]:
    """Return the last day on which anything of these kinds happened, by customer.

    Units
    -----
    Epoch days, none after ``as_of``.
    """
    where, values = _of_kinds(kinds, as_of, customers, known_by)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT customer_id, MAX(day) FROM fact WHERE {where} GROUP BY customer_id", values)
        return dict(cursor.fetchall())


def times_told(
    kinds: Sequence[str],
    since_day: int,
    as_of: int,
    *,
    customers: Sequence[int] | None = None,
    known_by: int | None = None,
) -> dict[int, int]:
    """Return how often anything of these kinds happened from one day to another, by customer."""
    where, values = _of_kinds(kinds, as_of, customers, known_by)
    statement = f"SELECT customer_id, COUNT(*) FROM fact WHERE {where} AND day >= %s GROUP BY customer_id"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, since_day])
        return dict(cursor.fetchall())


def last_answers(
    since_day: int, as_of: int, *, customers: Sequence[int] | None = None, known_by: int | None = None
) -> dict[int, tuple[float, int]]:
    """Return each customer's last answer in numbers to a survey within a time, and its day."""
    where, values = _of_kinds(["survey_answer"], as_of, customers, known_by)
    statement = (
        f"SELECT customer_id, quantity, day FROM fact WHERE {where} AND day >= %s AND quantity IS NOT NULL "
        "ORDER BY customer_id, day, id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, since_day])
        return {customer: (answer, day) for customer, answer, day in cursor.fetchall()}


def _of_kinds(
    kinds: Sequence[str], as_of: int, customers: Sequence[int] | None, known_by: int | None
) -> tuple[str, list[Any]]:
    marks = ", ".join(["%s"] * len(kinds))
    where = f"{TOLD} AND kind IN ({marks}) AND customer_id IS NOT NULL AND day <= %s"
    values: list[Any] = [*kinds, as_of]
    if customers is not None:
        condition, wanted = among(sorted(set(customers)))
        where += f" AND customer_id {condition}"
        values.append(wanted)
    if known_by is not None:
        where += " AND received_day <= %s"
        values.append(known_by)
    return where, values
