"""The Success tab in a real browser: agreed by keys alone, edited in place, readable by everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from regulars.attention.write.success import confirm_outcome, see_plan
from regulars.attention.write.success_steps import make_commitment
from regulars.records.models import Customer, Outcome, Person, Role
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date
from regulars.records.write.outcomes import change_outcome, note_outcome
from regulars.records.write.plan import add_milestone, add_reading
from regulars.records.write.wishes import add_wish
from tests.web.factories import fact, regular, today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nord(max: Any) -> Customer:
    """Café Nord, of whom nobody has asked what they want."""
    one = regular("Café Nord")
    Role.objects.create(person=Person.objects.create(name="Ida Nord"), customer=one, title="Owner")
    return one


@pytest.fixture
def full(nord: Customer, max: Any, ana: Any) -> Customer:
    """Café Nord with everything a plan can have, in every state."""
    ida = Person.objects.get()
    day = calendar_date(today() - 45)
    one = note_outcome(
        max, nord.pk, "We never run out of milk in the morning", noted_on=day, due_on=day + timedelta(days=90),
        why="Guests who get no flat white do not come back", measure="mornings without milk, in a month",
        unit="mornings", baseline=8.0, target=1.0, said_by_id=ida.pk, owner_id=max.pk, their_owner_id=ida.pk,
    )  # fmt: skip
    late = note_outcome(
        max,
        nord.pk,
        "Two of us can run the bar alone",
        noted_on=day,
        due_on=calendar_date(today() - 5),
        from_sale=True,
    )
    note_outcome(max, nord.pk, "Open at six on Sundays too", noted_on=day)
    Outcome.objects.exclude(due_on=None).update(agreed_on=day)
    one.refresh_from_db()
    add_reading(max, one, day + timedelta(days=30), 5, evidence="their list on the fridge")
    confirm_outcome(max, one, "not_yet", on=calendar_date(today()), value=4.0, words="4, not 2", said_by=ida)
    change_outcome(max, one, 1, {"sentence": "We never run out of milk before ten"})
    change_outcome(ana, one, 1, {"sentence": "There is milk at seven", "target": 2.0})
    see_plan(max, one, on=day, person=ida, agrees=True)
    add_milestone(max, nord.pk, "Second fridge there", outcome=one, due_on=day, go_live=True)
    add_milestone(max, nord.pk, "Everybody was shown how to order", due_on=calendar_date(today() + 9))
    make_commitment(
        max, nord.pk, "ours", "Bring the fridge", on=day, outcome=one, colleague=max, due_on=calendar_date(today())
    )  # fmt: skip
    make_commitment(max, nord.pk, "theirs", "Clear the corner", on=day, outcome=late, person=ida, due_on=day)
    add_wish(
        max, nord.pk, "channel", "Call, do not write", noted_on=day, test={"channel": "phone"}, said_by=ida
    )
    add_wish(max, nord.pk, "language", "German, please", noted_on=day, test={"language": "de"})
    add_wish(max, nord.pk, "assurance", "No selling in the morning", noted_on=day)
    for back in range(10):
        told = {"channel": "phone" if back == 4 else "mail", "direction": "ours", "language": "de"}
        fact(nord, today() - back, "touchpoint", properties=told)
    return nord


def success_of(one: Customer) -> str:
    return f"/customers/{opaque(one.pk)}?tab=success"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("filled", [False, True])
def test_the_plan_is_open_to_everybody(
    request: Any,
    nord: Customer,
    browse: Any,
    as_max: Any,
    axe: Any,
    theme: str,
    width: int,
    filled: bool,
) -> None:
    one = request.getfixturevalue("full") if filled else nord
    page = browse(success_of(one), client=as_max, theme=theme, width=width)
    assert axe(page) == []
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_an_outcome_is_agreed_in_sixty_keys_without_the_mouse(
    nord: Customer, browse: Any, as_max: Any
) -> None:
    page = browse(f"/customers/{opaque(nord.pk)}", client=as_max)
    pressed = 0

    def press(key: str) -> None:
        nonlocal pressed
        pressed += 1
        page.keyboard.press(key)

    press("c")
    for letter in "Never out of milk before ten":
        press(letter if letter != " " else "Space")
    press("Tab")
    for letter in "3m":
        press(letter)
    press("Enter")
    page.get_by_text("Agreed: by ").wait_for()
    outcome = Outcome.objects.get()
    assert outcome.sentence == "Never out of milk before ten"
    assert outcome.agreed_on is not None
    assert outcome.due_on is not None
    assert pressed <= 60
    assert page.locator("#success article").count() == 1
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("It is gone.").wait_for()
    assert not Outcome.objects.exists()


def test_what_cannot_be_understood_is_said_beside_its_field_and_kept(
    nord: Customer, browse: Any, as_max: Any
) -> None:
    page = browse(f"/customers/{opaque(nord.pk)}", client=as_max)
    page.keyboard.press("c")
    page.keyboard.type("Never out of milk")
    page.keyboard.press("Tab")
    page.keyboard.type("03/04/2027")
    page.keyboard.press("Enter")
    page.get_by_text("may mean several days or none").wait_for()
    due = page.get_by_label("By when?")
    assert due.input_value() == "03/04/2027"
    assert due.get_attribute("aria-invalid") == "true"
    assert page.evaluate("document.activeElement.id") == "new-due"
    due.fill("1 April 2027")
    due.press("Enter")
    page.get_by_text("Agreed: by 1 Apr 2027").wait_for()


def test_an_outcome_is_edited_in_place_enter_saves_escape_restores(
    nord: Customer, max: Any, browse: Any, as_max: Any
) -> None:
    note_outcome(max, nord.pk, "Never out of milk", noted_on=calendar_date(today()))
    page = browse(success_of(nord), client=as_max)
    page.keyboard.press("e")
    field = page.get_by_label("What they want, in their words")
    assert field.is_visible()
    field.fill("Something else")
    field.press("Escape")
    assert not field.is_visible()
    page.keyboard.press("e")
    assert field.input_value() == "Never out of milk"
    page.get_by_label("To", exact=True).fill("0")
    page.get_by_label("To", exact=True).press("Enter")
    page.get_by_text("The target is where they start: 0.").wait_for()
    page.get_by_label("From", exact=True).fill("8,5")
    page.get_by_label("From", exact=True).press("Enter")
    page.get_by_text("Changed.").wait_for()
    outcome = Outcome.objects.get()
    assert (outcome.baseline, outcome.target) == (8.5, 0.0)


def test_two_versions_are_settled_on_the_page(full: Customer, browse: Any, as_max: Any) -> None:
    page = browse(success_of(full), client=as_max)
    page.get_by_text("is what Ana wrote").wait_for()
    page.get_by_role("button", name="Take what Ana wrote").click()
    page.get_by_text("Taken over.").wait_for()
    assert page.get_by_role("heading", name="There is milk at seven").is_visible()
    assert page.get_by_text("is what Ana wrote").count() == 0


def test_everything_works_without_javascript(nord: Customer, browse: Any, as_max: Any) -> None:
    page = browse(success_of(nord), client=as_max, javascript=False)
    page.get_by_text("Agree on an outcome").first.click()
    page.get_by_label("What do they want to reach").fill("Never out of milk")
    page.get_by_label("By when?").fill("90")
    page.get_by_role("button", name="Agreed with them").click()
    page.get_by_text("Agreed: by ").wait_for()
    page.get_by_text("They say…").click()
    said = page.get_by_role("article", name="Never out of milk")
    said.get_by_label("In their words", exact=True).fill("Yes, since May")
    page.locator("form[action$='/say'] button").click()
    page.get_by_text("Confirmed, as they said.").wait_for()
    assert page.get_by_text("confirmed by the customer").first.is_visible()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()


def test_a_plan_prints_without_the_machinery(full: Customer, browse: Any, as_max: Any) -> None:
    page = browse(success_of(full), client=as_max)
    page.emulate_media(media="print")
    assert page.get_by_role("heading", name="We never run out of milk before ten").is_visible()
    assert not page.get_by_role("button", name="Take what Ana wrote").is_visible()
    assert not page.get_by_text("Judge by hand").first.is_visible()
