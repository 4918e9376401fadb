from datetime import timedelta

import pytest
from django.utils import timezone

from regulars.ledger.by_hand import record_told
from regulars.ledger.due import LOST_AFTER
from regulars.ledger.models import DueCustomer
from regulars.records.models import Customer
from regulars.server.upkeep import keep_up
from regulars.server.worker import waits
from tests.attention.contracts import contract, told
from tests.attention.stands import bought, record, stand
from tests.web.factories import customer, today

pytestmark = pytest.mark.django_db(transaction=True)


def test_whom_another_worker_assesses_keeps_nobody_busy():
    stand(5)
    keep_up()
    DueCustomer.objects.create(
        customer=Customer.objects.first(),
        since=timezone.now(),
        claimed_by="another",
        claimed_at=timezone.now(),
    )
    assert (waits(), keep_up()) == (False, False)
    DueCustomer.objects.update(claimed_at=timezone.now() - LOST_AFTER - timedelta(seconds=1))
    assert (waits(), keep_up()) == (True, True)
    assert not DueCustomer.objects.exists()


def test_the_charts_of_contracts_are_drawn_anew_only_when_they_say_something_else(monkeypatch):
    drawn = []
    monkeypatch.setattr("regulars.server.upkeep.draw_both", lambda key, _: drawn.append(key) or "")
    source, nord = stand(12), customer("Nord")
    contract(nord, today() - 100)
    keep_up()
    drawn.clear()
    record(source, [bought("Guest 3", today() - 1)], today())
    assert keep_up()
    assert drawn == []
    record_told([told(nord, "contract_changed", today(), 240_000)])
    assert keep_up()
    assert "revenue" in drawn
