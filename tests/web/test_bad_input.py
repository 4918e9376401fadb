"""Nothing that anybody can type or send ends in an error of ours."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from regulars.records.models import Customer, Outcome, OutcomeEdit, Person, Role, ToDo
from regulars.records.opaque import opaque
from regulars.records.write.outcomes import change_outcome, note_outcome
from regulars.records.write.shares import share_plan
from regulars.web.public.words import words_of
from tests.web.factories import customer, regular, step
from tests.web.test_public import form, holder

pytestmark = pytest.mark.django_db

ODD = ("²", "9" * 5_000, "9" * 25, "٣²", "-1", "1_0")
NOBODY = 999_999_999


@pytest.fixture
def nord() -> Customer:
    return regular("Café Nord")


@pytest.fixture
def outcome(nord: Customer, max: Any) -> Outcome:
    today = timezone.now().date()
    return Outcome.objects.create(
        customer=nord, sentence="Never out of milk", measure="days out", target=20, noted_on=today,
        agreed_on=today, due_on=today + timedelta(days=60), owner=max,
    )  # fmt: skip


def address(one: Customer) -> str:
    return f"/customers/{opaque(one.pk)}"


# --- numbers and days in addresses and forms ---


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_number_in_an_address_is_left_out(as_vic: Any, nord: Customer, odd: str) -> None:
    for name in ("owner", "stage", "kind", "tag"):
        assert as_vic.get(f"/customers?{name}={odd}").status_code == 200, name
    assert as_vic.get(f"{address(nord)}?tab=history&before={odd}").status_code == 200
    assert as_vic.get(f"/customers?sort=value&after={opaque(nord.pk)}.{odd}").status_code in (200, 404)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_number_in_a_form_is_refused_or_left_out(
    as_max: Any, nord: Customer, outcome: Outcome, odd: str
) -> None:
    plan, one = f"/outcomes/{opaque(outcome.pk)}", step(nord)
    for place, typed in (
        (f"{address(nord)}/owner", {"owner": odd}),
        (f"{plan}/change", {"version": odd, "sentence": "Never out of oat milk"}),
        (f"{plan}/change", {"rule_kind": "usage", "rule_what": "sum", "rule_days": odd}),
        (f"{address(nord)}/contracts", {"number": "C", "start": "2026-01-01", "months": odd, "amount": "1"}),
        (f"{address(nord)}/record", {"text": "x", "channel": "call", "minutes": odd}),
        ("/customers/change", {"do": "hand_over", "owner": odd, "customer": opaque(nord.pk)}),
        ("/customers/change", {"do": "tag", "tag": "x", "scope": "all", "query": f"owner={odd}"}),
        ("/customers/rewind", {"days": odd}),
        (f"/steps/{opaque(one.pk)}/later", {"days": odd}),
    ):
        assert as_max.post(place, typed).status_code in (302, 303, 400, 422), place


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2200-01-02", "1899-12-31"])
def test_a_day_of_nobodys_life_is_refused_beside_its_field(as_max: Any, nord: Customer, day: str) -> None:
    assert as_max.get(f"{address(nord)}?as_of={day}").status_code == 400
    assert as_max.get(f"/customers?as_of={day}").status_code == 400
    for place, name, more in (
        ("/todos", "due_on", {"todo": "x"}),
        (f"{address(nord)}/outcomes", "due_on", {"sentence": "x", "agreed": "no"}),
        (f"{address(nord)}/not-yet", "look_again_on", {"until": "x"}),
    ):
        answer = as_max.post(place, {name: day, **more}, headers={"HX-Request": "true"})
        assert (answer.status_code, f'"{name}":' in answer["HX-Trigger"]) == (400, True), place
    assert not ToDo.objects.exists() and not Outcome.objects.exists()
    assert as_max.post("/customers/rewind", {"days": "9999999"}).status_code == 400


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12,000", 12_000.0),
        ("12.5", 12.5),
        ("1_000", None),
        ("12.000", None),
        ("1e30", None),
        ("9" * 40, None),
    ],
)
def test_a_number_is_kept_as_it_was_meant_or_refused(
    as_max: Any, outcome: Outcome, typed: str, value: float | None
) -> None:
    place, asked = f"/outcomes/{opaque(outcome.pk)}/change", {"version": "1", "target": typed}
    answer = as_max.post(place, asked, headers={"HX-Request": "true"})
    outcome.refresh_from_db()
    if value is None:
        assert (answer.status_code, '"target":' in answer["HX-Trigger"]) == (400, True)
        assert outcome.target == 20
    else:
        assert outcome.target == value


# --- what is not there ---


def test_what_is_not_there_is_404(as_max: Any, nord: Customer) -> None:
    assert as_max.post("/todos", {"todo": "x", "customer": opaque(NOBODY)}).status_code == 404
    for verb in ({"do": "tag", "tag": "x"}, {"do": "hand_over", "owner": "nobody"}):
        answer = as_max.post("/customers/change", {**verb, "customer": [opaque(nord.pk), opaque(NOBODY)]})
        assert answer.status_code == 404
    assert not ToDo.objects.exists()


@pytest.mark.parametrize("gone", ["said_by_id", "their_owner_id"])
def test_a_change_that_names_somebody_who_is_gone_is_not_undone(
    as_max: Any, max: Any, nord: Customer, gone: str
) -> None:
    person = Person.objects.create(name="Ida")
    Role.objects.create(person=person, customer=nord)
    today = timezone.now().date()
    made = note_outcome(max, nord.pk, "Never out", noted_on=today, **{gone: person.pk})
    change_outcome(max, made, 1, {gone: None})
    person.delete()
    edit = OutcomeEdit.objects.get()
    answer = as_max.post(f"/edits/{opaque(edit.pk)}/undo")
    assert (answer.status_code, b"Change it by hand" in answer.content) == (409, True)


def test_the_date_of_what_was_agreed_stays(as_max: Any, outcome: Outcome) -> None:
    place = f"/outcomes/{opaque(outcome.pk)}/change"
    answer = as_max.post(place, {"version": "1", "due_on": ""}, headers={"HX-Request": "true"})
    assert (answer.status_code, '"due_on":' in answer["HX-Trigger"]) == (400, True)
    before = outcome.due_on
    outcome.refresh_from_db()
    assert outcome.due_on == before
    Outcome.objects.update(agreed_on=None)
    assert as_max.post(place, {"version": "1", "due_on": ""}).status_code == 303
    outcome.refresh_from_db()
    assert outcome.due_on is None


# --- people ---


@pytest.mark.parametrize("email", ["x" * 400, "not an address", "ida@", f"{'x' * 300}@example.org"])
def test_a_person_has_an_address_or_none(as_max: Any, nord: Customer, email: str) -> None:
    typed = {"name": "Ida", "email": email}
    answer = as_max.post(f"{address(nord)}/people", typed, headers={"HX-Request": "true"})
    assert (answer.status_code, '"email":' in answer["HX-Trigger"]) == (400, True)
    assert not Person.objects.exists()
    assert as_max.post(f"{address(nord)}/people", {**typed, "email": ""}).status_code in (302, 303)
    assert as_max.post(f"{address(nord)}/people", {**typed, "email": " Ida@Example.org "}).status_code < 400
    assert Person.objects.latest("pk").email == "ida@example.org"


# --- zero bytes ---


def test_a_zero_byte_is_refused_wherever_it_is_sent(as_max: Any, nord: Customer) -> None:
    for place, typed in (
        (f"{address(nord)}/notes", {"text": "a\0b"}),
        (f"{address(nord)}/kind", {"kind": "a\0"}),
        ("/todos", {"todo": "a\0b"}),
        ("/todos", {"todo": "x", "na\0me": "x"}),
    ):
        answer = as_max.post(place, typed)
        assert (answer.status_code, b"zero byte" in answer.content) == (400, True), place
    for place in ("/find?q=%00", f"{address(nord)}?only=%00", "/customers?tag=a%00"):
        assert as_max.get(place).status_code == 400, place
    quick = as_max.post("/todos", {"todo": "a\0"}, headers={"HX-Request": "true"})
    assert "zero byte" in quick["HX-Trigger"]
    assert Client().post("/plan", {"name": "I\0da", "do": "read"}).status_code == 400
    assert not ToDo.objects.exists()


# --- the customer's own page ---


def test_forty_nines_are_refused_and_no_stored_number_takes_the_plan_down(
    as_max: Any, max: Any, nord: Customer, outcome: Outcome
) -> None:
    reader = holder(share_plan(max, nord.pk)[1])
    answer = reader.post("/plan?lang=en", form(outcome, "not_yet", number="9" * 40), follow=True)
    assert answer.status_code < 500
    assert not outcome.readings.exists() and not outcome.confirmations.exists()
    Outcome.objects.update(target=1e300, baseline=-1e40)
    for code in ("en", "de", "fr", "es", "pt"):
        assert reader.get(f"/plan?lang={code}").status_code == 200
    assert as_max.get(f"{address(nord)}/share/preview").status_code == 200
    assert as_max.get(f"{address(nord)}?tab=success").status_code == 200


@pytest.mark.parametrize("code", ["en", "de", "fr", "es", "pt"])
@pytest.mark.parametrize("value", [1e15, 1e25, 1e308, -1e300, float("inf"), float("nan"), 1234.5])
def test_every_number_is_written_in_every_language(code: str, value: float) -> None:
    assert words_of(code).figure(value)
    for typed in ("9" * 40, "1_000", "1e5", "inf", "²", "9" * 5_000):
        assert words_of(code).number_of(typed) is None


@pytest.mark.parametrize("version", ["9" * 5_000, "9" * 25, "²"])
def test_an_odd_version_of_their_page_counts_as_none(
    max: Any, nord: Customer, outcome: Outcome, version: str
) -> None:
    Outcome.objects.update(why="")
    reader = holder(share_plan(max, nord.pk)[1])
    sent = form(outcome, "fill", why="Guests leave") | {f"version-{opaque(outcome.pk)}": version}
    assert reader.post("/plan?lang=en", sent, follow=True).status_code == 200
    sent = form(outcome, "fill", due="9999-12-31")
    assert reader.post("/plan?lang=en", sent, follow=True).status_code < 500


def test_a_customer_of_nobody_has_no_odd_page(as_vic: Any) -> None:
    assert as_vic.get(address(customer("New")) + "?before=²").status_code == 200
