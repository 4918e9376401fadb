"""People: humans at customers, and colleagues on our side."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from regulars.records.models import Colleague, Person, Role
from regulars.records.opaque import number


def roles(customer: int) -> QuerySet[Role]:
    """Return who is who at a customer."""
    return (
        Role.objects.filter(customer_id=customer)
        .select_related("person")
        .order_by(F("until").asc(nulls_first=True), "person__name", "id")
    )


def roles_with_parts_first(customer: int) -> QuerySet[Role]:
    """Return who is who at a customer, of those who are there the ones with a part first."""
    no_part = ExpressionWrapper(Q(part=""), output_field=BooleanField())
    return roles(customer).order_by(F("until").asc(nulls_first=True), no_part, "person__name", "id")


class Named(NamedTuple):
    """Somebody at a customer by name alone, and whether they left."""

    person: int
    name: str
    left: bool


def named(customer: int) -> list[Named]:
    """Return everybody at a customer, a row for each thing they are there, in the order of `roles`.

    Of hundreds, only the names are asked for on every page.
    """
    rows = roles(customer).select_related(None).values_list("person_id", "person__name", "until")
    return [Named(person, name, until is not None) for person, name, until in rows]


def colleagues() -> QuerySet[Colleague]:
    """Return the colleagues who can look after a customer."""
    return Colleague.objects.filter(is_active=True).exclude(role="viewer").order_by("name")


def person_at(customer: int, ref: str) -> Person | None:
    """Return the person at a customer that an id means, None when they are not there."""
    return Person.objects.filter(pk=number(ref), roles__customer=customer).first()
