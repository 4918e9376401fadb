"""Today in the browser's eyes: reasons, answers with undo, to-dos, the first visit."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.attention.models import NextStep, PlanStanding, StoredResult
from regulars.insight.knowing import QUESTIONS
from regulars.insight.outcome import OutcomeState
from regulars.insight.stage import Stage
from regulars.records.models import Customer, Knowledge, Person, Role, ToDo
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date
from regulars.web.pages.today.page import TodayPage
from tests.web.factories import customer, fact, regular, source, standing, step, summary, today

pytestmark = pytest.mark.django_db


def page_of(client: Any, address: str = "/") -> TodayPage:
    response = client.get(address)
    assert response.status_code == 200
    page: TodayPage = response.context["page"]
    return page


def test_a_reason_says_who_why_and_what_to_say(as_max: Any) -> None:
    step(regular("Café Nord"))
    html = as_max.get("/").content.decode()
    for words in (
        "Café Nord", "has been silent for 31 open days; every 12 is usual", "We have missed you",
        "Gone unusually quiet", "The entries behind it",
    ):  # fmt: skip
        assert words in html


def test_one_question_is_asked_of_somebody_who_needs_us_and_never_where_amends_come_first(
    as_max: Any,
) -> None:
    sore, nord = regular("Süd"), regular("Café Nord")
    step(sore, kind="missed_us")
    assert "One question to ask" not in as_max.get("/").content.decode()
    step(nord)
    html = as_max.get("/").content.decode()
    assert html.count("What made you come to us the first time?") == 1
    assert f'/customers/{opaque(nord.pk)}/record"' in html
    for kind in QUESTIONS:
        Knowledge.objects.create(
            customer=nord, kind=kind, text="So it is", said_by_them=True, noted_on=calendar_date(today())
        )
    assert "One question to ask" not in as_max.get("/").content.decode(), "all of it was answered"


def test_the_base_is_summed_up_in_one_line(as_max: Any) -> None:
    regular("Café Nord")
    summary()
    assert "1,412 people bought, 655 came back, 61 are regulars" in as_max.get("/").content.decode()


def test_a_base_of_nought_is_not_summed_up(as_max: Any) -> None:
    regular("Café Nord")
    stored = summary()
    stored.result = dict.fromkeys(("bought", "came_back", "regulars", "quiet"), 0) | {
        "sentence": "0 people bought, 0 came back, 0 are regulars; 0 regulars did not come when they should."
    }
    stored.save()
    assert "people bought" not in as_max.get("/").content.decode()


def test_done_takes_the_reason_away_and_undo_brings_it_back(as_max: Any) -> None:
    one = step(regular("Café Nord"))
    said = as_max.post(f"/steps/{opaque(one.pk)}/done", follow=True)
    assert "Café Nord: done. Thank you." in said.content.decode()
    assert f'action="/steps/{opaque(one.pk)}/reopen"' in said.content.decode()
    assert page_of(as_max).reasons.first == ()
    back = as_max.post(f"/steps/{opaque(one.pk)}/reopen", follow=True)
    assert [str(message) for message in back.context["messages"]][-1].endswith(" is back.")
    assert ": is back" not in back.content.decode()
    assert [reason.name for reason in page_of(as_max).reasons.first] == ["Café Nord"]


def test_later_asks_why_and_not_useful_does_not(as_max: Any) -> None:
    one, other = step(regular("Café Nord")), step(regular("Hotel Anker"))
    refused = as_max.post(f"/steps/{opaque(one.pk)}/later", {"days": "7"})
    assert refused.status_code == 400
    assert "Say in a few words why it can wait." in refused.content.decode()
    as_max.post(f"/steps/{opaque(one.pk)}/later", {"days": "7", "reason": "On holiday"})
    as_max.post(f"/steps/{opaque(other.pk)}/not-useful")
    one.refresh_from_db(), other.refresh_from_db()
    assert (one.state, one.snoozed_until, one.answer_reason) == ("snoozed", today() + 7, "On holiday")
    assert other.state == "not_useful"


def test_an_error_in_a_form_leaves_it_alone_and_names_the_field(as_max: Any) -> None:
    one = step(regular("Café Nord"))
    answer = as_max.post(f"/steps/{opaque(one.pk)}/later", {"days": "7"}, headers={"hx-request": "true"})
    assert answer.status_code == 400
    assert answer["HX-Reswap"] == "none"
    assert '"reason": "Say in a few words why it can wait."' in answer["HX-Trigger"]


def test_whom_to_call_is_the_person_on_record(as_max: Any) -> None:
    one = regular("Café Nord")
    Role.objects.create(person=Person.objects.create(name="Ida", phone="+49 30 123"), customer=one)
    step(one)
    html = as_max.get("/").content.decode()
    assert 'href="tel:+4930123"' in html
    assert "Call Ida" in html


def test_a_line_about_the_base_stands_apart(as_max: Any) -> None:
    regular("Café Nord")
    step(
        None,
        "feed_stopped",
        sentence="Nothing has come from Till for 6 days; every 1 is usual.",
        opening_line="",
    )
    page = page_of(as_max)
    assert [line.kind for line in page.reasons.lines] == ["feed_stopped"]
    assert page.reasons.first == ()


def test_an_empty_day_praises(as_max: Any) -> None:
    regular("Café Nord")
    html = as_max.get("/").content.decode()
    assert "Nobody is waiting for you." in html
    assert "Well kept." in html


def test_the_first_visit_offers_a_file_and_the_demo(as_ana: Any, as_vic: Any) -> None:
    html = as_ana.get("/").content.decode()
    assert "Choose a file" in html
    assert "Load the coffee stand" in html
    assert "Load the contracts" not in as_vic.get("/").content.decode()


def test_where_nobody_buys_nothing_is_praised_and_the_ways_to_begin_are_offered(
    as_ana: Any, as_vic: Any
) -> None:
    standing(customer("Hotel Anker"), Stage.PROSPECT)
    for address in ("/", "/data"):
        html = as_ana.get(address).content.decode()
        assert "Well kept" not in html
        assert all(words in html for words in ("Choose a file", "Load the coffee stand", "Add a customer"))
        assert "Choose a file" not in as_vic.get(address).content.decode()
    regular("Café Nord")
    assert "Well kept" in as_ana.get("/").content.decode()
    assert "Choose a file" not in as_ana.get("/data").content.decode()


def test_a_page_that_waits_is_told_when_there_is_news(as_max: Any) -> None:
    assert page_of(as_max).waiting == "customers"
    assert as_max.get("/?waiting=customers").status_code == 204
    customer("Café Nord")
    assert "Reading what came in" in as_max.get("/?waiting=customers").content.decode()
    assert as_max.get("/?waiting=assessment").status_code == 204
    regular("Hotel Anker")
    assert page_of(as_max, "/?waiting=assessment").waiting == ""


def test_the_first_day_starts_with_ten(as_max: Any) -> None:
    for number in range(12):
        step(regular(f"Customer {number}"))
    page = page_of(as_max)
    assert page.title == "Start with these ten"
    assert len(page.reasons.first) == 10
    NextStep.objects.all().delete()
    for number in range(9):
        step(regular(f"Other {number}"))
    source().__class__.objects.update(demo=True)
    assert len(page_of(as_max).reasons.first) == 7


def test_the_expected_are_named_once_with_their_hour(as_max: Any) -> None:
    one = regular("Ida")
    rows = [
        {
            "customer": one.pk,
            "name": "Ida",
            "minute": 495,
            "order": "",
            "sentence": "Ida about 08:15, two flat whites",
        }
    ]
    StoredResult.objects.create(key="expected_today", as_of=today(), result={"rows": rows})
    [expected] = page_of(as_max).expected
    assert (expected.minute, expected.sentence) == (495, "about 08:15, two flat whites")
    StoredResult.objects.update(as_of=today() - 1)
    assert page_of(as_max).expected == ()


def test_a_to_do_is_promised_done_and_opened_again(as_max: Any, max: Any) -> None:
    one = regular("Café Nord")
    as_max.post("/todos", {"todo": "Send the price list", "due_on": "2026-12-01", "customer": opaque(one.pk)})
    todo = ToDo.objects.get()
    assert (todo.text, str(todo.due_on), todo.customer, todo.owner) == (
        "Send the price list",
        "2026-12-01",
        one,
        max,
    )
    as_max.post(f"/todos/{opaque(todo.pk)}/done")
    assert list(page_of(as_max).todos) == []
    as_max.post(f"/todos/{opaque(todo.pk)}/reopen")
    assert [row.text for row in page_of(as_max).todos] == ["Send the price list"]
    as_max.post(f"/todos/{opaque(todo.pk)}/change", {"todo": "Send it by mail", "due_on": ""})
    todo.refresh_from_db()
    assert (todo.text, todo.due_on) == ("Send it by mail", None)
    as_max.post(f"/todos/{opaque(todo.pk)}/drop")
    assert not ToDo.objects.exists()


def test_a_to_do_is_changed_where_it_stands(as_max: Any, max: Any) -> None:
    regular("Café Nord")
    todo = ToDo.objects.create(text="Send the price list", owner=max)
    html = as_max.get("/").content.decode()
    assert f'action="/todos/{opaque(todo.pk)}/change"' in html
    as_max.post(
        f"/todos/{opaque(todo.pk)}/change", {"todo": "Send both lists", "due_on": "2026-12-01", "back": "/"}
    )
    todo.refresh_from_db()
    assert (todo.text, str(todo.due_on)) == ("Send both lists", "2026-12-01")


def test_a_late_to_do_says_so(as_max: Any, max: Any) -> None:
    regular("Café Nord")
    ToDo.objects.create(text="Call back", owner=max, due_on=calendar_date(today() - 2))
    assert "2 days ago</time>, late" in as_max.get("/").content.decode()


def test_a_to_do_takes_its_date_from_how_it_ends_unless_one_is_chosen(as_max: Any) -> None:
    as_max.post("/todos", {"todo": "Call the harbour master tomorrow"})
    todo = ToDo.objects.get()
    assert (todo.text, todo.due_on) == ("Call the harbour master", calendar_date(today() + 1))
    as_max.post("/todos", {"todo": "Plan tomorrow", "due_on": "2026-12-01"})
    assert ToDo.objects.filter(text="Plan tomorrow", due_on="2026-12-01").exists()


def test_a_date_that_is_none_is_refused_in_words(as_max: Any) -> None:
    answer = as_max.post("/todos", {"todo": "Call", "due_on": "soon"})
    assert answer.status_code == 400
    assert "Write it as 2026-03-01." in answer.content.decode()


def test_a_viewer_reads_and_changes_nothing(as_vic: Any) -> None:
    one = step(regular("Café Nord"))
    assert "Done</button>" not in as_vic.get("/").content.decode()
    assert as_vic.post(f"/steps/{opaque(one.pk)}/done").status_code == 403
    assert as_vic.post("/todos", {"todo": "x"}).status_code == 403
    one.refresh_from_db()
    assert one.state == "open"


def test_a_step_opens_to_its_entries(as_max: Any) -> None:
    one = regular("Café Nord", times=3)
    fact(one, today() - 1, "touchpoint", text="Rang them")
    waiting = step(one)
    response = as_max.get(f"/steps/{opaque(waiting.pk)}")
    assert len(response.context["entries"]) == 3
    assert as_max.get("/steps/00000000").status_code == 404


def test_nothing_changes_by_following_a_link(as_max: Any) -> None:
    one = step(regular("Café Nord"))
    assert as_max.get(f"/steps/{opaque(one.pk)}/done").status_code == 405
    one.refresh_from_db()
    assert one.state == "open"


def test_today_costs_the_same_statements_for_one_reason_and_for_twenty(as_max: Any) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            as_max.get("/")
        return len(caught)

    step(regular("Only one"))
    as_max.get("/")
    alone = statements()
    for number in range(20):
        step(regular(f"Another {number}"))
    assert statements() == alone
    assert Customer.objects.count() == 21


def test_a_line_about_many_says_where_they_are(as_max: Any) -> None:
    regular("Café Nord")
    step(
        None, kind="no_agreed_success", sentence="We work for 215 customers. Ask one of the others each day."
    )
    html = as_max.get("/").content.decode()
    assert 'href="/customers?view=unagreed">See who they are</a>' in html
    assert "Nothing on your list." in html


def test_of_two_changes_to_one_todo_neither_is_lost(as_max: Any, as_ana: Any) -> None:
    summary()
    regular("Nord")
    as_max.post("/todos", {"todo": "Send prices", "due_on": "2030-01-02"})
    todo = ToDo.objects.get()
    change = f"/todos/{opaque(todo.pk)}/change"
    assert f'name="seen" value="{todo.seen}"' in as_max.get("/").content.decode()
    as_ana.post(change, {"todo": "Send prices and samples", "due_on": "2030-01-02", "seen": todo.seen})
    answer = as_max.post(change, {"todo": "Send the new prices", "due_on": "2030-02-01", "seen": todo.seen})
    html = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Send prices and samples, by 2030-01-02", "Send the new prices", "2030-02-01"):
        assert words in html
    assert ToDo.objects.get().text == "Send prices and samples"
    again = {"todo": "Send the new prices", "due_on": "2030-02-01", "seen": ToDo.objects.get().seen}
    assert as_max.post(change, again).status_code == 303
    assert ToDo.objects.get().text == "Send the new prices"


def test_the_line_about_the_reached_leads_to_a_list_of_just_those(as_max: Any) -> None:
    for name, reached in (("Café Nord", 1), ("Bella", 0)):
        one = regular(name)
        PlanStanding.objects.create(customer=one, state=OutcomeState.MISSED, agreed=2, reached=reached)
    step(None, kind="ask_to_confirm", sentence="80 customers have reached an outcome.")
    html = as_max.get("/").content.decode()
    found = re.search(r'href="([^"]+)">See who they are<', html)
    assert found is not None
    page = as_max.get(found.group(1).replace("&amp;", "&")).context["page"]
    assert [row.standing.name for row in page.rows] == ["Café Nord"]
    assert any(one.name == "outcome" and one.chosen == "reached" for one in page.filters)
