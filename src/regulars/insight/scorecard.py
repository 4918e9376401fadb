"""The scorecard: what a customer's signs have meant for staying, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from regulars.insight.estimate import Estimate
from regulars.insight.map_logistic import Mode, Prior, mode
from regulars.insight.person_periods import PersonPeriods, Signal
from regulars.insight.proportion import Z95

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SIGMA = 0.75
"""How far, in log-odds per standard deviation, a weight is expected to lie from what people say."""
INTERCEPT_SIGMA = 5.0
PDO = 10.0
"""Points that double the odds of staying."""
NOT_PROVEN = "your weight, not yet proven by data"
NOT_SURE = "its direction is not yet sure"
BASELINE = ("tenure", "tenure bend", "renewal due")
METHOD = "sign-constrained MAP logistic scorecard on person-periods"


@dataclass(frozen=True, slots=True)
class Weight:
    """One signal's weight, with how sure it is.

    Units
    -----
    ``beta``, ``se`` and ``prior`` are log-odds of being lost per standard deviation; ``se`` is None at a
    bound. ``points_per_unit`` is what one unit more of the signal adds to the score.
    """

    key: str
    beta: float
    se: float | None
    prior: float
    points_per_unit: float
    note: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A fitted scorecard: a new value for every fit.

    Units
    -----
    ``beta`` and ``covariance`` belong to the columns of the design: 1, the baseline's three, the signals, all
    standardised by ``middle`` and ``scale``; in log-odds of being lost within one month. ``rows``,
    ``accounts`` and ``losses`` count what it was fitted to.
    """

    signals: tuple[Signal, ...]
    middle: tuple[float, ...]
    scale: tuple[float, ...]
    beta: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    bound: tuple[bool, ...]
    base_rate: float
    rows: int
    accounts: int
    losses: int

    def weights(self) -> tuple[Weight, ...]:
        """Return every signal's weight; those held by their sign are marked as not proven."""
        first = 1 + len(BASELINE)
        return tuple(self._weight(first + place, signal) for place, signal in enumerate(self.signals))

    def _weight(self, column: int, signal: Signal) -> Weight:
        beta, se = self.beta[column], float(np.sqrt(self.covariance[column][column]))
        bound = self.bound[column]
        note = NOT_PROVEN if bound else NOT_SURE if abs(beta) <= Z95 * se else ""
        per_unit = -FACTOR * beta / self.scale[column - 1]
        return Weight(signal.key, beta, None if bound else se, -signal.weight, per_unit, note)

    def design(self, rows: PersonPeriods) -> Floats:
        """Return the standardised columns; what is not known stands at the middle and so adds nothing."""
        raw = _columns(rows)
        standard = (raw - np.array(self.middle)) / np.array(self.scale)
        return np.column_stack([np.ones(len(rows)), np.where(np.isnan(standard), 0.0, standard)])

    def p_lost(self, rows: PersonPeriods) -> Floats:
        """Return P(lost within the month)."""
        return np.asarray(expit(self.design(rows) @ np.array(self.beta)))

    def chance(self, rows: PersonPeriods, periods: int) -> Chance:
        """Return P(lost within so many months), with 95 % intervals.

        The signals stay as they stand; tenure goes on, and terms end when they end. P is 1 less the product
        of 1 - p over the months.

        Source
        ------
        Singer and Willett 1993, J. Educational Statistics 18(2), 155-195 (discrete-time hazard); interval by
        the delta method on the log cumulative hazard.
        """
        beta, covariance = np.array(self.beta), np.array(self.covariance)
        stays, slope = np.zeros(len(rows)), np.zeros((len(rows), len(beta)))
        for month in range(periods):
            design = self.design(_later(rows, month))
            eta = design @ beta
            stays -= np.logaddexp(0.0, eta)
            slope -= expit(eta)[:, None] * design
        # -ln S is above 0; its logarithm has no walls, so the interval stays within 0 and 1.
        spread = np.sqrt(np.einsum("ij,jk,ik->i", slope, covariance, slope)) / -stays
        edges = [-np.expm1(stays * np.exp(side * Z95 * spread)) for side in (-1.0, 0.0, 1.0)]
        return Chance(edges[1], edges[0], edges[2], periods, self.rows)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Scorecard:
        """Return the scorecard that `to_json` stored."""
        kept: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list | tuple) else value for name, value in stored.items()
        }
        kept["signals"] = tuple(Signal(**signal) for signal in stored["signals"])
        kept["covariance"] = tuple(tuple(row) for row in stored["covariance"])
        return cls(**kept)


FACTOR = float(PDO / np.log(2.0))


@dataclass(frozen=True, slots=True)
class Chance:
    """P(lost within ``periods`` months), a row each, with its 95 % interval."""

    value: Floats
    low: Floats
    high: Floats
    periods: int
    n: int

    def estimate(self, place: int, as_of: int) -> Estimate:
        """Return one customer's chance as an estimate."""
        value, low, high = (float(part[place]) for part in (self.value, self.low, self.high))
        return Estimate(value, low, high, self.n, as_of, f"{METHOD}, {self.periods} months ahead")


def _columns(rows: PersonPeriods) -> Floats:
    """Return the raw columns: the logarithm of tenure, its square, the renewal flag, the signals."""
    log_tenure = np.log1p(np.maximum(rows.tenure, 0.0))
    return np.column_stack(
        [log_tenure, log_tenure**2, (rows.renewal_in == 0).astype(np.float64), rows.features]
    )


def _later(rows: PersonPeriods, month: int) -> PersonPeriods:
    """Return the rows so many months on, the signals as they stand."""
    return replace(
        rows,
        month=rows.month + month,
        tenure=rows.tenure + month,
        renewal_in=rows.renewal_in - month,
    )


def _standard(raw: Floats) -> tuple[Floats, Floats, Bools]:
    """Return the middle and scale of each column over what is known, and which columns vary at all."""
    known = ~np.isnan(raw)
    count = np.maximum(known.sum(axis=0), 1)
    middle = np.where(known, raw, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, raw - middle, 0.0) ** 2).sum(axis=0) / count)
    varies = spread > 1e-12 * np.maximum(np.abs(middle), 1.0)
    return middle, np.where(varies, spread, 1.0), np.asarray(varies)


def _prior(signals: tuple[Signal, ...], varies: Bools, base: float, sigma: float) -> Prior:
    """Return the priors: the base rate's log-odds, none for the baseline, what people say for the signals.

    A weight is said per standard deviation, so of a signal that never varied nothing can be said.
    """
    said = np.array([0.0] * len(BASELINE) + [-signal.weight for signal in signals])
    signs = np.array([signal.sign for signal in signals], dtype=np.int64)
    open_ended = np.full(1 + len(BASELINE), np.inf)
    mean = np.concatenate([[float(logit(base))], np.where(varies, said, 0.0)])
    sd = np.array([INTERCEPT_SIGMA, *([sigma] * len(said))])
    low = np.concatenate([-open_ended, np.where(signs < 0, 0.0, -np.inf)])
    high = np.concatenate([open_ended, np.where(signs > 0, 0.0, np.inf)])
    return Prior(mean, sd, low, high)


def fit(rows: PersonPeriods, *, sigma: float = SIGMA) -> Scorecard:
    """Return the scorecard that these rows and what people say of the signals make most likely.

    The likelihood of the rows is that of the discrete-time hazard: one logistic regression over accounts and
    months. Weights have normal priors around what people say, with their sign as a bound, so that few cases
    move them little and never to the wrong side.

    Parameters
    ----------
    sigma
        Standard deviation of the priors, in log-odds per standard deviation of a feature.

    Source
    ------
    Shumway 2001, J. Business 74(1), 101-124 (person-periods as hazard likelihood).

    Example
    -------
    >>> rng = np.random.default_rng(1)
    >>> use = rng.normal(size=(400, 1))
    >>> lost = rng.random(400) < expit(-1.5 - use[:, 0])
    >>> from regulars.insight.person_periods import person_periods
    >>> rows = person_periods({"account": range(400), "month": [1] * 400, "tenure": [5] * 400,
    ...     "lost": lost}, [Signal("use", 1)], use)
    >>> fit(rows).weights()[0].points_per_unit > 10
    True
    """
    base = (rows.losses + 0.5) / (len(rows) + 1.0)
    middle, scale, varies = _standard(_columns(rows))
    blank = Scorecard(rows.signals, tuple(middle), tuple(scale), (), (), (), base, 0, 0, 0)
    prior = _prior(rows.signals, varies, base, sigma)
    found = mode(blank.design(rows), rows.lost.astype(np.float64), prior)
    return _fitted(blank, found, rows)


def _fitted(blank: Scorecard, found: Mode, rows: PersonPeriods) -> Scorecard:
    return Scorecard(
        blank.signals,
        tuple(map(float, blank.middle)),
        tuple(map(float, blank.scale)),
        tuple(map(float, found.beta)),
        tuple(tuple(map(float, row)) for row in found.covariance),
        tuple(map(bool, found.bound)),
        blank.base_rate,
        len(rows),
        rows.accounts,
        rows.losses,
    )
