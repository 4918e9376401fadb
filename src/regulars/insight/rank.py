"""Rank of next steps: stake x urgency x sureness, one place in five for those we owe attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

DAILY_NUMBER = 7
FIRST_DAY_NUMBER = 10
OWED_PLACE = 5
"""Every fifth place belongs to owed attention."""
WIDE_SHARE = 0.2
WIDE_LEAST = 10
"""A rule is about the whole base when it fires for more than a fifth of it, and for so many at least."""
LEAST_URGENCY = 0.05


@dataclass(frozen=True, slots=True)
class Candidate:
    """A next step that asks for one of today's places.

    Units
    -----
    ``stake`` is the expected value at stake over the next period in minor units, None where unknown;
    ``urgency`` the share of the useful window already gone; ``sureness`` one minus the false-alarm rate of
    this kind of step. ``owed`` marks owed attention, ranked without money; ``blind`` steps (order checks)
    ignore the stake.
    """

    key: str
    kind: str
    urgency: float
    sureness: float
    stake: float | None = None
    owed: bool = False
    blind: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate at its place, with the reason of the order in words."""

    candidate: Candidate
    place: int
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class BaseWide:
    """A kind of step that fired for so many that it says more about us: one line."""

    kind: str
    count: int
    share: float
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a day holds: today's places, those below, and the lines about the whole base."""

    today: tuple[Ranked, ...]
    below: tuple[Ranked, ...]
    base_wide: tuple[BaseWide, ...]


def sureness(done: int, not_useful: int, *, usual: float = 0.75, weight: float = 8.0) -> float:
    """Return how often a kind of step proved useful, shrunken toward the usual share.

    Example
    -------
    >>> sureness(0, 0), sureness(2, 30)
    (0.75, 0.2)
    """
    return (done + usual * weight) / (done + not_useful + weight)


def urgency(opened_day: int, window_days: float, as_of: int) -> float:
    """Return the share of the useful window already gone, between 0 and 1.

    Example
    -------
    >>> urgency(100, 10, 104)
    0.4
    """
    if window_days <= 0:
        return 1.0
    return min(max((as_of - opened_day) / window_days, 0.0), 1.0)


def score(candidates: Sequence[Candidate], *, equal: bool = False) -> Floats:
    """Return stake x urgency x sureness of every candidate.

    An unknown stake, and everybody's when ``equal``, is the middle of the known ones: not knowing a
    customer's value moves them neither up nor down. A blind step's is their upper quartile: what leaves
    within days must not wait behind all who are worth more.
    """
    stakes = np.array(
        [np.nan if c.stake is None or c.blind else c.stake for c in candidates], dtype=np.float64
    )
    known = stakes[np.isfinite(stakes) & np.array([not c.owed for c in candidates], dtype=bool)]
    middle, upper = np.quantile(known, (0.5, 0.75)).tolist() if len(known) else (1.0, 1.0)
    unknown = np.where([c.blind for c in candidates], upper, middle)
    level = np.ones(len(stakes)) if equal else np.where(np.isfinite(stakes), stakes, unknown)
    level = np.where([c.owed for c in candidates], 1.0, level)
    urgent = np.maximum([c.urgency for c in candidates], LEAST_URGENCY)
    return np.asarray(level * urgent * [c.sureness for c in candidates], dtype=np.float64)


def _by_score(candidates: Sequence[Candidate], scores: Floats) -> list[int]:
    """Return places from best to last.

    Of equals what is checked whatever it is worth goes first: an order leaves within days. Then by key, so
    that the order of arrival changes nothing.
    """
    return sorted(
        range(len(candidates)), key=lambda i: (-scores[i], not candidates[i].blind, candidates[i].key)
    )


def _interleaved(money: list[int], owed: list[int]) -> list[int]:
    """Return one order in which every fifth place is owed attention, as long as both last."""
    order: list[int] = []
    first, second = iter(money), iter(owed)
    left, waiting = len(money), len(owed)
    while left or waiting:
        turn = (len(order) + 1) % OWED_PLACE == 0
        if waiting and (turn or not left):
            order.append(next(second))
            waiting -= 1
        else:
            order.append(next(first))
            left -= 1
    return order


def _reason(candidate: Candidate, *, equal: bool) -> str:
    gone = f"{candidate.urgency:.0%} of its time is gone"
    useful = f"{candidate.sureness:.0%} of such steps proved useful"
    if candidate.owed:
        return f"a place kept for owed attention, whatever they pay: {gone}"
    if candidate.blind:
        return f"checked whatever it is worth: {gone}, {useful}"
    if equal:
        return f"every customer counts the same: {gone}, {useful}"
    stake = (
        "its stake is unknown and taken as the middle one"
        if candidate.stake is None
        else "by what is at stake"
    )
    return f"{stake}: {gone}, {useful}"


def _wide_kinds(candidates: Sequence[Candidate], base_size: int) -> dict[str, int]:
    counts = Counter(candidate.kind for candidate in candidates)
    least = max(WIDE_SHARE * base_size, WIDE_LEAST - 1)
    return {kind: count for kind, count in counts.items() if count > least}


def rank(
    candidates: Sequence[Candidate],
    base_size: int,
    *,
    places: int = DAILY_NUMBER,
    equal: bool = False,
) -> Ranking:
    """Return today's places, the rest in order, and one line per kind that fired for too much of the base.

    Kinds that fired base-wide take no places, except that owed attention keeps its own: there, everybody's
    turn must come. ``first`` of a line names the ten to start with.
    """
    scores = score(candidates, equal=equal)
    wide = _wide_kinds(candidates, base_size)
    order = _by_score(candidates, scores)
    owed = [i for i in order if candidates[i].owed]
    money = [i for i in order if not candidates[i].owed and candidates[i].kind not in wide]
    placed = tuple(
        Ranked(candidates[i], place, float(scores[i]), _reason(candidates[i], equal=equal))
        for place, i in enumerate(_interleaved(money, owed), start=1)
    )
    lines = tuple(
        BaseWide(
            kind,
            count,
            count / max(base_size, 1),
            tuple(candidates[i].key for i in order if candidates[i].kind == kind)[:FIRST_DAY_NUMBER],
        )
        for kind, count in sorted(wide.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    return Ranking(placed[:places], placed[places:], lines)
