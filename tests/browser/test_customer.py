"""The page of one customer in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.insight.stage import Stage
from regulars.records.models import Customer, MergeProposal, Note, Person, Role, Tag
from regulars.records.opaque import opaque
from tests.web.factories import fact, regular, step, today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cafe(max: Any) -> Customer:
    """Café Nord, silent for a while, with everything a customer can have."""
    one = regular("Café Nord", times=12, every=8, last=31, stage=Stage.GONE_QUIET)
    one.owner = max
    one.save()
    step(one)
    fact(one, today() - 40, "touchpoint", text="Called; likes the new roast")
    Tag.objects.create(name="wholesale").customers.add(one)
    Note.objects.create(customer=one, text="Before ten only", author=max, noted_on="2026-01-02")
    person = Person.objects.create(name="Ida Nord", email="ida@example.org", phone="+49 30 123")
    Role.objects.create(person=person, customer=one, title="Owner")
    MergeProposal.objects.create(first=one, second=regular("Cafe Nord 2"), reason="the same phone number")
    return one


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("tab", ["", "?tab=facts"])
def test_the_customer_is_open_to_everybody(
    cafe: Customer, browse: Any, as_max: Any, axe: Any, theme: str, width: int, tab: str
) -> None:
    page = browse(f"/customers/{opaque(cafe.pk)}{tab}", client=as_max, theme=theme, width=width)
    page.get_by_text("What these numbers rest on").click()
    page.get_by_text("Add a person").click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_note_is_edited_in_place_enter_saves_escape_restores(
    cafe: Customer, browse: Any, as_max: Any
) -> None:
    page = browse(f"/customers/{opaque(cafe.pk)}", client=as_max)
    page.locator("#notes summary").click()
    field = page.locator("#notes details textarea")
    field.fill("Something else")
    field.press("Escape")
    assert not field.is_visible()
    page.locator("#notes summary").click()
    assert field.input_value() == "Before ten only"
    field.fill("   ")
    field.press("Enter")
    page.get_by_text("Write a few words first.").wait_for()
    assert field.input_value() == "   "
    field.fill("Before nine only")
    field.press("Enter")
    page.get_by_text("Note changed.").wait_for()
    assert Note.objects.get().text == "Before nine only"


def test_a_note_changed_meanwhile_is_shown_beside_what_was_typed(
    cafe: Customer, browse: Any, as_max: Any
) -> None:
    page = browse(f"/customers/{opaque(cafe.pk)}", client=as_max)
    page.locator("#notes summary").click()
    page.locator("#notes details textarea").fill("Before nine only")
    Note.objects.update(text="After ten only")
    page.locator("#notes details textarea").press("Enter")
    page.get_by_text("This was changed after you opened it.").wait_for()
    assert "After ten only" in page.locator("#notes").inner_text()
    field = page.get_by_label("What you wrote")
    assert field.input_value() == "Before nine only"
    field.fill("After ten, and before nine")
    page.get_by_role("button", name="Save mine in its place").click()
    page.get_by_label("New note").wait_for()
    assert Note.objects.get().text == "After ten, and before nine"


def test_every_number_opens_to_its_entries(cafe: Customer, browse: Any, as_max: Any) -> None:
    page = browse(f"/customers/{opaque(cafe.pk)}", client=as_max)
    page.get_by_text("What these numbers rest on").click()
    page.get_by_role("link", name="12 purchases on 12 days").click()
    page.wait_for_url("**only=purchases**")
    assert page.locator("#history li .number").count() == 12
    page.get_by_role("link", name="Touchpoints").click()
    assert page.get_by_text("Called; likes the new roast").is_visible()


def test_two_records_that_are_two_stay_two_and_can_be_asked_again(
    cafe: Customer, browse: Any, as_max: Any
) -> None:
    page = browse(f"/customers/{opaque(cafe.pk)}", client=as_max)
    page.get_by_role("button", name="Two different ones").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="One customer").wait_for()
    assert MergeProposal.objects.get().state == "open"


def test_a_customer_prints_without_the_machinery(cafe: Customer, browse: Any, as_max: Any) -> None:
    page = browse(f"/customers/{opaque(cafe.pk)}", client=as_max)
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert not page.locator(".masthead").is_visible()
    assert not page.get_by_role("button", name="Keep").is_visible()


@pytest.mark.parametrize("width", [1280, 1024])
def test_the_form_of_an_outcome_moves_no_button(cafe: Customer, browse: Any, as_max: Any, width: int) -> None:
    page = browse(f"/customers/{opaque(cafe.pk)}", client=as_max)
    page.set_viewport_size({"width": width, "height": 800})
    record = page.locator(".page-head .actions a").first
    before = record.bounding_box()
    page.locator("#wanted summary").click()
    page.get_by_label("What do they want to reach, in their words?").wait_for()
    assert record.bounding_box() == before
