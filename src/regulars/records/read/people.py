"""People: humans at customers, and colleagues on our side."""

from __future__ import annotations

from django.db.models import QuerySet

from regulars.records.models import Colleague, Person, Role
from regulars.records.opaque import number


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


def person_at(customer: int, ref: str) -> Person | None:
    """Return the person at a customer that an id means, None when they are not there."""
    return Person.objects.filter(pk=number(ref), roles__customer=customer).first()
