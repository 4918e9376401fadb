"""Promises and milestones on the way to an outcome: the record and its entry, both or neither."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from regulars.attention.write.plan_told import message_of, refuse_to_come, tell
from regulars.attention.write.take_back import take_back_told
from regulars.records.models import Colleague, Commitment, Milestone
from regulars.records.write import plan


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
        tell(made, "commitment_made", on, made.text, side=side, person=made.person)
    return made


def unmake_commitment(actor: Colleague | None, commitment: Commitment) -> None:
    """Take back a promise that was noted by mistake.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``told-long-ago``.
    """
    kinds = ("commitment_made", "commitment_kept", "commitment_missed")
    messages = [message_of(kind, commitment) for kind in kinds]
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
    refuse_to_come(on, "done_on")
    with transaction.atomic():
        plan.mark_commitment(actor, commitment, done_on=on, by_customer=by_customer)
        tell(commitment, "commitment_kept", on, commitment.text, side=commitment.side)
    return commitment


def miss_commitment(actor: Colleague | None, commitment: Commitment, on: date) -> Commitment:
    """Mark a promise as missed: given up, or too late to matter.

    Raises
    ------
    RegularsError
        ``forbidden``, ``commitment-closed``, or ``day-to-come`` for a day to come.
    """
    refuse_to_come(on, "missed_on")
    with transaction.atomic():
        plan.mark_commitment(actor, commitment, missed_on=on)
        tell(commitment, "commitment_missed", on, commitment.text, side=commitment.side)
    return commitment


def reopen_commitment(actor: Colleague | None, commitment: Commitment) -> None:
    """Open a promise again that was marked as kept or missed.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``told-long-ago``.
    """
    messages = [message_of(kind, commitment) for kind in ("commitment_kept", "commitment_missed")]
    with transaction.atomic():
        plan.mark_commitment(actor, commitment)
        take_back_told(actor, commitment.customer_id, messages)


def reach_milestone(actor: Colleague | None, milestone: Milestone, on: date) -> None:
    """Mark a milestone as reached on a day.

    Raises
    ------
    RegularsError
        ``forbidden``, ``milestone-reached``, or ``day-to-come`` for a day to come.
    """
    refuse_to_come(on, "done_on")
    with transaction.atomic():
        plan.mark_milestone(actor, milestone, on)
        tell(milestone, "milestone_reached", on, milestone.text)


def reopen_milestone(actor: Colleague | None, milestone: Milestone) -> None:
    """Open a milestone again.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``told-long-ago``.
    """
    with transaction.atomic():
        plan.mark_milestone(actor, milestone, None)
        take_back_told(actor, milestone.customer_id, [message_of("milestone_reached", milestone)])
