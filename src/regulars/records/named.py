"""Customers by their very names."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from regulars.records.folding import folded
from regulars.records.many import among

_AT_ONCE = 20_000


def named_alike(names: Iterable[str]) -> int:
    """Return how many of these names, each counted once, are exactly that of a customer."""
    wanted = sorted(set(names))
    return sum(_found(wanted[start : start + _AT_ONCE]) for start in range(0, len(wanted), _AT_ONCE))


def _found(names: list[str]) -> int:
    # Names are indexed as they are folded.
    condition, wanted = among(sorted({folded(name)[:200] for name in names}))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT name FROM customer WHERE name_folded {condition} AND merged_into_id IS NULL", [wanted]
        )
        return len({name for (name,) in cursor.fetchall()}.intersection(names))
