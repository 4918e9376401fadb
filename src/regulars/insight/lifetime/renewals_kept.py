"""What the contract models know: how many renewals each customer made, and whether the next one was not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime.summary import Floats, Ints, whole_numbers


@dataclass(frozen=True, slots=True)
class Periods:
    """One row per customer, or per group of customers alike: renewals made, lost or not, how many.

    Every row must have been watched from its first period on: customers who were taken on later in their
    life (left truncation) do not belong here.

    Shape
    -----
    Every array has one entry per row.

    Units
    -----
    ``survived`` counts renewals made. A lost row did not renew after them, one not lost has its next renewal
    still to come. ``weight`` counts customers. ``as_of`` is an epoch day.

    Raises
    ------
    RegularsError
        ``bad-periods`` when lengths differ or a number is negative.

    Example
    -------
    >>> len(Periods([0, 1, 3], [True, True, False], as_of=0))
    3
    """

    survived: Ints
    lost: NDArray[np.bool_]
    weight: Ints
    as_of: int

    def __init__(
        self, survived: ArrayLike, lost: ArrayLike, weight: ArrayLike | None = None, *, as_of: int
    ) -> None:
        rows = whole_numbers(survived, "survived")
        object.__setattr__(self, "survived", rows)
        object.__setattr__(self, "lost", np.asarray(lost, dtype=np.bool_))
        counts = np.ones_like(rows) if weight is None else whole_numbers(weight, "weight")
        object.__setattr__(self, "weight", counts)
        object.__setattr__(self, "as_of", int(as_of))
        _check(self)

    def __len__(self) -> int:
        return int(self.weight.sum())


def _check(periods: Periods) -> None:
    survived, weight = periods.survived, periods.weight
    if survived.ndim != 1 or not len(survived) == len(periods.lost) == len(weight):
        raise RegularsError("bad-periods", "Renewals, losses and weights need one value per row each.")
    if len(survived) and (survived.min() < 0 or weight.min() < 0):
        raise RegularsError("bad-periods", "Renewals and weights count something; they start at 0.")


def of_cohorts(alive: Sequence[Sequence[int]], as_of: int) -> Periods:
    """Return the periods of cohorts given as customers still there: at the start, after one renewal, ...

    Raises
    ------
    RegularsError
        ``bad-periods`` when a cohort is empty or grows.

    Example
    -------
    >>> len(of_cohorts([[1000, 869, 743], [500, 430]], as_of=0))
    1500
    """
    survived, lost, weight = [], [], []
    for cohort in alive:
        counts = whole_numbers(list(cohort), "alive")
        if not len(counts) or (np.diff(counts) > 0).any():
            raise RegularsError("bad-periods", "Each cohort needs its size first, and never grows after it.")
        survived += [*range(len(counts) - 1), len(counts) - 1]
        lost += [True] * (len(counts) - 1) + [False]
        weight += [*(-np.diff(counts)).tolist(), int(counts[-1])]
    return Periods(survived, lost, weight, as_of=as_of)


@dataclass(frozen=True, slots=True)
class Decisions:
    """Customers who renewed and who did not at their first, second, ... renewal: all a likelihood needs.

    Units
    -----
    ``kept[j]`` and ``lost[j]`` count customers at renewal j + 1.
    """

    kept: Floats
    lost: Floats

    @property
    def faced(self) -> Floats:
        """How many came to each renewal."""
        return self.kept + self.lost


def decisions(periods: Periods) -> Decisions:
    """Return the renewals of all customers counted by their number in a customer's life."""
    lost_at = np.where(periods.lost, periods.survived + 1, periods.survived)
    most = int(lost_at.max()) if len(lost_at) else 0
    weight = periods.weight.astype(np.float64)
    made = np.bincount(periods.survived, weights=weight, minlength=most + 1)
    lost = np.bincount(periods.survived[periods.lost], weights=weight[periods.lost], minlength=most + 1)
    # Whoever made more than j renewals kept at renewal j + 1.
    kept = made[::-1].cumsum()[::-1] - made
    faced = np.flatnonzero(kept + lost)
    until = int(faced[-1]) + 1 if len(faced) else 0
    return Decisions(np.asarray(kept[:until]), np.asarray(lost[:until], dtype=np.float64))
