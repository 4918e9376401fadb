"""How fresh the standings are."""

from __future__ import annotations

from regulars.attention.models import StoredResult


def last_whole_day() -> int | None:
    """Return the epoch day of the last assessment of all customers, or None."""
    stored = StoredResult.objects.filter(key="base").values_list("as_of", flat=True).first()
    return None if stored is None else int(stored)
