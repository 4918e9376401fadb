"""The two minutes that win a user, by hand in a real browser: drop, regulars, one of them, Rewind, Reveal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from regulars.attention.models import Rewind
from regulars.records.models import Person, Role
from regulars.records.opaque import opaque
from regulars.server.worker import work_once
from tests.flows.till_exports import till_exports
from tests.web.factories import regular

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_IN_ALL = 12
CLICKS_OF_THE_FIRST_HALF = 9
WEEKS = 30
"""Long enough that the list of 90 days ago has regulars to name."""
LEAST_VISITS_OF_A_REGULAR = 4


def work() -> None:
    """Do in this process what the worker would do in its own."""
    while work_once():
        pass


class Hand:
    """Clicks, and counts them."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, target: Any) -> None:
        self.clicks += 1
        target.click()


def test_from_a_till_export_to_the_truth_about_it(browse: Any, as_ana: Any, tmp_path: Any) -> None:
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    export = till_exports(tmp_path, start=monday - timedelta(weeks=WEEKS), weeks=WEEKS).first
    page, hand = browse("/data/import", client=as_ana), Hand()

    page.set_input_files("#file", str(export))
    hand.click(page.get_by_role("button", name="Look into it"))
    hand.click(page.get_by_role("button", name="Tick what is needed"))
    page.locator("#trial-title").wait_for()
    hand.click(page.get_by_role("button", name="Bring it in"))
    page.wait_for_url("**/data/imports/*")
    work()
    said = page.locator(".imports-result")
    said.get_by_text("people bought").wait_for()
    assert "did not come when they should" in said.inner_text()

    hand.click(page.get_by_role("link", name="See the regulars"))
    page.wait_for_url("**/customers?*")
    hand.click(page.locator("[data-row] a[data-open]").first)
    page.wait_for_url("**/customers/*")
    page.get_by_role("link", name="History").wait_for()
    bought = page.locator(".history-day li", has_text="Purchase")
    assert bought.count() >= LEAST_VISITS_OF_A_REGULAR
    assert "till" in bought.first.inner_text().lower()

    page.go_back()
    hand.click(page.get_by_role("button", name="Rewind").first)
    hand.click(page.get_by_role("button", name="90 days ago"))
    page.locator("#rewound").wait_for()
    work()
    hand.click(page.get_by_role("link", name="Reveal who never came back"))
    page.locator("dl.facts").first.wait_for()
    rewind = Rewind.objects.get()
    assert rewind.state == "done"
    assert rewind.reveal["named"] > 0
    assert rewind.reveal["sentence"] in page.locator("#rewound").inner_text()
    assert hand.clicks <= CLICKS_OF_THE_FIRST_HALF


def test_from_a_sentence_to_their_word_on_it(browse: Any, as_ana: Any) -> None:
    """The second half: what success means is shared, the customer answers on a phone, Today has their words."""
    person = Person.objects.create(name="Ida Berg", email="ida@example.org")
    nord = regular("Café Nord")
    Role.objects.create(person=person, customer=nord, title="Owner")
    page, hand = browse(f"/customers/{opaque(nord.pk)}", client=as_ana), Hand()
    page.keyboard.press("c")
    page.keyboard.type("Twenty deliveries a day")
    page.keyboard.press("Tab")
    page.keyboard.type("3m")
    page.keyboard.press("Enter")
    page.get_by_text("Agreed: by ").wait_for()

    hand.click(page.get_by_role("link", name="Share"))
    page.get_by_label("For", exact=True).select_option(label="Ida Berg, Owner")
    hand.click(page.get_by_role("button", name="Make the link"))
    link = page.get_by_role("textbox", name="Link for Ida Berg").input_value()

    phone = browse(f"/l/{link.rsplit('/', 1)[1]}", width=360, javascript=False)
    phone.get_by_label("In your words").first.fill("Not yet: 12, not 20.")
    hand.click(phone.get_by_role("button", name="Not yet"))
    phone.get_by_role("status").wait_for()
    work()

    page.goto("/")
    first = page.locator("#reasons .reason").first
    assert "Café Nord" in first.inner_text()
    assert "“Not yet: 12, not 20”" in first.inner_text()
    # The first half takes what is left of twelve.
    assert hand.clicks <= MOST_IN_ALL - CLICKS_OF_THE_FIRST_HALF
