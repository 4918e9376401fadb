"""What people print, and charts on a phone: two sheets, whole columns, nothing cropped."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.attention.board import refresh_board
from regulars.attention.models import StoredResult
from regulars.attention.revenue import refresh_revenue
from regulars.attention.success import refresh_success
from regulars.ledger.by_hand import record_told
from regulars.records.models import ToDo
from regulars.server.upkeep import draw_reports
from tests.attention.contracts import contract, told
from tests.web.factories import customer, regular, summary, today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MARGINS = dict.fromkeys(("top", "bottom", "left", "right"), "15mm")
BETWEEN = 680
"""CSS pixels between the margins of a sheet."""
CUT_OFF = """() => [...document.querySelectorAll('.table-wrap, .reports-drawing')]
  .filter(one => one.offsetParent && one.scrollWidth > one.clientWidth + 1).map(one => one.ariaLabel)"""


def sheets(page: Any) -> int:
    pdf = page.pdf(format="A4", margin=MARGINS)
    return int(pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page "))


@pytest.fixture
def book(db: None) -> None:
    """Forty customers of two years with large amounts, of whom each did something of late."""
    now = today()
    for number in range(40):
        one = customer(f"Harbour View Hotel and Tours {number}")
        contract(one, now - 720 + 17 * number, 9_876_543_21, months=24, number=f"C-{number}")
        if number % 5 == 0:
            told_now = told(one, "contract_changed", now - 40, 12_345_678_90, number=f"C-{number}")
            record_told([told_now])
        if number % 7 == 0:
            record_told([told(one, "contract_cancelled", now - 30, number=f"C-{number}", text="Sold")])
    refresh_success(None, now)
    refresh_revenue(now)
    refresh_board(now)


def test_the_board_prints_on_two_sheets_with_every_column(book: None, browse: Any, as_max: Any) -> None:
    page = browse("/reports/board", client=as_max, width=BETWEEN)
    assert page.get_by_role("columnheader", name="A month, now").count() == 1
    assert sheets(page) <= 2
    page.emulate_media(media="print")
    assert page.evaluate(CUT_OFF) == []


def test_revenue_begins_on_the_first_sheet_with_amounts_and_all_columns(
    book: None, browse: Any, as_max: Any
) -> None:
    page = browse("/reports/revenue", client=as_max, width=BETWEEN)
    page.emulate_media(media="print")
    assert page.evaluate(CUT_OFF) == []
    breaks = "() => getComputedStyle(document.querySelector('.reports-one')).breakInside"
    assert page.evaluate(breaks) == "auto", "a card that may not break leaves the first sheet empty"
    assert sheets(page) <= 3


def test_the_sheet_for_the_counter_holds_no_machinery(browse: Any, as_max: Any, max: Any) -> None:
    one = regular("Ida")
    ToDo.objects.create(text="Order more lids", owner=max)
    rows = [{"customer": one.pk, "name": "Ida", "minute": 495, "sentence": "Ida about 08:15"}]
    StoredResult.objects.create(key="expected_today", as_of=today(), result={"rows": rows})
    summary()
    page = browse("/", client=as_max)
    assert page.locator(".todo-change").first.is_visible()
    page.emulate_media(media="print")
    assert page.get_by_text("Order more lids").is_visible()
    assert page.get_by_text("Ida about 08:15").is_visible()
    assert not page.locator(".todo-change").first.is_visible()


def test_on_a_phone_a_chart_fits_with_its_amounts_and_titles(book: None, browse: Any, as_max: Any) -> None:
    draw_reports()
    page = browse("/reports/revenue", client=as_max, width=360)
    shown = page.locator(".reports-drawing > .chart:visible")
    assert shown.count() == page.locator(".reports-drawing").count() > 0
    for at in range(shown.count()):
        box = shown.nth(at).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert shown.first.get_by_text("Came and went").is_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
