"""A customer's phone, without scripts: the link is followed, the number corrected, and our side has their words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from regulars.records.models import (
    Acknowledgement,
    Commitment,
    Confirmation,
    Customer,
    Outcome,
    Person,
    Reading,
    Role,
)
from regulars.records.opaque import opaque
from regulars.records.write.shares import share_plan
from regulars.web.public.misses import misses
from tests.web.test_public_answers import XSS

AIM = "Twenty deliveries a day"


@pytest.fixture
def nord(db: None) -> Customer:
    misses.forget()
    one = Customer.objects.create(name="Café Nord", name_folded="cafe nord")
    person = Person.objects.create(name="Ida Berg", email="ida@example.org")
    Role.objects.create(person=person, customer=one, title="Owner")
    today = timezone.now().date()
    aim = Outcome.objects.create(
        customer=one, sentence=AIM, measure="Deliveries", unit="a day", baseline=5, target=20,
        noted_on=today, agreed_on=today, due_on=today + timedelta(days=60),
    )  # fmt: skip
    Outcome.objects.create(customer=one, sentence="Know what sells", noted_on=today, agreed_on=today)
    Reading.objects.create(outcome=aim, day=today, value=20)
    for side, text in (("theirs", "Train two people"), ("ours", "Bring the second van")):
        Commitment.objects.create(customer=one, outcome=aim, side=side, text=text, due_on=today)
    return one


def _link(max: Any, customer: Customer, **made: Any) -> str:
    person = Role.objects.get(customer=customer).person_id
    return f"/l/{share_plan(max, customer.pk, person=person, **made)[1]}"


def _overhang(page: Any) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def test_not_yet_twelve_not_twenty_on_a_phone_without_scripts(
    max: Any, as_max: Any, nord: Customer, browse: Callable[..., Any]
) -> None:
    colleague = browse(f"/customers/{opaque(nord.pk)}/share", client=as_max)
    colleague.get_by_label("For", exact=True).select_option(label="Ida Berg, Owner")
    colleague.get_by_label("In", exact=True).select_option("en")
    colleague.get_by_role("button", name="Make the link").click()
    address = colleague.get_by_role("textbox", name="Link for Ida Berg").input_value()

    phone = browse(f"/l/{address.rsplit('/', 1)[1]}", width=360, javascript=False)
    assert phone.url.endswith("/plan"), "the address is clean"
    assert phone.get_by_label("Your name").input_value() == "Ida Berg"
    card = phone.locator("section", has_text=AIM)
    card.get_by_label("The number as you see it").fill("12")
    card.get_by_label("In your words").fill("Twelve, not twenty. The van is late.")
    card.get_by_role("button", name="Not yet").click()
    assert "not reached yet" in phone.get_by_role("status").inner_text()
    card.get_by_role("button", name="Done").click()
    phone.get_by_role("button", name="I have read this and agree").click()
    assert "Ida Berg read it and agreed" in phone.locator("main").inner_text()

    found = Confirmation.objects.get()
    assert (found.verdict, found.value, found.said_by.name) == ("not_yet", 12, "Ida Berg")
    assert Commitment.objects.get(side="theirs").ticked_by_customer
    assert Acknowledgement.objects.filter(agreed_on__isnull=False).count() == 2


def test_enter_in_the_number_asks_which_button(max: Any, nord: Customer, browse: Callable[..., Any]) -> None:
    phone = browse(_link(max, nord, language="en"), width=360, javascript=False)
    phone.get_by_label("The number as you see it").fill("12")
    phone.get_by_label("The number as you see it").press("Enter")
    assert "Choose one of the buttons" in phone.get_by_role("alert").inner_text()
    assert phone.get_by_label("The number as you see it").input_value() == "12"
    assert not Confirmation.objects.exists()


def test_nothing_but_the_page_its_style_and_icon_is_loaded_and_no_referrer_leaves(
    max: Any, nord: Customer, browse: Callable[..., Any], live_server: Any
) -> None:
    phone = browse("/healthz", width=360)
    seen: list[Any] = []
    phone.on("request", lambda request: seen.append(request))
    phone.goto(_link(max, nord))
    assert all(request.url.startswith(live_server.url) for request in seen)
    kinds = {request.url.removeprefix(live_server.url).split("-")[0].split("/")[1] for request in seen}
    assert kinds <= {"l", "plan", "style", "static"}
    assert all("/l/" not in request.all_headers().get("referer", "") for request in seen)


@pytest.mark.parametrize(("theme", "width"), [("light", 360), ("dark", 360), ("light", 1440), ("dark", 1440)])
def test_public_pages_keep_nobody_out(
    max: Any, as_max: Any, nord: Customer, browse: Callable[..., Any], axe: Callable[[Any], list[str]],
    theme: str, width: int,
) -> None:  # fmt: skip
    page = browse(_link(max, nord), width=width, theme=theme)
    wrong: list[str] = []
    for language in ("en", "de", "fr", "es", "pt"):
        page.goto(f"/plan?lang={language}")
        page.locator("footer summary").click()
        wrong += [f"{language}: {finding}" for finding in axe(page)]
        if _overhang(page):
            wrong.append(f"{language}: {_overhang(page)} px lie beyond the right edge")
    page.locator("button[value='tell']").click()
    wrong += [f"asked again: {finding}" for finding in axe(page)]
    page.goto("/l/nothing")
    wrong += [f"opens nothing: {finding}" for finding in axe(page)]
    ours = browse(f"/customers/{opaque(nord.pk)}/share", client=as_max, width=width, theme=theme)
    ours.get_by_role("button", name="Make the link").click()
    wrong += [f"share: {finding}" for finding in axe(ours)]
    if _overhang(ours):
        wrong.append(f"share: {_overhang(ours)} px lie beyond the right edge")
    ours.goto(f"/customers/{opaque(nord.pk)}/share/preview")
    wrong += [f"preview: {finding}" for finding in axe(ours)]
    assert wrong == [], "\n".join(wrong)


def test_the_code_is_drawn(max: Any, as_max: Any, nord: Customer, browse: Callable[..., Any]) -> None:
    page = browse(f"/customers/{opaque(nord.pk)}/share", client=as_max)
    page.get_by_role("button", name="Make the link").click()
    box = page.get_by_role("img", name="QR code of the link").locator("svg").bounding_box()
    assert box["width"] > 150
    assert box["width"] == pytest.approx(box["height"], abs=1)


def test_hostile_words_run_nowhere(max: Any, as_max: Any, nord: Customer, browse: Callable[..., Any]) -> None:
    phone = browse(_link(max, nord, language="en"))
    dialogs: list[str] = []
    phone.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for hostile in XSS:
        phone.goto("/plan?lang=en")
        card = phone.locator("section", has_text=AIM)
        phone.get_by_label("Your name").fill(hostile)
        card.get_by_label("In your words").fill(hostile)
        card.get_by_role("button", name="I see it differently").click()
        assert phone.locator("blockquote").inner_text().count("alert(1)") == hostile.count("alert(1)") * 2
    ours = browse(f"/customers/{opaque(nord.pk)}", client=as_max)
    ours.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for address in ("", "/share", "/share/preview"):
        ours.goto(f"/customers/{opaque(nord.pk)}{address}")
    assert dialogs == []
