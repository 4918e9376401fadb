"""The customers that rules look at, as columns, and the steps that rules propose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class OddOrder:
    """An order worth a question before it leaves: which one, and what is odd about it."""

    customer: int
    order_number: str
    day: int
    reason: str
    facts: tuple[int, ...]


@dataclass(frozen=True)
class QuietFeed:
    """A source that used to bring facts and stopped."""

    source: int
    name: str
    last_day: int
    usual_days: int


@dataclass(frozen=True)
class Book:
    """Customers as columns of one length, as of one day.

    Shape
    -----
    ``columns`` holds the columns of STANDINGS (``insight.shapes``) and those of a standing
    (``stage``, ``was``, ``usual_gap``, ``due_day``, ``quiet_day``, ``lapse_day``, ``p_buy``,
    ``expected``, ``rainy``), missing days as ``NEVER``.

    Units
    -----
    Days are epoch days; ``silence`` is in open days; ``typical_amount`` in minor units.
    """

    as_of: int
    customer: IntArray
    columns: Mapping[str, npt.NDArray[Any]]
    open_days_since: Callable[[IntArray], IntArray]
    whole_base: bool
    base_size: int
    base_quiet: str = ""
    odd_orders: tuple[OddOrder, ...] = ()
    quiet_feeds: tuple[QuietFeed, ...] = ()
    stages: Mapping[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        """Return one column."""
        return self.columns[name]

    def within(self, name: str, days: int) -> BoolArray:
        """Return who has a day in this column no more than ``days`` ago."""
        ago = self.as_of - self.columns[name].astype(np.int64)
        return (ago >= 0) & (ago <= days)

    def stands(self, *names: str) -> BoolArray:
        """Return who stands at one of these stages."""
        return np.isin(self.columns["stage"], [self.stages[name] for name in names])

    def untouched_since(self, name: str) -> BoolArray:
        """Return with whom nobody has been in touch since the day in this column."""
        return self.columns["last_touchpoint_day"] < self.columns[name]


NEVER = -1
"""Stands for a day that never was, as in `insight.shapes.columns`."""


@dataclass(frozen=True, slots=True)
class Step:
    """A proposed next step. The sentence follows the customer's name, or stands alone without one.

    Units: ``urgency`` is the share of the useful window already gone, 0 to 1; ``until_day`` its last day.
    """

    kind: str
    customer: int | None
    occasion: str
    sentence: str
    urgency: float
    until_day: int
    opening_line: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Return what makes this step the same step tomorrow."""
        return f"{self.kind}:{self.customer or 'base'}:{self.occasion}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of next step.

    ``at_stake`` is the share of a customer's coming year that the moment decides: our assumption, open to
    change, so that somebody due who will come anyway never stands before somebody about to be lost.
    ``find`` returns who it concerns and since when the window runs; ``say`` writes one of them up.
    """

    kind: str
    title: str
    help: str
    window_days: int
    at_stake: float
    find: Callable[[Book], tuple[IntArray, IntArray]]
    say: Callable[[Book, int], tuple[str, str, dict[str, Any]]]
    base_line: Callable[[int], str]
    occasion: Callable[[Book, int], str]
    owed: bool = False


def nobody() -> tuple[IntArray, IntArray]:
    """Return that a rule concerns nobody."""
    none = np.zeros(0, dtype=np.int64)
    return none, none


def chosen(mask: BoolArray, since: npt.NDArray[Any]) -> tuple[IntArray, IntArray]:
    """Return the rows a mask picks, and since when each one's window runs."""
    rows = np.flatnonzero(mask)
    return rows, since[rows].astype(np.int64)


def days_ago(days: int) -> str:
    """Return days in words.

    Example
    -------
    >>> days_ago(0), days_ago(1), days_ago(9)
    ('today', 'yesterday', '9 days ago')
    """
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def times(number: int) -> str:
    """Return how often, in words.

    Example
    -------
    >>> times(1), times(2), times(7)
    ('once', 'twice', '7 times')
    """
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
