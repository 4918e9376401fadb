"""Contracts and shared links over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from regulars.attention.models import Contract
from regulars.records.models import ShareLink
from regulars.records.opaque import opaque

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
START = TODAY.replace(day=1)


@pytest.fixture
def begun(asking, at_ida):
    body = {"number": "K-1", "amount": 120_000, "starts_on": START.isoformat(), "months": 12, "item": "Beans"}
    return asking("POST", f"{at_ida}/contracts", body, expect=201)


def test_a_contract_is_noted_foreseen_renewed_and_cancelled(asking, at_ida, begun):
    assert (begun["state"], begun["monthly"], begun["forecast"]) == ("active", 10_000, None)
    assert begun["currency"] == "EUR" and begun["ends_on"] == START.replace(year=START.year + 1).isoformat()
    path = f"/contracts/{begun['id']}"
    seen = asking("POST", f"{path}/forecast", {"amount": 130_000, "reason": "They grow"})
    assert (seen["forecast"], seen["forecast_on"], seen["target"]) == (130_000, TODAY.isoformat(), 120_000)
    renewal = {"starts_on": begun["ends_on"], "months": 12, "amount": 130_000}
    asking("POST", f"{path}/renew", renewal)
    cancelled = asking("POST", f"{path}/cancel", {"on": TODAY.isoformat(), "reason": "Closed"})
    assert (cancelled["state"], cancelled["ended_why"]) == ("ended", "Closed")
    assert asking("GET", f"{at_ida}/contracts")["items"] == [cancelled] == [asking("GET", path)]


def test_a_change_within_the_term(asking, begun):
    body = {"starts_on": TODAY.isoformat(), "amount": 240_000, "reason": "A second shop"}
    assert asking("POST", f"/contracts/{begun['id']}/change", body)["monthly"] == 20_000


def test_what_no_contract_can_be_is_refused_beside_its_field(asking, at_ida, begun):
    again = {"number": "K-1", "amount": 1, "starts_on": START.isoformat(), "months": 12}
    assert asking("POST", f"{at_ida}/contracts", again, expect=400)["code"] == "contract-known"
    early = {"starts_on": (START - timedelta(days=40)).isoformat(), "months": 12}
    told = asking("POST", f"/contracts/{begun['id']}/renew", early, expect=400)
    assert (told["code"], told["errors"][0]["pointer"]) == ("terms-overlap", "/starts_on")
    asking("POST", f"/contracts/{begun['id']}/forecast", {"amount": 1, "reason": " "}, expect=400)
    asking("POST", f"/contracts/{begun['id']}/forecast", {"amount": 2**70, "reason": "x"}, expect=422)
    assert Contract.objects.get().forecast is None


def test_a_contract_costs_no_query_of_its_own(asking, queries, at_ida, ida, begun):
    one = queries(f"{at_ida}/contracts")
    for number in range(19):
        Contract.objects.create(
            customer=ida, number=f"X-{number}", state="active", currency="EUR", amount=1, monthly=1,
            first_day=20_000, start_day=20_000,
        )  # fmt: skip
    assert len(asking("GET", f"{at_ida}/contracts")["items"]) == 20
    assert queries(f"{at_ida}/contracts") == one


def test_a_link_is_told_once_opens_the_plan_and_is_ended(asking, at_ida, nils):
    made = asking("POST", f"{at_ida}/shares", {"person": opaque(nils.pk), "language": "de"}, expect=201)
    (listed,) = asking("GET", f"{at_ida}/shares")["items"]
    assert listed == {name: value for name, value in made.items() if name != "link"}
    assert listed["opens"] and listed["person"] == opaque(nils.pk)
    address = "/l/" + made["link"].rsplit("/l/", 1)[1]
    assert Client().get(address).status_code == 303
    assert not asking("POST", f"/shares/{made['id']}/revoke")["opens"]
    assert Client().get(address).status_code == 404


def test_a_link_for_nobody_of_theirs_or_for_years_is_refused(asking, at_ida, stranger):
    asking("POST", f"{at_ida}/shares", {"person": opaque(stranger.pk)}, expect=404)
    assert asking("POST", f"{at_ida}/shares", {"days": 10**12}, expect=400)["code"] == "share-days-unfit"
    assert not ShareLink.objects.exists()


def test_a_link_costs_no_query_of_its_own(asking, queries, at_ida):
    asking("POST", f"{at_ida}/shares", {}, expect=201)
    one = queries(f"{at_ida}/shares")
    for _ in range(19):
        asking("POST", f"{at_ida}/shares", {}, expect=201)
    assert len(asking("GET", f"{at_ida}/shares")["items"]) == 20
    assert queries(f"{at_ida}/shares") == one
