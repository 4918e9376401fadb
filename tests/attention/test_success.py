"""What is agreed, promised, reached and confirmed is a record and an entry: both or neither."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from regulars.attention.read.outcomes import outcomes_now
from regulars.attention.read.success import success_plan
from regulars.attention.write.blockers import open_blocker
from regulars.attention.write.plan_told import subject_of
from regulars.attention.write.success import (
    CONFIRMED_DAYS,
    agree_outcome,
    confirm_outcome,
    fill_in,
    measure_outcome,
    remove_outcome,
    see_plan,
    unagree_outcome,
    withdraw_confirmation,
    withdraw_reading,
)
from regulars.attention.write.success_steps import (
    make_commitment,
    miss_commitment,
    reach_milestone,
    reopen_commitment,
    reopen_milestone,
    tick_commitment,
    unmake_commitment,
)
from regulars.insight.errors import RegularsError
from regulars.ledger.by_hand import Told, record_told
from regulars.ledger.models import DueCustomer, Fact, Segment
from regulars.ledger.seal import seal_facts
from regulars.records.models import (
    Acknowledgement,
    AuditEntry,
    Commitment,
    Confirmation,
    Customer,
    Milestone,
    Outcome,
    OutcomeEdit,
    OutcomeTemplate,
    Person,
    Reading,
)
from regulars.records.read.company import calendar_date, company, epoch_day
from regulars.records.write import plan
from regulars.records.write.blockers import NewBlocker
from regulars.records.write.outcomes import change_outcome, note_outcome, undo_edit
from regulars.records.write.plan import add_milestone
from regulars.records.write.templates import make_starts, start_from_template

pytestmark = pytest.mark.django_db


@pytest.fixture
def on() -> date:
    return calendar_date(company().day_of(timezone.now()))


@pytest.fixture
def nord() -> Customer:
    return Customer.objects.create(name="Café Nord", name_folded="cafe nord")


@pytest.fixture
def outcome(nord: Customer, on: date, max: Any) -> Outcome:
    return note_outcome(
        max, nord.pk, "Invoices go out on the day", noted_on=on, due_on=on + timedelta(days=90),
        measure="invoices sent the same day", unit="%", baseline=10.0, target=20.0,
    )  # fmt: skip


def told() -> list[tuple[str, str, float | None]]:
    return list(Fact.objects.order_by("pk").values_list("kind", "serial", "quantity"))


def test_agreeing_is_told_once_and_says_who_agreed(outcome: Outcome, on: date, max: Any) -> None:
    ida = Person.objects.create(name="Ida")
    agree_outcome(max, outcome, on, person=ida)
    assert told() == [("outcome_agreed", subject_of(outcome), 20.0)]
    seen = Acknowledgement.objects.order_by("pk").values_list("colleague", "person", "version", "agreed_on")
    assert list(seen) == [(max.pk, None, 1, on), (None, ida.pk, 1, on)]
    with pytest.raises(RegularsError, match="agreed already"):
        agree_outcome(max, outcome, on)
    assert len(told()) == 1


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        ("confirmed", "outcome_confirmed"),
        ("not_yet", "outcome_measured"),
        ("disputed", "outcome_disputed"),
    ],
)
def test_what_the_customer_says_is_a_row_a_reading_and_an_entry(
    outcome: Outcome, on: date, verdict: str, kind: str
) -> None:
    Outcome.objects.update(agreed_on=on)
    found = confirm_outcome(None, outcome, verdict, on=on, value=12.0, words="12, not 20", said_by_name="Ida")
    assert told() == [(kind, subject_of(outcome), 12.0)]
    fact = Fact.objects.get()
    assert (fact.text, fact.properties["verdict"]) == ("12, not 20", verdict)
    reading = Reading.objects.get()
    assert (reading.value, reading.by_customer, reading.day) == (12.0, True, on)
    holds = on + timedelta(days=CONFIRMED_DAYS) if verdict == "confirmed" else None
    assert (found.expires_on, found.noted_by, found.said_by_name) == (holds, None, "Ida")
    assert DueCustomer.objects.filter(customer=outcome.customer_id).exists()


def test_a_dispute_needs_a_word_of_why_and_leaves_nothing_behind(outcome: Outcome, on: date) -> None:
    with pytest.raises(RegularsError) as raised:
        confirm_outcome(None, outcome, "disputed", on=on, value=12.0)
    assert (raised.value.code, list(raised.value.fields)) == ("words-missing", ["words"])
    Outcome.objects.update(agreed_on=on)
    with pytest.raises(RegularsError) as raised:
        confirm_outcome(None, outcome, "confirmed", on=on, value=float("nan"))
    assert raised.value.code == "number-unfit"
    assert not Confirmation.objects.exists()
    assert not Reading.objects.exists()
    assert not Fact.objects.exists()


def test_nothing_is_confirmed_before_it_happened_or_after_it_was_given_up(outcome: Outcome, on: date) -> None:
    with pytest.raises(RegularsError) as raised:
        confirm_outcome(None, outcome, "confirmed", on=on + timedelta(days=1))
    assert raised.value.code == "day-to-come"
    outcome.dropped_on = on
    with pytest.raises(RegularsError) as raised:
        confirm_outcome(None, outcome, "confirmed", on=on)
    assert raised.value.code == "outcome-dropped"


def state(outcome: Outcome, on: date) -> str:
    return outcomes_now([outcome.customer_id], epoch_day(on))[outcome.customer_id][0].standing.words


def test_a_draft_is_disputed_but_never_confirmed(outcome: Outcome, on: date, max: Any) -> None:
    with pytest.raises(RegularsError) as raised:
        confirm_outcome(max, outcome, "confirmed", on=on, value=20.0)
    assert raised.value.code == "outcome-not-agreed"
    assert not Confirmation.objects.exists()
    assert not Fact.objects.exists()
    confirm_outcome(max, outcome, "disputed", on=on, words="We never said so")
    assert state(outcome, on) == "disputed"


def test_a_dispute_stands_until_they_confirm(outcome: Outcome, on: date, max: Any) -> None:
    agree_outcome(max, outcome, on)
    confirm_outcome(None, outcome, "disputed", on=on, words="Not what we agreed", said_by_name="Ida")
    confirm_outcome(max, outcome, "not_yet", on=on)
    assert state(outcome, on) == "disputed"
    confirm_outcome(None, outcome, "confirmed", on=on)
    assert state(outcome, on) == "confirmed by the customer"


@pytest.mark.parametrize(
    ("typed", "holds"),
    [
        ({"sentence": "Something else"}, False),
        ({"target": 500.0}, False),
        ({"unit": "sent"}, False),
        ({"why": "So that they are paid"}, True),
    ],
)
def test_a_confirmation_is_of_the_words_that_stood(
    outcome: Outcome, on: date, max: Any, typed: dict[str, Any], holds: bool
) -> None:
    Outcome.objects.update(noted_on=on - timedelta(days=9))
    agree_outcome(max, outcome, on - timedelta(days=9))
    said = confirm_outcome(None, outcome, "confirmed", on=on - timedelta(days=2))
    changed = change_outcome(max, outcome, 1, typed)
    assert state(outcome, on) == ("confirmed by the customer" if holds else "agreed")
    assert state(outcome, on - timedelta(days=1)) == "confirmed by the customer", "they stood then"
    confirm_outcome(None, changed.outcome, "confirmed", on=on)
    assert state(outcome, on) == "confirmed by the customer"
    assert changed.edit is not None
    Confirmation.objects.exclude(pk=said.pk).delete()
    undo_edit(max, changed.edit)
    assert state(outcome, on) == "confirmed by the customer", "their words are back"


def test_what_was_confirmed_before_other_words_came_back_holds_no_more(
    outcome: Outcome, on: date, max: Any
) -> None:
    agree_outcome(max, outcome, on)
    changed = change_outcome(max, outcome, 1, {"target": 500.0})
    stale = Outcome.objects.get()
    stale.version = 1
    confirm_outcome(None, stale, "confirmed", on=on)
    assert Confirmation.objects.get().version == 2, "what stands when it is written"
    assert changed.edit is not None
    undo_edit(max, changed.edit)
    assert state(outcome, on) == "agreed"


def test_a_viewer_changes_nothing(outcome: Outcome, on: date, vic: Any) -> None:
    entries = AuditEntry.objects.count()
    for act in (
        lambda: agree_outcome(vic, outcome, on),
        lambda: confirm_outcome(vic, outcome, "confirmed", on=on),
        lambda: measure_outcome(vic, outcome, on, 12),
        lambda: make_commitment(vic, outcome.customer_id, "ours", "Send the plan", on=on),
        lambda: fill_in(vic, outcome, why="So that they are paid"),
    ):
        with pytest.raises(RegularsError) as raised:
            act()
        assert raised.value.code == "forbidden"
    assert not Fact.objects.exists()
    assert AuditEntry.objects.count() == entries


def test_a_promise_is_kept_or_missed_once_and_can_be_opened_again(nord: Customer, on: date, max: Any) -> None:
    made = make_commitment(max, nord.pk, "theirs", "Name somebody in IT", on=on)
    tick_commitment(None, made, on, by_customer=True)
    made.refresh_from_db()
    assert (made.done_on, made.ticked_by_customer) == (on, True)
    with pytest.raises(RegularsError, match="closed already"):
        miss_commitment(max, made, on)
    reopen_commitment(max, made)
    miss_commitment(max, made, on)
    assert [kind for kind, _, _ in told()] == ["commitment_made", "commitment_missed"]
    unmake_commitment(max, made)
    assert not Fact.objects.exists()
    assert not Commitment.objects.exists()


def test_a_slip_is_undone_with_its_entry_even_when_sealed(outcome: Outcome, on: date, max: Any) -> None:
    agree_outcome(max, outcome, on)
    seal_facts(min_rows=1)
    assert Segment.objects.exists()
    unagree_outcome(max, outcome)
    outcome.refresh_from_db()
    assert outcome.agreed_on is None
    assert not Fact.objects.exists()
    assert not Segment.objects.exists(), "no sealed file may keep what was taken back"


def test_what_has_stood_for_a_day_is_history(outcome: Outcome, on: date, max: Any) -> None:
    agree_outcome(max, outcome, on)
    Fact.objects.update(received_at=timezone.now() - timedelta(days=1, minutes=1))
    with pytest.raises(RegularsError) as raised:
        unagree_outcome(max, outcome)
    assert raised.value.code == "told-long-ago"
    outcome.refresh_from_db()
    assert outcome.agreed_on == on, "the record and its entry stay together"


def test_an_agreement_that_they_have_judged_since_is_not_taken_back(
    outcome: Outcome, on: date, max: Any
) -> None:
    agree_outcome(max, outcome, on)
    confirm_outcome(None, outcome, "not_yet", on=on, said_by_name="Kim")
    with pytest.raises(RegularsError) as raised:
        unagree_outcome(max, outcome)
    assert raised.value.code == "outcome-in-use"
    outcome.refresh_from_db()
    assert outcome.agreed_on == on
    assert Fact.objects.filter(kind="outcome_agreed").count() == 1


def test_a_confirmation_noted_by_mistake_goes_with_its_reading(outcome: Outcome, on: date, max: Any) -> None:
    Outcome.objects.update(agreed_on=on)
    typed = measure_outcome(max, outcome, on, 11.0, evidence="their report")
    said = confirm_outcome(max, outcome, "confirmed", on=on, value=21.0)
    withdraw_confirmation(max, said)
    assert [row.value for row in Reading.objects.all()] == [11.0]
    withdraw_reading(max, typed)
    assert not Reading.objects.exists()
    assert not Fact.objects.exists()


def test_what_nobody_touched_goes_with_its_fresh_agreement(outcome: Outcome, on: date, max: Any) -> None:
    agree_outcome(max, outcome, on, person=Person.objects.create(name="Ida"))
    remove_outcome(max, Outcome.objects.get())
    assert not Outcome.objects.exists()
    assert not Fact.objects.exists()


@pytest.mark.parametrize(
    "work",
    [
        lambda it, on, ana: add_milestone(ana, it.customer_id, "Live", outcome=it),
        lambda it, on, ana: make_commitment(
            ana, it.customer_id, "theirs", "Name somebody", on=on, outcome=it
        ),
        lambda it, on, ana: measure_outcome(ana, it, on, 12.0),
        lambda it, on, ana: confirm_outcome(ana, it, "not_yet", on=on),
        lambda it, on, ana: fill_in(None, it, why="So that they are paid"),
        lambda it, on, ana: fill_in(None, it, target=25.0),
        lambda it, on, ana: see_plan(None, it, on=on, name="Ida"),
        lambda it, on, ana: see_plan(None, it, on=on, person=Person.objects.create(name="Ida"), agrees=True),
        lambda it, on, ana: open_blocker(ana, it.customer_id, NewBlocker("No access", outcome=it.pk), on),
    ],
)
def test_an_outcome_that_others_worked_on_stays(
    outcome: Outcome, on: date, max: Any, ana: Any, work: Callable[[Outcome, date, Any], Any]
) -> None:
    agree_outcome(max, outcome, on)
    work(Outcome.objects.get(), on, ana)
    with pytest.raises(RegularsError) as raised:
        remove_outcome(max, Outcome.objects.get())
    assert (raised.value.code, raised.value.status) == ("outcome-in-use", 409)
    assert Outcome.objects.get().agreed_on == on


def test_an_old_draft_is_given_up_and_not_removed(outcome: Outcome, max: Any) -> None:
    outcome.created_at -= timedelta(days=1, minutes=1)
    outcome.save()
    with pytest.raises(RegularsError) as raised:
        remove_outcome(max, outcome)
    assert raised.value.code == "told-long-ago"
    assert Outcome.objects.exists()


def test_a_draft_goes_with_what_came_of_its_template_until_somebody_touched_it(
    nord: Customer, on: date, max: Any
) -> None:
    make_starts(max)
    template = OutcomeTemplate.objects.order_by("pk")[0]
    draft = start_from_template(max, template, nord.pk, on=on)
    remove_outcome(max, draft)
    assert not Milestone.objects.exists()
    assert not Commitment.objects.exists()
    for touch in (
        lambda one: reach_milestone(max, one.milestones.order_by("pk")[0], on),
        lambda one: tick_commitment(max, one.commitments.order_by("pk")[0], on),
        lambda one: miss_commitment(max, one.commitments.order_by("pk")[0], on),
    ):
        draft = start_from_template(max, template, nord.pk, on=on)
        touch(draft)
        with pytest.raises(RegularsError) as raised:
            remove_outcome(max, draft)
        assert raised.value.code == "outcome-in-use"


def test_a_number_of_theirs_goes_with_what_they_said_only(outcome: Outcome, on: date, max: Any) -> None:
    said = confirm_outcome(max, outcome, "not_yet", on=on, value=11.0)
    with pytest.raises(RegularsError) as raised:
        withdraw_reading(max, Reading.objects.get())
    assert (raised.value.code, raised.value.status) == ("said-by-them", 409)
    assert (Reading.objects.count(), Fact.objects.count()) == (1, 1)
    withdraw_confirmation(max, said)
    assert not Reading.objects.exists()


def test_a_step_is_reached_once_also_from_a_stale_page(outcome: Outcome, on: date, max: Any) -> None:
    live = add_milestone(max, outcome.customer_id, "Live", outcome=outcome)
    stale = Milestone.objects.get()
    reach_milestone(max, live, on - timedelta(days=1))
    for act in (lambda: reach_milestone(max, stale, on), lambda: plan.drop_milestone(max, stale)):
        with pytest.raises(RegularsError) as raised:
            act()
        assert (raised.value.code, raised.value.status) == ("milestone-reached", 409)
    assert Milestone.objects.get().done_on == on - timedelta(days=1)
    assert Fact.objects.count() == 1
    reopen_milestone(max, stale)
    plan.drop_milestone(max, stale)
    with pytest.raises(RegularsError, match="gone"):
        reach_milestone(max, stale, on)


def test_a_milestone_is_reached_and_opened_again(
    nord: Customer, outcome: Outcome, on: date, max: Any
) -> None:
    live = add_milestone(max, nord.pk, "Live", outcome=outcome, go_live=True)
    reach_milestone(max, live, on)
    assert [kind for kind, _, _ in told()] == ["milestone_reached"]
    reopen_milestone(max, live)
    live.refresh_from_db()
    assert live.done_on is None
    assert not Fact.objects.exists()


def test_what_is_missing_is_filled_in_and_what_stands_is_kept_beside(outcome: Outcome, on: date) -> None:
    merged = fill_in(None, outcome, why="So that they are paid", target=25.0, unit="")
    outcome.refresh_from_db()
    assert (merged.taken, outcome.why, outcome.target) == (("why",), "So that they are paid", 20.0)
    aside = OutcomeEdit.objects.get(aside=True)
    assert aside.changes == {"target": [20.0, 25.0]}
    with pytest.raises(RegularsError, match="sentence is not for filling in"):
        fill_in(None, outcome, sentence="Something else")


def test_each_version_is_seen_once_by_each(outcome: Outcome, on: date, vic: Any) -> None:
    see_plan(vic, outcome, on=on)
    see_plan(vic, outcome, on=on, agrees=True)
    see_plan(None, outcome, on=on, name="Ida")
    rows = list(Acknowledgement.objects.order_by("pk").values_list("colleague", "name", "agreed_on"))
    assert rows == [(vic.pk, "", on), (None, "Ida", None)]
    outcome.version = 2
    see_plan(vic, outcome, on=on)
    assert Acknowledgement.objects.count() == 3
    with pytest.raises(RegularsError) as raised:
        see_plan(None, outcome, on=on)
    assert raised.value.code == "seen-by-nobody"


def test_taking_an_agreement_back_leaves_what_they_said_themselves(
    outcome: Outcome, on: date, max: Any, ana: Any
) -> None:
    ida, bo = Person.objects.create(name="Ida"), Person.objects.create(name="Bo")
    see_plan(ana, outcome, on=on)
    see_plan(None, outcome, on=on, person=bo)
    agree_outcome(max, outcome, on, person=ida)
    Outcome.objects.update(agreed_on=None)
    agree_outcome(ana, outcome, on, person=bo)
    see_plan(None, outcome, on=on, name="Kim", agrees=True)
    unagree_outcome(ana, outcome)
    rows = Acknowledgement.objects.order_by("pk").values_list(
        "colleague", "person", "name", "agreed_on", "marked"
    )
    assert list(rows) == [
        (ana.pk, None, "", None, ""), (None, bo.pk, "", None, ""), (None, None, "Kim", on, ""),
    ]  # fmt: skip


def test_what_they_said_themselves_since_outlives_the_marking(outcome: Outcome, on: date, max: Any) -> None:
    ida, bo = Person.objects.create(name="Ida"), Person.objects.create(name="Bo")
    agree_outcome(max, outcome, on, person=ida)
    plan.acknowledge(max, outcome, on, person=bo, marking=True)
    see_plan(None, outcome, on=on, person=ida, agrees=True)
    see_plan(None, outcome, on=on, person=bo)
    unagree_outcome(max, outcome)
    rows = list(Acknowledgement.objects.order_by("pk").values_list("person", "agreed_on"))
    assert rows == [(ida.pk, on), (bo.pk, None)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["person", "name", "colleague"])
def test_a_plan_read_eight_times_at_once_is_read_once(outcome: Outcome, on: date, vic: Any, who: str) -> None:
    ida = Person.objects.create(name="Ida")
    speaks: dict[str, dict[str, Any]] = {"person": {"person": ida}, "name": {"name": "Ida"}, "colleague": {}}
    together, failed = Barrier(8), []

    def read(place: int) -> None:
        try:
            together.wait()
            actor = vic if who == "colleague" else None
            see_plan(actor, outcome, on=on, agrees=place == 5, **speaks[who])
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            connections.close_all()

    readers = [Thread(target=read, args=(place,)) for place in range(8)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    assert not failed
    assert list(Acknowledgement.objects.values_list("agreed_on", flat=True)) == [on]
    assert see_plan(vic if who == "colleague" else None, outcome, on=on, **speaks[who]).agreed_on == on


def test_states_of_many_cost_as_many_queries_as_of_one(on: date) -> None:
    def queries(number: int) -> int:
        ids = []
        for _ in range(number):
            one = Customer.objects.create(name="X", name_folded="x")
            ids.append(one.pk)
            wanted = note_outcome(
                None, one.pk, "Orders", noted_on=on - timedelta(days=9), due_on=on + timedelta(days=90), target=2.0,
                reading_rule={"kind": "praise", "what": "count", "days": 30},
            )  # fmt: skip
            Outcome.objects.filter(pk=wanted.pk).update(agreed_on=on - timedelta(days=9))
            day = company().day_of(timezone.now())
            record_told([Told(one.pk, "praise", day - back, "Lovely") for back in (0, 5)])
        with CaptureQueriesContext(connection) as captured:
            states = outcomes_now(ids, company().day_of(timezone.now()))
        assert [[now.standing.words for now in states[pk]] for pk in ids] == [
            ["reached, not confirmed"]
        ] * number
        return len(captured)

    assert queries(1) == queries(20)


def test_what_was_not_known_yet_reads_no_measure(nord: Customer, on: date) -> None:
    rule = {"kind": "praise", "what": "count", "days": 30}
    wanted = note_outcome(None, nord.pk, "Praise", noted_on=on - timedelta(days=9), reading_rule=rule)
    day = company().day_of(timezone.now())
    record_told([Told(nord.pk, "praise", day - 5, "Lovely")])
    assert outcomes_now([nord.pk], day)[nord.pk][0].standing.value == 1
    assert outcomes_now([nord.pk], day, known_by=day - 1) == {}, "it was not on record then"
    Outcome.objects.update(created_at=timezone.now() - timedelta(days=9))
    [now] = outcomes_now([nord.pk], day, known_by=day - 1)[nord.pk]
    assert (now.outcome, now.standing.value) == (wanted, None)
    assert outcomes_now([nord.pk], day - 20) == {}, "nobody had said it then"


def test_a_rewound_plan_has_the_words_and_numbers_of_its_day(outcome: Outcome, on: date, max: Any) -> None:
    began, now = on - timedelta(days=60), epoch_day(on)
    Outcome.objects.update(noted_on=began, agreed_on=began, created_at=timezone.now() - timedelta(days=60))
    Reading.objects.create(outcome=outcome, day=began + timedelta(days=10), value=21.0)
    first, due = Outcome.objects.get(), outcome.due_on
    later = due + timedelta(days=30) if due else None
    change_outcome(max, first, 1, {"sentence": "Invoices by noon", "target": 40.0, "due_on": later})
    OutcomeEdit.objects.update(at=timezone.now() - timedelta(days=20))
    change_outcome(max, first, 2, {"sentence": "Invoices by ten"})
    for day, sentence, target, by, value in (
        (now - 30, "Invoices go out on the day", 20.0, due, 1.1),
        (now - 10, "Invoices by noon", 40.0, later, 11 / 30),
        (now, "Invoices by ten", 40.0, later, 11 / 30),
    ):
        [shown] = success_plan(outcome.customer_id, day).outcomes
        [bulk] = outcomes_now([outcome.customer_id], day)[outcome.customer_id]
        for one, standing in ((shown.outcome, shown.standing), (bulk.outcome, bulk.standing)):
            assert (one.sentence, one.target, one.due_on) == (sentence, target, by), day
            assert standing.progress == pytest.approx(value), day
    [known] = outcomes_now([outcome.customer_id], now, known_by=now - 30)[outcome.customer_id]
    assert known.outcome.sentence == "Invoices go out on the day"
    assert Outcome.objects.get().sentence == "Invoices by ten", "reading changes nothing"
