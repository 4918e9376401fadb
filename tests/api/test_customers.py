"""Customers over HTTP: the same rows as the list, a page at a time."""

from __future__ import annotations

import pytest

from regulars.attention.models import Standing
from regulars.insight.stage import Stage
from regulars.records.models import Customer
from regulars.records.opaque import opaque

pytestmark = pytest.mark.django_db


@pytest.fixture
def five() -> list[Customer]:
    rows = []
    for name in ("Abel", "Berta", "Cleo", "Dora", "Emil"):
        row = Customer.objects.create(name=name, name_folded=name.lower())
        stage = Stage.REGULAR if name in {"Berta", "Dora"} else Stage.PROSPECT
        Standing.objects.create(customer=row, stage=stage, stage_day=20_000, name_folded=row.name_folded)
        rows.append(row)
    return rows


def test_pages_hold_everybody_once_in_the_order_of_names(program, five):
    client, seen, after = program("viewer", may_write=False), [], ""
    while True:
        page = client.get("/api/v1/customers", {"limit": 2, "after": after}).json()
        seen += [row["name"] for row in page["items"]]
        after = page["next"]
        if not after:
            break
    assert seen == ["Abel", "Berta", "Cleo", "Dora", "Emil"]


def test_a_stage_is_asked_for_by_its_word(program, five):
    page = program().get("/api/v1/customers?stage=regular").json()
    assert [row["name"] for row in page["items"]] == ["Berta", "Dora"]


def test_one_customer_is_found_by_the_id_that_addresses_show(program, five):
    told = program().get(f"/api/v1/customers/{opaque(five[1].pk)}").json()
    assert (told["name"], told["stage"]) == ("Berta", "regular")


def test_a_row_costs_no_query_of_its_own(program, five, django_assert_num_queries):
    client = program()
    client.get("/api/v1/customers?limit=1")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get("/api/v1/customers?limit=1")
    with CaptureQueriesContext(connection) as all_of_them:
        client.get("/api/v1/customers?limit=50")
    assert len(one) == len(all_of_them)
