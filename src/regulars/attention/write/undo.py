"""One way back for what is written by hand, whichever it was: the audit entry remembers."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from regulars.attention.write import blockers, customers, people, touchpoints
from regulars.insight.errors import RegularsError
from regulars.ledger.undo_told import require_recent
from regulars.records.models import AuditEntry, Colleague
from regulars.records.write import knowledge, not_yet
from regulars.records.write.audit import record_entry, require


def undo_written(actor: Colleague | None, entry: AuditEntry) -> None:
    """Take back a card, a not-yet, a blocker, a whole touchpoint or a new customer.

    What left facts behind, or a customer, is taken back only by its author, within a few minutes.

    Raises
    ------
    RegularsError
        ``forbidden``, ``undo-too-late``, or ``not-undoable`` when it is something else or undone already.
    """
    require(actor, "write")
    entry = AuditEntry.objects.get(pk=entry.pk)  # as stored: one that was just made still holds typed values
    if entry.action in knowledge.UNDOABLE:
        knowledge.undo_knowledge(actor, entry)
    elif entry.action in not_yet.UNDOABLE:
        not_yet.undo_not_yet(actor, entry)
    elif entry.action in _WITH_FACTS:
        require_recent(actor, entry, timezone.now())
        with transaction.atomic():
            _WITH_FACTS[entry.action](actor, entry)
            record_entry(actor, f"undo_{entry.action}", entry.subject, {"entry": entry.pk})
    else:
        raise RegularsError("not-undoable", "This cannot be undone here. Change it by hand.")


_WITH_FACTS = {
    "add_customer": customers.take_back_customer,
    "open_blocker": blockers.undo_blocker,
    "close_blocker": blockers.undo_blocker,
    "person_leaves": people.undo_leaving,
    "record_touchpoint": touchpoints.undo_touchpoint,
}
