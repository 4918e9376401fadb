"""Each planted story of the contract demo is found by Today and the saved views alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from regulars.attention.board import refresh_board
from regulars.attention.reassess import reassess_all
from regulars.attention.reports import refresh_today
from regulars.attention.revenue import refresh_revenue
from regulars.records.read.company import company
from regulars.server.demo.load import DEMO_ZONE, seed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def harbour_desk(db: None) -> None:
    seed(company="saas", today=timezone.localdate(timezone=DEMO_ZONE))
    day = company().day_of(timezone.now())
    reassess_all(day)
    refresh_today(day)
    refresh_revenue(day)
    refresh_board(day)


def row_of(page: Any, name: str) -> str:
    words: str = page.locator("[data-row]", has_text=name).first.inner_text()
    return words


def test_each_story_is_found_from_today_and_the_views(harbour_desk: None, browse: Any, as_max: Any) -> None:
    page = browse("/", client=as_max)
    first = page.locator("#reasons .reason").first.inner_text()
    assert "Hotel Lighthouse Quay" in first
    assert "12, not 20" in first
    page.get_by_text("less pressing").click()
    today = page.locator("#reasons").inner_text()
    for name, words in (
        ("Northbreeze Sailing School", "lost their champion"),
        ("Gull Rock Dinghy Club", "while no outcome of theirs is reached"),
        ("Sandbank Windsurf School", "the new pier is open"),
    ):
        assert f"{name} " in today
        assert words in today

    # Green by its numbers, and the champion is gone: the list says both.
    page.get_by_role("link", name="Customers", exact=True).click()
    page.get_by_role("link", name="No agreed success").click()
    page.wait_for_url("**view=unagreed*")
    assert "Seven Isles Charters" in page.locator("[data-row]").first.inner_text(), "the largest stands first"

    page.get_by_role("link", name="Health", exact=False).first.click()
    page.wait_for_url("**view=health*")
    sick = row_of(page, "Cutter & Keel Boat Yard")
    assert "2 of 2" in sick, "both outcomes are confirmed"
    assert "confirmed by the customer" in sick
    assert "bad" in sick

    page.get_by_role("link", name="Renewals").first.click()
    page.wait_for_url("**view=renewals*")
    renewal = row_of(page, "Blue Funnel Ferry Tours")
    assert "€23,040" in renewal, "the forecast"
    assert "€19,200" in renewal, "what it brought last"

    page.goto("/reports/revenue")
    assert "Every renewal of theirs came lower than we had said" in page.locator("main").inner_text()
    assert "Blue Funnel Ferry Tours" in page.locator("main").inner_text()


def test_the_board_page_opens_to_whom_it_names(harbour_desk: None, browse: Any, as_max: Any) -> None:
    page = browse("/reports/board", client=as_max)
    assert "have confirmed an outcome of theirs" in page.locator("main").inner_text()
    page.locator(".board-risk a").first.click()
    page.wait_for_url("**/customers/*")
    page.locator("#success").wait_for()
