"""People: humans at customers, and colleagues on our side."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from regulars.records.models import Colleague, Person, Role
from regulars.records.opaque import number
from regulars.records.read.company import calendar_date
from regulars.records.read.outcomes import recorded_by
from regulars.records.read.then import Then


def roles(customer: int, then: Then | None = None) -> QuerySet[Role]:
    """Return who is who at a customer, or who was there by a past day."""
    found = Role.objects.filter(customer_id=customer) if then is None else _there_by(customer, then)
    return found.select_related("person").order_by(F("until").asc(nulls_first=True), "person__name", "id")


def roles_with_parts_first(customer: int, then: Then | None = None) -> QuerySet[Role]:
    """Return who is who at a customer, of those who are there the ones with a part first."""
    no_part = ExpressionWrapper(Q(part=""), output_field=BooleanField())
    found = roles(customer, then)
    return found.order_by(F("until").asc(nulls_first=True), no_part, "person__name", "id")


def _there_by(customer: int, then: Then) -> QuerySet[Role]:
    """Return who was there by a day; where nobody told since when, the day we wrote them down counts."""
    written = recorded_by("person__created_at", then.day)
    began = Q(since__lte=calendar_date(then.day)) | Q(since=None, **written)
    return Role.objects.filter(
        began, customer_id=customer, **recorded_by("person__created_at", then.known_by)
    )


def had_left(until: date | None, then: Then | None) -> bool:
    """Return whether somebody who is there until a day has left, or had left by a past one."""
    return until is not None and (then is None or until <= calendar_date(then.day))


class Named(NamedTuple):
    """Somebody at a customer by name alone, and whether they left."""

    person: int
    name: str
    left: bool


def named(customer: int, then: Then | None = None) -> list[Named]:
    """Return everybody at a customer, a row for each thing they are there, in the order of `roles`.

    Of hundreds, only the names are asked for on every page.
    """
    found = roles(customer, then).select_related(None).values_list("person_id", "person__name", "until")
    return [Named(person, name, had_left(until, then)) for person, name, until in found]


def colleagues() -> QuerySet[Colleague]:
    """Return the colleagues who can look after a customer."""
    return Colleague.objects.filter(is_active=True).exclude(role="viewer").order_by("name")


def person_at(customer: int, ref: str) -> Person | None:
    """Return the person at a customer that an id means, None when they are not there."""
    return Person.objects.filter(pk=number(ref), roles__customer=customer).first()
