"""The gear and the reports in a real browser: both themes, narrow and wide, every role."""

import re

import pytest

from regulars.attention.models import StoredResult
from regulars.records.models import MergeProposal
from regulars.records.write.registry import KEEP, LEAVE_OUT, Decided, decide_fields
from regulars.web.charts import draw
from tests.web.factories import customer, source
from tests.web.test_reports import RESULTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = [
    "/data",
    "/data/merges",
    "/data/import",
    "/privacy",
    "/team",
    "/settings",
    "/settings/you",
    "/reports",
    "/reports/score",
]


@pytest.fixture
def full(ana):
    """A house in which every one of these pages has something to show."""
    source("till")
    decide_fields(
        ana, "till", [Decided("Amount", KEEP, "Rank by what is at stake"), Decided("Cashier", LEAVE_OUT)]
    )
    for key, result in RESULTS.items():
        StoredResult.objects.create(key=key, as_of=20000, result=result, drawing=draw(key, result))
    MergeProposal.objects.create(first=customer("Café Nord"), second=customer("Cafe Nord"), reason="Alike")


def check(page, axe):
    assert axe(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_full_pages_are_accessible_and_fit(browse, axe, as_ana, full, theme, width):
    page = browse("/team", client=as_ana, theme=theme, width=width)
    for path in PAGES:
        page.goto(path)
        check(page, axe)


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_empty_pages_are_accessible_to_every_role(browse, axe, cast, role):
    page = browse("/team", client=cast[role], width=360)
    for path in PAGES:
        if path != "/data/import" or role != "viewer":
            page.goto(path)
            check(page, axe)


@pytest.mark.parametrize("path", PAGES)
def test_pages_read_the_same_without_javascript(browse, as_ana, full, path):
    def words(*, javascript):
        text = browse(path, client=as_ana, javascript=javascript).locator("main").inner_text()
        return re.sub(r"(now|(a|\d+)\s(second|minute)s?\sago)", "just now", text)

    assert words(javascript=True) == words(javascript=False)


def test_one_drawing_serves_both_themes(browse, as_ana, full):
    colours = {
        theme: browse("/reports", client=as_ana, theme=theme).evaluate(
            "getComputedStyle(document.querySelector('.chart text')).fill"
        )
        for theme in ("light", "dark")
    }
    assert colours["light"] != colours["dark"]


def test_a_role_is_changed_and_taken_back_by_the_toast(browse, as_ana, max):
    page = browse("/team", client=as_ana)
    page.get_by_label("Role of Max").select_option("viewer")
    page.get_by_role("button", name="Change role of Max").click()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_load_state()
    max.refresh_from_db()
    assert max.role == "member"
