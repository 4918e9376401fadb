"""What is told by hand goes through the one door, whole or not at all."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from regulars.insight.errors import RegularsError
from regulars.ledger import record
from regulars.ledger.by_hand import Told, by_hand, record_told
from regulars.ledger.models import DueCustomer, Fact
from regulars.ledger.told import told_facts
from regulars.records.models import Colleague, Customer
from regulars.records.write.merges import merge_customers, unmerge_customers

pytestmark = pytest.mark.django_db


@pytest.fixture
def nord() -> Customer:
    return Customer.objects.create(name="Café Nord", name_folded="cafe nord")


def test_what_is_told_is_an_entry_of_its_customer_and_marks_them_due(nord: Customer) -> None:
    told = Told(
        nord.pk, "outcome_confirmed", 20_000, "Twelve, not twenty", quantity=12, subject="outcome-1",
        properties={"verdict": "not_yet", "income": "90000"},
    )  # fmt: skip
    assert record_told([told]).recorded == 1
    fact = Fact.objects.get()
    assert (fact.customer_id, fact.kind, fact.day, fact.serial, fact.quantity) == (
        nord.pk, "outcome_confirmed", 20_000, "outcome-1", 12,
    )  # fmt: skip
    assert fact.source == by_hand()
    properties = fact.properties
    assert properties == {"verdict": "not_yet"}, "undeclared properties are dropped before the write"
    assert DueCustomer.objects.filter(customer=nord).exists()


def test_one_unfit_entry_leaves_nothing_behind(nord: Customer) -> None:
    good, bad = Told(nord.pk, "praise", 20_000, "Lovely"), Told(nord.pk, "applause", 20_000)
    with pytest.raises(RegularsError, match="no kind of fact 'applause'"):
        record_told([good, bad])
    assert not Fact.objects.exists()


def test_a_customer_there_is_none_of_is_said() -> None:
    with pytest.raises(RegularsError) as raised:
        record_told([Told(9_999, "praise", 20_000)])
    assert raised.value.code == "not-found"


def test_the_same_message_is_recorded_once(nord: Customer) -> None:
    told = [Told(nord.pk, "praise", 20_000, "Lovely", message_id="a")]
    assert (record_told(told).recorded, record_told(told).repeated) == (1, 1)


def test_what_is_told_of_a_customer_who_was_merged_meanwhile_is_of_the_one_kept(
    nord: Customer, ana: Colleague
) -> None:
    other = Customer.objects.create(name="Nord GmbH", name_folded="nord gmbh")
    merge = merge_customers(ana, other.pk, nord.pk)
    DueCustomer.objects.all().delete()
    record_told([Told(nord.pk, "praise", 20_000, "Lovely")])
    assert Fact.objects.get().customer == other
    assert [row.customer for row in DueCustomer.objects.all()] == [other]
    unmerge_customers(ana, merge.pk)
    assert Fact.objects.get().customer == nord


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_the_receipt_names_our_fact_and_not_what_another_recorded_meanwhile(
    nord: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand()
    real = record._last_fact

    def another_records_one() -> int:
        monkeypatch.setattr(record, "_last_fact", real)
        before = real()
        with ThreadPoolExecutor(1) as other:
            other.submit(record_told, [Told(nord.pk, "praise", 20_000, "Theirs")]).result()
            other.submit(lambda: connection.close()).result()
        return before

    monkeypatch.setattr(record, "_last_fact", another_records_one)
    receipt = record_told([Told(nord.pk, "praise", 20_000, "Ours")])
    assert receipt.first_fact == receipt.last_fact == Fact.objects.get(text="Ours").pk


def test_told_facts_are_read_by_kind_clock_and_customer(nord: Customer) -> None:
    other = Customer.objects.create(name="Süd", name_folded="sud")
    record_told(
        [
            Told(nord.pk, "praise", 20_000, "Lovely", properties={"channel": "phone"}),
            Told(nord.pk, "complaint", 20_005, "Cold"),
            Told(other.pk, "praise", 20_003),
        ]
    )
    assert [one.customer for one in told_facts(["praise"])] == [nord.pk, other.pk]
    assert [one.text for one in told_facts(["praise", "complaint"], customers=[nord.pk])] == [
        "Lovely",
        "Cold",
    ]
    assert not list(told_facts(["complaint"], until_day=20_004))
    assert not list(told_facts(["praise"], known_by=20_010)), "it was received only now"
    first = next(told_facts(["praise"]))
    assert json.loads(first.properties) == {"channel": "phone"}
