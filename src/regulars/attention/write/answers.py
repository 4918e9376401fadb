"""Answers to next steps: done, later, not useful; each can be taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from regulars.attention.models import NextStep
from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague
from regulars.records.write.audit import record_entry, require

State = NextStep.State


def finish_step(actor: Colleague | None, step: NextStep, reason: str = "") -> None:
    """Mark a next step as done, with what was learnt if anything."""
    _answer(actor, step, State.DONE, reason)


def snooze_step(actor: Colleague | None, step: NextStep, *, until_day: int, reason: str, today: int) -> None:
    """Put a next step off to a day, with the reason.

    Raises
    ------
    RegularsError
        ``snooze-not-future`` or ``reason-missing``.

    Units
    -----
    Epoch days.
    """
    if until_day <= today:
        sentence = "Choose a day after today."
        raise RegularsError("snooze-not-future", sentence, fields={"until": sentence})
    if not reason.strip():
        sentence = "Say in a few words why it can wait."
        raise RegularsError("reason-missing", sentence, fields={"reason": sentence})
    _answer(actor, step, State.SNOOZED, reason, until_day)


def dismiss_step(actor: Colleague | None, step: NextStep, reason: str = "") -> None:
    """Say that a next step was not useful; steps of its kind are proposed with less weight."""
    _answer(actor, step, State.NOT_USEFUL, reason)


def reopen_step(actor: Colleague | None, step: NextStep) -> None:
    """Take an answer back."""
    require(actor, "write")
    with transaction.atomic():
        NextStep.objects.filter(pk=step.pk).exclude(state=State.WITHDRAWN).update(
            state=State.OPEN, answered_at=None, answered_by=None, answer_reason="", snoozed_until=None
        )
        record_entry(actor, "reopen_step", f"step {step.pk}", {"was": step.state})


def _answer(
    actor: Colleague | None, step: NextStep, state: State, reason: str, until_day: int | None = None
) -> None:
    require(actor, "write")
    now: datetime = timezone.now()
    with transaction.atomic():
        NextStep.objects.filter(pk=step.pk).update(
            state=state,
            answer_reason=reason.strip()[:300],
            answered_at=now,
            answered_by=actor,
            snoozed_until=until_day,
        )
        record_entry(actor, f"{state}_step", f"step {step.pk}", {"kind": step.kind, "was": step.state})
