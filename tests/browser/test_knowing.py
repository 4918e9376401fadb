"""Recording from anywhere, cards by one key, and the brief, in a real browser."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from regulars.ledger.models import Fact
from regulars.records.models import (
    Blocker,
    Commitment,
    Customer,
    Knowledge,
    NotYet,
    Outcome,
    Person,
    Role,
    ToDo,
    Wish,
)
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date
from regulars.records.write.search_index import index_due
from tests.web.factories import fact, regular, step, today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINE = (
    "note Café Nord: called Ida, she loves the new blend; wants oat deliveries; todo send price list friday"
)


def on(ago: int) -> date:
    return calendar_date(today()) - timedelta(days=ago)


@pytest.fixture
def nord(max: Any) -> Customer:
    """Café Nord, with everything that is known of a customer."""
    one = regular("Café Nord", every=8, times=12)
    step(one)
    people = {"Ida Nord": "champion", "Jon Berg": "procurement", "Lena Ott": ""}
    for name, part in people.items():
        person = Person.objects.create(name=name, name_folded=name.lower(), phone="+49 30 1234567")
        Role.objects.create(person=person, customer=one, part=part, title="Owner" if part else "")
    ida = Person.objects.get(name="Ida Nord")
    fact(one, today() - 20, "praise", text="The best oats in town, and you always call back.")
    fact(one, today() - 12, "touchpoint", text="Tasted the new roast", properties={
        "channel": "visit", "person": opaque(ida.pk), "minutes": 40, "turf": "theirs",
    })  # fmt: skip
    Knowledge.objects.create(
        customer=one, kind="need", text="Oat milk by seven in the morning", said_by_them=True, said_by=ida,
        noted_on=on(100),
    )  # fmt: skip
    Knowledge.objects.create(
        customer=one, kind="others", text="The roaster by the harbour", said_by_them=False, noted_on=on(20)
    )
    NotYet.objects.create(customer=one, until="the first outcome is confirmed", look_again_on=on(-20), by=max)
    outcome = Outcome.objects.create(
        customer=one, sentence="Breakfast guests served within five minutes", why="the queue drives them away",
        noted_on=on(60), agreed_on=on(50), due_on=on(-30), target=5,
    )  # fmt: skip
    Commitment.objects.create(customer=one, outcome=outcome, side="theirs", text="Name a barista", person=ida)
    Wish.objects.create(customer=one, kind="channel", text="Phone, not mail", noted_on=on(40))
    Blocker.objects.create(
        customer=one, text="No purchase order yet", side="theirs", clears="procurement", opened_on=on(31)
    )
    ToDo.objects.create(customer=one, text="Send the price list", due_on=on(-3), owner=max)
    index_due()
    return one


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_what_we_know_the_form_and_the_brief_are_open_to_everybody(
    nord: Customer, browse: Any, as_max: Any, axe: Any, theme: str, width: int
) -> None:
    ref = opaque(nord.pk)
    page = browse(f"/customers/{ref}", client=as_max, theme=theme, width=width)
    for words in (
        "Note what you learnt",
        "Something is in the way",
        "Out of the way",
        "Not yet: do not sell",
    ):
        page.get_by_text(words).first.click()
    found = axe(page)
    for address in (
        f"/customers/{ref}/record",
        f"/customers/{ref}/brief",
        "/record?q=nord",
        f"/find?q={LINE}",
    ):
        page.goto(address)
        for tick in page.locator("[name=tick]").all():
            tick.check()
        found += axe(page)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{address} is wider than the window")
    assert found == []


def test_a_line_is_recorded_from_anywhere_and_taken_back(
    nord: Customer, browse: Any, as_max: Any, axe: Any
) -> None:
    page = browse("/customers", client=as_max)
    page.keyboard.press("Control+k")
    page.keyboard.type(LINE)
    hit = page.locator("#palette-hits [role=option]").filter(has_text="1 call, 1 request, 1 to-do")
    hit.wait_for()
    assert axe(page) == []
    page.keyboard.press("Enter")
    page.get_by_text("Café Nord: recorded 1 call, 1 request, 1 to-do.").wait_for()
    assert page.url.endswith("/customers")
    assert Fact.objects.filter(kind="touchpoint", day=today()).count() == 1
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone.").wait_for()
    assert not Fact.objects.filter(kind="touchpoint", day=today()).exists()
    assert ToDo.objects.count() == 1


def test_s_says_that_the_focused_card_is_still_true(nord: Customer, browse: Any, as_max: Any) -> None:
    page = browse(f"/customers/{opaque(nord.pk)}", client=as_max)
    page.keyboard.press("s")
    assert not Knowledge.objects.exclude(still_true_on=None).exists(), "no card is focused"
    card = page.locator("[data-card]").filter(has_text="Oat milk by seven")
    assert "time to ask again" in card.inner_text()
    card.get_by_role("button", name="Still true").focus()
    page.keyboard.press("s")
    page.get_by_text("Still true, noted today.").wait_for()
    assert "still true today" in page.locator("[data-card]").filter(has_text="Oat milk by seven").inner_text()
    assert Knowledge.objects.get(kind="need").still_true_on == on(0)
    assert page.get_by_text("What do you need next to succeed").count() == 0


def test_a_card_walked_to_is_renewed_by_the_same_key(nord: Customer, browse: Any, as_max: Any) -> None:
    page = browse(f"/customers/{opaque(nord.pk)}", client=as_max)
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.get_by_text("Still true, noted today.").wait_for()
    assert Knowledge.objects.exclude(still_true_on=None).count() == 1


def test_r_opens_the_form_and_the_keyboard_alone_records(nord: Customer, browse: Any, as_max: Any) -> None:
    page = browse(f"/customers/{opaque(nord.pk)}", client=as_max)
    page.keyboard.press("r")
    page.wait_for_url("**/record")
    page.get_by_label("Visit").focus()
    page.keyboard.press("Space")
    page.get_by_label("What happened").fill("Tasted it again")
    assert not page.get_by_label("Praise", exact=True).last.is_visible()
    page.get_by_role("checkbox", name="Praise").focus()
    page.keyboard.press("Space")
    page.locator("#record-praise").fill("Even better")
    page.keyboard.press("Enter")
    page.get_by_text("Café Nord: recorded 1 visit, 1 praise.").wait_for()
    assert page.get_by_text("You recorded just now: 1 visit, 1 praise.").is_visible()


def test_recording_needs_no_javascript(nord: Customer, browse: Any, as_max: Any) -> None:
    page = browse("/find", client=as_max, javascript=False)
    page.get_by_role("searchbox").fill(LINE)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Record for Café Nord").click()
    assert page.locator("h1").inner_text() == "Café Nord"
    assert page.get_by_text("recorded 1 call, 1 request, 1 to-do").first.is_visible()


def test_the_brief_prints_on_one_page(nord: Customer, browse: Any, as_max: Any) -> None:
    page = browse(f"/customers/{opaque(nord.pk)}/brief", client=as_max)
    said = page.locator(".brief-lines").inner_text()
    assert "Breakfast guests served within five minutes, because the queue drives them away" in said
    assert "Send the price list" in said
    assert "What made you come to us the first time?" in said
    pdf = page.pdf(format="A4")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") == 1
