"""What a seeded company agreed with its customers, in bulk; it goes with the customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from django.db import transaction

from regulars.records.folding import folded
from regulars.records.models import (
    Blocker,
    Colleague,
    Commitment,
    Confirmation,
    Knowledge,
    Milestone,
    NotYet,
    Outcome,
    Person,
    Reading,
    Role,
    Source,
    Wish,
)
from regulars.records.read.company import calendar_date
from regulars.records.write.people import reversed_digits

CONFIRMED_FOR = 270
"""Days."""


class Agreed(Protocol):
    """What is agreed with one customer; days are epoch days."""

    people: Any
    outcomes: Any
    blockers: Any
    knowledge: Any
    wishes: Any
    not_yet: Any


def write_success(source: Source, agreed: Mapping[int, Any], owners: Mapping[int, Colleague | None]) -> None:
    """Write what is agreed with each customer, by their row numbers.

    Parameters
    ----------
    owners
        Who looks after each of them: their outcomes and promises are theirs, too.
    """
    with transaction.atomic():
        people = _people(source, agreed)
        outcomes = _outcomes(agreed, owners, people)
        _around_outcomes(outcomes, owners)
        _beside(agreed, owners, people)


def _day(day: int | None) -> Any:
    return None if day is None else calendar_date(day)


def _people(source: Source, agreed: Mapping[int, Any]) -> dict[int, Person]:
    """Write the people and return the first of each customer."""
    rows = [(customer, one) for customer, told in agreed.items() for one in told.people]
    people = Person.objects.bulk_create(
        Person(
            name=one.name, name_folded=folded(one.name), email=one.email, phone=one.phone,
            phone_reversed=reversed_digits(one.phone)[:32], source=source,
        )
        for _, one in rows
    )  # fmt: skip
    Role.objects.bulk_create(
        Role(
            person=person, customer_id=customer, title=one.title, part=one.part, since=_day(one.since),
            until=_day(one.until),
        )
        for person, (customer, one) in zip(people, rows, strict=True)
    )  # fmt: skip
    first: dict[int, Person] = {}
    for person, (customer, one) in zip(people, rows, strict=True):
        if one.until is None:
            first.setdefault(customer, person)
    return first


def _outcomes(
    agreed: Mapping[int, Any], owners: Mapping[int, Colleague | None], people: Mapping[int, Person]
) -> list[tuple[Outcome, Any]]:
    rows = [(customer, one) for customer, told in agreed.items() for one in told.outcomes]
    written = Outcome.objects.bulk_create(
        Outcome(
            customer_id=customer, sentence=one.sentence, why=one.why, said_by=people.get(customer),
            noted_on=calendar_date(one.noted), due_on=_day(one.due), agreed_on=_day(one.agreed),
            measure=one.measure, unit=one.unit, baseline=one.baseline, target=one.target,
            owner=owners.get(customer), their_owner=people.get(customer), dropped_on=_day(one.dropped),
        )
        for customer, one in rows
    )  # fmt: skip
    return [(outcome, one) for outcome, (_, one) in zip(written, rows, strict=True)]


def _around_outcomes(outcomes: Sequence[tuple[Outcome, Any]], owners: Mapping[int, Colleague | None]) -> None:
    Reading.objects.bulk_create(
        Reading(outcome=outcome, day=calendar_date(day), value=value)
        for outcome, one in outcomes
        for day, value in one.readings
    )
    # A number they correct is a reading of theirs.
    Reading.objects.bulk_create(
        Reading(outcome=outcome, day=calendar_date(heard.day), value=heard.value, by_customer=True)
        for outcome, one in outcomes
        for heard in one.said
        if heard.value is not None and heard.verdict != "confirmed"
    )
    Confirmation.objects.bulk_create(
        Confirmation(
            outcome=outcome, verdict=heard.verdict, value=heard.value, words=heard.words,
            said_by=outcome.said_by, said_on=calendar_date(heard.day),
            expires_on=calendar_date(heard.day + CONFIRMED_FOR) if heard.verdict == "confirmed" else None,
        )
        for outcome, one in outcomes
        for heard in one.said
    )  # fmt: skip
    Milestone.objects.bulk_create(
        Milestone(
            customer_id=outcome.customer_id, outcome=outcome, text=text, due_on=_day(due), done_on=_day(done),
            onboarding=True, go_live=go_live,
        )
        for outcome, one in outcomes
        for text, due, done, go_live in one.milestones
    )  # fmt: skip
    Commitment.objects.bulk_create(
        Commitment(
            customer_id=outcome.customer_id, outcome=outcome, side=promise.side, text=promise.text,
            due_on=_day(promise.due), done_on=_day(promise.done),
            colleague=owners.get(outcome.customer_id) if promise.side == "ours" else None,
            person=outcome.their_owner if promise.side == "theirs" else None,
        )
        for outcome, one in outcomes
        for promise in one.promises
    )  # fmt: skip


def _beside(
    agreed: Mapping[int, Any], owners: Mapping[int, Colleague | None], people: Mapping[int, Person]
) -> None:
    Blocker.objects.bulk_create(
        Blocker(
            customer_id=customer, text=one.text, side=one.side, clears=one.clears,
            opened_on=calendar_date(one.opened), closed_on=_day(one.closed),
            cleared_by=one.side if one.closed is not None else "",
            colleague=owners.get(customer) if one.side == "ours" else None,
        )
        for customer, one in _each(agreed, "blockers")
    )  # fmt: skip
    Knowledge.objects.bulk_create(
        Knowledge(
            customer_id=customer, kind=kind, text=text, said_by_them=said, noted_on=calendar_date(day),
            said_by=people.get(customer) if said else None, by=owners.get(customer),
        )
        for customer, (kind, text, said, day) in _each(agreed, "knowledge")
    )  # fmt: skip
    Wish.objects.bulk_create(
        Wish(
            customer_id=customer, kind=kind, text=text, test=test, noted_on=calendar_date(day),
            said_by=people.get(customer),
        )
        for customer, (kind, text, test, day) in _each(agreed, "wishes")
    )  # fmt: skip
    NotYet.objects.bulk_create(
        NotYet(
            customer_id=customer, until=told.not_yet[0], look_again_on=calendar_date(told.not_yet[1]),
            by=owners.get(customer),
        )
        for customer, told in agreed.items()
        if told.not_yet
    )  # fmt: skip


def _each(agreed: Mapping[int, Any], what: str) -> Iterable[tuple[int, Any]]:
    return ((customer, one) for customer, told in agreed.items() for one in getattr(told, what))
