"""What we know of a customer on their page: cards, the one question, and not yet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.attention.read.knowing import base_knowledge
from regulars.insight.stage import Stage
from regulars.records.models import AuditEntry, Blocker, Customer, Knowledge, NotYet, Person
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date
from tests.web.factories import customer, fact, regular, standing, today

pytestmark = pytest.mark.django_db


def address(one: Customer, more: str = "") -> str:
    return f"/customers/{opaque(one.pk)}{more}"


def on(ago: int) -> date:
    return calendar_date(today()) - timedelta(days=ago)


def card(one: Customer, kind: str = "need", ago: int = 10, *, said: bool = True, **more: Any) -> Knowledge:
    return Knowledge.objects.create(
        customer=one, kind=kind, text=f"{kind} it is", said_by_them=said, noted_on=on(ago), **more
    )


def undo(client: Any) -> int:
    entry = AuditEntry.objects.latest("id")
    return int(client.post(f"/written/undo/{opaque(entry.pk)}").status_code)


def test_cards_say_whose_they_are_and_how_old(as_vic: Any) -> None:
    one = regular("Café Nord")
    card(one, "need", ago=100)
    card(one, "think", said=False)
    html = as_vic.get(address(one)).content.decode()
    assert "said by them" in html
    assert "assumed by us" in html
    assert "3 months ago" in html
    assert "time to ask again" in html
    assert "still-true" not in html, "a viewer changes nothing"


def test_a_card_is_noted_changed_renewed_ended_and_each_is_taken_back(as_max: Any) -> None:
    one = regular("Café Nord")
    as_max.post(address(one, "/cards"), {"learnt_kind": "job", "learnt": "Good mornings", "said": "them"})
    first = Knowledge.objects.get()
    assert (first.kind, first.text, first.said_by_them, first.noted_on) == (
        "job",
        "Good mornings",
        True,
        on(0),
    )
    as_max.post(f"/cards/{opaque(first.pk)}/still-true")
    first.refresh_from_db()
    assert first.still_true_on == on(0)
    assert undo(as_max) == 303
    as_max.post(f"/cards/{opaque(first.pk)}/change", {"learnt": "Quiet mornings", "said": "us"})
    page = as_max.get(address(one)).context["page"]
    assert [shown.row.text for shown in page.know.knowing.cards] == ["Quiet mornings"]
    assert [shown.row.text for shown in page.know.knowing.past] == ["Good mornings"]
    assert undo(as_max) == 303
    as_max.post(f"/cards/{opaque(first.pk)}/end")
    assert not as_max.get(address(one)).context["page"].know.knowing.cards
    assert undo(as_max) == 303
    assert Knowledge.objects.get(ended_on=None).still_true_on is None


def test_the_question_rests_after_it_was_asked_in_vain(as_max: Any) -> None:
    one = regular("Café Nord", times=2)
    assert "You came back, thank you. What made you?" in as_max.get(address(one)).content.decode()
    as_max.post(address(one, "/asked"), {"learnt_kind": "came_back"})
    html = as_max.get(address(one)).content.decode()
    assert "You came back, thank you" not in html
    assert "What made you come to us the first time?" in html


def test_a_card_they_said_themselves_is_words_of_theirs(as_vic: Any) -> None:
    one = regular("Café Nord")
    card(one, "brought", ago=3, said=False)
    assert "No words of theirs on record yet." in as_vic.get(address(one)).content.decode()
    card(one, "need", ago=5)
    html = as_vic.get(address(one)).content.decode()
    assert "No words of theirs on record yet." not in html
    assert "“need it is”" in html
    assert "their last words, what they need to succeed, " in html
    fact(one, today() - 4, "praise", text="“Lovely, truly”")
    assert "“Lovely, truly”" in as_vic.get(address(one)).content.decode()
    assert "““" not in as_vic.get(address(one)).content.decode(), "marks that were typed are not doubled"
    assert "““" not in as_vic.get(address(one, "/brief")).content.decode()


def test_what_to_say_holds_their_last_words(as_vic: Any) -> None:
    one = regular("Café Nord")
    fact(one, today() - 20, "praise", text="The best oats in town")
    fact(one, today() - 10, "touchpoint", text="Called")
    fact(one, today() - 5, "purchase", text="gift wrapped")
    html = as_vic.get(address(one)).content.decode()
    assert "“The best oats in town”" in html
    assert "praise" in html


def test_not_yet_is_a_banner_that_ends_by_hand(as_max: Any) -> None:
    one = regular("Café Nord")
    as_max.post(address(one, "/not-yet"), {"until": "the oats work", "look_again_on": on(-30).isoformat()})
    assert "until the oats work. Look again" in as_max.get(address(one)).content.decode()
    one.refresh_from_db()
    assert one.not_before == on(-30)
    as_max.post(f"/not-yet/{opaque(NotYet.objects.get().pk)}/end")
    assert "the oats work" not in as_max.get(address(one)).content.decode()
    one.refresh_from_db()
    assert one.not_before is None


def test_a_day_in_the_past_is_said_beside_the_field(as_max: Any) -> None:
    one = regular("Café Nord")
    answer = as_max.post(address(one, "/not-yet"), {"until": "x", "look_again_on": on(3).isoformat()})
    assert answer.status_code == 400
    assert not NotYet.objects.exists()


def test_a_rewound_page_shows_the_cards_of_that_day_and_asks_nothing(as_vic: Any) -> None:
    one = regular("Café Nord", every=30, times=12)
    old = card(one, ago=200)
    new = card(one, ago=20)
    Knowledge.objects.filter(pk=old.pk).update(ended_on=on(20), replaced_by=new)
    page = as_vic.get(address(one) + f"?as_of={on(100).isoformat()}").context["page"]
    assert [shown.row.pk for shown in page.know.knowing.cards] == [old.pk]
    html = as_vic.get(address(one) + f"?as_of={on(100).isoformat()}").content.decode()
    assert "Ask:" not in html


def test_what_we_knew_then_leaves_out_what_was_written_down_later(as_vic: Any) -> None:
    one = regular("Café Nord", every=30, times=12)
    card(one, ago=200)
    fact(one, today() - 200, "praise", text="Lovely", received_day=today() - 10)
    happened = as_vic.get(address(one) + f"?as_of={on(100).isoformat()}").context["page"].know.knowing
    known = as_vic.get(address(one) + f"?as_of={on(100).isoformat()}&mode=known").context["page"].know.knowing
    assert (len(happened.cards), happened.last_words.text) == (1, "Lovely")
    assert (known.cards, known.last_words) == ((), None)


def test_the_page_costs_the_same_statements_for_one_card_and_for_ten(as_max: Any) -> None:
    def statements(one: Customer, number: int) -> int:
        person = Person.objects.create(name="Ida")
        for place in range(number):
            card(one, "need", ago=place, said_by=person)
            card(one, "think", ago=90 + place, ended_on=on(place))
            NotYet.objects.create(customer=one, until="x", look_again_on=on(-9))
            Blocker.objects.create(customer=one, text="x", side="ours", opened_on=on(place), person=person)
            fact(one, today() - place, "touchpoint", properties={"person": opaque(person.pk)})
        as_max.get(address(one))
        with CaptureQueriesContext(connection) as caught:
            as_max.get(address(one))
        return len(caught)

    assert statements(regular("One"), 1) == statements(regular("Ten"), 10)


def test_the_base_is_counted_by_those_who_buy_and_by_their_own_words() -> None:
    names = ["fresh", "old", "assumed", "other kind", "lapsed", "unknown", "renewed"]
    them = {name: customer(name) for name in names}
    for name, one in them.items():
        standing(one, Stage.LAPSED if name == "lapsed" else Stage.REGULAR, purchase_days=5)
    standing(customer("prospect"), Stage.PROSPECT)
    card(them["fresh"], "job", ago=10)
    card(them["fresh"], "brought", ago=900)
    card(them["old"], "continue", ago=366)
    card(them["assumed"], "job", said=False)
    card(them["other kind"], "think")
    card(them["lapsed"], "job")
    card(them["unknown"], "job", ago=30, ended_on=on(10))
    card(them["renewed"], "came_back", ago=800, still_true_on=on(30))
    found = base_knowledge(today())
    assert (found.known, found.customers, found.old) == (3, 6, 1)
    assert found.sentence == "We know why 3 of 6 buy; 1 of those is over a year old."
