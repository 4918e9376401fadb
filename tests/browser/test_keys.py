"""The palette and the keys in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.records.write.search_index import index_due
from tests.web.factories import regular, step

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def base() -> None:
    """Two customers, one with something to do."""
    step(regular("Café Nord", last=9))
    regular("Hotel Anker")
    index_due()


def test_anyone_is_found_from_any_page_by_keyboard_alone(
    base: None, browse: Any, as_vic: Any, axe: Any
) -> None:
    page = browse("/customers", client=as_vic)
    page.keyboard.press("Control+k")
    page.keyboard.type("cafe nrod")
    hit = page.locator("#palette-hits [role=option]").filter(has_text="Café Nord")
    hit.wait_for()
    assert "regular, last bought 9 days ago" in hit.inner_text()
    assert page.locator("#palette-q").get_attribute("aria-activedescendant") == hit.get_attribute("id")
    assert axe(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/*")
    assert page.locator("h1").inner_text() == "Café Nord"


def test_the_palette_says_that_nobody_answers_and_what_enter_would_do(
    base: None, browse: Any, as_max: Any, axe: Any
) -> None:
    page = browse("/", client=as_max)
    page.keyboard.press("Control+k")
    page.keyboard.type("note Zebra Quartz: called")
    page.get_by_text("Nobody answers to “Zebra Quartz”, so Enter records nothing").wait_for()
    page.locator("#palette-q").fill("xylophone")
    page.get_by_text("Nobody answers to “xylophone”. Enter opens the search page.").wait_for()
    assert axe(page) == []
    page.locator("#palette-q").fill("anker")
    page.locator("#palette-hits [role=option]").filter(has_text="Hotel Anker").wait_for()
    assert page.locator("#palette-none").inner_text() == ""


def test_the_look_is_changed_from_the_palette(base: None, browse: Any, as_vic: Any) -> None:
    page = browse("/customers", client=as_vic)
    page.keyboard.press("Control+k")
    page.keyboard.type("dark")
    page.locator("#palette-hits [role=option]").filter(has_text="Theme: dark").wait_for()
    page.keyboard.press("Enter")
    page.locator("html[data-theme=dark]").wait_for()
    assert page.url.endswith("/customers")


@pytest.mark.parametrize("width", [768, 820, 1024])
def test_the_masthead_is_one_row_from_a_tablet_on(base: None, browse: Any, as_vic: Any, width: int) -> None:
    page = browse("/", client=as_vic, width=width)
    assert page.locator("[popovertarget=gear]").bounding_box()["y"] < 24
    assert page.locator(".masthead").bounding_box()["height"] < 64


def test_every_place_is_in_the_palette(base: None, browse: Any, as_vic: Any) -> None:
    page = browse("/", client=as_vic)
    page.keyboard.press("/")
    words = page.locator("#palette-hits [role=option]").all_inner_texts()
    assert {"Today", "Customers", "Reports", "Data", "Privacy", "Team", "Settings"} <= set(words)
    page.keyboard.type("custom")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers")


def test_g_goes_to_places_and_question_mark_lists_the_keys(
    base: None, browse: Any, as_vic: Any, axe: Any
) -> None:
    page = browse("/", client=as_vic)
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/customers")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url(lambda address: address.endswith("/"))
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog", name="Keys").is_visible()


def test_no_key_acts_while_somebody_types(base: None, browse: Any, as_max: Any) -> None:
    page = browse("/", client=as_max)
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.id") == "todo"
    page.keyboard.type("gc?/je")
    assert page.get_by_label("New to-do").input_value() == "gc?/je"
    assert page.locator("dialog[open]").count() == 0


def test_single_keys_are_silent_when_switched_off(base: None, browse: Any, as_vic: Any) -> None:
    as_vic.post("/keys", {"keys": "off"})
    page = browse("/", client=as_vic)
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("Control+k")
    assert page.locator("#palette").is_visible()


def test_the_palette_is_a_page_without_javascript(base: None, browse: Any, as_vic: Any) -> None:
    page = browse("/", client=as_vic, javascript=False)
    page.get_by_role("link", name="Find anyone").click()
    page.get_by_role("searchbox").fill("hotel")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Hotel Anker").click()
    assert page.locator("h1").inner_text() == "Hotel Anker"


def test_the_chosen_theme_holds_against_the_system(base: None, browse: Any, as_vic: Any) -> None:
    page = browse("/", client=as_vic, theme="light")
    page.get_by_role("button", name="Gear").click()
    page.get_by_role("button", name="Dark").click()
    page.wait_for_load_state()
    red = page.evaluate(
        "parseInt(getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0])"
    )
    assert red < 60
