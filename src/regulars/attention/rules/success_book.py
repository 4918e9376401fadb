"""Customers with something agreed, promised, blocked or due to renew, as the rules look at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from regulars.attention.rules.book import Step
from regulars.insight.outcome import OutcomeStanding, OutcomeState
from regulars.insight.quotes import unquoted


@dataclass(frozen=True, slots=True)
class OutcomeCase:
    """One outcome: its words, where it stands, and what the customer said of it last.

    Units
    -----
    Epoch days.
    """

    outcome: int
    sentence: str
    standing: OutcomeStanding
    due_day: int | None = None
    verdict: str = ""
    words: str = ""
    value: float | None = None
    said_day: int | None = None
    said_by: str = ""


@dataclass(frozen=True, slots=True)
class BlockerCase:
    """Something in the way, and who can unclog it in words."""

    blocker: int
    text: str
    opened_day: int
    theirs: bool
    clears: str


@dataclass(frozen=True, slots=True)
class PromiseCase:
    """An open commitment of either side with its date."""

    commitment: int
    text: str
    due_day: int
    ours: bool


@dataclass(frozen=True, slots=True)
class SuccessCase:
    """One customer.

    Units
    -----
    ``yearly`` and ``forecast`` in minor units of the company's currency; epoch days, None where there is
    none. ``left`` is (the part somebody played, the day they left); ``over`` that their last contract ended.
    """

    customer: int
    working: bool = False
    yearly: int = 0
    renewal_day: int | None = None
    leaving: bool = False
    notice_day: int | None = None
    forecast: int | None = None
    auto_renews: bool = False
    touched_day: int | None = None
    outcomes: tuple[OutcomeCase, ...] = ()
    blockers: tuple[BlockerCase, ...] = ()
    promises: tuple[PromiseCase, ...] = ()
    expansions: tuple[tuple[str, int], ...] = ()
    left: tuple[str, int] | None = None
    not_yet: tuple[int, str, int] | None = None
    over: bool = False

    @property
    def agreed(self) -> bool:
        """Whether any outcome is agreed and not given up."""
        return any(
            one.standing.state not in (OutcomeState.DRAFT, OutcomeState.DROPPED) for one in self.outcomes
        )

    @property
    def proven(self) -> bool:
        """Whether any outcome is reached or confirmed."""
        return any(
            one.standing.state in (OutcomeState.REACHED, OutcomeState.CONFIRMED) for one in self.outcomes
        )

    def untouched_since(self, day: int) -> bool:
        """Return whether nobody of ours has been in touch after a day."""
        return self.touched_day is None or self.touched_day <= day


@dataclass(frozen=True)
class SuccessBook:
    """All customers that the rules of success look at, as of one day.

    ``whole_base`` says that nobody is left out, so that a rule may speak of how many.
    """

    as_of: int
    cases: tuple[SuccessCase, ...]
    whole_base: bool
    money: Callable[[int], str]

    @cached_property
    def working(self) -> tuple[SuccessCase, ...]:
        """Those we work for now."""
        return tuple(case for case in self.cases if case.working)


@dataclass(frozen=True, slots=True)
class SuccessRule:
    """One kind of next step about success.

    ``at_stake`` is the share of a customer's coming year that the moment decides, as in `rules.book.Rule`.
    ``first`` kinds stand before all others on Today. ``base_line`` is one line for when it concerns more
    than a fifth of the base, made of how many customers and all their steps, of which only those to start
    with are then shown.
    """

    kind: str
    title: str
    help: str
    at_stake: float
    steps: Callable[[SuccessBook], list[Step]]
    first: bool = False
    base_line: Callable[[int, Sequence[Step]], str] | None = None


def quoted(text: str, longest: int = 90) -> str:
    """Return words in quotation marks, cut at a word where they are long.

    Example
    -------
    >>> quoted("Ship twenty orders a day", 15)
    '“Ship twenty …”'
    """
    trimmed = unquoted(text).rstrip(".")
    if len(trimmed) > longest:
        trimmed = trimmed[:longest].rsplit(" ", 1)[0] + " …"
    return f"“{trimmed}”"


def days(number: int) -> str:
    """Return a number of days in words.

    Example
    -------
    >>> days(1), days(31)
    ('a day', '31 days')
    """
    return "a day" if number == 1 else f"{number:,} days"


def gone(as_of: int, since: int, window: int) -> float:
    """Return the share of a window already gone, 0 to 1."""
    return min(1.0, max(0.0, (as_of - since + 1) / (window + 1)))
