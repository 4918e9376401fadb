"""Recording by form and by one line, the history it leaves, and the way back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from regulars.ledger.models import Fact
from regulars.records.models import (
    AuditEntry,
    Blocker,
    Customer,
    Knowledge,
    Note,
    Person,
    Role,
    ToDo,
)
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date
from regulars.records.write.search_index import index_due
from tests.web.factories import customer, fact, regular, today

pytestmark = pytest.mark.django_db
LINE = "called Ida, she loves the new blend; wants oat deliveries; todo send price list friday"


@pytest.fixture
def nord() -> Customer:
    return regular("Café Nord")


@pytest.fixture
def ida(nord: Customer) -> Person:
    person = Person.objects.create(name="Ida Nord", name_folded="ida nord")
    Role.objects.create(person=person, customer=nord, title="Owner", part="champion")
    return person


def address(one: Customer, more: str = "") -> str:
    return f"/customers/{opaque(one.pk)}{more}"


def form(**more: Any) -> dict[str, Any]:
    return {"channel": "visit", "text": "Tasted the new roast", "on": "", "learnt": "", **more}


def test_the_form_records_what_is_ticked_and_says_so(as_max: Any, nord: Customer, ida: Person) -> None:
    typed = form(
        person=[opaque(ida.pk)], turf="theirs", minutes="40", tick=["praise", "todo"], praise="Best so far",
        complaint="typed, then not ticked", todo="Send a bag", todo_due="2030-01-02", learnt="Mornings matter",
        learnt_kind="job", said="them",
    )  # fmt: skip
    answer = as_max.post(address(nord, "/record"), typed, follow=True)
    html = answer.content.decode()
    assert "Café Nord: recorded 1 visit, 1 praise, 1 to-do, 1 card." in html
    touch, praise = Fact.objects.exclude(kind="purchase").order_by("id")
    assert touch.properties == {
        "channel": "visit", "person": opaque(ida.pk), "turf": "theirs", "selling": False, "minutes": 40,
    }  # fmt: skip
    assert (praise.kind, praise.text) == ("praise", "Best so far")
    assert ToDo.objects.get().due_on is not None
    assert Knowledge.objects.get().said_by == ida
    assert "Visit with Ida Nord, 40 minutes, at theirs" in html
    assert "You recorded just now: 1 visit, 1 praise, 1 to-do, 1 card." in html


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(as_max: Any, nord: Customer) -> None:
    for more, sentence in (
        ({"channel": ""}, "Choose how you met."),
        ({"minutes": "a while"}, "is not a number of minutes"),
        ({"on": (calendar_date(today()) + timedelta(days=3)).isoformat()}, "This day is still to come."),
        ({"tick": "praise", "praise": ""}, "Write a few words first."),
        ({"tick": "todo", "todo": "x", "todo_due": "friday"}, "is not a day"),
        ({"learnt": "x", "learnt_kind": "gossip"}, "Choose what the card answers."),
    ):
        answer = as_max.post(address(nord, "/record"), form(**more))
        html = answer.content.decode()
        assert answer.status_code == 400
        assert sentence in html
        assert "Tasted the new roast" in html
    assert not Fact.objects.exclude(kind="purchase").exists()
    assert not ToDo.objects.exists()


def test_whatever_is_wrong_the_form_comes_back_with_what_was_typed(as_max: Any, nord: Customer) -> None:
    address = f"/customers/{opaque(nord.pk)}/record"
    right = {"text": "They want oat by six", "channel": "call"}
    gone = opaque(Person.objects.create(name="Bo").pk)
    for wrong in ({"on": "1850-01-01"}, {"person": gone}):
        answer = as_max.post(address, right | wrong)
        assert answer.status_code in {400, 404, 409, 422}, wrong
        assert "They want oat by six" in answer.content.decode(), wrong
    assert not Fact.objects.filter(kind="touchpoint").exists()


def test_a_typed_line_is_offered_with_what_it_records(as_max: Any, as_vic: Any, nord: Customer) -> None:
    index_due()
    given = {"headers": {"HX-Request": "true"}}
    html = as_max.get("/find", {"q": f"note Café Nord: {LINE}"}, **given).content.decode()
    assert "1 call, 1 request, 1 to-do" in html
    assert f'formaction="{address(nord, "/record/line")}"' in html
    half = as_max.get("/find", {"q": "note café no"}, **given).content.decode()
    assert f'href="{address(nord, "/record")}"' in half
    assert "Record for" not in as_vic.get("/find", {"q": f"note Café Nord: {LINE}"}, **given).content.decode()
    assert "Record for" not in as_max.get("/find", {"q": "Café Nord"}, **given).content.decode()


def test_how_we_met_may_stand_before_the_name_but_for_a_name_that_begins_so(
    as_max: Any, nord: Customer
) -> None:
    regular("Call Centre Süd")
    index_due()
    given = {"headers": {"HX-Request": "true"}}
    html = as_max.get("/find", {"q": "record call café nord: they like it"}, **given).content.decode()
    assert "1 call<" in html
    assert f'formaction="{address(nord, "/record/line")}" name="line" value="call: they like it"' in html
    html = as_max.get("/find", {"q": "record call centre: they like it"}, **given).content.decode()
    assert "1 note<" in html
    assert 'value="they like it"' in html


def test_whom_we_met_and_when_is_said_once(as_max: Any, nord: Customer, ida: Person) -> None:
    as_max.post(address(nord, "/record/line"), {"line": "met Ida yesterday"})
    touch = Fact.objects.get(kind="touchpoint")
    assert (touch.day, touch.text) == (today() - 1, "")
    history = as_max.get(address(nord), {"tab": "history"}).content.decode()
    assert "Meeting with Ida Nord" in history
    assert "met Ida" not in history
    page = as_max.get(address(nord, "/record"), {"line": "met Ida yesterday"}).context["page"]
    assert page.typed["on"] == calendar_date(today() - 1).isoformat()


def test_a_typed_line_is_recorded_and_returns_where_it_was_typed(
    as_max: Any, nord: Customer, ida: Person
) -> None:
    answer = as_max.post(address(nord, "/record/line"), {"line": LINE, "back": "/customers?view=regulars"})
    assert (answer.status_code, answer.url) == (303, "/customers?view=regulars")
    touch, request = Fact.objects.exclude(kind="purchase").order_by("id")
    assert (touch.kind, touch.text, touch.properties["channel"], touch.properties["person"]) == (
        "touchpoint", "she loves the new blend", "call", opaque(ida.pk),
    )  # fmt: skip
    assert (request.kind, request.text) == ("request", "wants oat deliveries")
    todo = ToDo.objects.get()
    assert todo.text == "send price list"
    assert todo.due_on is not None
    assert todo.due_on.strftime("%A") == "Friday"
    from_find = as_max.post(address(nord, "/record/line"), {"line": "called", "back": "/find?q=note"})
    assert from_find.url == address(nord)


def test_the_form_ends_with_the_question_of_the_moment(as_max: Any) -> None:
    html = as_max.get(address(regular("Neu", times=2), "/record")).content.decode()
    assert "You came back, thank you. What made you?" in html
    assert '<option value="came_back" selected>' in html


def test_a_line_can_be_looked_at_first(as_max: Any, nord: Customer, ida: Person) -> None:
    page = as_max.get(address(nord, "/record"), {"line": LINE}).context["page"]
    assert page.typed["channel"] == "call"
    assert page.chosen == {opaque(ida.pk)}
    lines = {line.kind: (line.ticked, line.text) for line in page.lines}
    assert lines["request"] == (True, "wants oat deliveries")
    assert lines["todo"] == (True, "send price list")
    assert lines["praise"] == (False, "")


def test_a_line_that_meets_nobody_is_a_note_and_no_entry(as_max: Any, nord: Customer) -> None:
    as_max.post(address(nord, "/record/line"), {"line": "only before ten"})
    assert Note.objects.get().text == "only before ten"
    assert not Fact.objects.exclude(kind="purchase").exists()


def test_the_author_takes_an_entry_back_from_the_page(as_max: Any, as_ana: Any, nord: Customer) -> None:
    as_max.post(address(nord, "/record/line"), {"line": LINE})
    entry = AuditEntry.objects.get(action="record_touchpoint")
    assert len(as_max.get(address(nord)).context["recent"]) == 1
    assert as_ana.get(address(nord)).context["recent"] == ()
    assert as_ana.post(f"/written/undo/{opaque(entry.pk)}").status_code == 409
    as_max.post(f"/written/undo/{opaque(entry.pk)}")
    assert not Fact.objects.exclude(kind="purchase").exists()
    assert not ToDo.objects.exists()
    assert as_max.get(address(nord)).context["recent"] == ()
    assert as_max.post(f"/written/undo/{opaque(entry.pk)}").status_code == 409


def test_after_ten_minutes_an_entry_is_history(as_max: Any, nord: Customer) -> None:
    as_max.post(address(nord, "/record/line"), {"line": LINE})
    entry = AuditEntry.objects.get(action="record_touchpoint")
    AuditEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(minutes=11))
    assert as_max.get(address(nord)).context["recent"] == ()
    assert as_max.post(f"/written/undo/{opaque(entry.pk)}").status_code == 409
    assert Fact.objects.exclude(kind="purchase").count() == 2


def test_whom_to_record_for_is_asked_without_javascript(as_max: Any, nord: Customer) -> None:
    index_due()
    html = as_max.get("/record", {"q": "nord"}).content.decode()
    assert f'href="{address(nord, "/record")}"' in html
    assert "Nobody answers to" in as_max.get("/record", {"q": "zzzz"}).content.decode()


def test_a_blocker_is_noted_and_cleared_on_the_page(as_max: Any, nord: Customer, ida: Person) -> None:
    typed = {
        "blocker": "No purchase order",
        "side": "theirs",
        "clears": "procurement",
        "person": opaque(ida.pk),
    }
    as_max.post(address(nord, "/blockers"), typed)
    html = as_max.get(address(nord)).content.decode()
    assert "No purchase order" in html
    assert "their procurement can unclog it" in html
    assert "On their side: 0 cleared so far; from 5 on there is a usual time." in html
    as_max.post(
        f"/blockers/{opaque(Blocker.objects.get().pk)}/close", {"cleared_by": "theirs", "how": "Signed"}
    )
    html = as_max.get(address(nord)).content.decode()
    assert "they cleared it after 0 days: Signed" in html
    assert "Out of the way: No purchase order, unclogged by them" in html


def test_parts_are_set_and_a_champion_who_leaves_is_in_the_history(
    as_max: Any, nord: Customer, ida: Person
) -> None:
    role = Role.objects.get()
    as_max.post(address(nord, f"/people/{opaque(role.pk)}/part"), {"part": "sponsor"})
    role.refresh_from_db()
    assert role.part == "sponsor"
    assert as_max.post(address(nord, f"/people/{opaque(role.pk)}/part"), {"part": "king"}).status_code == 400
    as_max.post(address(nord, f"/people/{opaque(role.pk)}/left"))
    html = as_max.get(address(nord)).content.decode()
    assert "Left: Ida Nord, was their sponsor" in html
    other = regular("Hotel Anker")
    assert as_max.post(address(other, f"/people/{opaque(role.pk)}/left")).status_code == 404


def test_history_says_outcomes_and_contracts_in_words_under_their_own_chips(as_vic: Any) -> None:
    one = customer("Hotel Anker")
    fact(one, today() - 9, "contract_started", item="Team plan", properties={
        "months": 12, "ends_on": "2027-05-03", "auto_renews": True, "notice_days": 30,
    })  # fmt: skip
    fact(one, today() - 8, "outcome_confirmed", text="Twelve, not twenty", quantity=12, properties={
        "verdict": "not_yet", "unit": "guests",
    })  # fmt: skip
    fact(one, today() - 7, "praise", text="Lovely")
    fact(one, today() - 6, "commitment_missed", item="Send the list", properties={"side": "theirs"})

    def words(only: str) -> list[tuple[str, str]]:
        found = as_vic.get(address(one), {"only": only}).context["page"].history
        return [(entry.kind, entry.words) for day in found.days for entry in day.entries]

    assert words("contracts") == [
        ("contract_started", "Team plan, 12 months, until 3 May 2027, renews by itself, 30 days' notice")
    ]
    assert words("success") == [
        ("commitment_missed", "Send the list, theirs"), ("outcome_confirmed", "not yet, 12 guests"),
    ]  # fmt: skip
    assert [kind for kind, _ in words("said")] == ["praise"]
