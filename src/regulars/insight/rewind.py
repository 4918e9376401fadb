"""Rewind and reveal: who would have been named then, and how many of them truly never came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from regulars.insight.estimate import Estimate, refuse
from regulars.insight.proportion import share
from regulars.insight.shapes import DAYS, NEXT, conform, shaped

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
HORIZON_GAPS = 3.0
"""Never came back means: not within three usual gaps."""
DRAWS = 1_000


@shaped(takes=DAYS, gives=NEXT)
def next_days(days: ir.Table, after: int = 0) -> ir.Table:
    """Return each customer's first purchase day after a day, for those who had one.

    Shape
    -----
    DAYS in, NEXT out.
    """
    later = days.filter(days.day > after)
    return conform(later.group_by("customer").aggregate(next_day=lambda t: t.day.min()), NEXT)


@dataclass(frozen=True, slots=True)
class Reveal:
    """What became of those who would have been named.

    Units
    -----
    ``rate``, ``chance`` and ``hiatus`` are shares who never came back: among the named, among as many drawn
    by lot, among as many that had been silent longest. ``over_chance`` and ``over_hiatus`` are differences
    of shares with bootstrap intervals. ``returned`` and ``overlooked`` are places in the arrays handed in:
    named but came back, and not named but never did. ``unripe`` counts the named whose
    time is not over yet, so that ``named`` + ``unripe`` is how many the list names.
    """

    named: int
    never_back: int
    rate: Estimate
    chance: Estimate
    hiatus: Estimate
    over_chance: Estimate
    over_hiatus: Estimate
    returned: tuple[int, ...]
    overlooked: tuple[int, ...]
    unripe: int

    def sentence(self) -> str:
        """Return the outcome in one sentence."""
        if self.rate.value is None or self.chance.value is None:
            return self.rate.refusal
        return (
            f"Of {self.named:,} named, {self.never_back:,} never came back; "
            f"by lot it would have been {self.chance.value * self.named:,.0f}, "
            f"by longest silence {(self.hiatus.value or 0) * self.named:,.0f}."
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """What is needed of each customer who was in question at the time: aligned arrays.

    Units
    -----
    Open indexes. ``named``: would have been named; ``silence`` at the time; ``waited`` is when they came
    back, counted from the time, -1 for not yet; ``horizon`` how long they are waited for (`horizons`);
    ``seen`` how many open days after the time are on record.
    """

    named: Bools
    silence: Floats
    waited: Floats
    horizon: Floats
    seen: float

    @property
    def ripe(self) -> Bools:
        """Whose outcome is known: they came back, or their time is over."""
        return np.asarray((self.horizon <= self.seen) | ((self.waited >= 0) & (self.waited <= self.horizon)))

    @property
    def gone(self) -> Bools:
        """Who did not come back within their time."""
        return np.asarray((self.waited < 0) | (self.waited > self.horizon))


def horizons(usual_gap: Any, gaps: float = HORIZON_GAPS) -> Floats:
    """Return how many open days each customer is waited for: three usual gaps, a week at least."""
    return np.maximum(np.ceil(gaps * np.asarray(usual_gap, dtype=np.float64)), 7.0)


def _shares(named: Floats, gone: Floats, weight: Floats) -> tuple[float, float, float]:
    """Return who never came back: of the named, of all, of as many that come first.

    The arrays are in order of silence, longest first; ``weight`` says how often each customer counts.
    """
    count = float(weight @ named)
    if not count:
        return np.nan, np.nan, np.nan
    before = np.cumsum(weight) - weight
    first = np.clip(count - before, 0.0, weight)
    lost = weight * gone
    return float(lost @ named) / count, float(lost.sum() / weight.sum()), float(first @ gone) / count


def _bootstrap(named: Floats, gone: Floats, seed: int) -> Floats:
    """Return the two differences over resampled customers, one row per draw."""
    rng = np.random.default_rng(seed)
    n, found = len(named), np.empty((DRAWS, 2))
    for draw in range(DRAWS):
        weight = np.bincount(rng.integers(0, n, n), minlength=n).astype(np.float64)
        rate, chance, hiatus = _shares(named, gone, weight)
        found[draw] = rate - chance, rate - hiatus
    return found[np.isfinite(found[:, 0])]


def _ordered(replay: Replay) -> NDArray[np.int64]:
    """Return the places whose outcome is known, longest silence first."""
    ripe = np.flatnonzero(replay.ripe)
    return ripe[np.argsort(-replay.silence[ripe].astype(np.float64), kind="stable")]


def reveal(replay: Replay, as_of: int, *, seed: int = 1) -> Reveal:
    """Return how many of those named never came back, against the lot and against the longest silence.

    Only customers whose outcome is known count. Name the horizon and the rule before looking.
    """
    places = _ordered(replay)
    named, gone = replay.named[places].astype(np.float64), replay.gone[places].astype(np.float64)
    count, lost, n = int(named.sum()), int(gone @ named), len(places)
    unripe = int(np.count_nonzero(replay.named)) - count
    if not count:
        nothing = refuse("nobody was named whose time is over", n=0, as_of=as_of, method="reveal")
        return Reveal(0, 0, nothing, nothing, nothing, nothing, nothing, (), (), unripe)
    rate, chance, hiatus = _shares(named, gone, np.ones(n))
    edges = np.quantile(_bootstrap(named, gone, seed), (0.025, 0.975), axis=0)

    def gain(value: float, place: int) -> Estimate:
        low, high = float(edges[0, place]), float(edges[1, place])
        return Estimate(value, low, high, n, as_of, "bootstrap over customers")

    return Reveal(
        named=count,
        never_back=lost,
        rate=share(lost, count, as_of),
        chance=share(round(chance * n), n, as_of),
        hiatus=share(round(hiatus * count), count, as_of),
        over_chance=gain(rate - chance, 0),
        over_hiatus=gain(rate - hiatus, 1),
        returned=tuple(sorted(places[(named == 1) & (gone == 0)].tolist())),
        overlooked=tuple(sorted(places[(named == 0) & (gone == 1)].tolist())),
        unripe=unripe,
    )
