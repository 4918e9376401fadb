"""What is agreed, measured and confirmed: the record and its entry, both or neither."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypedDict, Unpack

from django.db import transaction

from regulars.attention.write.plan_told import message_of, refuse_to_come, tell
from regulars.attention.write.take_back import require_fresh, take_back_told
from regulars.insight.errors import RegularsError
from regulars.records.models import (
    Acknowledgement,
    Colleague,
    Confirmation,
    Outcome,
    Person,
    Reading,
    ShareLink,
    Verdict,
)
from regulars.records.write import outcomes, plan
from regulars.records.write.outcomes import Merged

CONFIRMED_DAYS = 180
"""A confirmation holds for so long; then it is asked for again."""


def start_outcome(
    actor: Colleague | None, customer: int, sentence: str, *, on: date, agreed: bool, **more: Any
) -> Outcome:
    """Note what a customer wants, and agree it in the same breath if it was.

    Parameters
    ----------
    more
        As `records.write.outcomes.note_outcome` takes it.

    Raises
    ------
    RegularsError
        As `note_outcome` and `agree_outcome`; then nothing is noted.
    """
    with transaction.atomic():
        outcome = outcomes.note_outcome(actor, customer, sentence, noted_on=on, **more)
        return agree_outcome(actor, outcome, on) if agreed else outcome


def agree_outcome(
    actor: Colleague | None, outcome: Outcome, on: date, *, person: Person | None = None
) -> Outcome:
    """Agree an outcome with the customer; the person who said yes and the colleague are noted.

    Raises
    ------
    RegularsError
        As `records.write.outcomes.agree_outcome`, and ``day-to-come`` for a day to come.
    """
    refuse_to_come(on, "agreed_on")
    with transaction.atomic():
        agreed = outcomes.agree_outcome(actor, outcome, on)
        if actor is not None:
            plan.acknowledge(actor, agreed, on, marking=True)
        if person is not None:
            plan.acknowledge(actor, agreed, on, person=person, marking=True)
        tell(agreed, "outcome_agreed", on, agreed.sentence, quantity=agreed.target)
    return agreed


def unagree_outcome(actor: Colleague | None, outcome: Outcome) -> None:
    """Take an agreement back that was marked by mistake.

    Raises
    ------
    RegularsError
        ``forbidden``, ``told-long-ago``, or ``outcome-in-use`` when the customer has judged it since.
    """
    with transaction.atomic():
        outcomes.unagree_outcome(actor, outcome)
        take_back_told(actor, outcome.customer_id, [message_of("outcome_agreed", outcome)])


def remove_outcome(actor: Colleague | None, outcome: Outcome) -> None:
    """Take away an outcome that was noted by mistake a moment ago, its fresh agreement with it.

    Raises
    ------
    RegularsError
        ``forbidden``, ``told-long-ago``, or ``outcome-in-use`` when anything rests on it.
    """
    require_fresh(outcome.created_at)
    with transaction.atomic():
        if outcome.agreed_on is not None:
            unagree_outcome(actor, outcome)
        outcomes.remove_draft(actor, outcome)


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
    refuse_to_come(on, "said_on")
    _still_wanted(outcome)
    if verdict == Verdict.CONFIRMED and said.get("expires_on") is None:
        said["expires_on"] = on + timedelta(days=CONFIRMED_DAYS)
    value, until = said.get("value"), said.get("expires_on")
    with transaction.atomic():
        found = plan.add_confirmation(actor, outcome, verdict, on, **said)
        if value is not None:
            plan.add_reading(actor, outcome, on, value, evidence=found.evidence, by_customer=True)
        tell(
            outcome, _SAID[verdict], on, found.words, item=outcome.sentence, quantity=value, about=found,
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
    message = message_of(_SAID[confirmation.verdict], outcome, confirmation)
    with transaction.atomic():
        reading = _reading_of(confirmation)
        plan.drop_confirmation(actor, confirmation)
        if reading is not None:
            plan.drop_reading(actor, reading, with_confirmation=True)
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
    refuse_to_come(day, "day")
    _still_wanted(outcome)
    with transaction.atomic():
        reading = plan.add_reading(actor, outcome, day, value, evidence=evidence)
        tell(
            outcome, "outcome_measured", day, outcome.measure or outcome.sentence,
            quantity=value, about=reading, evidence=evidence.strip(),
        )  # fmt: skip
    return reading


def withdraw_reading(actor: Colleague | None, reading: Reading) -> None:
    """Take back a reading that was typed by mistake; one by the customer goes with what they said of it.

    Raises
    ------
    RegularsError
        ``forbidden``, ``said-by-them`` or ``told-long-ago``.
    """
    outcome, message = reading.outcome, message_of("outcome_measured", reading.outcome, reading)
    with transaction.atomic():
        plan.drop_reading(actor, reading)
        take_back_told(actor, outcome.customer_id, [message])


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


def _still_wanted(outcome: Outcome) -> None:
    if outcome.dropped_on is not None:
        raise RegularsError("outcome-dropped", "Both sides gave this up. Take it up again first.", 409)
