"""Contract customers whose truth is known: how well it goes for them each month, and what that leads to.

Each customer has a level of success that wanders from month to month around one of their own. It moves what
can be seen (usage, complaints, answers, how outcomes get on), and it alone, with chance, decides whether
they renew. A champion who leaves pulls it down without a sign in the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

MONTHS = 36
DAYS_A_MONTH = 365.25 / 12
YEARLY, MONTHLY = 12, 1

LEAVES_YEARLY = (-2.0, -1.4)
"""Logit of not renewing a year: level and slope in the success of that month."""
LEAVES_MONTHLY = (-4.2, -1.4)
CHAMPION_LEAVES = 0.008
"""Chance a month."""
WITHOUT_CHAMPION = -1.2
"""What losing the champion does to the success that decides, seen by nobody."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """The end of a term: the month it falls into, whether they stayed, and by which factor it changed."""

    month: int
    stayed: bool
    factor: float


@dataclass(frozen=True, slots=True)
class Life:
    """One customer's truth.

    Units
    -----
    Months count from 0 (three years ago) to 36 (now); ``ended`` is None while the contract runs.
    ``monthly`` in minor units at the start. ``success`` has one value a month from ``joined`` on.
    """

    joined: int
    day_in_month: int
    term: int
    monthly: int
    success: FloatArray
    champion_left: int | None
    renewals: tuple[Renewal, ...]
    ended: int | None


def life(rng: np.random.Generator) -> Life:
    """Return one life, from its first contract to now or to its end."""
    joined = int(rng.integers(0, MONTHS - 1))
    term = YEARLY if rng.random() < 0.8 else MONTHLY
    success = _wandering(MONTHS - joined, rng)
    champion_left = _first(rng.random(success.size) < CHAMPION_LEAVES, after=4)
    deciding = success.copy()
    if champion_left is not None:
        deciding[champion_left:] += WITHOUT_CHAMPION
    renewals = tuple(_renewals(term, deciding, rng))
    lost = next((one.month for one in renewals if not one.stayed), None)
    monthly = int(np.round(np.exp(rng.normal(6.2, 0.6)))) * 100 if term == YEARLY else 9_900
    return Life(
        joined=joined,
        day_in_month=int(rng.integers(0, 28)),
        term=term,
        monthly=monthly,
        success=success,
        champion_left=champion_left if lost is None or (champion_left or 0) < lost else None,
        renewals=renewals,
        ended=lost,
    )


def _wandering(months: int, rng: np.random.Generator) -> FloatArray:
    own = rng.normal(0.0, 0.8)
    steps = rng.normal(0.0, 0.45, months)
    path = np.empty(months)
    level = rng.normal(0.0, 0.7)
    for month in range(months):
        level = 0.85 * level + steps[month]
        path[month] = own + level
    return path


def _first(happens: npt.NDArray[np.bool_], after: int) -> int | None:
    found = np.flatnonzero(happens[after:])
    return int(found[0]) + after if found.size else None


def _renewals(term: int, deciding: FloatArray, rng: np.random.Generator) -> list[Renewal]:
    level, slope = LEAVES_YEARLY if term == YEARLY else LEAVES_MONTHLY
    found = []
    for month in range(term, deciding.size, term):
        now = float(deciding[month - 1])
        stayed = rng.random() >= 1 / (1 + np.exp(-(level + slope * now)))
        grown = _factor(now, rng) if term == YEARLY else 1.0
        found.append(Renewal(month, stayed, grown if stayed else 0.0))
        if not stayed:
            break
    return found


def _factor(success: float, rng: np.random.Generator) -> float:
    """Return by which factor a renewed contract grows or shrinks."""
    chance = rng.random()
    if success > 0.4 and chance < 0.35:
        return float(rng.choice([1.15, 1.25, 1.5]))
    if success < -0.6 and chance < 0.25:
        return 0.8
    return 1.03 if chance > 0.6 else 1.0
