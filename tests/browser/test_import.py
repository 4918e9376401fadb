"""A till export goes in by hand: few clicks, nothing ticked by itself, with and without JavaScript."""

import pytest

from regulars.attention.models import StoredResult
from regulars.ledger.models import Fact, ImportRun
from regulars.server.worker import work_once

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def till(tmp_path):
    """Thirteen weeks of a small till: two who come again and again, one who came once, many unnamed."""
    lines = ["Receipt;Date;Customer number;Item;Amount;Birth date"]
    for week in range(13):
        day = f"2026-{6 + (week * 7) // 28:02d}-{1 + (week * 7) % 28:02d}"
        lines += [
            f"A{week};{day};K1;Flat White;3,40;1988-02-01",
            f"B{week};{day};K2;Lemonade;4,20;1990-07-21",
        ]
        lines += [f"C{week}{number};{day};;Lemonade;4,20;" for number in range(3)]
    lines.append("D1;2026-06-01;K3;Lemonade;a lot;")
    file = tmp_path / "till.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def work():
    """Do in this process what the worker would do in its own."""
    while work_once():
        pass


def bring_in(page, file):
    """Choose, look, tick, go: four clicks."""
    page.set_input_files("#file", str(file))
    page.get_by_role("button", name="Look into it").click()
    page.get_by_role("button", name="Tick what is needed").click()
    page.locator("#trial-title").wait_for()
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_url("**/data/imports/*")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_till_export_comes_in_with_a_handful_of_clicks(browse, as_max, till, javascript):
    page = browse("/data", client=as_max, javascript=javascript)
    page.get_by_role("link", name="Bring a file in").first.click()
    bring_in(page, till)
    assert "waiting" in page.locator("#progress").inner_text()
    work()
    if not javascript:
        page.reload()
    page.get_by_text("See the regulars").wait_for()
    assert "people bought" in page.locator(".imports-result").inner_text()
    assert "1 rejected row" in page.locator("#progress").inner_text()
    assert Fact.objects.filter(kind="purchase").count() == 65
    assert StoredResult.objects.filter(key="summary").exists()
    page.get_by_role("link", name="See the regulars").click()
    assert page.get_by_role("heading", level=1).is_visible()


def test_reasons_are_asked_only_where_something_is_ticked(browse, as_max, till):
    page = browse("/data/import", client=as_max)
    page.set_input_files("#file", str(till))
    page.get_by_role("button", name="Look into it").click()
    assert page.locator("input.imports-tick:checked").count() == 0
    assert not page.get_by_label("Which decision needs it: Amount").is_visible()
    page.get_by_label("Amount", exact=True).check()
    assert page.get_by_label("Which decision needs it: Amount").is_visible()
    assert page.get_by_text("Never taken: a birth date").is_visible()
    assert page.locator("input.imports-tick").count() == 5


def test_an_import_is_taken_back_with_one_click(browse, as_ana, till):
    page = browse("/data/import", client=as_ana)
    bring_in(page, till)
    work()
    page.reload()
    page.get_by_role("button", name="Take it all back").click()
    page.get_by_text("Taken back: 65 entries and 2 customers of till.csv").wait_for()
    assert not Fact.objects.exists()
    assert ImportRun.objects.get().state == "undone"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_an_import_is_accessible_and_fits(browse, axe, as_ana, till, theme, width):
    page = browse("/data/import", client=as_ana, theme=theme, width=width)

    def check():
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    check()
    page.set_input_files("#file", str(till))
    page.get_by_role("button", name="Look into it").click()
    check()
    page.get_by_role("button", name="Tick what is needed").click()
    page.locator("#trial-title").wait_for()
    check()
    page.get_by_role("button", name="Bring it in").click()
    page.wait_for_url("**/data/imports/*")
    check()
    work()
    page.reload()
    check()
    page.goto("/data")
    check()
