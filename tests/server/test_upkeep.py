from datetime import timedelta

import pytest
from django.utils import timezone

from regulars.ledger.due import LOST_AFTER
from regulars.ledger.models import DueCustomer
from regulars.records.models import Customer
from regulars.server.upkeep import keep_up
from regulars.server.worker import waits
from tests.attention.stands import stand

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
