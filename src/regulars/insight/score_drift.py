"""Whether a score still means what it meant: months that went otherwise, features that moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.insight.estimate import Estimate, refuse

Floats = NDArray[np.float64]
INVESTIGATE = 0.25
BINS = 10
FEWEST = 50
LOUD = 3.0
STABILITY = "population stability index"


@dataclass(frozen=True, slots=True)
class MonthJudged:
    """One month's frozen forecasts against what came.

    Units
    -----
    ``expected`` and ``lost`` count accounts; ``z`` is their difference in standard deviations, above 0 when
    more were lost than foreseen; ``loud`` beyond 3.
    """

    month: int
    n: int
    expected: float
    lost: int
    z: float

    @property
    def loud(self) -> bool:
        """Whether the month went otherwise than chance allows."""
        return abs(self.z) > LOUD


def monthly_calibration(month: ArrayLike, p: ArrayLike, lost: ArrayLike) -> tuple[MonthJudged, ...]:
    """Return each month's calibration in the large: z = (O - E) / sqrt(sum of p(1 - p)).

    Shape
    -----
    One value a frozen forecast of one month ahead; lost ones included.

    Source
    ------
    Spiegelhalter 1986, Statistics in Medicine 5(5), 421-433.

    Example
    -------
    >>> monthly_calibration([1, 1, 1, 1], [0.5] * 4, [1, 1, 1, 1])[0].z
    2.0
    """
    at, chance, came = np.asarray(month), np.asarray(p, dtype=np.float64), np.asarray(lost, dtype=np.float64)
    found = []
    for one in np.unique(at):
        inside = at == one
        expected, seen = float(chance[inside].sum()), int(came[inside].sum())
        spread = float(np.sqrt(np.sum(chance[inside] * (1 - chance[inside]))))
        z = (seen - expected) / spread if spread > 0 else 0.0
        found.append(MonthJudged(int(one), int(inside.sum()), expected, seen, z))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class FeatureDrift:
    """How far a feature's values have moved since the scorecard was fitted.

    Units
    -----
    ``noise`` is the index that two samples of these sizes show by chance.
    """

    key: str
    index: Estimate
    noise: float

    @property
    def investigate(self) -> bool:
        """Whether the feature moved further than a fit may shrug off, and further than chance moves it."""
        return (self.index.value or 0.0) > max(INVESTIGATE, 2 * self.noise)


def feature_drift(key: str, reference: ArrayLike, current: ArrayLike, as_of: int) -> FeatureDrift:
    """Return the stability index of one feature over tenths of the reference; not known is a bin of its own.

    Source
    ------
    Yurdakul and Naranjo 2020, J. Risk Model Validation 14(4), 89-100, for the noise: bins less one, times the
    sum of the inverse sizes.

    Example
    -------
    >>> values = np.arange(400) % 40
    >>> feature_drift("use", values, values + 40, 0).investigate
    True
    >>> feature_drift("use", values, values[:200], 0).investigate
    False
    """
    before, now = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    if min(len(before), len(now)) < FEWEST:
        reason = f"{len(before)} values before and {len(now)} now; {FEWEST} each are needed"
        return FeatureDrift(key, refuse(reason, n=len(now), as_of=as_of, method=STABILITY), float("nan"))
    edges = (
        np.unique(np.quantile(before[~np.isnan(before)], np.linspace(0, 1, BINS + 1)[1:-1]))
        if (~np.isnan(before)).any()
        else np.empty(0)
    )
    shares = [_shares(values, edges) for values in (before, now)]
    index = float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))
    noise = (len(shares[0]) - 1) * (1 / len(before) + 1 / len(now))
    return FeatureDrift(key, Estimate(index, None, None, len(now), as_of, STABILITY), noise)


def _shares(values: Floats, edges: Floats) -> Floats:
    """Return the share of each bin, unknown ones last; half a case in each keeps the logarithm finite."""
    known = values[~np.isnan(values)]
    counts = np.bincount(np.searchsorted(edges, known, "left"), minlength=len(edges) + 1)
    full = np.append(counts, len(values) - len(known)) + 0.5
    return np.asarray(full / full.sum())
