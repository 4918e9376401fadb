"""Kaplan-Meier: the share still there after so long, without a model, with Greenwood's errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from regulars.insight.errors import RegularsError
from regulars.insight.estimate import Estimate, refuse
from regulars.insight.lifetime.summary import Floats, Ints, whole_numbers
from regulars.insight.proportion import Z95, wilson

METHOD = "Kaplan-Meier"
FEWEST = 5
"""No figure where fewer were still watched."""
HALF = 0.5 + 1e-12
"""A half, give or take what floating point gains on the way."""


@dataclass(frozen=True, slots=True)
class KaplanMeier:
    """The curve: one row per distinct time at which somebody left or was last seen.

    Units
    -----
    ``time`` in the unit given; ``at_risk`` were watched just before it, ``lost`` left at it. ``survival`` is
    the share beyond it, ``standard_error`` by Greenwood, ``low`` and ``high`` its 95 % log-log interval.
    """

    time: Ints
    at_risk: Ints
    lost: Ints
    survival: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    as_of: int

    @property
    def n(self) -> int:
        """How many the curve rests on."""
        return int(self.at_risk[0]) if len(self.time) else 0

    def at(self, time: int) -> Estimate:
        """Return the share still there after ``time``; refused where fewer than 5 were watched so long."""
        watched = self._watched(time)
        if watched < FEWEST:
            return refuse(
                f"Not enough data yet: {watched} were watched for so long, {FEWEST} are needed.",
                n=watched,
                as_of=self.as_of,
                method=METHOD,
            )
        row = int(np.searchsorted(self.time, time, "right")) - 1
        if row < 0:
            low, high = wilson(watched, watched)
            return Estimate(1.0, low, high, self.n, self.as_of, METHOD)
        ends = float(self.survival[row]), float(self.low[row]), float(self.high[row])
        return Estimate(*ends, self.n, self.as_of, METHOD)

    def _watched(self, time: int) -> int:
        """Return how many were still watched just before the first time on record from ``time`` on."""
        row = int(np.searchsorted(self.time, time))
        return int(self.at_risk[row]) if row < len(self.time) else 0

    def median(self) -> Estimate:
        """Return the time by which half have left, with the times at which the interval crosses a half.

        Source
        ------
        Brookmeyer and Crowley 1982, Biometrics 38, 29-41, with the interval of the curve.
        """
        crossed = [_first_at_most(self.time, edge) for edge in (self.survival, self.low, self.high)]
        value, low, high = crossed
        if value is None:
            words = f"More than half of the {self.n} watched are still there; no median yet."
            return refuse(words, n=self.n, as_of=self.as_of, method=METHOD)
        return Estimate(value, low, high, self.n, self.as_of, METHOD)

    def to_json(self) -> dict[str, Any]:
        """Return the counts for storage; the curve follows from them."""
        counts = {name: getattr(self, name).tolist() for name in ("time", "at_risk", "lost")}
        return {"kind": "kaplan-meier", "as_of": self.as_of} | counts

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> KaplanMeier:
        """Return the curve that `to_json` stored."""
        time, at_risk, lost = (
            np.asarray(stored[name], dtype=np.int64) for name in ("time", "at_risk", "lost")
        )
        return cls(time, at_risk, lost, *_curve(at_risk, lost), stored["as_of"])


def _first_at_most(time: Ints, curve: Floats) -> float | None:
    below = np.flatnonzero(curve <= HALF)
    return float(time[below[0]]) if len(below) else None


def kaplan_meier(
    time: ArrayLike, lost: ArrayLike, weight: ArrayLike | None = None, *, as_of: int
) -> KaplanMeier:
    """Return the curve of times watched, each ended by a loss or not.

    Who left at a time counts as watched before those last seen at that same time.

    Shape
    -----
    One entry per customer or per group of customers alike, any order.

    Raises
    ------
    RegularsError
        ``bad-periods`` when lengths differ or a number is negative.

    Source
    ------
    Kaplan & Meier 1958, JASA 53, 457-481; Greenwood 1926; the log-log interval of Kalbfleisch & Prentice.
    Before the first loss the interval is Wilson's for nobody lost; once nobody is left it ends where the one
    before it did.

    Example
    -------
    >>> kaplan_meier([2, 3, 3, 5], [True, False, True, False], as_of=0).survival.tolist()
    [0.75, 0.5, 0.5]
    """
    times, gone = whole_numbers(time, "time"), np.asarray(lost, dtype=np.bool_)
    counts = np.ones_like(times) if weight is None else whole_numbers(weight, "weight")
    if not len(times) == len(gone) == len(counts):
        raise RegularsError("bad-periods", "Times, losses and weights need one value per row each.")
    if len(times) and (times.min() < 0 or counts.min() < 0):
        raise RegularsError("bad-periods", "Times and weights start at 0.")
    counted = counts > 0
    distinct, place = np.unique(times[counted], return_inverse=True)
    seen, left = np.zeros_like(distinct), np.zeros_like(distinct)
    np.add.at(seen, place, counts[counted])
    np.add.at(left, place, np.where(gone, counts, 0)[counted])
    at_risk = seen[::-1].cumsum()[::-1]
    return KaplanMeier(distinct, at_risk, left, *_curve(at_risk, left), as_of)


def _curve(at_risk: Ints, lost: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Return survival, standard error and the ends of the interval."""
    staying = (at_risk - lost).astype(np.float64)
    curve = np.cumprod(staying / at_risk)
    summed = np.cumsum(lost / (at_risk * np.maximum(staying, 1.0)))
    error = curve * np.sqrt(summed)
    inside = (curve > 0) & (curve < 1)
    logs = np.log(np.where(inside, curve, 0.5))
    reach = np.exp(Z95 * np.sqrt(summed) / -logs)
    low, high = np.where(inside, curve**reach, 0.0), np.where(inside, curve ** (1.0 / reach), 1.0)
    whole = curve >= 1
    low[whole] = [wilson(int(n), int(n))[0] for n in at_risk[whole]]
    # Bounds of an earlier share hold for a later one, which is never more.
    high = np.minimum.accumulate(high)
    return np.asarray(curve), np.asarray(error), np.asarray(low), np.asarray(high)
