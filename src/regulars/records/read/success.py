"""The success plans of customers: every row of them in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import F, Model, QuerySet

from regulars.insight.errors import RegularsError
from regulars.records.folding import folded
from regulars.records.models import (
    Acknowledgement,
    Commitment,
    Confirmation,
    Milestone,
    Outcome,
    OutcomeEdit,
    OutcomeTemplate,
    Person,
    Reading,
    Role,
    Wish,
)
from regulars.records.opaque import number
from regulars.records.read.outcomes import Measured, measured, recorded_by

Row = TypeVar("Row", bound=Model)
Step = TypeVar("Step", Milestone, Commitment)
Hanging = TypeVar("Hanging", Confirmation, OutcomeEdit, Acknowledgement)
Owned = dict[tuple[int, int | None], list[Step]]

_BY_DUE = (F("due_on").asc(nulls_last=True), "pk")


@dataclass(frozen=True, slots=True)
class OutcomeRows:
    """One outcome with the rows that hang on it, newest first where days may be the same."""

    outcome: Outcome
    readings: Sequence[Measured]
    said: Sequence[Confirmation]
    aside: Sequence[OutcomeEdit]
    seen: Sequence[Acknowledgement]
    milestones: Sequence[Milestone]
    commitments: Sequence[Commitment]


@dataclass(frozen=True, slots=True)
class PlanRows:
    """Every row of one customer's plan; milestones and commitments here belong to no outcome."""

    outcomes: Sequence[OutcomeRows] = ()
    milestones: Sequence[Milestone] = ()
    commitments: Sequence[Commitment] = ()
    wishes: Sequence[Wish] = ()


def plan_rows(
    customers: Sequence[int], known_by: int | None = None, *, whole: bool = True
) -> dict[int, PlanRows]:
    """Return the plans of some customers in eight queries, however many they are.

    Parameters
    ----------
    known_by
        Leave out what was recorded after this day.
    whole
        Otherwise only what a state follows from, in four: outcomes, readings, confirmations, milestones.
    """
    created, recorded = recorded_by("created_at", known_by), recorded_by("recorded_at", known_by)
    milestones = _owned(Milestone.objects.filter(customer__in=customers, **created).order_by(*_BY_DUE))
    commitments: Owned[Commitment] = {}
    wishes: dict[int, list[Wish]] = defaultdict(list)
    if whole:
        promised = Commitment.objects.filter(customer__in=customers, **created)
        commitments = _owned(promised.select_related("colleague", "person").order_by(*_BY_DUE))
        for wish in (
            Wish.objects.filter(customer__in=customers, ended_on=None, **created)
            .select_related("said_by")
            .order_by("pk")
        ):
            wishes[wish.customer_id].append(wish)
    hung = _hung(customers, recorded, whole=whole)
    outcomes: dict[int, list[OutcomeRows]] = defaultdict(list)
    for one in _outcomes(customers, whole=whole).filter(**created):
        key = one.customer_id, one.pk
        outcomes[one.customer_id].append(
            OutcomeRows(
                outcome=one,
                readings=hung.readings.get(one.pk, []),
                said=hung.said.get(one.pk, []),
                aside=hung.aside.get(one.pk, []),
                seen=hung.seen.get(one.pk, []),
                milestones=milestones.get(key, []),
                commitments=commitments.get(key, []),
            )
        )
    return {
        one: PlanRows(
            outcomes[one], milestones.get((one, None), []), commitments.get((one, None), []), wishes[one]
        )
        for one in customers
    }


def _owned(rows: Iterable[Step]) -> Owned[Step]:
    """Return rows by their customer and outcome, None for those of no single outcome."""
    found: Owned[Step] = defaultdict(list)
    for row in rows:
        found[row.customer_id, row.outcome_id].append(row)
    return found


def _outcomes(customers: Sequence[int], *, whole: bool) -> QuerySet[Outcome]:
    rows = Outcome.objects.filter(customer__in=customers).order_by("pk")
    return rows.select_related("owner", "their_owner", "said_by") if whole else rows


@dataclass(frozen=True, slots=True)
class _Hung:
    """What hangs on outcomes, by outcome.

    Grouped here and not prefetched, since rows that point at one another wait for the garbage collection.
    """

    readings: dict[int, list[Measured]]
    said: dict[int, list[Confirmation]]
    aside: dict[int, list[OutcomeEdit]]
    seen: dict[int, list[Acknowledgement]]


def _hung(customers: Sequence[int], recorded: dict[str, datetime], *, whole: bool) -> _Hung:
    readings = measured(outcome__customer__in=customers, **recorded)
    said = Confirmation.objects.filter(outcome__customer__in=customers, **recorded)
    said = said.order_by("-said_on", "-pk")
    if not whole:
        return _Hung(readings, _by_outcome(said), {}, {})
    edits = OutcomeEdit.objects.filter(outcome__customer__in=customers, aside=True, settled_at=None)
    seen = Acknowledgement.objects.filter(outcome__customer__in=customers)
    return _Hung(
        readings,
        _by_outcome(said.select_related("said_by", "noted_by")),
        _by_outcome(edits.select_related("by").order_by("pk")),
        _by_outcome(seen.select_related("colleague", "person").order_by("-version", "pk")),
    )


def _by_outcome(rows: Iterable[Hanging]) -> dict[int, list[Hanging]]:
    found: dict[int, list[Hanging]] = defaultdict(list)
    for row in rows:
        found[row.outcome_id].append(row)
    return found


def readings_of(outcome: Outcome) -> QuerySet[Reading]:
    """Return what was measured of an outcome, the newest first."""
    return outcome.readings.select_related("by").order_by("-day", "-pk")


def answers_of(outcome: Outcome) -> QuerySet[Confirmation]:
    """Return what the customer said of an outcome, the newest first."""
    return outcome.confirmations.select_related("said_by").order_by("-said_on", "-pk")


def plan_row(table: type[Row], ref: str) -> Row:
    """Return the row of a plan that an address means.

    Raises
    ------
    RegularsError
        ``not-found``.
    """
    found = table._default_manager.filter(pk=number(ref)).first()
    if found is None:
        raise RegularsError("not-found", "This is gone. Go back and look at the plan again.", 404)
    return found


def outcome_templates() -> QuerySet[OutcomeTemplate]:
    """Return the templates of outcomes by name."""
    return OutcomeTemplate.objects.select_related("kind").order_by("name")


NAMED_AT_MOST = 8
"""So many people are named where the one that was meant is not found."""


def person_named(customer: int, name: str) -> Person | None:
    """Return the person at a customer who goes by a name; nobody for an empty one.

    A first name will do, and any beginning that only one of them has, without regard to case and accents.
    Of several, those who have not left are meant.

    Raises
    ------
    RegularsError
        ``person-unknown`` when nobody there does, ``person-unclear`` when several do.
    """
    wanted = folded(name)
    if not wanted:
        return None
    people = list(Person.objects.filter(roles__customer=customer).distinct().order_by("pk"))
    there = set(Role.objects.filter(customer=customer, until=None).values_list("person", flat=True))
    meant = _meant(wanted, people)
    here = [one for one in meant if one.pk in there] or meant
    if not here:
        raise _nobody_named(name, [one.name for one in people if one.pk in there and one.name])
    if len(here) > 1 and not _goes_by(wanted, here[0]):
        several = " or ".join(one.name for one in here[:NAMED_AT_MOST])
        raise RegularsError("person-unclear", f"This may mean {several}. Write more of the name.")
    return here[0]


def _goes_by(wanted: str, person: Person) -> bool:
    return wanted in {folded(person.name), folded(person.email)}


def _meant(wanted: str, people: Sequence[Person]) -> list[Person]:
    """Return whom a folded name means, by the closest of: all of it, the first name, a beginning."""
    closest: tuple[Callable[[Person], bool], ...] = (
        lambda one: _goes_by(wanted, one),
        lambda one: folded(one.name).startswith(f"{wanted} "),
        lambda one: folded(one.name).startswith(wanted),
        lambda one: any(word.startswith(wanted) for word in folded(one.name).split()),
    )
    tiers = ([one for one in people if fits(one)] for fits in closest)
    return next((found for found in tiers if found), [])


def _nobody_named(name: str, there: Sequence[str]) -> RegularsError:
    known = ", ".join(there[:NAMED_AT_MOST]) or "nobody yet"
    more = " and others" if len(there) > NAMED_AT_MOST else ""
    return RegularsError(
        "person-unknown",
        f"Nobody at this customer goes by {' '.join(name.split())[:60]}. On record: {known}{more}. Choose "
        "one, add somebody under People on their page, or leave it empty.",
    )
