"""One way back for what is written by hand, whichever it was: the audit entry remembers."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from regulars.attention.write import blockers, customers, people, touchpoints, undo_contracts
from regulars.insight.errors import RegularsError
from regulars.ledger.undo_told import require_recent
from regulars.records.models import AuditEntry, Colleague
from regulars.records.write import knowledge, not_yet
from regulars.records.write.audit import held_to_undo, record_entry, require


def undo_written(actor: Colleague | None, entry: AuditEntry) -> None:
    """Take back a card, a not-yet, a blocker, a leaving, a touchpoint, an entry on a contract or a customer.

    Only its author does, within a few minutes.

    Raises
    ------
    RegularsError
        ``forbidden``, ``undo-too-late``, or ``not-undoable`` when it is something else, moved on since or was
        undone already.
    """
    require(actor, "write")
    if entry.action not in _UNDOABLE:
        raise RegularsError("not-undoable", "This cannot be undone here. Change it by hand.")
    with transaction.atomic():
        entry = held_to_undo(entry)
        require_recent(actor, entry, timezone.now())
        if entry.action in knowledge.UNDOABLE:
            knowledge.undo_knowledge(actor, entry)
        elif entry.action in not_yet.UNDOABLE:
            not_yet.undo_not_yet(actor, entry)
        else:
            _WITH_FACTS[entry.action](actor, entry)
            record_entry(actor, f"undo_{entry.action}", entry.subject, {"entry": entry.pk})


_WITH_FACTS = {
    "add_customer": customers.take_back_customer,
    "open_blocker": blockers.undo_blocker,
    "close_blocker": blockers.undo_blocker,
    "person_leaves": people.undo_leaving,
    "record_touchpoint": touchpoints.undo_touchpoint,
    **dict.fromkeys(undo_contracts.ACTIONS, undo_contracts.undo_contract_entry),
}
_UNDOABLE = knowledge.UNDOABLE | not_yet.UNDOABLE | _WITH_FACTS.keys()
