"""One fact, from the door to the sentence a person reads."""

from datetime import timedelta

import pytest
from django.utils import timezone

from regulars.attention.models import NextStep
from regulars.attention.reassess import reassess_all, reassess_due
from regulars.ledger.dialects.incoming import IncomingFact
from regulars.ledger.record import record_facts
from regulars.records.models import Source
from regulars.records.read.company import company
from regulars.records.write.company import change_company
from regulars.server.upkeep import keep_up
from tests.attention.contracts import contract
from tests.web.factories import customer

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_fact_becomes_the_sentence_a_person_reads(as_max):
    today = company().day_of(timezone.now())
    source = Source.objects.create(slug="till", name="Till")
    now = timezone.now()
    guests = [
        IncomingFact(
            f"{who}-{ago}", "purchase", f"Guest {who}", now - timedelta(days=ago), amount=450, currency="EUR"
        )
        for who in range(30)
        for ago in range(who % 7, 200, 7)
    ]
    record_facts(source, guests)
    reassess_all(today)
    shut = IncomingFact("shut-1", "missed_us", "Guest 3", now, text="Came at five, we had closed at four.")
    receipt = record_facts(source, [shut, shut])
    assert (receipt.recorded, receipt.repeated, receipt.rejected) == (1, 1, 0)
    reassess_due(today)
    page = as_max.get("/").content.decode()
    assert "Guest 3" in page
    assert "came today and we could not serve them" in page
    step = NextStep.objects.get(kind="missed_us")
    assert step.evidence["missed_us"] == 1


def test_one_contract_is_in_every_sum_as_soon_as_the_worker_has_seen_it(as_max):
    change_company(None, {"buying": "contract", "currency": "EUR"})
    today = company().day_of(timezone.now())
    nord, south = customer("Nord"), customer("South")
    contract(nord, today - 100)
    keep_up()
    assert not keep_up(), "nothing is left to do"
    for place in ("/", "/reports/revenue", "/reports/board"):
        assert "€1,200 a year" in as_max.get(place).content.decode(), place
    contract(south, today - 10, 240_000)
    keep_up()
    for place in ("/", "/reports/revenue", "/reports/board"):
        assert "€3,600 a year" in as_max.get(place).content.decode(), place
