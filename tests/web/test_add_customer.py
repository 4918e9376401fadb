"""A customer is added by hand, is there at once, and is taken back while nothing hangs on them."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.ledger.models import DueCustomer
from regulars.records.models import AuditEntry, Customer
from regulars.records.opaque import opaque
from tests.web.factories import customer

pytestmark = pytest.mark.django_db


def add(client: Any, **typed: str) -> Any:
    return client.post("/customers/new", {"name": "Northwind GmbH"} | typed)


def test_a_name_is_enough_and_undo_takes_it_back(as_max: Any, max: Any) -> None:
    answer = add(as_max, kind="Bakery", owner=str(max.pk))
    one = Customer.objects.get()
    assert answer["Location"] == f"/customers/{opaque(one.pk)}"
    assert (one.name, one.name_folded, one.kind.name, one.owner) == (
        "Northwind GmbH",
        "northwind gmbh",
        "Bakery",
        max,
    )
    assert DueCustomer.objects.filter(customer=one).exists()
    assert "Northwind GmbH is one of your customers now." in as_max.get(answer["Location"]).content.decode()
    entry = AuditEntry.objects.get(action="add_customer")
    assert as_max.post(f"/written/undo/{opaque(entry.pk)}")["Location"] == "/customers"
    assert not Customer.objects.exists()


def test_who_has_something_on_record_or_was_added_by_another_stays(as_max: Any, as_ana: Any) -> None:
    add(as_max)
    one, entry = Customer.objects.get(), AuditEntry.objects.get(action="add_customer")
    undo = f"/written/undo/{opaque(entry.pk)}"
    assert as_ana.post(undo).status_code == 409
    as_max.post(f"/customers/{opaque(one.pk)}/notes", {"text": "They called"})
    assert as_max.post(undo).status_code == 409
    assert Customer.objects.count() == 1


def test_nobody_is_added_twice_and_what_was_typed_stays(as_max: Any) -> None:
    customer("NORTHWIND gmbh")
    answer = add(as_max, kind="Bakery")
    page = answer.content.decode()
    assert (answer.status_code, Customer.objects.count()) == (409, 1)
    assert "is here already" in page
    assert 'value="Bakery"' in page
    assert add(as_max, name=" ").status_code == 400
    assert add(as_max, name="ß" * 200).status_code == 302, "folded, it is twice as long"


def test_whoever_is_not_found_can_be_added(as_max: Any, as_vic: Any) -> None:
    for address in ("/record?q=Northwind+%26+Co", "/find?q=Northwind+%26+Co"):
        assert 'href="/customers/new?name=Northwind%20%26%20Co"' in as_max.get(address).content.decode()
    assert 'value="Northwind &amp; Co"' in as_max.get("/customers/new?name=Northwind+%26+Co").content.decode()
    assert "/customers/new" not in as_vic.get("/find?q=Northwind").content.decode()
    assert "Add a customer" in as_max.get("/").content.decode()
