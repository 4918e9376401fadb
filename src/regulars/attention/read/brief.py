"""The brief before a meeting: what they want, what we owe, what to ask, and what stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from regulars.attention.read.blockers import ShownBlocker, blockers
from regulars.attention.read.fact_words import entry_words, people_named
from regulars.attention.read.knowing import Knowing, knowing
from regulars.attention.read.outcomes import outcomes_now
from regulars.insight.outcome import OutcomeStanding, OutcomeState, most_urgent
from regulars.ledger.models import Fact
from regulars.records.models import Commitment, Customer, Outcome, Role, Side, ToDo, Wish
from regulars.records.read.people import roles
from regulars.records.read.todos import todos_of

LAST_TOUCHPOINTS = 5
OWED_NAMED = 3
_TONES = {
    OutcomeState.DISPUTED: "bad",
    OutcomeState.MISSED: "bad",
    OutcomeState.LATE: "watch",
    OutcomeState.DRAFT: "unknown",
    OutcomeState.ON_TRACK: "good",
    OutcomeState.CONFIRMED: "good",
}
CLOSED = (OutcomeState.DROPPED,)


@dataclass(frozen=True, slots=True)
class StandingOutcome:
    """An outcome with where it stands."""

    row: Outcome
    standing: OutcomeStanding

    @property
    def tone(self) -> str:
        """How its state is coloured; the word always stands in it."""
        return _TONES.get(self.standing.state, "")


@dataclass(frozen=True, slots=True)
class Touch:
    """One past touchpoint in words.

    Units
    -----
    ``day`` is an epoch day.
    """

    day: int
    words: str
    text: str


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything a brief shows; ``want``, ``owe`` and ``ask`` are its three lines."""

    customer: Customer
    as_of: int
    want: str
    owe: str
    ask: str
    outcomes: tuple[StandingOutcome, ...]
    ours: Sequence[Commitment]
    theirs: Sequence[Commitment]
    todos: Sequence[ToDo]
    blockers: tuple[ShownBlocker, ...]
    wishes: Sequence[Wish]
    touchpoints: tuple[Touch, ...]
    knowing: Knowing
    people: Sequence[Role]


def brief(customer: Customer, as_of: int) -> Brief:
    """Return the brief for meeting a customer.

    Units
    -----
    ``as_of`` is an epoch day.
    """
    found = tuple(standing_outcomes(customer.pk, as_of))
    promised = list(_open_commitments(customer.pk))
    ours, theirs = ([one for one in promised if one.side == side] for side in (Side.OURS, Side.THEIRS))
    todos = list(todos_of(customer.pk))
    known = knowing(customer.pk, as_of)
    return Brief(
        customer=customer,
        as_of=as_of,
        want=_want(found),
        owe=_owe([todo.text for todo in todos] + [one.text for one in ours]),
        ask=known.question.wording if known.question else "Nothing: all is known, or was asked lately.",
        outcomes=found,
        ours=ours,
        theirs=theirs,
        todos=todos,
        blockers=blockers(customer.pk, as_of).standing,
        wishes=list(Wish.objects.filter(customer=customer, ended_on=None).order_by("kind", "id")),
        touchpoints=tuple(_touchpoints(customer.pk, as_of)),
        knowing=known,
        people=[role for role in roles(customer.pk) if role.until is None],
    )


def standing_outcomes(customer: int, as_of: int) -> Iterator[StandingOutcome]:
    """Yield a customer's outcomes that were not given up, with where each stands, the most pressing first.

    Units
    -----
    ``as_of`` is an epoch day.
    """
    found = [
        StandingOutcome(one.outcome, one.standing)
        for one in outcomes_now([customer], as_of).get(customer, [])
    ]
    pressing = [one for one in found if one.standing.state not in CLOSED]
    yield from sorted(pressing, key=lambda one: (one.standing.state, -one.standing.days_late))


def _want(found: Sequence[StandingOutcome]) -> str:
    place = most_urgent([one.standing for one in found])
    if place is None:
        return "Nobody has asked them yet what success is for them."
    one = found[place]
    why = f", because {one.row.why.rstrip('.')}" if one.row.why else ""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{one.row.sentence.rstrip('.')}{why}: {one.standing.words}{more}."


def _owe(owed: Sequence[str]) -> str:
    if not owed:
        return "Nothing is promised."
    named = "; ".join(text.rstrip(".") for text in owed[:OWED_NAMED])
    rest = len(owed) - OWED_NAMED
    return f"{named}; and {rest} more." if rest > 0 else f"{named}."


def _open_commitments(customer: int) -> Iterator[Commitment]:
    rows = Commitment.objects.filter(customer=customer, done_on=None, missed_on=None)
    rows = rows.select_related("person", "colleague")
    yield from sorted(rows, key=lambda one: (one.due_on is None, one.due_on or one.created_at.date(), one.pk))


def _touchpoints(customer: int, as_of: int) -> Iterator[Touch]:
    met = Fact.objects.filter(customer=customer, kind="touchpoint", day__lte=as_of)
    last = list(met.order_by("-day", "-id")[:LAST_TOUCHPOINTS])
    names = people_named(last)
    for fact in last:
        yield Touch(fact.day, entry_words(fact, names), fact.text)
