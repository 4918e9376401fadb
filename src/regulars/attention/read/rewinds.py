"""Rewinds: the list as it would have stood."""

from __future__ import annotations

from regulars.attention.models import Rewind


def rewind_of(day: int, mode: str) -> Rewind | None:
    """Return the newest rewind to a day in a mode, whatever its state."""
    return Rewind.objects.filter(as_of=day, mode=mode).order_by("-id").first()
