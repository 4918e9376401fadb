"""Answers to next steps, and taking them back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from regulars.attention.models import NextStep
from regulars.attention.read.today import is_first_day, reasons
from regulars.attention.write.answers import dismiss_step, finish_step, reopen_step, snooze_step
from regulars.insight.errors import RegularsError
from regulars.ledger.models import Fact
from regulars.records.models import AuditEntry, Source
from regulars.records.read.company import company
from tests.web.factories import customer, fact, regular, source, step, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting() -> NextStep:
    return step(regular("Café Nord"))


def test_done_is_kept_with_who_and_when(max: Any, waiting: NextStep) -> None:
    finish_step(max, waiting, "They were on holiday.")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.answered_by, waiting.answer_reason) == (
        "done",
        max,
        "They were on holiday.",
    )
    assert waiting.answered_at is not None
    assert AuditEntry.objects.get().action == "done_step"


def test_later_needs_a_reason_and_a_day_to_come(max: Any, waiting: NextStep) -> None:
    with pytest.raises(RegularsError) as no_reason:
        snooze_step(max, waiting, until_day=today() + 3, reason=" ", today=today())
    assert no_reason.value.fields == {"reason": "Say in a few words why it can wait."}
    with pytest.raises(RegularsError) as past:
        snooze_step(max, waiting, until_day=today(), reason="busy", today=today())
    assert past.value.code == "snooze-not-future"
    snooze_step(max, waiting, until_day=today() + 3, reason="Holiday until Monday", today=today())
    waiting.refresh_from_db()
    assert (waiting.state, waiting.snoozed_until) == ("snoozed", today() + 3)


def test_every_answer_can_be_taken_back(max: Any, waiting: NextStep) -> None:
    def open_again() -> bool:
        waiting.refresh_from_db()
        reopen_step(max, waiting)
        waiting.refresh_from_db()
        return (waiting.state, waiting.answered_at, waiting.answered_by, waiting.snoozed_until) == (
            "open", None, None, None,
        )  # fmt: skip

    finish_step(max, waiting)
    assert open_again()
    dismiss_step(max, waiting, "not them")
    assert open_again()
    snooze_step(max, waiting, until_day=today() + 1, reason="busy", today=today())
    assert open_again()


def test_a_withdrawn_step_stays_withdrawn(max: Any) -> None:
    gone = step(regular("Café Nord"), state=NextStep.State.WITHDRAWN)
    reopen_step(max, gone)
    gone.refresh_from_db()
    assert gone.state == "withdrawn"


def test_a_viewer_answers_nothing(vic: Any, waiting: NextStep) -> None:
    for answer in (finish_step, dismiss_step, reopen_step):
        with pytest.raises(RegularsError) as refused:
            answer(vic, waiting)
        assert refused.value.status == 403
    waiting.refresh_from_db()
    assert waiting.state == "open"


def test_today_shows_the_daily_number_and_the_rest_below() -> None:
    for number in range(12):
        step(regular(f"Customer {number}"), place=number + 1)
    line = step(None, "base_quiet", sentence="Everybody is quieter than usual.", place=99)
    found = reasons(7, first_day=False)
    assert [reason.name for reason in found.first] == [f"Customer {number}" for number in range(7)]
    assert len(found.below) == 5
    assert [reason.step for reason in found.lines] == [line.pk]
    assert len(reasons(7, first_day=True).first) == 10


def test_answered_steps_leave_the_list_and_stand_below_it(max: Any, waiting: NextStep) -> None:
    finish_step(max, waiting)
    found = reasons(7, first_day=False)
    assert found.first == ()
    assert [(one.name, one.state_words) for one in found.answered] == [("Café Nord", "done")]


def test_the_first_day_ends_with_the_first_answer(max: Any, waiting: NextStep) -> None:
    def first() -> bool:
        return is_first_day(today(), company())

    assert first()
    finish_step(max, waiting)
    assert not first()


def test_only_a_base_that_is_new_has_a_first_day(waiting: NextStep) -> None:
    def first() -> bool:
        return is_first_day(today(), company())

    till = Source.objects.get(slug="till")
    Source.objects.filter(pk=till.pk).update(created_at=timezone.now() - timedelta(days=2))
    assert not first()
    Source.objects.filter(pk=till.pk).update(created_at=timezone.now())
    assert first()
    by_hand = source("by-hand")
    told = fact(customer("Süd"), today() - 900, "touchpoint", source=by_hand)
    assert not first(), "we knew them before"
    told.delete()
    seeded = source("demo-till", demo=True)
    assert not first(), "the demo has years behind it"
    seeded.delete()
    assert first()
    Fact.objects.all().delete()
    assert not first(), "its import was taken back"


def test_evidence_is_said_in_words(waiting: NextStep) -> None:
    [reason] = reasons(7, first_day=False).first
    assert [(figure.word, figure.value) for figure in reason.figures] == [
        ("Silent for", "31 open days"),
        ("Usual gap", "12 open days"),
    ]
