"""Where customers stand with their plans is stored, and what they say stands first on Today."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.attention.models import NextStep, PlanStanding
from regulars.attention.read.success import success_plan
from regulars.attention.read.today import reasons
from regulars.attention.success import refresh_success
from regulars.insight.outcome import OutcomeState
from regulars.ledger.by_hand import Told, record_told
from regulars.records.models import Confirmation, Customer, Outcome, Reading
from regulars.records.read.company import calendar_date

pytestmark = pytest.mark.django_db
TODAY = 20_500


def customer(name: str) -> int:
    return Customer.objects.create(name=name, name_folded=name.lower()).pk


def on(ago: int) -> date:
    return calendar_date(TODAY) - timedelta(days=ago)


def wants(whom: int, sentence: str = "Ship 20 orders a day", **more: Any) -> Outcome:
    given = {"noted_on": on(100), "agreed_on": on(100), "due_on": on(-100), "baseline": 0, "target": 20}
    return Outcome.objects.create(customer_id=whom, sentence=sentence, **{**given, **more})


def test_the_outcome_that_needs_most_is_what_the_list_shows() -> None:
    nord, sud = customer("Nord"), customer("Süd")
    Reading.objects.create(outcome=wants(nord), day=on(1), value=12)
    wants(nord, "Open on Sundays", due_on=on(40))
    wants(sud, agreed_on=None)
    refresh_success(None, TODAY)
    row = PlanStanding.objects.get(customer=nord)
    assert (row.state, row.days_late, row.words) == (OutcomeState.MISSED, 40, "Open on Sundays")
    assert (row.agreed, row.missed, row.confirmed) == (2, 1, 0)
    assert PlanStanding.objects.get(customer=sud).state == OutcomeState.DRAFT


def test_refreshing_again_changes_nothing_and_what_is_over_goes() -> None:
    nord = customer("Nord")
    outcome = wants(nord, due_on=on(40))
    refresh_success(None, TODAY)
    before = list(PlanStanding.objects.values())
    refresh_success([nord], TODAY)
    assert list(PlanStanding.objects.values()) == before
    assert NextStep.objects.get(kind="outcome_late").state == "open"
    Outcome.objects.filter(pk=outcome.pk).delete()
    refresh_success([nord], TODAY)
    assert not PlanStanding.objects.exists()
    assert NextStep.objects.get(kind="outcome_late").state == "withdrawn"


def test_one_customer_refreshed_leaves_the_others_alone() -> None:
    nord, sud = customer("Nord"), customer("Süd")
    wants(nord, due_on=on(40)), wants(sud, due_on=on(40))
    refresh_success(None, TODAY)
    refresh_success([nord], TODAY)
    assert NextStep.objects.filter(kind="outcome_late", state="open").count() == 2
    assert PlanStanding.objects.count() == 2


def test_what_a_customer_says_is_first_on_today_in_their_words() -> None:
    big, small = customer("Big"), customer("Café Nord")
    terms = {"months": 12, "auto_renews": False}
    record_told(
        [
            Told(
                big, "contract_started", TODAY - 362, amount=90_000_00, currency="EUR", subject="C-1",
                properties=terms,
            )
        ]
    )  # fmt: skip
    wants(big, due_on=on(40))
    outcome = wants(small)
    Reading.objects.create(outcome=outcome, day=on(1), value=20)
    Confirmation.objects.create(
        outcome=outcome, verdict="not_yet", value=12, words="not yet, 12 not 20", said_on=on(0)
    )
    refresh_success(None, TODAY)
    first = reasons(7, first_day=False).first
    assert first[0].name == "Café Nord"
    assert "“not yet, 12 not 20”" in first[0].sentence
    assert {one.kind for one in first[1:]} >= {"outcome_late", "renewal_near"}


def test_a_word_with_them_answers_what_they_said() -> None:
    nord = customer("Nord")
    Confirmation.objects.create(outcome=wants(nord), verdict="disputed", words="No.", said_on=on(2))
    refresh_success(None, TODAY)
    assert NextStep.objects.get(kind="customer_disagrees").state == "open"
    record_told([Told(nord, "touchpoint", TODAY - 1, "Called Ida")])
    refresh_success([nord], TODAY)
    assert NextStep.objects.get(kind="customer_disagrees").state == "withdrawn"


def test_a_champion_who_left_is_missed_until_somebody_takes_the_part() -> None:
    from regulars.records.models import Person, Role

    nord = customer("Nord")
    record_told([Told(nord, "person_left", TODAY - 4, item="champion")])
    refresh_success(None, TODAY)
    assert NextStep.objects.get(kind="champion_left").state == "open"
    Role.objects.create(customer_id=nord, person=Person.objects.create(name="Bo"), part="champion")
    refresh_success(None, TODAY)
    assert NextStep.objects.get(kind="champion_left").state == "withdrawn"


def test_whoever_leaves_last_does_not_hide_the_champion_who_left() -> None:
    from regulars.records.models import Person, Role

    nord = customer("Nord")
    record_told([Told(nord, "person_left", TODAY - 9, item="champion")])
    record_told([Told(nord, "person_left", TODAY - 4, item="sponsor")])
    Role.objects.create(customer_id=nord, person=Person.objects.create(name="Bo"), part="sponsor")
    refresh_success(None, TODAY)
    step = NextStep.objects.get(kind="champion_left", state="open")
    assert "champion" in step.sentence
    # Who has given notice carries us until they go.
    leaving = Person.objects.create(name="Ida")
    Role.objects.create(customer_id=nord, person=leaving, part="champion", until=on(-30))
    refresh_success(None, TODAY)
    assert not NextStep.objects.filter(kind="champion_left", state="open").exists()


def test_numbers_that_a_rule_reads_daily_ask_once_and_wait_after_a_not_yet() -> None:
    nord = customer("Nord")
    rule = {"kind": "usage", "what": "sum", "days": 30}
    outcome = wants(nord, reading_rule=rule)
    record_told([Told(nord, "usage", day, quantity=2.0) for day in range(TODAY - 60, TODAY + 10)])
    for day in range(TODAY, TODAY + 3):
        refresh_success(None, day)
    assert NextStep.objects.get(kind="ask_to_confirm").state == "open"
    Confirmation.objects.create(outcome=outcome, verdict="not_yet", said_on=on(-3), words="Still by hand")
    refresh_success(None, TODAY + 4)
    assert NextStep.objects.get(kind="ask_to_confirm").state == "withdrawn"
    assert PlanStanding.objects.get(customer=nord).state == OutcomeState.ON_TRACK
    plan = success_plan(nord, TODAY + 4)
    assert plan.wanted is not None
    assert plan.wanted.standing.state is OutcomeState.ON_TRACK


def test_the_plan_and_the_list_tell_the_same_of_one_day() -> None:
    nord = customer("Nord")
    outcome = wants(nord, reading_rule={"kind": "usage", "what": "sum", "days": 30})
    record_told([Told(nord, "usage", TODAY, quantity=25.0)])
    Reading.objects.create(outcome=outcome, day=on(0), value=12)
    refresh_success(None, TODAY)
    plan = success_plan(nord, TODAY)
    assert plan.wanted is not None
    assert plan.wanted.standing.value == 12
    assert PlanStanding.objects.get(customer=nord).state == plan.wanted.standing.state


def test_what_was_written_down_later_was_not_known_then() -> None:
    nord = customer("Nord")
    outcome = wants(nord)
    Reading.objects.create(outcome=outcome, day=on(5), value=20)
    Confirmation.objects.create(outcome=outcome, verdict="confirmed", said_on=on(4))
    then = success_plan(nord, TODAY, known_by=TODAY)
    assert then.outcomes == ()
    written = datetime.combine(on(50), time(), UTC)
    Outcome.objects.update(created_at=written)
    then = success_plan(nord, TODAY, known_by=TODAY)
    assert [(one.standing.state, list(one.rows.said), list(one.rows.readings)) for one in then.outcomes] == [
        (OutcomeState.AGREED, [], [])
    ]
    happened = success_plan(nord, TODAY - 5)
    assert [(one.standing.state, list(one.rows.said)) for one in happened.outcomes] == [
        (OutcomeState.REACHED, [])
    ]


def test_a_customer_costs_no_query_of_their_own() -> None:
    def plans(first: int, number: int) -> None:
        for one in range(first, first + number):
            whom = customer(f"Customer {one}")
            wants(whom, due_on=on(40))
            record_told([Told(whom, "expansion_opened", TODAY - 4, item="Seats", subject=f"e{one}")])

    plans(0, 1)
    refresh_success(None, TODAY)
    with CaptureQueriesContext(connection) as one:
        refresh_success(None, TODAY)
    plans(1, 20)
    refresh_success(None, TODAY)
    with CaptureQueriesContext(connection) as many:
        refresh_success(None, TODAY)
    assert len(many) <= len(one)


def test_a_measure_read_from_entries_counts_on_today_as_on_the_page() -> None:
    nord = customer("Nord")
    wants(nord, target=2, reading_rule={"kind": "praise", "what": "count", "days": 30})
    record_told([Told(nord, "praise", TODAY - ago, "Lovely") for ago in (1, 5)])
    refresh_success(None, TODAY)
    assert PlanStanding.objects.get(customer=nord).state == OutcomeState.REACHED
    assert NextStep.objects.get(kind="ask_to_confirm").state == "open"


def test_of_one_day_the_last_word_counts() -> None:
    nord = customer("Nord")
    outcome = wants(nord)
    for verdict in ("confirmed", "disputed"):
        Confirmation.objects.create(outcome=outcome, verdict=verdict, said_on=on(1))
    refresh_success(None, TODAY)
    assert PlanStanding.objects.get(customer=nord).state == OutcomeState.DISPUTED
