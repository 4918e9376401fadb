"""Notes about a customer."""

from __future__ import annotations

from django.db.models import QuerySet

from regulars.records.models import Note


def notes(customer: int) -> QuerySet[Note]:
    """Return a customer's notes, newest first, with their authors."""
    return (
        Note.objects.filter(customer_id=customer, removed_at=None)
        .select_related("author")
        .order_by("-noted_on", "-id")
    )
