"""Not yet: do not sell to a customer until something is so, and look again on a day."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, Colleague, Customer, NotYet
from regulars.records.write.audit import held_to_undo, moved_on, record_entry, require
from regulars.records.write.notes import said


def say_not_yet(
    actor: Colleague | None, customer: int, until: str, look_again_on: date | None, *, today: date
) -> AuditEntry:
    """Say that nobody sells to a customer until something is so; the returned entry undoes it.

    Raises
    ------
    RegularsError
        ``forbidden``, ``text-missing``, ``text-too-long`` or ``look-again-not-future``.
    """
    require(actor, "write")
    if look_again_on is None or look_again_on <= today:
        sentence = "Choose a day after today on which to look again."
        raise RegularsError("look-again-not-future", sentence, fields={"look_again_on": sentence})
    with transaction.atomic():
        row = NotYet.objects.create(
            customer_id=customer, until=said(until, at_most=300, field="until"), by=actor,
            look_again_on=look_again_on,
        )  # fmt: skip
        _keep_in_step(customer)
        return record_entry(actor, "say_not_yet", f"customer {customer}", {"not_yet": row.pk})


def end_not_yet(actor: Colleague | None, row: NotYet, on: date) -> AuditEntry:
    """Say that selling to them is fine again.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``not-yet-ended``.
    """
    require(actor, "write")
    with transaction.atomic():
        if not NotYet.objects.filter(pk=row.pk, ended_on=None).update(ended_on=on):
            raise RegularsError("not-yet-ended", "Somebody ended this already. Look at the page again.", 409)
        _keep_in_step(row.customer_id)
        detail = {"not_yet": row.pk, "on": on.isoformat()}
        return record_entry(actor, "end_not_yet", f"customer {row.customer_id}", detail)


def undo_not_yet(actor: Colleague | None, entry: AuditEntry) -> None:
    """Take back what `say_not_yet` or `end_not_yet` did, while it is still as that left it.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``not-undoable`` when the entry is about something else or overtaken since.
    """
    require(actor, "write")
    if entry.action not in UNDOABLE:
        raise RegularsError("not-undoable", "This cannot be undone here. Change it by hand.")
    with transaction.atomic():
        detail, ending = held_to_undo(entry).detail, entry.action == "end_not_yet"
        left = date.fromisoformat(detail["on"]) if ending else None
        row = NotYet.objects.select_for_update().filter(pk=detail["not_yet"], ended_on=left).first()
        if row is None:
            raise moved_on()
        if ending:
            NotYet.objects.filter(pk=row.pk).update(ended_on=None)
        else:
            NotYet.objects.filter(pk=row.pk).delete()
        _keep_in_step(row.customer_id)
        record_entry(actor, f"undo_{entry.action}", entry.subject, {"entry": entry.pk})


UNDOABLE = frozenset({"say_not_yet", "end_not_yet"})


def _keep_in_step(customer: int) -> None:
    """Keep the customer's own `not_before` at the latest day of what still stands, empty without any."""
    latest = NotYet.objects.filter(customer_id=customer, ended_on=None).order_by("-look_again_on").first()
    Customer.objects.filter(pk=customer).update(not_before=latest.look_again_on if latest else None)
