"""How much customers use and how often they buy, summed up in one query for many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from regulars.records.many import among


@dataclass(frozen=True, slots=True)
class ItemUse:
    """One customer's use of one thing: lately, and in the time before that.

    Units
    -----
    ``lately`` and ``before`` in the unit of the item; epoch days.
    """

    lately: float
    before: float
    first_day: int
    last_day: int


def item_uses(
    customers: Sequence[int], since_day: int, lately_day: int, as_of: int, known_by: int | None = None
) -> dict[int, list[ItemUse]]:
    """Return what these customers used since a day, by thing; "lately" begins on ``lately_day``."""
    where, values = _bounds("usage", customers, since_day, as_of, known_by)
    amount = "COALESCE(quantity, 1)"
    statement = (
        f"SELECT customer_id, SUM(CASE WHEN day >= %s THEN {amount} ELSE 0 END), "
        f"SUM(CASE WHEN day < %s THEN {amount} ELSE 0 END), MIN(day), MAX(day) "
        f"FROM fact WHERE {where} GROUP BY customer_id, item ORDER BY customer_id, item"
    )
    found: dict[int, list[ItemUse]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [lately_day, lately_day, *values])
        for customer, *use in cursor.fetchall():
            found.setdefault(customer, []).append(ItemUse(*use))
    return found


def purchase_days(
    customers: Sequence[int], since_day: int, as_of: int, known_by: int | None = None
) -> dict[int, tuple[int, int, int]]:
    """Return on how many days these customers bought since a day, the first and the last of them."""
    where, values = _bounds("purchase", customers, since_day, as_of, known_by)
    statement = (
        "SELECT customer_id, COUNT(DISTINCT day), MIN(day), MAX(day) "
        f"FROM fact WHERE {where} GROUP BY customer_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {customer: (days, first, last) for customer, days, first, last in cursor.fetchall()}


def _bounds(
    kind: str, customers: Sequence[int], since_day: int, as_of: int, known_by: int | None
) -> tuple[str, list[Any]]:
    condition, wanted = among(sorted(set(customers)))
    where = f"customer_id {condition} AND kind = %s AND day >= %s AND day <= %s"
    values: list[Any] = [wanted, kind, since_day, as_of]
    if known_by is not None:
        where += " AND received_day <= %s"
        values.append(known_by)
    return where, values
