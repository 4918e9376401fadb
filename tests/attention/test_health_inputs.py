"""What is known of customers' health: by the entries of each, as of any day, in a fixed number of queries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.attention.health_inputs import gathered_inputs
from regulars.attention.write.success import agree_outcome, measure_outcome
from regulars.insight.health_inputs import HealthInputs
from regulars.records.models import Blocker, Customer, Outcome, Person, Role
from regulars.records.read.company import calendar_date
from regulars.records.write.outcomes import note_outcome
from tests.attention.contracts import contract
from tests.web.factories import customer, fact, today

pytestmark = pytest.mark.django_db


def plain(inputs: HealthInputs) -> dict[str, Any]:
    """Return inputs as lists, with None for what is not known."""

    def column(values: Any) -> list[float | None]:
        return [None if np.isnan(value) else float(value) for value in values]

    return {
        "customers": inputs.customers.tolist(),
        "values": {key: column(one) for key, one in inputs.values.items()},
        "ages": {key: column(one) for key, one in inputs.ages.items()},
        "deal_breakers": {key: column(one) for key, one in inputs.deal_breakers.items()},
        "success_agreed": column(inputs.success_agreed),
    }


def known(one: Customer, as_of: int | None = None, known_by: int | None = None) -> dict[str, Any]:
    """Return one customer's inputs by name; flags without an age."""
    found = plain(gathered_inputs([one.pk], today() if as_of is None else as_of, known_by))
    assert found["customers"] == [one.pk]
    pairs = {key: (found["values"][key][0], found["ages"][key][0]) for key in found["values"]}
    return {
        **{key: pair for key, pair in pairs.items() if pair[0] is not None},
        **{key: flag[0] for key, flag in found["deal_breakers"].items() if flag[0]},
        **({"agreed": True} if found["success_agreed"][0] else {}),
    }


@pytest.fixture
def nord(db: None) -> Customer:
    """A customer in the second month of the first contract."""
    one = customer("Café Nord")
    contract(one, today() - 40)
    return one


def test_of_a_new_contract_nothing_is_known_and_nothing_breaks_it(nord: Customer) -> None:
    assert known(nord) == {}


def test_nobody_without_a_contract_or_an_outcome_is_looked_at(nord: Customer) -> None:
    bare, gone = customer("Bare"), customer("Gone")
    contract(gone, today() - 600, months=12, auto_renews=False)
    fact(bare, today() - 1, "touchpoint")
    assert gathered_inputs(None, today()).customers.tolist() == [nord.pk]
    assert gathered_inputs([bare.pk, gone.pk], today()).customers.tolist() == []
    assert gathered_inputs(None, today() - 300).customers.tolist() == [gone.pk]


def test_use_is_held_against_their_own_past_item_by_item(nord: Customer) -> None:
    now = today()
    for week in range(30):
        fact(nord, now - 7 * week, "usage", item="Bookings", quantity=50.0 if week < 4 else 100.0)
        fact(nord, now - 7 * week, "usage", item="Seats", quantity=2.0)
    value, age = known(nord)["rhythm_or_usage"]
    assert (value, age) == (pytest.approx(0.75, abs=0.03), 0)
    # A month later there is no news of use: what was known has its age, and is nothing by itself.
    assert known(nord, now + 30)["rhythm_or_usage"] == (0.0, 30)


@pytest.mark.parametrize("days_ago", [0, 15, 29, 40])
def test_use_told_once_a_month_is_as_ever_on_any_day_of_the_month(nord: Customer, days_ago: int) -> None:
    for month in range(7):
        fact(nord, today() - days_ago - 31 * month, "usage", item="Bookings", quantity=100.0)
    assert known(nord)["rhythm_or_usage"] == (1.0, days_ago)


def test_of_those_who_only_buy_the_usual_gap_is_held_against_the_silence(nord: Customer) -> None:
    for visit in range(5):
        fact(nord, today() - 40 - 10 * visit)
    assert known(nord)["rhythm_or_usage"] == (0.25, 0)
    assert known(nord, today() - 40)["rhythm_or_usage"] == (1.0, 0)


def test_people_count_while_they_are_there_and_while_we_are_in_touch(nord: Customer) -> None:
    now = today()
    fact(nord, now - 20, "touchpoint")
    assert known(nord)["relationship"] == (1.0, 20)
    ida, ben = Person.objects.create(name="Ida"), Person.objects.create(name="Ben")
    role = Role.objects.create(
        person=ida, customer=nord, part=Role.Part.CHAMPION, since=calendar_date(now - 15)
    )
    Role.objects.create(person=ben, customer=nord, part=Role.Part.SPONSOR)
    assert known(nord)["relationship"] == (3.0, 20)
    assert known(nord, now - 16)["relationship"] == (1.0, 4)
    assert known(nord, now + 71)["relationship"] == (0.0, 91)
    role.until = calendar_date(now - 5)
    role.save()
    assert (known(nord)["relationship"], known(nord)["champion_gone"]) == ((1.0, 20), 1)
    assert "champion_gone" not in known(nord, now - 6)
    Role.objects.create(
        person=ben, customer=nord, title="Successor", part=Role.Part.CHAMPION, since=calendar_date(now)
    )
    assert "champion_gone" not in known(nord)
    assert "champion_gone" in known(nord, now - 1)


def test_a_complaint_counts_ninety_days_and_breaks_the_deal_until_we_answer_it(nord: Customer) -> None:
    now = today()
    fact(nord, now - 10, "complaint")
    fact(nord, now - 10, "touchpoint")
    assert known(nord)["blockers_and_complaints"] == (1.0, 0)
    assert known(nord)["severe_complaint_open"] == 1
    Blocker.objects.create(
        customer=nord, text="No test system", side="theirs", opened_on=calendar_date(now - 3)
    )
    assert known(nord)["blockers_and_complaints"] == (2.0, 0)
    fact(nord, now - 2, "recovery")
    assert "severe_complaint_open" not in known(nord)
    assert known(nord, now - 3)["severe_complaint_open"] == 1
    assert known(nord, now + 80)["blockers_and_complaints"] == (1.0, 0)


def test_the_last_answer_counts_with_its_age(nord: Customer) -> None:
    fact(nord, today() - 90, "survey_answer", quantity=9.0)
    fact(nord, today() - 30, "survey_answer", quantity=4.0)
    assert known(nord)["survey_answers"] == (4.0, 30)
    assert known(nord, today() - 31)["survey_answers"] == (9.0, 59)


def test_money_is_a_year_over_the_year_before(db: None) -> None:
    one = customer("Two years")
    contract(one, today() - 500, 240_000, months=24)
    contract(one, today() - 20, 60_000, number="C-2")
    assert known(one)["money"] == (1.5, 0)


def test_an_outcome_is_as_far_as_its_way_over_its_time_and_a_missed_one_breaks(
    nord: Customer, max: Any
) -> None:
    now = today()
    outcome = note_outcome(
        max, nord.pk, "Invoices go out on the day", noted_on=calendar_date(now - 100),
        due_on=calendar_date(now), measure="share", unit="%", baseline=0.0, target=20.0,
    )  # fmt: skip
    assert known(nord) == {}
    agree_outcome(max, outcome, calendar_date(now - 100))
    assert known(nord) == {"agreed": True}
    measure_outcome(max, outcome, calendar_date(now - 50), 4.0)
    Outcome.objects.update(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert known(nord)["outcome_progress"] == (0.4, 50)
    assert known(nord, now, known_by=now - 1).keys() & {"outcome_progress"} == set()
    assert known(nord, now + 31)["outcome_missed"] == 1
    assert known(nord, now + 31)["outcome_progress"][0] == 0.0


def test_what_was_received_later_was_not_known_then(nord: Customer) -> None:
    now = today()
    fact(nord, now - 20, "survey_answer", quantity=9.0, received_day=now - 5)
    fact(nord, now - 20, "touchpoint", received_day=now - 5)
    assert {"survey_answers", "relationship"} <= known(nord, now - 10).keys()
    assert known(nord, now - 10, known_by=now)["survey_answers"] == (9.0, 10)
    # The contract itself was recorded today, so nobody was under contract by what was known then.
    assert gathered_inputs([nord.pk], now - 10, known_by=now - 10).customers.tolist() == []


def test_a_hundred_customers_take_no_more_queries_than_one(nord: Customer, max: Any) -> None:
    for number in range(100):
        one = customer(f"Customer {number}")
        contract(one, today() - 100)
        fact(one, today() - number, "touchpoint")
        note_outcome(max, one.pk, "Sleep well", noted_on=calendar_date(today()), due_on=None)
    with CaptureQueriesContext(connection) as single:
        gathered_inputs([nord.pk], today())
    with CaptureQueriesContext(connection) as all_of_them:
        assert len(gathered_inputs(None, today())) == 101
    # One customer without an outcome needs no look at readings, milestones, answers and changed words.
    assert len(all_of_them) <= len(single) + 3 + 2 + 1 <= 25


def test_everybody_and_each_alone_are_gathered_alike(nord: Customer) -> None:
    for number in range(12):
        one = customer(f"Customer {number}")
        contract(one, today() - 100)
        fact(one, today() - 10 * number, "touchpoint")
        fact(one, today() - number, "complaint")
    together = gathered_inputs(None, today())
    for place, one in enumerate(together.customers.tolist()):
        assert plain(gathered_inputs([one], today())) == plain(together[[place]])
