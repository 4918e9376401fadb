"""Blockers: what is in the way at a customer, on whose side, who can unclog it and who did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.models import Blocker, Colleague, Outcome, Role, Side
from regulars.records.write.audit import record_entry, require
from regulars.records.write.notes import said


@dataclass(frozen=True, slots=True)
class NewBlocker:
    """A blocker as it is told: what, on whose side, and who can unclog it there or here."""

    text: str
    side: str = Side.THEIRS
    clears: str = Blocker.Clears.OTHER
    person: int | None = None
    colleague: int | None = None
    outcome: int | None = None


def open_blocker(actor: Colleague | None, customer: int, new: NewBlocker, opened_on: date) -> Blocker:
    """Note that something is in the way.

    Raises
    ------
    RegularsError
        ``forbidden``, ``blocker-side``, ``text-missing``, ``text-too-long``, or ``not-found`` when a person,
        a colleague or an outcome is not one of this customer's or ours.
    """
    require(actor, "write")
    if new.side not in Side.values or new.clears not in Blocker.Clears.values:
        raise RegularsError("blocker-side", "Say on whose side it lies and who can unclog it.")
    _theirs_and_ours(customer, new)
    with transaction.atomic():
        blocker = Blocker.objects.create(
            customer_id=customer,
            text=said(new.text, at_most=300, field="blocker"),
            side=new.side,
            clears=new.clears,
            person_id=new.person,
            colleague_id=new.colleague,
            outcome_id=new.outcome,
            opened_on=opened_on,
        )
        record_entry(actor, "note_blocker", f"customer {customer}", {"blocker": blocker.pk})
    return blocker


def close_blocker(
    actor: Colleague | None, blocker: Blocker, *, cleared_by: str, how: str, on: date
) -> Blocker:
    """Note that a blocker is out of the way: which side unclogged it, and how.

    Raises
    ------
    RegularsError
        ``forbidden``, ``blocker-side``, ``blocker-closed`` or ``text-too-long``.
    """
    require(actor, "write")
    if cleared_by not in Side.values:
        raise RegularsError("blocker-side", "Say on whose side it lies and who can unclog it.")
    words = said(how, at_most=300, field="how") if how.strip() else ""
    with transaction.atomic():
        held = Blocker.objects.select_for_update().filter(pk=blocker.pk, closed_on=None).first()
        if held is None:
            raise RegularsError("blocker-closed", "Somebody has cleared this blocker already.", 409)
        held.closed_on, held.cleared_by, held.cleared_how = max(on, held.opened_on), cleared_by, words
        held.save(update_fields=["closed_on", "cleared_by", "cleared_how"])
        record_entry(actor, "clear_blocker", f"customer {held.customer_id}", {"blocker": held.pk})
    return held


def drop_blocker(actor: Colleague | None, blocker: int) -> None:
    """Take back a blocker that was noted by mistake."""
    require(actor, "write")
    Blocker.objects.filter(pk=blocker).delete()


def reopen_blocker(actor: Colleague | None, blocker: int) -> None:
    """Take back that a blocker was cleared."""
    require(actor, "write")
    Blocker.objects.filter(pk=blocker).update(closed_on=None, cleared_by="", cleared_how="")


def _theirs_and_ours(customer: int, new: NewBlocker) -> None:
    known = (
        new.person is None or Role.objects.filter(customer_id=customer, person_id=new.person).exists(),
        new.colleague is None or Colleague.objects.filter(pk=new.colleague).exists(),
        new.outcome is None or Outcome.objects.filter(customer_id=customer, pk=new.outcome).exists(),
    )
    if not all(known):
        raise RegularsError("not-found", "This person or outcome is not at this customer any more.", 404)
