"""Today: who needs us, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef

from regulars.attention.models import NextStep, StoredResult
from regulars.attention.read.evidence import Figure, figures
from regulars.attention.read.knowing import best_questions
from regulars.attention.rules.registry import HELP, TITLES
from regulars.insight.knowing import Question
from regulars.ledger.models import Fact
from regulars.records.models import Customer, Role, Source
from regulars.records.read.company import Company
from regulars.records.registry import BY_HAND

State = NextStep.State
FIRST_DAY_NUMBER = 10
BELOW = 60
AMENDS_FIRST = frozenset({"customer_disagrees", "missed_us", "outcome_late", "promise_late"})
"""Reasons with which one does not come asking."""
STATE_WORDS = {
    "open": "open",
    "done": "done",
    "snoozed": "put off",
    "not_useful": "not useful",
    "withdrawn": "no longer so",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call or write to at a customer."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to spend time on a customer, or one line about the whole base.

    ``sentence`` follows ``name``; it stands alone where there is no customer.
    """

    step: int
    kind: str
    title: str
    help: str
    customer: int | None
    name: str
    sentence: str
    opening_line: str
    figures: tuple[Figure, ...]
    contact: Contact | None
    owed: bool
    state: str
    answer_reason: str
    snoozed_until: int | None

    @property
    def state_words(self) -> str:
        """What became of it."""
        return STATE_WORDS[self.state]

    @property
    def amends_first(self) -> bool:
        """Whether something has to be made good before anything is asked of them."""
        return self.kind in AMENDS_FIRST


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is shown today: lines about the base, the reasons, what is below the fold, what was answered."""

    lines: tuple[Reason, ...]
    first: tuple[Reason, ...]
    below: tuple[Reason, ...]
    answered: tuple[Reason, ...]
    first_day: bool


def reasons(daily_number: int, *, first_day: bool) -> Reasons:
    """Return the open next steps in their order, as many on top as the company chose.

    On the first day ten are shown to start with, whatever the daily number.
    """
    steps = NextStep.objects.filter(state=State.OPEN).select_related("customer")
    ordered = steps.order_by(F("place").asc(nulls_last=True), "-score", "id")
    found = list(ordered[: BELOW + FIRST_DAY_NUMBER])
    answered = list(
        NextStep.objects.filter(state__in=(State.DONE, State.SNOOZED, State.NOT_USEFUL))
        .exclude(answered_at=None)
        .select_related("customer")
        .order_by("-answered_at")[:5]
    )
    whom = contacts(step.customer_id for step in found)
    about_base = [step for step in found if step.customer_id is None]
    people = [step for step in found if step.customer_id is not None]
    number = FIRST_DAY_NUMBER if first_day else daily_number
    return Reasons(
        lines=_reasons(about_base, {}),
        first=_reasons(people[:number], whom),
        below=_reasons(people[number:], whom),
        answered=_reasons(answered, {}),
        first_day=first_day,
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """One customer with the one question to ask them."""

    customer: int
    name: str
    question: Question


def question_of(first: Sequence[Reason], as_of: int) -> Asking | None:
    """Return the one best question of the day, for one of those who need us today anyway.

    The first of them in their order, but nobody with whom we have to make amends first.

    Units
    -----
    ``as_of`` is an epoch day.
    """
    sore = {one.customer for one in first if one.amends_first}
    names = {one.customer: one.name for one in first if one.customer is not None}
    asked = [one for one in names if one not in sore]
    found = best_questions(asked, as_of)
    return next((Asking(one, names[one], found[one]) for one in asked if one in found), None)


def _reasons(steps: Sequence[NextStep], whom: dict[int, Contact]) -> tuple[Reason, ...]:
    return tuple(reason(step, whom) for step in steps)


def reason(step: NextStep, whom: dict[int, Contact]) -> Reason:
    """Return one step as people read it."""
    return Reason(
        step=step.pk,
        kind=step.kind,
        title=TITLES.get(step.kind, step.kind.replace("_", " ").capitalize()),
        help=HELP.get(step.kind, ""),
        customer=step.customer_id,
        name=step.customer.name if step.customer else "",
        sentence=step.sentence,
        opening_line=step.opening_line,
        figures=figures(step.evidence),
        contact=whom.get(step.customer_id or 0),
        owed=step.owed,
        state=step.state,
        answer_reason=step.answer_reason,
        snoozed_until=step.snoozed_until,
    )


def contacts(customers: Iterable[int | None]) -> dict[int, Contact]:
    """Return whom to reach at each customer: the first person with a phone or an e-mail on record."""
    found: dict[int, Contact] = {}
    roles = Role.objects.filter(customer__in={one for one in customers if one}, until=None)
    reached = roles.exclude(person__phone="", person__email="").order_by("id")
    for customer, *contact in reached.values_list(
        "customer_id", "person__name", "person__phone", "person__email"
    ):
        found.setdefault(customer, Contact(*contact))
    return found


def is_first_day(as_of: int, ours: Company) -> bool:
    """Return whether the base is new: the first facts of our own came today, and nobody answered a step yet.

    A base that knew something before is not new because another file came in: neither one with a demo, which
    has years behind it, nor one in which somebody wrote down what happened before today. A source whose
    import was taken back brought nothing.

    Units
    -----
    ``as_of`` is an epoch day.
    """
    if NextStep.objects.exclude(answered_at=None).exists() or Source.objects.filter(demo=True).exists():
        return False
    if Fact.objects.filter(source__slug=BY_HAND, received_day__lt=as_of).exists():
        return False
    brought = Exists(Fact.objects.filter(source=OuterRef("pk")))
    first = Source.objects.exclude(slug=BY_HAND).filter(brought).order_by("created_at").first()
    return first is not None and ours.day_of(first.created_at) >= as_of


@dataclass(frozen=True, slots=True)
class Beginning:
    """A customer of whom nothing is known but a name."""

    customer: int
    name: str


def to_begin_with(number: int = FIRST_DAY_NUMBER) -> tuple[Beginning, ...]:
    """Return the first customers with whom no success is agreed or drafted, in the order they came in."""
    unasked = Customer.objects.filter(merged_into=None, outcomes=None).order_by("pk")
    return tuple(Beginning(pk, name) for pk, name in unasked.values_list("pk", "name")[:number])


def stored(key: str) -> tuple[dict[str, Any], int] | None:
    """Return a result that the worker stored with the epoch day it is of, or None."""
    row = StoredResult.objects.filter(key=key).values_list("result", "as_of").first()
    return None if row is None else (dict(row[0]), int(row[1]))
