"""Today in a real browser: by keyboard alone, without JavaScript, in both themes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from regulars.attention.models import NextStep, StoredResult
from regulars.records.models import Source, ToDo
from tests.web.factories import regular, step, summary, today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def busy_day(max: Any) -> list[NextStep]:
    """Nine reasons, a line about the base, a to-do and somebody expected."""
    steps = [step(regular(f"Customer {number}"), place=number) for number in range(1, 10)]
    step(None, "feed_stopped", sentence="Nothing has come from Till for 6 days; every 1 is usual.", place=50)
    ToDo.objects.create(text="Order more lids", owner=max)
    rows = [
        {
            "customer": steps[0].customer_id,
            "name": "Customer 1",
            "minute": 495,
            "sentence": "Customer 1 about 08:15",
        }
    ]
    StoredResult.objects.create(key="expected_today", as_of=today(), result={"rows": rows})
    summary()
    Source.objects.update(created_at=timezone.now() - timedelta(days=30))
    return steps


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_a_busy_day_is_open_to_everybody(
    busy_day: list[NextStep], browse: Any, as_max: Any, axe: Any, theme: str, width: int
) -> None:
    page = browse("/", client=as_max, theme=theme, width=width)
    page.locator("details").first.click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_first_visit_is_open_to_everybody(browse: Any, as_ana: Any, axe: Any, theme: str) -> None:
    assert axe(browse("/", client=as_ana, theme=theme)) == []


def test_done_by_keyboard_alone_and_undone_by_keyboard_alone(
    busy_day: list[NextStep], browse: Any, as_max: Any
) -> None:
    page = browse("/", client=as_max)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("[data-row].current .name").inner_text() == "Customer 2"
    page.keyboard.press("e")
    page.get_by_text("Customer 2: done. Thank you.").wait_for()
    assert page.locator(".reasons .name").all_inner_texts()[1] == "Customer 3"
    # The focus goes on with the row that took its place.
    assert page.evaluate("document.activeElement.textContent") == "Customer 3"
    page.get_by_role("button", name="Undo").first.focus()
    page.keyboard.press("Enter")
    page.get_by_text("The next step for Customer 2 is back.").wait_for()
    assert NextStep.objects.get(pk=busy_day[1].pk).state == "open"


def test_putting_off_says_beside_the_field_what_is_missing(
    busy_day: list[NextStep], browse: Any, as_max: Any
) -> None:
    page = browse("/", client=as_max)
    page.get_by_role("button", name="Later").first.click()
    field = page.get_by_label("Why can Customer 1 wait?")
    field.fill("   ")
    page.get_by_role("button", name="A week").first.click()
    page.get_by_text("Say in a few words why it can wait.").wait_for()
    assert field.get_attribute("aria-invalid") == "true"
    assert field.input_value() == "   "
    field.fill("On holiday")
    page.get_by_role("button", name="A week").first.click()
    page.get_by_text("The next step for Customer 1 comes back later.").wait_for()
    assert NextStep.objects.get(pk=busy_day[0].pk).answer_reason == "On holiday"


def test_everything_is_read_and_answered_without_javascript(
    busy_day: list[NextStep], browse: Any, as_max: Any
) -> None:
    page = browse("/", client=as_max, javascript=False)
    assert page.locator(".reason").count() == 7
    page.get_by_role("button", name="Done", exact=True).first.click()
    assert page.get_by_text("Customer 1: done. Thank you.").is_visible()
    page.get_by_role("button", name="Undo").first.click()
    assert page.get_by_text("The next step for Customer 1 is back.").is_visible()
    page.get_by_label("New to-do").fill("Call the roaster")
    page.get_by_role("button", name="Add").click()
    assert page.get_by_text("Call the roaster").is_visible()


def test_what_was_done_can_be_undone_for_at_least_ten_seconds(
    busy_day: list[NextStep], browse: Any, as_max: Any
) -> None:
    page = browse("/", client=as_max)
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="Done", exact=True).first.click()
    toast = page.locator(".toast")
    toast.wait_for()
    page.clock.run_for(10_000)
    assert toast.count() == 1
    page.clock.run_for(5_000)
    assert toast.count() == 0
