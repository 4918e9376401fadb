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
    gone = {row["detail"]["entry"] for row in rows if row["action"] in _TAKEN_BACK}
    return tuple(
        JustRecorded(row["id"], _WORDS[row["action"]].format(**row["detail"]))
        for row in rows
        if row["action"] in _WORDS and row["id"] not in gone
    )


_WORDS = {
    "record_touchpoint": "{words}",
    "note_contract": "contract {about}",
    "note_renewal": "the renewal of {about}",
    "note_change": "the change of {about}",
    "note_cancellation": "the cancellation of {about}",
    "note_forecast": "the forecast of {about}",
    "open_expansion": "{about}, which they may take",
    "close_expansion": "what became of {about}",
}
_TAKEN_BACK = {f"undo_{action}" for action in _WORDS}
