"""Rewinds: the list as it would have stood."""

from __future__ import annotations

import hashlib
from dataclasses import asdict

from regulars.attention.models import Rewind
from regulars.ledger.facts import facts_mark
from regulars.records.read.company import company


def rewind_of(day: int, mode: str) -> Rewind | None:
    """Return the newest rewind to a day in a mode, whatever its state."""
    return Rewind.objects.filter(as_of=day, mode=mode).order_by("-id").first()


def rests_on() -> str:
    """Return a hash of the facts there are and of the settings they are judged by: alike, so is the list."""
    settings = asdict(company()) | {"name": "", "told": ""}
    return hashlib.sha256(repr((facts_mark(), sorted(settings.items()))).encode()).hexdigest()
