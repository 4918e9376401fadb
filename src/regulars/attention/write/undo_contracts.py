"""Taking back what was written down of a contract, or of what more they may take, a moment ago."""

from __future__ import annotations

from django.utils import timezone

from regulars.attention.write.contract_standings import refresh_contracts
from regulars.insight.errors import RegularsError
from regulars.ledger.contract_entries import CONTRACT_KINDS
from regulars.ledger.models import Fact
from regulars.ledger.undo_told import undo_told
from regulars.records.models import AuditEntry, Colleague
from regulars.records.read.company import company
from regulars.records.registry import BY_HAND
from regulars.records.write.audit import moved_on

ACTIONS = (
    "note_contract", "note_renewal", "note_change", "note_cancellation", "note_forecast", "open_expansion",
    "close_expansion",
)  # fmt: skip
_KINDS = (*CONTRACT_KINDS, "renewal_forecast", "expansion_opened", "expansion_closed")


def undo_contract_entry(_actor: Colleague | None, entry: AuditEntry) -> None:
    """Remove what an entry stands for, in the caller's transaction, and what followed from it.

    Raises
    ------
    RegularsError
        ``not-undoable`` when it is gone, or more was written down of the same contract since.
    """
    told = Fact.objects.filter(source__slug=BY_HAND, message_id__in=entry.detail.get("messages", ()))
    fact = told.order_by("-pk").first()
    if fact is None or fact.customer_id is None:
        raise moved_on()
    since = Fact.objects.filter(
        customer=fact.customer_id, serial=fact.serial, kind__in=_KINDS, pk__gt=fact.pk
    )
    if since.exists():
        sentence = f"More was written down of {fact.serial} since. Take that back first."
        raise RegularsError("not-undoable", sentence, 409)
    undo_told(entry.detail["messages"])
    refresh_contracts([fact.customer_id], company().day_of(timezone.now()))
