"""The customer list in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.attention.models import Rewind, RewoundStanding
from regulars.insight.stage import Stage
from regulars.records.models import Customer, Tag
from regulars.records.read.company import calendar_date
from tests.web.factories import counted, customer, regular, standing, step, today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def base() -> None:
    """Somebody at every stage, one of them with a very long name."""
    for number, stage in enumerate(Stage):
        name = (
            "The Very Long Name Of A Company That Does Not End GmbH & Co. KG"
            if number == 3
            else f"Customer {number}"
        )
        if stage == Stage.PROSPECT:
            standing(customer(name), stage)
        else:
            step(regular(name, times=number + 1, last=4 * number, stage=stage))
    counted()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_the_list_is_open_to_everybody(
    base: None, browse: Any, as_max: Any, axe: Any, theme: str, width: int
) -> None:
    page = browse("/customers", client=as_max, theme=theme, width=width)
    page.get_by_text("Filter").click()
    page.get_by_text("With the chosen customers").click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_on_a_phone_views_are_one_row_and_names_are_whole(base: None, browse: Any, as_max: Any) -> None:
    page = browse("/customers?view=won-back&sort=p_buy", client=as_max, width=360)
    for name in ("Views", "Order"):
        row = page.get_by_role("navigation", name=name)
        assert row.locator(".one-row").bounding_box()["height"] < 44
        current = row.locator("[aria-current]").bounding_box()
        assert 0 <= current["x"] <= 360 - current["width"], f"what is chosen of {name} is in sight"
    page = browse("/customers", client=as_max, width=360)
    cut = "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.textContent)"
    assert page.locator("tbody .customers-name").evaluate_all(cut) == []


def test_on_a_phone_what_the_list_is_ordered_by_can_be_read(base: None, browse: Any, as_max: Any) -> None:
    page = browse("/customers?sort=p_buy", client=as_max, width=360)
    assert page.locator('td[data-label="Buys again"]:not(:empty)').first.is_visible()
    page = browse("/customers?sort=name", client=as_max, width=360)
    assert page.locator('td[data-label="Buys again"]:visible').count() == 0


@pytest.mark.parametrize("width", [768, 1024, 1280])
def test_no_list_is_wider_than_its_place(base: None, browse: Any, as_max: Any, width: int) -> None:
    page = browse("/customers", client=as_max, width=width)
    wider = "wraps => wraps.map(wrap => wrap.scrollWidth - wrap.clientWidth)"
    assert page.locator(".customers-wrap").evaluate_all(wider) == [0]


def test_what_opens_stands_beside_its_button_and_in_sight(base: None, browse: Any, as_max: Any) -> None:
    for path, name, menu in (("/customers", "Rewind", "#rewind"), ("/", "Later", ".later:popover-open")):
        page = browse(path, client=as_max, width=360)
        button = page.get_by_role("button", name=name).first
        button.click()
        at, opened = button.bounding_box(), page.locator(menu).bounding_box()
        below = at["y"] + at["height"] <= opened["y"] <= at["y"] + at["height"] + 12
        above = at["y"] - 12 <= opened["y"] + opened["height"] <= at["y"]
        assert below or above, (name, at, opened)
        assert opened["x"] >= 0
        assert opened["x"] + opened["width"] <= 360


def test_the_empty_list_is_open_to_everybody(browse: Any, as_vic: Any, axe: Any) -> None:
    assert axe(browse("/customers", client=as_vic)) == []


def test_many_are_tagged_and_undone_by_hand(base: None, browse: Any, as_max: Any) -> None:
    page = browse("/customers?view=regulars", client=as_max)
    page.get_by_role("checkbox").first.check()
    page.get_by_text("With the chosen customers").click()
    page.get_by_label("Tag", exact=True).fill("wholesale")
    page.get_by_role("button", name="Add tag").click()
    page.get_by_text("1 customer tagged wholesale.").wait_for()
    assert Tag.objects.get().customers.count() == 1
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone.").wait_for()
    assert Tag.objects.get().customers.count() == 0


def test_back_returns_to_the_view_before(base: None, browse: Any, as_vic: Any) -> None:
    page = browse("/customers", client=as_vic)
    page.get_by_role("link", name="Going quiet").click()
    page.wait_for_url("**view=quiet*")
    rows_shown(page, 1)
    quiet = page.url
    page.get_by_role("link", name="Value").click()
    page.wait_for_url(lambda address: address != quiet)
    page.go_back()
    page.wait_for_url(quiet)
    page.go_back()
    page.wait_for_url("**/customers")
    rows_shown(page, len(Stage))


def rows_shown(page: Any, number: int) -> None:
    """Wait until the list has so many rows."""
    page.wait_for_function("n => document.querySelectorAll('tbody tr').length === n", arg=number)


def test_rewind_waits_by_itself_and_reveals(base: None, browse: Any, as_vic: Any, axe: Any) -> None:
    page = browse("/customers?view=quiet", client=as_vic)
    page.get_by_role("button", name="Rewind").click()
    page.get_by_role("button", name="90 days ago").click()
    page.get_by_text("Reading every entry up to that day.").wait_for()
    assert axe(page) == []
    rewind = Rewind.objects.get()
    assert rewind.as_of == today() - 90
    one = Customer.objects.get(name="Customer 5")
    RewoundStanding.objects.create(
        rewind=rewind, customer=one, stage=int(Stage.GONE_QUIET), stage_day=rewind.as_of, name_folded=one.name_folded,
        never_came_back=True,
    )  # fmt: skip
    share = {
        "value": 1.0,
        "low": 0.2,
        "high": 1.0,
        "n": 1,
        "as_of": today(),
        "method": "Wilson",
        "refusal": "",
    }
    Rewind.objects.update(
        state="done", customers=1,
        reveal={"named": 1, "gone": 1, "share": share, "chance": share, "hiatus": share, "horizon_days": 24,
                "sentence": "Of 1 named, 1 never came back.", "missed": []},
    )  # fmt: skip
    page.get_by_role("link", name="Reveal who never came back").click()
    page.get_by_text("Of 1 named, 1 never came back.").wait_for()
    assert page.get_by_role("heading", name=f"As it stood on {calendar_date(rewind.as_of):%A}").is_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Back to today").click()
    assert "as_of" not in page.url


def test_the_list_is_walked_and_opened_by_keys(base: None, browse: Any, as_vic: Any) -> None:
    page = browse("/customers?view=regulars&sort=name&dir=asc", client=as_vic)
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/customers/*")
    assert page.locator("h1").inner_text() == "Customer 4"
