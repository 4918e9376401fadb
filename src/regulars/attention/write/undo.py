"""One way back for what is written by hand, whichever it was: the audit entry remembers."""

from __future__ import annotations

from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, Colleague
from regulars.records.write import knowledge, not_yet


def undo_written(actor: Colleague | None, entry: AuditEntry) -> None:
    """Take back a card, a not-yet, a blocker or a whole touchpoint.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``not-undoable`` when it is something else, too late or undone already.
    """
    if entry.action in knowledge.UNDOABLE:
        return knowledge.undo_knowledge(actor, entry)
    if entry.action in not_yet.UNDOABLE:
        return not_yet.undo_not_yet(actor, entry)
    raise RegularsError("not-undoable", "This cannot be undone here. Change it by hand.")
