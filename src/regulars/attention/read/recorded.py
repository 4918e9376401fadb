"""What a colleague has just recorded, for as long as they may take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regulars.ledger.undo_told import WINDOW
from regulars.records.models import AuditEntry, Colleague

LOOKED_AT = 50
"""So many last audit entries of a colleague are looked at: ten minutes of one pair of hands."""


@dataclass(frozen=True, slots=True)
class JustRecorded:
    """One entry that can still be taken back: its audit entry, and what it recorded."""

    entry: int
    words: str


def just_recorded(colleague: Colleague, customer: int, now: datetime) -> tuple[JustRecorded, ...]:
    """Return what a colleague recorded about a customer within the last minutes, the latest first."""
    lately = AuditEntry.objects.filter(actor=colleague, at__gte=now - WINDOW, subject=f"customer {customer}")
    rows = list(lately.order_by("-id").values("id", "action", "detail")[:LOOKED_AT])
    gone = {row["detail"]["entry"] for row in rows if row["action"] == "undo_record_touchpoint"}
    return tuple(
        JustRecorded(row["id"], row["detail"]["words"])
        for row in rows
        if row["action"] == "record_touchpoint" and row["id"] not in gone
    )
