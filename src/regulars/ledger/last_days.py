"""When customers last showed themselves, stretch by stretch."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

SIGNS = ("purchase", "usage", "survey_answer", "complaint")
"""Kinds of facts that come from the customer: what we do ourselves breaks no silence."""


def last_days(since_day: int, until_day: int, kinds: Sequence[str] = SIGNS) -> dict[int, int]:
    """Return each customer's last day with a fact of these kinds from one day to another, both included."""
    marks = ", ".join(["%s"] * len(kinds))
    statement = (
        f"SELECT customer_id, MAX(day) FROM fact WHERE kind IN ({marks}) AND day >= %s AND day <= %s "
        "AND customer_id IS NOT NULL GROUP BY customer_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*kinds, since_day, until_day])
        return dict(cursor.fetchall())
