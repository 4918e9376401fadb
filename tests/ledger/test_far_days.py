"""A day at the end of the calendar never stops a file."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from regulars.ledger.dialects.dates import EPOCH, DateReader
from regulars.ledger.models import Fact, Rejection
from tests.ledger.test_imports import bring, counts


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-30", "0001-01-01"])
@pytest.mark.parametrize("clock", ["", " 23:59:59"])
def test_the_ends_of_the_calendar_are_read_or_refused(zone: str, day: str, clock: str) -> None:
    reader = DateReader("ymd", ZoneInfo(zone))
    found = reader.read(f"{day}{clock}")
    assert found is None or found[1] == date.fromisoformat(day).toordinal() - EPOCH
    reader.column([f"{day} 23:59:59"])


@pytest.mark.django_db(transaction=True)
def test_a_purchase_of_the_year_9999_is_rejected_and_the_others_are_recorded(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "REGULARS_HOME", tmp_path / "home")
    (tmp_path / "home").mkdir()
    path = tmp_path / "till.csv"
    path.write_text("who,when,worth\nA,2026-01-01,5.00\nB,9999-12-31,5.00\nC,9999-12-31 10:00,5.00\n")
    run = bring(path, {"who": "customer", "when": "date", "worth": "amount"})
    assert counts(run)[0] == 1
    assert Fact.objects.count() == 1
    assert set(Rejection.objects.values_list("code", flat=True)) == {"in-the-future"}
