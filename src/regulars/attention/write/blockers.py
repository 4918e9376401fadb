"""Blockers with the entries they leave in the history: opened and cleared, in one transaction each."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from regulars.ledger.by_hand import Told, record_told
from regulars.ledger.undo_told import undo_told
from regulars.records.models import AuditEntry, Blocker, Colleague
from regulars.records.opaque import opaque
from regulars.records.read.company import epoch_day
from regulars.records.write import blockers
from regulars.records.write.audit import moved_on, record_entry
from regulars.records.write.blockers import NewBlocker


def open_blocker(actor: Colleague | None, customer: int, new: NewBlocker, opened_on: date) -> AuditEntry:
    """Note that something is in the way, and record it; the returned entry undoes it for a while.

    Raises
    ------
    RegularsError
        As `records.write.blockers.open_blocker`.
    """
    with transaction.atomic():
        blocker = blockers.open_blocker(actor, customer, new, opened_on)
        told = Told(
            customer, "blocker_opened", epoch_day(opened_on), blocker.text, subject=subject(blocker),
            properties=_properties(blocker), message_id=_message(blocker.pk, "opened"),
        )  # fmt: skip
        record_told([told])
        return record_entry(actor, "open_blocker", f"customer {customer}", {"blocker": blocker.pk})


def close_blocker(
    actor: Colleague | None, blocker: Blocker, *, cleared_by: str, how: str, on: date
) -> AuditEntry:
    """Note that a blocker is out of the way, and record it; the returned entry undoes it for a while.

    Raises
    ------
    RegularsError
        As `records.write.blockers.close_blocker`.
    """
    with transaction.atomic():
        closed = blockers.close_blocker(actor, blocker, cleared_by=cleared_by, how=how, on=on)
        told = Told(
            closed.customer_id, "blocker_closed", epoch_day(closed.closed_on or on), how.strip(),
            item=closed.text[:200], subject=subject(closed), properties={"side": cleared_by},
            message_id=_message(closed.pk, "closed"),
        )  # fmt: skip
        record_told([told])
        return record_entry(actor, "close_blocker", f"customer {closed.customer_id}", {"blocker": closed.pk})


def undo_blocker(actor: Colleague | None, entry: AuditEntry) -> None:
    """Take back what `open_blocker` or `close_blocker` did, in the caller's transaction.

    Raises
    ------
    RegularsError
        ``not-undoable`` when the blocker moved on since.
    """
    pk = int(entry.detail["blocker"])
    opened = entry.action == "open_blocker"
    blocker = Blocker.objects.filter(pk=pk).first()
    if blocker is None or (blocker.closed_on is None) is not opened:
        raise moved_on()
    (blockers.drop_blocker if opened else blockers.reopen_blocker)(actor, pk)
    undo_told([_message(pk, "opened" if opened else "closed")])


def subject(blocker: Blocker) -> str:
    """Return by which word entries about one blocker find each other."""
    return f"blocker-{blocker.pk}"


def _message(blocker: int, what: str) -> str:
    return f"blocker-{blocker}-{what}"


def _properties(blocker: Blocker) -> dict[str, str]:
    found = {"side": blocker.side, "clears": blocker.clears}
    return found | ({"person": opaque(blocker.person_id)} if blocker.person_id else {})
