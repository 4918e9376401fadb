"""Customers of whom a record changed are assessed again."""

from __future__ import annotations

from django.apps import apps
from django.utils import timezone


def mark_due(*customers: int) -> None:
    """Put customers on the list of those to assess again, which the ledger keeps."""
    due = apps.get_model("ledger", "DueCustomer")
    due._default_manager.bulk_create(
        [due(customer_id=customer, since=timezone.now()) for customer in customers],
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=["since", "claimed_by", "claimed_at"],
    )
