"""How much customers use and how often they buy, summed up in one query for many of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from regulars.records.many import among


@dataclass(frozen=True, slots=True)
class ItemUse:
    """One customer's use of one thing, in stretches from the latest to the earliest.

    Units
    -----
    ``amounts`` in the unit of the item, ``reports`` the days on which any was told; epoch days.
    """

    amounts: tuple[float, ...]
    reports: tuple[int, ...]
    first_day: int
    last_day: int


def item_uses(
    customers: Sequence[int], starts: Sequence[int], as_of: int, known_by: int | None = None
) -> dict[int, list[ItemUse]]:
    """Return what these customers used, by thing.

    Parameters
    ----------
    starts
        The first days of the stretches, the latest first; the first of them ends with ``as_of``.
    """
    where, values = _bounds("usage", customers, min(starts), as_of, known_by)
    sums, bounds, until = list[str](), list[int](), as_of + 1
    for start in starts:
        inside = "CASE WHEN day >= %s AND day < %s THEN"
        sums.append(f"COALESCE(SUM({inside} COALESCE(quantity, 1) END), 0)")
        sums.append(f"COUNT(DISTINCT {inside} day END)")
        bounds += [start, until] * 2
        until = start
    statement = (
        f"SELECT customer_id, MIN(day), MAX(day), {', '.join(sums)} "
        f"FROM fact WHERE {where} GROUP BY customer_id, item ORDER BY customer_id, item"
    )
    found: dict[int, list[ItemUse]] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [*bounds, *values])
        for customer, first, last, *told in cursor.fetchall():
            found.setdefault(customer, []).append(ItemUse(tuple(told[::2]), tuple(told[1::2]), first, last))
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
