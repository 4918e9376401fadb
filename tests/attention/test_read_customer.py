"""One customer: the path, what is usual, the history."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.attention.models import Standing, StandingHistory
from regulars.attention.read.chance import chances_of
from regulars.attention.read.contracts import contracts_of, day_words
from regulars.attention.read.customer import stood, usual_of
from regulars.attention.read.customers import standing_row
from regulars.attention.read.evidence import entries_of
from regulars.attention.read.find import answers
from regulars.attention.read.history import Question, history
from regulars.attention.reassess import reassess_all
from regulars.insight.stage import Stage
from regulars.records.models import Note, Person, Role
from regulars.records.read.company import calendar_date, company
from regulars.records.write.search_index import index_due
from tests.attention.contracts import contract
from tests.web.factories import customer, fact, regular, standing, step, today

pytestmark = pytest.mark.django_db


def test_the_path_shows_how_far_they_came_and_where_they_stand() -> None:
    found = stood(regular("Café Nord").pk, today())
    assert found is not None
    assert [stop.reached for stop in found.path] == [True, True, True, True, False]
    assert [stop.word for stop in found.path if stop.here] == ["regular"]
    assert found.beside == ""


def test_who_went_quiet_stands_beside_the_path_they_walked() -> None:
    found = stood(regular("Café Nord", times=12, last=40, stage=Stage.GONE_QUIET).pk, today())
    assert found is not None
    assert found.beside == "gone quiet"
    assert [stop.reached for stop in found.path] == [True, True, True, True, False]
    assert not any(stop.here for stop in found.path)


def test_nobody_stands_anywhere_before_the_first_assessment() -> None:
    assert stood(customer("New").pk, today()) is None


def test_the_usual_order_comes_from_their_last_visits() -> None:
    one = customer("Ida")
    for week in range(6):
        fact(one, today() - 7 * week, item="Flat white", quantity=2, minute=495)
    found = usual_of(one.pk, today())
    assert found.order == (("Flat white", 2.0),)
    assert found.minute == 495
    assert usual_of(one.pk, today() - 100).visits == 0


def test_an_order_is_one_entry_whatever_its_rows() -> None:
    one, now = customer("Café Nord"), today()
    fact(one, now, item="House blend", quantity=2, amount=2400, order_number="R-1")
    fact(one, now, item="Oat drink", quantity=1, amount=300, order_number="R-1")
    fact(one, now, item="Bun", quantity=1, amount=250, order_number="R-2")
    fact(one, now, "refund", amount=300, order_number="R-1")
    [day] = history(Question(one.pk, "all", now), company()).days
    said = {(entry.kind, entry.order_number): (entry.words, entry.amount) for entry in day.entries}
    assert said == {
        ("purchase", "R-1"): ("2 × House blend, Oat drink", 2700),
        ("purchase", "R-2"): ("Bun", 250),
        ("refund", "R-1"): ("", -300),
    }


def test_five_thousand_entries_are_read_page_by_page_none_twice_none_lost() -> None:
    one, now = customer("Busy"), today()
    made = [fact(one, now - number // 7, order_number=f"R-{number}").order_number for number in range(300)]
    seen: list[str] = []
    until, pages = now, 0
    while True:
        page = history(Question(one.pk, "purchases", until), company())
        seen += [entry.order_number for day in page.days for entry in day.entries]
        pages += 1
        if page.before is None:
            break
        until = page.before
    assert sorted(seen) == sorted(made)
    assert pages > 3


def test_a_day_longer_than_a_page_is_shown_whole() -> None:
    one, now = customer("Festival"), today()
    for number in range(80):
        fact(one, now, order_number=f"R-{number}")
    fact(one, now - 1, order_number="R-last")
    page = history(Question(one.pk, "all", now), company())
    assert [len(day.entries) for day in page.days] == [80]
    assert page.before == now - 1


def test_notes_and_stages_stand_in_the_stream_on_their_day(ana: Any) -> None:
    one, now = customer("Café Nord"), today()
    fact(one, now - 10)
    Note.objects.create(customer=one, text="Likes it dark", author=ana, noted_on=calendar_date(now - 5))
    StandingHistory.objects.create(customer=one, day=now - 7, stage=3, was=2)
    everything = history(Question(one.pk, "all", now), company())
    assert [(day.day, day.entries[0].kind) for day in everything.days] == [
        (now - 5, "note"), (now - 7, "stage"), (now - 10, "purchase"),
    ]  # fmt: skip
    only_notes = history(Question(one.pk, "notes", now), company())
    assert [day.entries[0].said for day in only_notes.days] == ["Likes it dark"]
    assert [day.day for day in history(Question(one.pk, "purchases", now), company()).days] == [now - 10]


def test_what_was_learnt_later_is_left_out_of_what_we_knew_then() -> None:
    one, now = customer("Café Nord"), today()
    fact(one, now - 20)
    fact(one, now - 15, received_day=now - 1)
    then = Question(one.pk, "all", now - 10, known_by=now - 10)
    assert [day.day for day in history(then, company()).days] == [now - 20]
    [late, _] = history(Question(one.pk, "all", now - 10), company()).days
    assert late.entries[0].learnt_day == now - 1


def test_a_step_opens_to_the_entries_it_names_or_rests_on() -> None:
    one, now = customer("Café Nord"), today()
    bought, asked = fact(one, now - 3), fact(one, now - 2, "missed_us")
    fact(customer("Other"), now - 3)
    assert entries_of(step(one)) == [bought]
    assert entries_of(step(one, "missed_us", evidence={"fact_kinds": ["missed_us"]})) == [asked]
    assert entries_of(step(one, "order_check", evidence={"facts": [bought.pk]})) == [bought]
    assert entries_of(step(None, "base_quiet")) == []


def test_finding_answers_at_once() -> None:
    one = regular("Café Nord", last=9)
    person = Person.objects.create(name="Ida Nord", name_folded="ida nord", email="ida@example.org")
    Role.objects.create(person=person, customer=one, title="Owner")
    index_due()
    [hit] = answers("cafe nrod", today())
    assert hit.customer == one.pk
    assert hit.sentence == "regular, last bought 9 days ago, 2 × House blend"
    [human] = answers("ida@example.org", today())
    assert human.sentence.startswith("at Café Nord, regular")
    assert answers("nobody of that name", today()) == ()


@pytest.mark.django_db(transaction=True)
def test_who_is_on_contract_is_found_with_the_contract_not_with_what_they_did_not_buy() -> None:
    now = today()
    one, other, gone = customer("Schule Nord"), customer("Schule Süd"), customer("Schule West")
    person = Person.objects.create(name="Mira Falke", name_folded="mira falke")
    Role.objects.create(person=person, customer=one, title="Head")
    contract(one, now - 100, 756_000, number="NB-1001")
    contract(other, now - 100, 120_000, number="NB-1002")
    contract(other, now - 50, 240_000, number="NB-1003", months=24)
    contract(gone, now - 800, number="NB-1004")
    reassess_all(now)
    index_due()

    def said(text: str) -> str:
        [hit] = answers(text, now)
        return f"{hit.kind} {hit.sentence}".strip()

    ends = contracts_of([one.pk])[one.pk][0].end_day
    words = f"contract until {day_words((ends or 0) - 1)}, €7,560 a year"
    assert said("Schule Nord").endswith(f", {words}")
    assert "bought" not in said("Schule Nord") + said("Mira Falke") + said("Schule West")
    assert said("Mira Falke").startswith("person at Schule Nord, ")
    assert said("Mira Falke").endswith(words)
    assert said("nb-1001").startswith("contract ")
    assert ", 2 contracts, the first until " in said("Schule Süd")
    assert said("Schule Süd").endswith(", €2,400 a year")
    assert ", contract ended " in said("Schule West")


def test_a_prospect_is_found_with_what_there_is_to_say() -> None:
    standing(customer("Hotel Anker"), Stage.PROSPECT)
    customer("Hotel Neu")
    index_due()
    assert {hit.sentence for hit in answers("hotel", today())} == {
        "prospect, has not bought yet",
        "not assessed yet",
    }


@pytest.mark.django_db(transaction=True)
def test_the_chances_come_with_intervals_and_are_those_of_the_standing() -> None:
    now = today()
    for number in range(40):
        one = customer(f"Buyer {number}")
        for visit in range(1 + number % 8):
            fact(one, now - 10 - number - 17 * visit)
    reassess_all(now)
    told = 0
    for row in Standing.objects.select_related("customer__owner", "customer__kind"):
        found = chances_of(standing_row(row, now, None))
        assert found is not None
        assert (found.buys.value is None) == (row.p_buy is None)
        if found.buys.value is not None:
            told += 1
            assert found.buys.value == pytest.approx(row.p_buy, abs=0.0051)
            assert found.purchases.value == pytest.approx(row.expected, abs=0.051)
            assert found.buys.low is not None
            assert found.buys.high is not None
            assert found.buys.low <= found.buys.value <= found.buys.high
        else:
            assert found.buys.refusal
    assert told > 20
    assert chances_of(standing_row(standing(customer("New"), Stage.PROSPECT), now, None)) is None
