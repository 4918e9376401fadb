"""How regular the gaps are: Wheat and Morrison's k for a base, and the CNBD-k that fits best."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from regulars.insight.lifetime import mbg
from regulars.insight.lifetime.fitted import EstimateKind
from regulars.insight.lifetime.mbg import FittedMBG, ModelName
from regulars.insight.lifetime.summary import Ints, PurchaseSummary, run_starts, whole_numbers

MOST_K = 12


def fit_regular(
    summary: PurchaseSummary,
    *,
    model: ModelName = "mbg",
    estimate: EstimateKind = "map",
    largest: int = MOST_K,
) -> FittedMBG:
    """Fit k = 1, 2, ... and keep the best likelihood, stopping after two declines in a row.

    Raises
    ------
    RegularsError
        ``no-log-gaps`` when the summary was made without the sums of log gaps; what `fit` refuses.

    Source
    ------
    Platzer & Reutterer's BTYDplus; Reutterer, Platzer & Schröder (2021), IJRM 38(1).
    """
    best = mbg.fit(summary, model=model, k=1, estimate=estimate)
    declines = 0
    for k in range(2, largest + 1):
        fitted = mbg.fit(summary, model=model, k=k, estimate=estimate)
        better = fitted.log_likelihood > best.log_likelihood
        best, declines = (fitted, 0) if better else (best, declines + 1)
        if declines == 2:
            break
    return best


def wheat_morrison(customer: ArrayLike, day: ArrayLike) -> tuple[float, int]:
    """Return k of the base and how many customers it rests on: those with two gaps or more.

    Shape
    -----
    One entry per purchase, any order; customers are whole numbers; several purchases on a day count once.

    Source
    ------
    Wheat & Morrison (1990), JMR 27, 87-93: M = a gap over the sum of the last two is Beta(k, k), so that
    k = (1 - 4V) / (8V). Averaging over both orders of the two gaps, which sets the mean of M to 1/2, makes
    the random order of the paper unnecessary.

    Example
    -------
    >>> k, n = wheat_morrison([1] * 3 + [2] * 3, [0, 10, 21, 5, 25, 44])
    >>> n, k > 100
    (2, True)
    """
    order = np.lexsort((whole_numbers(day, "day"), whole_numbers(customer, "customer")))
    who, days = np.asarray(customer)[order], np.asarray(day)[order]
    fresh = np.ones(len(who), dtype=bool)
    fresh[1:] = (np.diff(who) != 0) | (np.diff(days) != 0)
    who, days = whole_numbers(who[fresh], "customer"), whole_numbers(days[fresh], "day")
    return regularity_of(who, days)


def regularity_of(who: Ints, days: Ints) -> tuple[float, int]:
    """Return Wheat and Morrison's k and its n from distinct (customer, day) pairs already in that order."""
    if not len(who):
        return float("nan"), 0
    starts = run_starts(who)
    ends = np.append(starts[1:], len(who)) - 1
    last = ends[ends - starts >= 2]
    if not len(last):
        return float("nan"), 0
    later, earlier = days[last] - days[last - 1], days[last - 1] - days[last - 2]
    share = later / (later + earlier)
    spread = float(np.mean((share - 0.5) ** 2))
    return (1 - 4 * spread) / (8 * spread) if spread else float("inf"), len(last)
