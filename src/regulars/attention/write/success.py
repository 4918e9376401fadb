"""What is agreed, promised, reached and confirmed: the record and its entry, both or neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from regulars.attention.write.take_back import take_back_told
from regulars.insight.errors import RegularsError
from regulars.ledger.by_hand import Told, record_told
from regulars.records.models import (
    Acknowledgement,
    Colleague,
    Commitment,
    Confirmation,
    Milestone,
    Outcome,
    Person,
    Reading,
    ShareLink,
    Verdict,
)
from regulars.records.opaque import opaque
from regulars.records.read.company import company, epoch_day
from regulars.records.write import outcomes, plan
from regulars.records.write.outcomes import Merged

CONFIRMED_DAYS = 180
"""A confirmation holds for so long; then it is asked for again."""


def subject_of(row: Outcome | Milestone | Commitment) -> str:
    """Return the word by which entries about one thing find each other.

    Example
    -------
    ``outcome-7f3k2m9q``
    """
    return f"{row._meta.db_table}-{opaque(row.pk)}"


def agree_outcome(
    actor: Colleague | None, outcome: Outcome, on: date, *, person: Person | None = None
) -> Outcome:
    """Agree an outcome with the customer; the person who said yes and the colleague are noted.

    Raises
    ------
    RegularsError
        As `records.write.outcomes.agree_outcome`, and ``day-to-come`` for a day to come.
    """
    _past(on, "agreed_on")
    with transaction.atomic():
        agreed = outcomes.agree_outcome(actor, outcome, on)
        if actor is not None:
            plan.acknowledge(actor, agreed, on, agrees=True)
        if person is not None:
            plan.acknowledge(actor, agreed, on, person=person, agrees=True)
        _tell(agreed, "outcome_agreed", on, agreed.sentence, quantity=agreed.target)
    return agreed


def unagree_outcome(actor: Colleague | None, outcome: Outcome) -> None:
    """Take an agreement back that was marked by mistake.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``told-long-ago``.
    """
    with transaction.atomic():
        outcomes.unagree_outcome(actor, outcome)
        take_back_told(actor, outcome.customer_id, [_message("outcome_agreed", outcome)])


def remove_outcome(actor: Colleague | None, outcome: Outcome) -> None:
    """Take away an outcome that was noted by mistake, its fresh agreement and promises with it.

    Raises
    ------
    RegularsError
        ``forbidden``, ``told-long-ago``, or ``outcome-in-use`` when anything rests on it.
    """
    promised = [_message("commitment_made", one) for one in outcome.commitments.all()]
    with transaction.atomic():
        if outcome.agreed_on is not None:
            unagree_outcome(actor, outcome)
        outcomes.remove_draft(actor, outcome)
        take_back_told(actor, outcome.customer_id, promised)


class SaidOfIt(TypedDict, total=False):
    """What goes with a verdict: their number and words, what it rests on, who said it, by which link.

    ``expires_on`` is until when a confirmation holds; `CONFIRMED_DAYS` after that day if not given.
    """

    value: float | None
    words: str
    evidence: str
    said_by: Person | None
    said_by_name: str
    share: ShareLink | None
    expires_on: date | None


def confirm_outcome(
    actor: Colleague | None, outcome: Outcome, verdict: str, *, on: date, **said: Unpack[SaidOfIt]
) -> Confirmation:
    """Note what the customer says of an outcome: confirmed, not yet, or disputed, with their number.

    Parameters
    ----------
    actor
        Who noted it; None when the customer said it on their own page.
    said
        What goes with it; a ``value`` becomes a reading by the customer.

    Raises
    ------
    RegularsError
        As `add_confirmation` and `add_reading`, ``outcome-dropped`` for one that both gave up, and
        ``day-to-come`` for a day to come.
    """
    _past(on, "said_on")
    _still_wanted(outcome)
    if verdict == Verdict.CONFIRMED and said.get("expires_on") is None:
        said["expires_on"] = on + timedelta(days=CONFIRMED_DAYS)
    value, until = said.get("value"), said.get("expires_on")
    with transaction.atomic():
        found = plan.add_confirmation(actor, outcome, verdict, on, **said)
        if value is not None:
            plan.add_reading(actor, outcome, on, value, evidence=found.evidence, by_customer=True)
        _tell(
            outcome, _SAID[verdict], on, found.words or outcome.sentence, quantity=value, about=found,
            person=found.said_by, verdict=verdict, evidence=found.evidence,
            expires_on=until.isoformat() if until else "",
        )  # fmt: skip
    return found


_SAID = {
    Verdict.CONFIRMED.value: "outcome_confirmed",
    Verdict.NOT_YET.value: "outcome_measured",
    Verdict.DISPUTED.value: "outcome_disputed",
}


def withdraw_confirmation(actor: Colleague | None, confirmation: Confirmation) -> None:
    """Take back what was noted by mistake as said by the customer, its reading and its entry too.

    Raises
    ------
    RegularsError
        ``forbidden``, ``said-by-them`` or ``told-long-ago``.
    """
    outcome = confirmation.outcome
    message = _message(_SAID[confirmation.verdict], outcome, confirmation)
    with transaction.atomic():
        reading = _reading_of(confirmation)
        plan.drop_confirmation(actor, confirmation)
        if reading is not None:
            plan.drop_reading(actor, reading)
        take_back_told(actor, outcome.customer_id, [message])


def _reading_of(confirmation: Confirmation) -> Reading | None:
    """Return the reading that came with a confirmation."""
    if confirmation.value is None:
        return None
    rows = Reading.objects.filter(
        outcome=confirmation.outcome_id,
        by_customer=True,
        day=confirmation.said_on,
        value=confirmation.value,
        by=confirmation.noted_by_id,
    )
    return rows.order_by("-pk").first()


def measure_outcome(
    actor: Colleague | None, outcome: Outcome, day: date, value: float, *, evidence: str = ""
) -> Reading:
    """Note a value of the outcome's measure, with what it rests on.

    Raises
    ------
    RegularsError
        As `add_reading`, and ``day-to-come`` for a day to come.
    """
    _past(day, "day")
    _still_wanted(outcome)
    with transaction.atomic():
        reading = plan.add_reading(actor, outcome, day, value, evidence=evidence)
        _tell(
            outcome, "outcome_measured", day, outcome.measure or outcome.sentence,
            quantity=value, about=reading, evidence=evidence.strip(),
        )  # fmt: skip
    return reading


def withdraw_reading(actor: Colleague | None, reading: Reading) -> None:
    """Take back a reading that was typed by mistake.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``told-long-ago``.
    """
    outcome, message = reading.outcome, _message("outcome_measured", reading.outcome, reading)
    with transaction.atomic():
        plan.drop_reading(actor, reading)
        take_back_told(actor, outcome.customer_id, [message])


def make_commitment(
    actor: Colleague | None, customer: int, side: str, text: str, *, on: date, **more: Any
) -> Commitment:
    """Note what one side promises on a day.

    Parameters
    ----------
    more
        ``outcome``, ``due_on``, ``colleague`` and ``person``, as `add_commitment` takes them.

    Raises
    ------
    RegularsError
        As `add_commitment`.
    """
    with transaction.atomic():
        made = plan.add_commitment(actor, customer, side, text, **more)
        _tell(made, "commitment_made", on, made.text, side=side, person=made.person)
    return made


def unmake_commitment(actor: Colleague | None, commitment: Commitment) -> None:
    """Take back a promise that was noted by mistake.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``told-long-ago``.
    """
    kinds = ("commitment_made", "commitment_kept", "commitment_missed")
    messages = [_message(kind, commitment) for kind in kinds]
    with transaction.atomic():
        plan.drop_commitment(actor, commitment)
        take_back_told(actor, commitment.customer_id, messages)


def tick_commitment(
    actor: Colleague | None, commitment: Commitment, on: date, *, by_customer: bool = False
) -> Commitment:
    """Mark a promise as kept on a day; whether it was late, its date tells.

    Raises
    ------
    RegularsError
        ``forbidden``, ``commitment-closed``, or ``day-to-come`` for a day to come.
    """
    _past(on, "done_on")
    with transaction.atomic():
        plan.mark_commitment(actor, commitment, done_on=on, by_customer=by_customer)
        _tell(commitment, "commitment_kept", on, commitment.text, side=commitment.side)
    return commitment


def miss_commitment(actor: Colleague | None, commitment: Commitment, on: date) -> Commitment:
    """Mark a promise as missed: given up, or too late to matter.

    Raises
    ------
    RegularsError
        ``forbidden``, ``commitment-closed``, or ``day-to-come`` for a day to come.
    """
    _past(on, "missed_on")
    with transaction.atomic():
        plan.mark_commitment(actor, commitment, missed_on=on)
        _tell(commitment, "commitment_missed", on, commitment.text, side=commitment.side)
    return commitment


def reopen_commitment(actor: Colleague | None, commitment: Commitment) -> None:
    """Open a promise again that was marked as kept or missed.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``told-long-ago``.
    """
    messages = [_message(kind, commitment) for kind in ("commitment_kept", "commitment_missed")]
    with transaction.atomic():
        plan.mark_commitment(actor, commitment)
        take_back_told(actor, commitment.customer_id, messages)


def reach_milestone(actor: Colleague | None, milestone: Milestone, on: date) -> None:
    """Mark a milestone as reached on a day.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``day-to-come`` for a day to come.
    """
    _past(on, "done_on")
    with transaction.atomic():
        plan.mark_milestone(actor, milestone, on)
        _tell(milestone, "milestone_reached", on, milestone.text)


def reopen_milestone(actor: Colleague | None, milestone: Milestone) -> None:
    """Open a milestone again.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``told-long-ago``.
    """
    with transaction.atomic():
        plan.mark_milestone(actor, milestone, None)
        take_back_told(actor, milestone.customer_id, [_message("milestone_reached", milestone)])


def fill_in(actor: Colleague | None, outcome: Outcome, version: int | None = None, **typed: Any) -> Merged:
    """Fill in what an outcome lacks; what stands already is kept, and what was typed beside it.

    Parameters
    ----------
    version
        The version that was looked at; the newest by default.
    typed
        Any of ``why``, ``due_on``, ``measure``, ``unit``, ``baseline`` and ``target``; empty ones are
        left out.

    Raises
    ------
    RegularsError
        As `fill_outcome`, and ``not-fillable`` for any other name.
    """
    others = set(typed) - {"why", "due_on", "measure", "unit", "baseline", "target"}
    if others:
        raise RegularsError("not-fillable", f"{sorted(others)[0]} is not for filling in.")
    return outcomes.fill_outcome(actor, outcome, outcome.version if version is None else version, typed)


def see_plan(
    actor: Colleague | None,
    outcome: Outcome,
    *,
    on: date,
    person: Person | None = None,
    name: str = "",
    agrees: bool = False,
) -> Acknowledgement:
    """Note who has seen an outcome as it stands now, and whether they said yes to it.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``seen-by-nobody``.
    """
    return plan.acknowledge(actor, outcome, on, person=person, name=name, agrees=agrees)


def see_whole_plan(
    actor: Colleague | None,
    customer: int,
    *,
    on: date,
    person: Person | None = None,
    name: str = "",
    agrees: bool = False,
) -> Sequence[Acknowledgement]:
    """Note who has seen every outcome of a customer that was not given up.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``seen-by-nobody``.
    """
    with transaction.atomic():
        return [
            plan.acknowledge(actor, outcome, on, person=person, name=name, agrees=agrees)
            for outcome in Outcome.objects.filter(customer_id=customer, dropped_on=None).order_by("pk")
        ]


def _past(on: date, field: str) -> None:
    if epoch_day(on) > company().day_of(timezone.now()):
        raise RegularsError("day-to-come", "This day is still to come. Choose today or a day before.").beside(
            field
        )


def _still_wanted(outcome: Outcome) -> None:
    if outcome.dropped_on is not None:
        raise RegularsError("outcome-dropped", "Both sides gave this up. Take it up again first.", 409)


def _message(kind: str, row: Any, about: Any = None) -> str:
    """Return the id of an entry: one of each kind about one thing."""
    return f"{kind}:{(about or row)._meta.db_table}:{(about or row).pk}"


def _tell(
    row: Outcome | Milestone | Commitment,
    kind: str,
    on: date,
    text: str,
    *,
    quantity: float | None = None,
    about: Any = None,
    person: Person | None = None,
    **properties: str,
) -> None:
    """Record the entry of a change, in the same transaction."""
    told: Mapping[str, Any] = properties | {"person": opaque(person.pk) if person else ""}
    if isinstance(row, Outcome):
        told = {**told, "unit": row.unit}
    record_told(
        [
            Told(
                customer=row.customer_id,
                kind=kind,
                day=epoch_day(on),
                text=text,
                quantity=quantity,
                subject=subject_of(row),
                properties={name: value for name, value in told.items() if value},
                message_id=_message(kind, row, about),
            )
        ]
    )
