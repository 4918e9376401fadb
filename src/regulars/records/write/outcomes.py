"""Outcomes: what a customer wants to reach, noted, agreed, changed by several people at once, given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.records.models import Acknowledgement, Colleague, Outcome, OutcomeEdit, Person, Verdict
from regulars.records.read.company import calendar_date, company
from regulars.records.read.outcomes import restored, stood_before
from regulars.records.write.audit import record_entry, require
from regulars.records.write.due import mark_due
from regulars.records.write.notes import said
from regulars.records.write.outcome_checks import checked_outcome, without_date

CHANGEABLE = (
    "sentence", "why", "due_on", "measure", "unit", "baseline", "target", "reading_rule", "owner_id",
    "their_owner_id", "said_by_id",
)  # fmt: skip
"""What people write into an outcome; what became of it is never among it."""
MEANING = ("sentence", "measure", "unit", "baseline", "target")
"""What the customer confirms: once one of these is changed, they have confirmed something else."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of a change: the names that were taken over, by which edit, and what was kept aside."""

    outcome: Outcome
    taken: tuple[str, ...] = ()
    edit: OutcomeEdit | None = None
    aside: OutcomeEdit | None = None


def note_outcome(
    actor: Colleague | None, customer: int, sentence: str, *, noted_on: date, **more: Any
) -> Outcome:
    """Note what a customer wants to reach: one sentence is enough, a date makes it testable.

    Parameters
    ----------
    more
        Any of `CHANGEABLE`, and ``from_sale`` when it was said at the sale.

    Raises
    ------
    RegularsError
        ``forbidden``, or what `checked_outcome` raises.
    """
    require(actor, "write")
    outcome = Outcome(customer_id=customer, sentence=sentence, noted_on=noted_on, created_by=actor, **more)
    checked_outcome(outcome)
    with transaction.atomic():
        outcome.save()
        mark_due(customer)
        record_entry(actor, "note_outcome", f"customer {customer}", {"outcome": outcome.pk})
    return outcome


def change_outcome(
    actor: Colleague | None, outcome: Outcome, version: int, typed: Mapping[str, Any]
) -> Merged:
    """Change an outcome as somebody saw it in ``version``; nothing that anybody wrote is lost.

    A field that nobody else touched since is taken over. One that somebody changed meanwhile stays as it is,
    and what was typed is kept aside for both to settle. A field typed as it was seen counts as untouched.

    Raises
    ------
    RegularsError
        ``forbidden``, ``not-found``, or what `checked_outcome` raises.
    """
    require(actor, "write")
    with transaction.atomic():
        current = locked_outcome(outcome.pk)
        seen = _as_seen(current, version)
        wanted = {name: value for name, value in _tidied(typed).items() if value != seen[name]}
        contested = {name for name in wanted if seen[name] != getattr(current, name)}
        return _merge(actor, current, version, wanted, contested)


def fill_outcome(actor: Colleague | None, outcome: Outcome, version: int, typed: Mapping[str, Any]) -> Merged:
    """Fill in what is missing; where something stands already, what was typed is kept aside to settle.

    Raises
    ------
    RegularsError
        ``forbidden``, ``not-found``, or what `checked_outcome` raises.
    """
    require(actor, "write")
    with transaction.atomic():
        current = locked_outcome(outcome.pk)
        given = _tidied({name: value for name, value in typed.items() if value not in (None, "", {})})
        return _merge(actor, current, version, given, {name for name in given if not _blank(current, name)})


def undo_edit(actor: Colleague | None, edit: OutcomeEdit) -> Merged:
    """Take a change back by another change; what somebody changed since stays, and the old words go aside.

    Raises
    ------
    RegularsError
        ``forbidden``, ``not-found``, ``edit-aside`` for one that was never taken over, or ``not-undoable``
        when somebody it names is gone.
    """
    require(actor, "write")
    if edit.aside:
        raise RegularsError("edit-aside", "This was kept aside, not taken over. Settle it instead.", 409)
    with transaction.atomic():
        current = locked_outcome(edit.outcome_id)
        before = {name: restored(name, pair[0]) for name, pair in edit.changes.items()}
        _refuse_gone(before)
        since = {
            name for name, pair in edit.changes.items() if getattr(current, name) != restored(name, pair[1])
        }
        return _merge(actor, current, edit.version, before, since)


def settle_edit(actor: Colleague | None, edit: OutcomeEdit, *, take: bool) -> Merged:
    """Settle what was kept aside: take it over, or leave what stands. Both stay in the history.

    Raises
    ------
    RegularsError
        ``forbidden``, ``edit-settled``, ``not-undoable``, or what `checked_outcome` raises.
    """
    require(actor, "write")
    with transaction.atomic():
        current = locked_outcome(edit.outcome_id)
        if not OutcomeEdit.objects.filter(pk=edit.pk, aside=True, settled_at=None).update(
            settled_at=timezone.now()
        ):
            raise RegularsError("edit-settled", "Somebody has settled this already. Look at it again.", 409)
        record_entry(actor, "settle_edit", f"customer {current.customer_id}", {"edit": edit.pk, "take": take})
        if not take:
            return Merged(current)
        wanted = _tidied({name: restored(name, pair[1]) for name, pair in edit.changes.items()})
        _refuse_gone(wanted)
        return _merge(actor, current, current.version, wanted, set())


def agree_outcome(actor: Colleague | None, outcome: Outcome, on: date) -> Outcome:
    """Mark an outcome as agreed by both sides on a day.

    Raises
    ------
    RegularsError
        ``forbidden``, ``outcome-agreed`` when it is, ``due-missing`` without a date, or
        ``due-before-agreed``.
    """
    require(actor, "write")
    with transaction.atomic():
        current = locked_outcome(outcome.pk)
        if current.agreed_on is not None:
            raise RegularsError("outcome-agreed", "This was agreed already. Change it where it stands.", 409)
        if current.due_on is None:
            raise without_date()
        current.agreed_on = on
        checked_outcome(current)
        current.save(update_fields=["agreed_on"])
        mark_due(current.customer_id)
        record_entry(actor, "agree_outcome", f"customer {current.customer_id}", {"outcome": current.pk})
    return current


def unagree_outcome(actor: Colleague | None, outcome: Outcome) -> None:
    """Take an agreement back that was marked by mistake; the outcome is a draft again.

    Who is said to have agreed by it goes too; who said so themselves stays.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``outcome-in-use`` when the customer has said what they think of it since.
    """
    require(actor, "write")
    marked = Acknowledgement.Marked
    with transaction.atomic():
        current = locked_outcome(outcome.pk)
        if current.confirmations.exists():
            sentence = "They have said since how far it is. Give it up with a reason instead."
            raise RegularsError("outcome-in-use", sentence, 409)
        current.agreed_on = None
        current.save(update_fields=["agreed_on"])
        seen = Acknowledgement.objects.filter(outcome=outcome)
        seen.filter(marked=marked.ALL).delete()
        seen.filter(marked=marked.YES).update(agreed_on=None, marked=marked.NOTHING)
        mark_due(outcome.customer_id)
        record_entry(actor, "unagree_outcome", f"customer {outcome.customer_id}", {"outcome": outcome.pk})


def drop_outcome(actor: Colleague | None, outcome: Outcome, on: date, why: str) -> None:
    """Note that both sides gave an outcome up, and why.

    Raises
    ------
    RegularsError
        ``forbidden``, ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write")
    reason = said(why, at_most=500, field="dropped_why")
    with transaction.atomic():
        Outcome.objects.filter(pk=outcome.pk).update(dropped_on=on, dropped_why=reason)
        mark_due(outcome.customer_id)
        record_entry(actor, "drop_outcome", f"customer {outcome.customer_id}", {"outcome": outcome.pk})


def take_up_outcome(actor: Colleague | None, outcome: Outcome) -> None:
    """Take an outcome up again that was given up."""
    require(actor, "write")
    with transaction.atomic():
        Outcome.objects.filter(pk=outcome.pk).update(dropped_on=None, dropped_why="")
        mark_due(outcome.customer_id)
        record_entry(actor, "take_up_outcome", f"customer {outcome.customer_id}", {"outcome": outcome.pk})


def remove_draft(actor: Colleague | None, outcome: Outcome) -> None:
    """Take away a draft that was noted by mistake, with what came of its template.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``outcome-in-use`` when anything rests on it.
    """
    require(actor, "write")
    with transaction.atomic():
        current = locked_outcome(outcome.pk)
        if current.agreed_on is not None or _rests_on(current):
            raise RegularsError(
                "outcome-in-use",
                "It was agreed, or something rests on it. Give it up with a reason instead.",
                409,
            )
        mark_due(current.customer_id)
        record_entry(actor, "remove_draft", f"customer {current.customer_id}", {"outcome": current.pk})
        current.delete()


def _rests_on(outcome: Outcome) -> bool:
    """Return whether anybody put work or words into an outcome since it was noted."""
    untouched = Q(from_template=True, done_on=None)
    rests = (
        outcome.readings.all(),
        outcome.confirmations.all(),
        outcome.edits.all(),
        outcome.blockers.all(),
        outcome.acknowledgements.filter(colleague=None),
        outcome.milestones.exclude(untouched),
        outcome.commitments.exclude(untouched, missed_on=None),
    )
    return any(rows.exists() for rows in rests)


def locked_outcome(pk: int) -> Outcome:
    """Return an outcome that nobody else changes until the transaction ends.

    Raises
    ------
    RegularsError
        ``not-found``.
    """
    found = Outcome.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise RegularsError("not-found", "There is no such outcome any more.", 404)
    return found


def _blank(outcome: Outcome, name: str) -> bool:
    return getattr(outcome, name) in (None, "", {})


def _tidied(typed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in typed.items()
        if name in CHANGEABLE
    }


def _as_seen(current: Outcome, version: int) -> dict[str, Any]:
    """Return an outcome's fields as they stood in a version, from the edits made since."""
    seen = {name: getattr(current, name) for name in CHANGEABLE}
    later = OutcomeEdit.objects.filter(outcome=current, aside=False, version__gt=version)
    return seen | stood_before(later.order_by("-version", "-pk"))


def _merge(
    actor: Colleague | None, current: Outcome, version: int, wanted: Mapping[str, Any], contested: set[str]
) -> Merged:
    """Take over what nobody contests, and keep the rest aside; what is wanted as it stands is no change."""
    changes = {
        name: [_stored(getattr(current, name)), _stored(value)]
        for name, value in wanted.items()
        if value != getattr(current, name)
    }
    taken = {name: pair for name, pair in changes.items() if name not in contested}
    for name in taken:
        setattr(current, name, wanted[name])
    if "due_on" in taken and current.due_on is None and current.agreed_on is not None:
        raise without_date()
    checked_outcome(current)
    made = aside = None
    if taken:
        current.version += 1
        current.save(update_fields=[*taken, "version"])
        made = OutcomeEdit.objects.create(outcome=current, version=current.version, changes=taken, by=actor)
        if not taken.keys().isdisjoint(MEANING):
            _overtake_confirmations(current)
    if contested & changes.keys():
        kept = {name: pair for name, pair in changes.items() if name in contested}
        aside = OutcomeEdit.objects.create(
            outcome=current, version=version, changes=kept, aside=True, by=actor
        )
    if changes:
        mark_due(current.customer_id)
        detail = {"outcome": current.pk, "fields": sorted(taken), "aside": sorted(contested & changes.keys())}
        record_entry(actor, "change_outcome", f"customer {current.customer_id}", detail)
    return Merged(current, tuple(taken), made, aside)


def _overtake_confirmations(current: Outcome) -> None:
    """Note which confirmations are of other words than stand now; one holds again when its words are back."""
    today = calendar_date(company().day_of(timezone.now()))
    for one in current.confirmations.filter(verdict=Verdict.CONFIRMED):
        seen = _as_seen(current, one.version)
        same = all(seen[name] == getattr(current, name) for name in MEANING)
        if same != (one.overtaken_on is None):
            one.overtaken_on = None if same else today
            one.save(update_fields=["overtaken_on"])


def _refuse_gone(wanted: Mapping[str, Any]) -> None:
    """Refuse to name somebody again who is not on record any more."""
    for name, rows in _WHO.items():
        pk = wanted.get(name)
        if pk is not None and not rows.objects.filter(pk=pk).exists():
            raise RegularsError(
                "not-undoable", "Somebody this names is not on record any more. Change it by hand.", 409
            )


_WHO: dict[str, type[Colleague] | type[Person]] = {
    "owner_id": Colleague, "their_owner_id": Person, "said_by_id": Person,
}  # fmt: skip


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
