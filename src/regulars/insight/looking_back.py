"""Those who left, and where a score had put them some months before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulars.insight.estimate import Estimate, refuse
from regulars.insight.person_periods import PersonPeriods
from regulars.insight.proportion import wilson

Floats = NDArray[np.float64]
LOWEST = 1 / 3
DAYS_A_MONTH = 30
LOOKED_BACK = "share of the lost in the lowest third, Wilson"


@dataclass(frozen=True, slots=True)
class Case:
    """One account that was lost.

    Units
    -----
    ``month`` is that of the loss. ``points`` and ``ahead_of`` are as of ``periods`` months before it:
    ``ahead_of`` is the share of customers of that month who looked likelier to leave, None where the account
    was not a customer yet or had no score. ``in_lowest`` is how much of it stood in the lowest third: 0, 1
    or, among equals, a part.
    """

    account: int
    month: int
    points: float | None
    ahead_of: float | None
    in_lowest: float | None


@dataclass(frozen=True, slots=True)
class LookingBack:
    """All cases of one score, and what they say together."""

    subject: str
    cases: tuple[Case, ...]
    periods: int

    @property
    def seen(self) -> tuple[Case, ...]:
        """The cases that had a score then."""
        return tuple(case for case in self.cases if case.in_lowest is not None)

    @property
    def found(self) -> float:
        """How many of them stood in the lowest third."""
        return float(sum(case.in_lowest or 0.0 for case in self.cases))

    @property
    def chance(self) -> float:
        """How many would have stood there by chance."""
        return len(self.seen) * LOWEST

    def estimate(self, as_of: int) -> Estimate:
        """Return the share in the lowest third, with its Wilson interval."""
        n = len(self.seen)
        if not n:
            return refuse("nobody who left had a score before", n=0, as_of=as_of, method=LOOKED_BACK)
        return Estimate(self.found / n, *wilson(round(self.found), n), n, as_of, LOOKED_BACK)

    def sentence(self) -> str:
        """Return what the cases say, in one sentence for people."""
        n, days = len(self.seen), self.periods * DAYS_A_MONTH
        unseen = len(self.cases) - n
        rest = f" {unseen} more had no {self.subject} by then." if unseen else ""
        if not n:
            return f"Nobody who left had a {self.subject} {days} days before.{rest}"
        low, high = wilson(round(self.found), n)
        verdict = "which may be chance"
        if low > LOWEST:
            verdict = "so it tells more than chance"
        elif high < LOWEST:
            verdict = "so it points the wrong way"
        return (
            f"Of those who left, {self.found:.0f} of {n} were in the lowest third of the {self.subject} "
            f"{days} days before, chance {self.chance:.1f}, {verdict}.{rest}"
        )


def looking_back(
    rows: PersonPeriods, likelier: Floats, periods: int, *, subject: str = "score"
) -> LookingBack:
    """Return where everybody who was lost had stood so many months before.

    Shape
    -----
    ``likelier`` has one value a row, higher for whoever looks likelier to leave, NaN where there was none.

    Example
    -------
    >>> from regulars.insight.person_periods import person_periods
    >>> rows = person_periods({"account": [1, 1, 2, 2, 3, 3], "month": [0, 1] * 3, "tenure": [0, 1] * 3,
    ...     "lost": [0, 1, 0, 0, 0, 0]})
    >>> looking_back(rows, np.array([9.0, 9.0, 5.0, 5.0, 1.0, 1.0]), 1).found
    1.0
    """
    place_of = {
        (int(account), int(month)): at
        for at, (account, month) in enumerate(zip(rows.account, rows.month, strict=True))
    }
    months: dict[int, Floats] = {}

    def standing(month: int) -> Floats:
        if month not in months:
            then = likelier[rows.month == month]
            months[month] = np.sort(then[~np.isnan(then)])
        return months[month]

    lost = np.flatnonzero(rows.lost)
    order = lost[np.lexsort((rows.account[lost], rows.month[lost]))]
    cases = tuple(_case(rows, int(at), likelier, place_of, standing, periods) for at in order)
    return LookingBack(subject, cases, periods)


def _case(
    rows: PersonPeriods,
    at: int,
    likelier: Floats,
    place_of: dict[tuple[int, int], int],
    standing: Callable[[int], Floats],
    periods: int,
) -> Case:
    account, month = int(rows.account[at]), int(rows.month[at])
    then = place_of.get((account, month - periods))
    if then is None:
        return Case(account, month, None, None, None)
    points = None if np.isnan(rows.points[then]) else float(rows.points[then])
    if np.isnan(likelier[then]):
        return Case(account, month, points, None, None)
    everybody = standing(month - periods)
    count = len(everybody)
    below = int(np.searchsorted(everybody, likelier[then], "left"))
    ahead = count - int(np.searchsorted(everybody, likelier[then], "right"))
    equals = count - below - ahead
    inside = float(np.clip((count * LOWEST - ahead) / equals, 0.0, 1.0))
    return Case(account, month, points, ahead / count, inside)
