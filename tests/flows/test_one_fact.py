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
