"""The brief: three lines first, then what stands behind them, as of today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.attention.read.brief import Brief
from regulars.records.models import (
    Blocker,
    Commitment,
    Confirmation,
    Customer,
    Milestone,
    Outcome,
    Reading,
    ToDo,
    Wish,
)
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date
from tests.web.factories import fact, regular, step, today

pytestmark = pytest.mark.django_db


def on(ago: int) -> date:
    return calendar_date(today()) - timedelta(days=ago)


def brief_of(client: Any, one: Customer) -> Brief:
    answer = client.get(f"/customers/{opaque(one.pk)}/brief")
    assert answer.status_code == 200
    found: Brief = answer.context["brief"]
    return found


def outcome(one: Customer, sentence: str, **more: Any) -> Outcome:
    given = {"noted_on": on(100), "agreed_on": on(90), "due_on": on(-60)} | more
    return Outcome.objects.create(customer=one, sentence=sentence, **given)


def test_a_customer_without_records_is_said_so(as_vic: Any) -> None:
    found = brief_of(as_vic, regular("Café Nord"))
    assert (found.want, found.owe, found.ask) == (
        "Nobody has asked them yet what success is for them.",
        "Nothing is promised.",
        "What made you come to us the first time?",
    )


def test_what_they_want_is_the_outcome_that_needs_most_attention(as_vic: Any) -> None:
    one = regular("Café Nord")
    done = outcome(one, "A full terrace")
    Confirmation.objects.create(outcome=done, verdict="confirmed", said_on=on(3))
    late = outcome(one, "Guests served within five minutes", due_on=on(12), why="the queue drives them away.")
    Reading.objects.create(outcome=late, day=on(20), value=1)
    outcome(one, "Given up", dropped_on=on(5))
    found = brief_of(as_vic, one)
    assert found.want == (
        "Guests served within five minutes, because the queue drives them away: 12 days late (and 1 more)."
    )
    assert [(row.row.sentence, row.standing.words, row.tone) for row in found.outcomes] == [
        ("Guests served within five minutes", "12 days late", "watch"),
        ("A full terrace", "confirmed by the customer", "good"),
    ]


def test_what_they_said_last_on_one_day_counts(as_vic: Any) -> None:
    one = regular("Café Nord")
    argued = outcome(one, "A full terrace")
    Confirmation.objects.create(outcome=argued, verdict="disputed", said_on=on(3))
    Confirmation.objects.create(outcome=argued, verdict="confirmed", said_on=on(3))
    assert brief_of(as_vic, one).outcomes[0].standing.words == "confirmed by the customer"


def test_milestones_count_for_where_it_stands(as_vic: Any) -> None:
    one = regular("Café Nord")
    slow = outcome(one, "A full terrace")
    Milestone.objects.create(customer=one, outcome=slow, text="Chairs", due_on=on(20))
    assert brief_of(as_vic, one).want == "A full terrace: 20 days behind."


def test_what_we_owe_names_three_and_counts_the_rest(as_vic: Any) -> None:
    one = regular("Café Nord")
    for number in range(3):
        ToDo.objects.create(customer=one, text=f"Send list {number}.", due_on=on(-number))
    Commitment.objects.create(customer=one, side="ours", text="Train the barista")
    Commitment.objects.create(customer=one, side="ours", text="Kept", done_on=on(1))
    Commitment.objects.create(customer=one, side="theirs", text="Name a barista", due_on=on(-9))
    Commitment.objects.create(customer=one, side="theirs", text="Given up", missed_on=on(1))
    found = brief_of(as_vic, one)
    assert found.owe == "Send list 0; Send list 1; Send list 2; and 1 more."
    assert ([row.text for row in found.ours], [row.text for row in found.theirs]) == (
        ["Train the barista"], ["Name a barista"],
    )  # fmt: skip


def test_the_last_five_touchpoints_and_what_stands_in_the_way(as_vic: Any) -> None:
    one = regular("Café Nord")
    for ago in range(7):
        fact(one, today() - ago, "touchpoint", text=f"Met {ago} days ago", properties={"channel": "call"})
    Blocker.objects.create(customer=one, text="The lease", side="theirs", opened_on=on(9))
    Blocker.objects.create(customer=one, text="Cleared", side="theirs", opened_on=on(9), closed_on=on(2))
    Wish.objects.create(customer=one, kind="channel", text="Phone, not mail", noted_on=on(9))
    Wish.objects.create(customer=one, kind="pace", text="No longer", noted_on=on(9), ended_on=on(1))
    found = brief_of(as_vic, one)
    assert [touch.text for touch in found.touchpoints] == [f"Met {ago} days ago" for ago in range(5)]
    assert found.touchpoints[0].words == "Call"
    assert [(row.row.text, row.age) for row in found.blockers] == [("The lease", 9)]
    assert [wish.text for wish in found.wishes] == ["Phone, not mail"]


def test_the_brief_costs_the_same_statements_for_one_of_each_and_for_ten(as_vic: Any) -> None:
    def statements(one: Customer, number: int) -> int:
        for place in range(number):
            wanted = outcome(one, f"Outcome {place}")
            Reading.objects.create(outcome=wanted, day=on(9), value=1)
            Commitment.objects.create(customer=one, side="ours", text="Train")
            Blocker.objects.create(customer=one, text="The lease", side="theirs", opened_on=on(9))
            fact(one, today() - place, "touchpoint", text="Met")
        brief_of(as_vic, one)
        with CaptureQueriesContext(connection) as caught:
            brief_of(as_vic, one)
        return len(caught)

    assert statements(regular("One"), 1) == statements(regular("Ten"), 10)


def test_a_step_leads_to_the_brief(as_vic: Any) -> None:
    one = regular("Café Nord")
    html = as_vic.get(f"/steps/{opaque(step(one).pk)}").content.decode()
    assert f'href="/customers/{opaque(one.pk)}/brief"' in html
