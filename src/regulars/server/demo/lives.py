"""Customers who come, keep to a rhythm and one day stay away: simulated, so that the truth is known.

Each customer has a gap of their own (rates are gamma between customers), keeps to it more or less evenly
(Erlang gaps) and may leave for good after any purchase, the first included, with a chance of their own (beta
between customers): the assumptions of MBG/CNBD-k, on a clock that stands still while the shop is closed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

STAYS = 2**31 - 1
"""Day of leaving of a customer who has not left."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How one kind of customer buys.

    Units: ``usual_gap`` is in open days; ``spread`` the shape of the gamma of visit rates between customers;
    ``evenness`` the Erlang shape of the gaps; ``leave`` the beta of the chance to leave after a purchase.
    """

    kind: str
    customers: int
    usual_gap: float
    spread: float
    evenness: int
    leave: tuple[float, float]
    weekly: bool = False


@dataclass(frozen=True, slots=True)
class Lives:
    """Visits, one per customer and day, and the truth behind them.

    Shape
    -----
    ``customer`` and ``day`` have one entry per visit, ordered by customer and day; ``gap``, ``joined`` and
    ``left`` one per customer, ``left`` being the day of the last purchase or ``STAYS``.
    """

    customer: IntArray
    day: IntArray
    gap: FloatArray
    joined: IntArray
    left: IntArray


def lives(
    habit: Habit,
    days: IntArray,
    weight: FloatArray,
    rng: np.random.Generator,
    *,
    settled: float = 0.0,
    few_leave: float = 1.0,
) -> Lives:
    """Return the lives of one kind of customer.

    Parameters
    ----------
    days, weight
        The days of the shop and how busy each is; nothing happens on a day of weight 0.
    settled, few_leave
        During the last ``settled`` open days only this share of those who would leave does.
    """
    clock = np.cumsum(weight)
    end = float(clock[-1])
    gap = habit.usual_gap / np.clip(rng.gamma(habit.spread, 1 / habit.spread, habit.customers), 0.08, 6)
    gap = np.maximum(gap, 1.0)
    chance = np.clip(rng.beta(*habit.leave, habit.customers), 1e-4, 1)
    last = rng.geometric(chance)
    start = rng.uniform(0, end * 0.995, habit.customers)
    visits, joined, left = [], [], []
    for one in range(habit.customers):
        times = start[one] + _gaps(gap[one], habit.evenness, end - start[one], rng)
        if last[one] < times.size and not (times[last[one] - 1] > end - settled and rng.random() > few_leave):
            times, leaves = times[: last[one]], True
        else:
            leaves = False
        mine = days[np.minimum(np.searchsorted(clock, times, side="right"), days.size - 1)]
        mine = _snapped(mine, rng, days, weight) if habit.weekly else np.unique(mine)
        visits.append(mine)
        joined.append(mine[0])
        left.append(mine[-1] if leaves else STAYS)
    return Lives(
        customer=np.repeat(np.arange(habit.customers), [len(mine) for mine in visits]),
        day=np.concatenate(visits),
        gap=gap,
        joined=np.array(joined),
        left=np.array(left),
    )


def _gaps(gap: float, evenness: int, span: float, rng: np.random.Generator) -> FloatArray:
    """Return the times of all visits within the span, the first at 0."""
    many = int(span / gap * 1.5) + 12
    times = np.concatenate([[0.0], np.cumsum(rng.gamma(evenness, gap / evenness, many))])
    return times[times < span]


def _snapped(mine: IntArray, rng: np.random.Generator, days: IntArray, weight: FloatArray) -> IntArray:
    """Return visits moved to the customer's own weekday of the same week, where that day is open."""
    favourite = int(rng.choice((days[weight > 0] + 3) % 7))
    moved = mine - (mine + 3) % 7 + favourite
    place = np.searchsorted(days, moved)
    inside = place < days.size
    kept = np.zeros(moved.size, dtype=bool)
    kept[inside] = weight[place[inside]] > 0
    kept &= moved >= days[0]
    return np.unique(np.where(kept, moved, mine))
