"""What is told by hand goes through the one door, whole or not at all."""

from __future__ import annotations

import json

import pytest

from regulars.insight.errors import RegularsError
from regulars.ledger.by_hand import Told, by_hand, record_told
from regulars.ledger.models import DueCustomer, Fact
from regulars.ledger.told import told_facts
from regulars.records.models import Customer

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
