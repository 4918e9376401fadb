"""How fresh the standings are."""

from __future__ import annotations

from regulars.attention.models import Standing, StoredResult

LAST = "forecast"
"""The result that is stored last: while it is older, an assessment was cut short and is run again."""


def assessed() -> bool:
    """Return whether any customer has been assessed yet."""
    return Standing.objects.exists()


def last_assessed_day() -> int | None:
    """Return the epoch day of the standings that are stored, or None before the first assessment."""
    stored = StoredResult.objects.filter(key="base").values_list("as_of", flat=True).first()
    return None if stored is None else int(stored)


def last_whole_day() -> int | None:
    """Return the epoch day of the last assessment of all customers that ran to its end, or None."""
    stored = StoredResult.objects.filter(key=LAST).values_list("as_of", flat=True).first()
    return None if stored is None else int(stored)
