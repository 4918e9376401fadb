"""The rows around an outcome: readings, milestones, promises, who has seen it, what the customer says."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.models import (
    Acknowledgement,
    Colleague,
    Commitment,
    Confirmation,
    Milestone,
    Outcome,
    Person,
    Reading,
    Side,
    Verdict,
)
from regulars.records.write.audit import record_entry, require
from regulars.records.write.due import mark_due
from regulars.records.write.notes import said, said_or_blank
from regulars.records.write.outcome_checks import checked_number
from regulars.records.write.outcomes import locked_outcome


def add_reading(
    actor: Colleague | None,
    outcome: Outcome,
    day: date,
    value: float,
    *,
    evidence: str = "",
    by_customer: bool = False,
) -> Reading:
    """Note a value of the outcome's measure on a day, with what it rests on.

    Raises
    ------
    RegularsError
        ``forbidden``, ``number-unfit`` or ``text-too-long``.
    """
    require(actor, "write")
    checked_number(value, "value")
    with transaction.atomic():
        reading = Reading.objects.create(
            outcome=outcome,
            day=day,
            value=value,
            evidence=said_or_blank(evidence, at_most=500, field="evidence"),
            by_customer=by_customer,
            by=actor,
        )
        mark_due(outcome.customer_id)
        record_entry(actor, "add_reading", _subject(outcome.customer_id), {"reading": reading.pk})
    return reading


def add_confirmation(
    actor: Colleague | None, outcome: Outcome, verdict: str, said_on: date, **more: Any
) -> Confirmation:
    """Note what the customer says of an outcome.

    Parameters
    ----------
    more
        Further columns of the confirmation.

    Raises
    ------
    RegularsError
        ``forbidden``, ``verdict-unknown``, ``words-missing`` when they dispute without a word of why,
        ``outcome-not-agreed`` when they confirm a draft, ``expires-before-said``, or ``text-too-long``.
    """
    require(actor, "write")
    if verdict not in Verdict.values:
        raise RegularsError(
            "verdict-unknown", "They say one of three things: confirmed, not yet or disputed."
        )
    for name, longest in (("words", 1000), ("evidence", 500), ("said_by_name", 120)):
        more[name] = said_or_blank(more.get(name, ""), at_most=longest, field=name)
    if verdict == Verdict.DISPUTED and not more["words"]:
        raise RegularsError("words-missing", "Say in a few words what is not as it was agreed.").beside(
            "words"
        )
    until = more.get("expires_on")
    if until is not None and until < said_on:
        raise RegularsError(
            "expires-before-said", "It would hold until before it was said. Choose a later day."
        ).beside("expires_on")
    with transaction.atomic():
        current = locked_outcome(outcome.pk)
        if verdict == Verdict.CONFIRMED and current.agreed_on is None:
            raise RegularsError(
                "outcome-not-agreed", "This is a draft. Agree on it first, then they can confirm it.", 409
            )
        found = Confirmation.objects.create(
            outcome=current, version=current.version, verdict=verdict, said_on=said_on, noted_by=actor, **more
        )
        detail = {"confirmation": found.pk, "verdict": verdict}
        mark_due(outcome.customer_id)
        record_entry(actor, "add_confirmation", _subject(outcome.customer_id), detail)
    return found


def acknowledge(
    actor: Colleague | None,
    outcome: Outcome,
    on: date,
    *,
    person: Person | None = None,
    name: str = "",
    agrees: bool = False,
    marking: bool = False,
) -> Acknowledgement:
    """Note who has seen the plan as it is now, and whether they said yes to it; once for each version.

    A colleague speaks for themselves unless a person or a name of the other side is given.

    Parameters
    ----------
    marking
        They said yes and it is noted by marking the outcome as agreed, so that it goes with that.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``seen-by-nobody`` when nobody is named.
    """
    require(actor, "read" if person is None and not name else "write")
    name = said_or_blank(name, at_most=120, field="name")
    colleague = actor if person is None and not name else None
    if colleague is None and person is None and not name:
        raise RegularsError("seen-by-nobody", "Say who has seen it.").beside("name")
    with transaction.atomic():
        seen, made = Acknowledgement.objects.get_or_create(
            outcome=outcome,
            version=outcome.version,
            colleague=colleague,
            person=person,
            name="" if person else name,
            defaults={
                "seen_on": on,
                "agreed_on": on if agrees or marking else None,
                "marked": _MARKED.ALL if marking else _MARKED.NOTHING,
            },
        )
        if not made:
            seen = _acknowledge_again(seen.pk, on, agrees=agrees, marking=marking)
        if made or agrees or marking:
            detail = {"outcome": outcome.pk, "version": outcome.version, "agrees": agrees or marking}
            record_entry(actor, "acknowledge", _subject(outcome.customer_id), detail)
    return seen


_MARKED = Acknowledgement.Marked


def _acknowledge_again(pk: int, on: date, *, agrees: bool, marking: bool) -> Acknowledgement:
    """Note that somebody saw a version again, or says yes to it now; what they say themselves is theirs."""
    seen = Acknowledgement.objects.select_for_update().get(pk=pk)
    if marking:
        if seen.agreed_on is None:
            seen.agreed_on, seen.marked = on, _MARKED.YES
    elif agrees:
        seen.agreed_on, seen.marked = seen.agreed_on or on, _MARKED.NOTHING
    elif seen.marked == _MARKED.ALL:
        seen.marked = _MARKED.YES
    seen.save(update_fields=["agreed_on", "marked"])
    return seen


def add_milestone(
    actor: Colleague | None,
    customer: int,
    text: str,
    *,
    outcome: Outcome | None = None,
    due_on: date | None = None,
    onboarding: bool = False,
    go_live: bool = False,
) -> Milestone:
    """Put a step on the way; go-live and the steps of onboarding are milestones too.

    Raises
    ------
    RegularsError
        ``forbidden``, ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write")
    words = said(text, at_most=300, field="milestone")
    with transaction.atomic():
        milestone = Milestone.objects.create(
            customer_id=customer, outcome=outcome, text=words, due_on=due_on,
            onboarding=onboarding, go_live=go_live,
        )  # fmt: skip
        mark_due(customer)
        record_entry(actor, "add_milestone", _subject(customer), {"milestone": milestone.pk})
    return milestone


def mark_milestone(actor: Colleague | None, milestone: Milestone, on: date | None) -> None:
    """Mark a milestone as reached on a day, or as open again with None.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``milestone-reached`` when it was reached before.
    """
    require(actor, "write")
    with transaction.atomic():
        if on is not None:
            _locked_open(milestone)
        _mark(actor, milestone, "mark_milestone", done_on=on)


def drop_milestone(actor: Colleague | None, milestone: Milestone) -> None:
    """Take a milestone away.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``milestone-reached`` when it was reached.
    """
    require(actor, "write")
    with transaction.atomic():
        _locked_open(milestone)
        mark_due(milestone.customer_id)
        record_entry(actor, "drop_milestone", _subject(milestone.customer_id), {"milestone": milestone.pk})
        Milestone.objects.filter(pk=milestone.pk).delete()


def _locked_open(milestone: Milestone) -> None:
    """Hold a milestone that is still open until the transaction ends."""
    current = Milestone.objects.select_for_update().filter(pk=milestone.pk).first()
    if current is None:
        raise RegularsError("not-found", "This step is gone. Go back and look at the plan again.", 404)
    if current.done_on is not None:
        raise RegularsError("milestone-reached", "It was reached, so it stays. Open it again first.", 409)


def add_commitment(
    actor: Colleague | None,
    customer: int,
    side: str,
    text: str,
    *,
    outcome: Outcome | None = None,
    due_on: date | None = None,
    colleague: Colleague | None = None,
    person: Person | None = None,
) -> Commitment:
    """Note what one side promises, by when.

    Raises
    ------
    RegularsError
        ``forbidden``, ``side-unknown``, ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write")
    if side not in Side.values:
        raise RegularsError(
            "side-unknown", "A promise is ours or theirs.", fields={"side": "Ours or theirs?"}
        )
    words = said(text, at_most=300, field="commitment")
    with transaction.atomic():
        made = Commitment.objects.create(
            customer_id=customer, outcome=outcome, side=side, text=words, due_on=due_on,
            colleague=colleague if side == Side.OURS else None,
            person=person if side == Side.THEIRS else None,
        )  # fmt: skip
        mark_due(customer)
        record_entry(actor, "add_commitment", _subject(customer), {"commitment": made.pk, "side": side})
    return made


def mark_commitment(
    actor: Colleague | None,
    commitment: Commitment,
    *,
    done_on: date | None = None,
    missed_on: date | None = None,
    by_customer: bool = False,
) -> None:
    """Mark a promise as kept or as missed on a day, or as open again with neither.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``commitment-closed`` when it was kept or missed before.
    """
    require(actor, "write")
    closing = done_on is not None or missed_on is not None
    with transaction.atomic():
        current = Commitment.objects.select_for_update().get(pk=commitment.pk)
        if closing and (current.done_on is not None or current.missed_on is not None):
            raise RegularsError(
                "commitment-closed", "This promise was closed already. Open it again first.", 409
            )
        _mark(
            actor, commitment, "mark_commitment",
            done_on=done_on, missed_on=missed_on, ticked_by_customer=by_customer,
        )  # fmt: skip


def drop_commitment(actor: Colleague | None, commitment: Commitment) -> None:
    """Take back a promise that was noted by mistake."""
    require(actor, "write")
    with transaction.atomic():
        mark_due(commitment.customer_id)
        record_entry(
            actor, "drop_commitment", _subject(commitment.customer_id), {"commitment": commitment.pk}
        )
        Commitment.objects.filter(pk=commitment.pk).delete()


def drop_reading(actor: Colleague | None, reading: Reading, *, with_confirmation: bool = False) -> None:
    """Take back a reading that was typed by mistake.

    Parameters
    ----------
    with_confirmation
        What the customer said with it is taken back too: a number of theirs goes in no other way.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``said-by-them`` for a number of the customer's.
    """
    require(actor, "write")
    if reading.by_customer and not with_confirmation:
        raise RegularsError(
            "said-by-them", "This is the customer's own number. It goes with what they said of it only.", 409
        )
    with transaction.atomic():
        mark_due(reading.outcome.customer_id)
        record_entry(actor, "drop_reading", _subject(reading.outcome.customer_id), {"reading": reading.pk})
        Reading.objects.filter(pk=reading.pk).delete()


def drop_confirmation(actor: Colleague | None, confirmation: Confirmation) -> None:
    """Take back what was noted by mistake as said by the customer; what they said themselves stays.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``said-by-them`` when it came from the customer's own page.
    """
    require(actor, "write")
    if confirmation.share_id is not None:
        raise RegularsError(
            "said-by-them", "The customer said this on their own page. Only they can change it.", 409
        )
    with transaction.atomic():
        detail = {"confirmation": confirmation.pk}
        mark_due(confirmation.outcome.customer_id)
        record_entry(actor, "drop_confirmation", _subject(confirmation.outcome.customer_id), detail)
        Confirmation.objects.filter(pk=confirmation.pk).delete()


def _mark(
    actor: Colleague | None, row: Milestone | Commitment, action: str, **columns: date | bool | None
) -> None:
    require(actor, "write")
    with transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**columns)
        for name, value in columns.items():
            setattr(row, name, value)
        detail = {"row": row.pk} | {
            name: value.isoformat() if isinstance(value, date) else value for name, value in columns.items()
        }
        mark_due(row.customer_id)
        record_entry(actor, action, _subject(row.customer_id), detail)


def _subject(customer: int) -> str:
    return f"customer {customer}"
