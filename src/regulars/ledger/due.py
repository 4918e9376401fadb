"""Who is to be assessed again, and whom nobody has taken on."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from regulars.ledger.models import DueCustomer

LOST_AFTER = timedelta(minutes=10)
"""A claim older than this belongs to a worker that was lost."""


def unclaimed() -> QuerySet[DueCustomer]:
    """Return the customers with news whom no living worker assesses right now."""
    return DueCustomer.objects.filter(Q(claimed_by="") | Q(claimed_at__lt=timezone.now() - LOST_AFTER))


def newcomers() -> list[int]:
    """Return customers with news who came in since yesterday: the ones that may be somebody known already."""
    since = timezone.now() - timedelta(days=1)
    new = DueCustomer.objects.filter(customer__created_at__gte=since)
    return list(new.values_list("customer_id", flat=True))
