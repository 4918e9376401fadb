"""People: humans at customers, and colleagues on our side."""

from __future__ import annotations

from django.db.models import QuerySet

from regulars.records.models import Colleague, Role


def roles(customer: int) -> QuerySet[Role]:
    """Return who is who at a customer."""
    return (
        Role.objects.filter(customer_id=customer)
        .select_related("person")
        .order_by("until", "person__name", "id")
    )


def colleagues() -> QuerySet[Colleague]:
    """Return the colleagues who can look after a customer."""
    return Colleague.objects.filter(is_active=True).exclude(role="viewer").order_by("name")
