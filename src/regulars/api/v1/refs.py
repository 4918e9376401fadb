"""What ids in addresses and bodies mean, and which day it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague, Customer, Outcome, Person
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date, company
from regulars.records.read.customers import kept_customer
from regulars.records.read.people import colleagues, person_at
from regulars.records.read.success import plan_row


def today() -> int:
    """Return the company-local epoch day of now."""
    return company().day_of(timezone.now())


def today_on() -> date:
    """Return the company-local date of now."""
    return calendar_date(today())


def customer_of(ref: str) -> Customer:
    """Return the customer an id means; the id of one that was merged means the one that was kept."""
    return kept_customer(ref)


def outcome_of(customer: int, ref: str | None, field: str = "outcome") -> Outcome | None:
    """Return the outcome of a customer that a body names, None where it names none.

    Raises
    ------
    RegularsError
        ``not-found`` when it is not one of this customer's.
    """
    if ref is None:
        return None
    outcome = plan_row(Outcome, ref)
    if outcome.customer_id != customer:
        raise RegularsError("not-found", "This customer has no such outcome.", 404).beside(field)
    return outcome


def person_of(customer: int, ref: str | None, field: str) -> Person | None:
    """Return the person at a customer that a body names, None where it names nobody.

    Raises
    ------
    RegularsError
        ``not-found`` when they are not at this customer.
    """
    if ref is None:
        return None
    person = person_at(customer, ref)
    if person is None:
        raise RegularsError("not-found", "Nobody at this customer has this id.", 404).beside(field)
    return person


def colleague_of(email: str | None, field: str) -> Colleague | None:
    """Return the colleague a body names by e-mail, None where it names nobody.

    Raises
    ------
    RegularsError
        ``colleague-unnamed``.
    """
    if email is None:
        return None
    found = colleagues().filter(email__iexact=email).first()
    if found is None:
        raise RegularsError(
            "colleague-unnamed", "None of us who looks after customers has this e-mail address."
        ).beside(field)
    return found


def ref_of(pk: int | None) -> str | None:
    """Return the id that something on record has outside, None for nothing."""
    return None if pk is None else opaque(pk)


def date_of(day: int | None) -> date | None:
    """Return the date of an epoch day, None for none."""
    return None if day is None else calendar_date(day)


@contextmanager
def told_as(**names: str) -> Iterator[None]:
    """Let what is refused within stand beside the fields of the body, not of our forms; "" is all of it."""
    try:
        yield
    except RegularsError as error:
        error.fields = {names.get(field, field): words for field, words in error.fields.items()}
        raise
