"""Rhythm: how often and how evenly each customer comes, and how unusual their silence is.

A customer's gaps are gamma distributed with a shape (regularity) and a rate of their own; rates vary over the
base as a gamma. Given a customer's gaps, the next one then follows a beta prime distribution: the gamma with
their shrunken shape and mean, widened by what few gaps leave unknown of the mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from regulars.insight.standing_rows import rhythm_rows

__all__ = [
    "BaseRhythm",
    "Rhythms",
    "base_rhythm",
    "customer_rhythms",
    "due_chance",
    "due_quantile",
    "minka_shape",
    "overdue_probability",
    "rhythm_rows",
    "shape_deficit",
    "shrunken_shape",
    "wheat_morrison",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Columns = Mapping[str, NDArray[Any]]

SHAPE_LEAST, SHAPE_MOST = 0.3, 25.0
PRIOR_GAPS = 10.0
"""The base's regularity weighs as much as this many of the customer's own gaps."""
HALF_DAY = 0.5
"""Gaps are whole days; half a day less, a random customer's look random (without it, regular)."""
BREAK_CHANCE = 0.01
"""A gap less likely than this was no gap: they had left and returned, and it says nothing of their rhythm."""
SAMPLE = 20_000
"""Customers that the base's rhythm is learnt from; more would not change it."""


@dataclass(frozen=True, slots=True)
class BaseRhythm:
    """What is usual in the base, or among one kind of customer.

    Units
    -----
    ``usual_gap`` in open days; ``shape`` 1 is random, larger is more regular. ``weight`` and ``scale`` are
    the gamma prior of a customer's rate. ``leave_first`` and ``leave_later`` are the chances that nobody
    returns after the first, after a later purchase day. ``n`` counts customers with a gap.
    """

    shape: float
    weight: float
    scale: float
    usual_gap: float
    leave_first: float
    leave_later: float
    n: int

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> BaseRhythm:
        """Return the base rhythm that `to_json` stored."""
        return cls(**stored)


UNKNOWN_BASE = BaseRhythm(1.0, 2.0, 60.0, 40.0, 0.5, 0.15, 0)
"""What is assumed while nobody has come back: random, about every two months, very unsure."""


@dataclass(frozen=True, slots=True)
class Rhythms:
    """Each customer's rhythm, aligned with the rows it was made from.

    Units
    -----
    ``usual_gap``, ``mean_gap`` in open days; ``gaps`` counts the ones used, a break excluded. The next gap is
    ``scale`` x BetaPrime(``shape``, ``weight``). ``broke``: one gap was so long that it is left out.
    """

    gaps: Ints
    usual_gap: Floats
    mean_gap: Floats
    shape: Floats
    weight: Floats
    scale: Floats
    broke: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.gaps)

    def at(self, places: Ints) -> Rhythms:
        """Return the rhythms of the rows at these places."""
        return Rhythms(*(getattr(self, name)[places] for name in self.__slots__))


def wheat_morrison(one: Any, other: Any) -> float:
    """Return the base's regularity from two successive gaps of each customer.

    The share of the first in both is Beta(k, k) with variance V around a half: k = (1 - 4V) / 8V. Their order
    is random by symmetry, so V is taken around a half.

    Units
    -----
    1 is random (exponential gaps), larger is more regular.

    Source
    ------
    Wheat and Morrison 1990, Journal of Marketing Research 27, 87-93.
    """
    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    variance = float(np.mean((first / (first + second) - 0.5) ** 2))
    return _shape_of_variance(variance)


def _shape_of_variance(variance: float) -> float:
    return (1 - 4 * variance) / (8 * variance) if variance > 0 else SHAPE_MOST


def minka_shape(deficit: Any) -> Floats:
    """Return the gamma shape whose log of the mean exceeds the mean of the logs by the deficit.

    Source
    ------
    Minka 2002, Estimating a Gamma distribution, closed-form start: (3 - s + sqrt((s-3)^2 + 24 s)) / 12 s.
    """
    s = np.maximum(np.asarray(deficit, dtype=np.float64), 1e-9)
    return np.asarray((3 - s + np.sqrt((s - 3) ** 2 + 24 * s)) / (12 * s))


def shape_deficit(shape: Any) -> Floats:
    """Return ln(shape) - digamma(shape): the deficit that a gamma of this shape has on average."""
    return np.asarray(np.log(shape) - special.digamma(shape))


def shrunken_shape(gaps: Any, mean: Any, mean_log: Any, base: float) -> Floats:
    """Return each customer's regularity, Minka's estimate with the base's weighing ten gaps.

    The deficits are pooled, not the shapes: n s is close to chi-square with n - 1 degrees of freedom over
    twice the shape, so the pooled value is unbiased and one gap says nothing of regularity.

    Units
    -----
    ``mean`` in whole open days, ``mean_log`` of ln(gap - 1/2).
    """
    n = np.asarray(gaps, dtype=np.float64)
    average = np.maximum(np.nan_to_num(np.asarray(mean, dtype=np.float64), nan=1.0), 1.0) - HALF_DAY
    own = np.maximum(np.log(average) - np.nan_to_num(np.asarray(mean_log, dtype=np.float64)), 0.0)
    pooled = (n * own + PRIOR_GAPS * shape_deficit(base)) / (np.maximum(n - 1, 0.0) + PRIOR_GAPS)
    pooled = np.where(n > 0, pooled, shape_deficit(base))
    bounded = np.clip(minka_shape(pooled), SHAPE_LEAST, SHAPE_MOST)
    # Steps of a twentieth of a log: finer is not known, and customers alike share one answer.
    return np.asarray(np.exp(np.round(np.log(bounded) * 20) / 20))


def longer_than(silence: Any, shape: Any, weight: Any, scale: Any) -> Floats:
    """Return P(gap > silence) of the beta prime gap."""
    waited = np.maximum(np.asarray(silence, dtype=np.float64), 0.0)
    return np.asarray(special.betainc(weight, shape, scale / (scale + waited)))


def _sample(rows: Columns) -> dict[str, NDArray[Any]]:
    """Return a fixed sample of the rows with a purchase day, whatever their order."""
    kept = np.flatnonzero(rows["days"] > 0)
    mixed = (rows["customer"][kept].astype(np.uint64) * np.uint64(2654435761)) % np.uint64(2**32)
    chosen = kept[np.lexsort((rows["customer"][kept], mixed))[:SAMPLE]]
    return {name: values[chosen] for name, values in rows.items()}


def _base_shape(rows: Columns) -> float:
    two = rows["gap_before"] > 0
    one, other = rows["last_gap"][two] - HALF_DAY, rows["gap_before"][two] - HALF_DAY
    squares = (one / (one + other) - 0.5) ** 2
    # Twenty pairs of a random base (V = 1/12) stand in until there are enough of their own.
    variance = (float(squares.sum()) + 20 / 12) / (len(squares) + 20)
    return float(np.clip(_shape_of_variance(variance), 0.5, 10.0))


def _rate_prior(shape: float, n: Floats, total: Floats) -> tuple[float, float]:
    """Return weight and scale of the gamma prior of rates, by marginal likelihood of the customers' gaps."""
    informed = n > 0
    k, s = shape * n[informed], total[informed]
    start = np.log([2.0, 2.0 * float(np.median(s / n[informed])) / shape])

    def loss(log_parameters: Floats) -> float:
        a, b = np.exp(log_parameters)
        fit = special.gammaln(a + k) - special.gammaln(a) + a * np.log(b) - (a + k) * np.log(b + s)
        # A weak pull toward a coefficient of variation of .7 keeps few customers from an extreme.
        return float(-fit.sum() + 0.5 * (log_parameters[0] - np.log(2.0)) ** 2)

    found = optimize.minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6})
    weight, scale = np.exp(found.x)
    return float(np.clip(weight, 0.3, 200.0)), float(np.clip(scale, 1e-3, 1e7))


def _leave_chance(still: Floats, stayed: float, start: float) -> float:
    """Return the chance to leave after a purchase: who is silent has left, or has a gap this long."""
    chances = np.linspace(0.005, 0.95, 190)
    likely = np.log(chances[:, None] + (1 - chances[:, None]) * still[None, :]).sum(axis=1)
    # Worth two customers of the assumed chance, so that a new base does not jump.
    prior = 2 * (start * np.log(chances) + (1 - start) * np.log1p(-chances))
    return float(chances[np.argmax(likely + stayed * np.log1p(-chances) + prior)])


def base_rhythm(rows: Columns, open_now: int) -> BaseRhythm:
    """Return what is usual in these rows (the base, or one kind of customer).

    Shape
    -----
    The columns of STANDINGS or RHYTHM (`shapes.columns`), any order.

    Units
    -----
    ``open_now`` is the open index of the day the rows were cut at.
    """
    sample = _sample(rows)
    gaps = sample["gaps"].astype(np.float64)
    if not (gaps > 0).any():
        return UNKNOWN_BASE
    shape = _base_shape(sample)
    mean = np.nan_to_num(sample["mean_gap"].astype(np.float64))
    draft = BaseRhythm(shape, *_rate_prior(shape, gaps, gaps * mean), 1.0, 0.5, 0.15, 0)
    # A second round without the gaps that were really losses: they are no part of anybody's rhythm.
    used = _without_breaks(sample, draft)
    weight, scale = _rate_prior(shape, used.n, used.n * used.mean)
    usual = float(np.median(sample["median_gap"][gaps > 0]))
    silence = np.maximum(open_now - sample["last_open"].astype(np.float64), 0.0)
    still = longer_than(silence, shape, weight + shape * used.n, scale + used.n * used.mean)
    once = sample["days"] == 1
    later = float(np.maximum(gaps - 1, 0).sum())
    return BaseRhythm(
        shape,
        weight,
        scale,
        usual,
        _leave_chance(still[once], float((~once).sum()), UNKNOWN_BASE.leave_first),
        _leave_chance(still[~once], later, UNKNOWN_BASE.leave_later),
        int((gaps > 0).sum()),
    )


@dataclass(frozen=True, slots=True)
class _Used:
    """The gaps that make the rhythm: number, mean and mean log, a break left out."""

    n: Floats
    mean: Floats
    mean_log: Floats
    broke: NDArray[np.bool_]


def _without_breaks(rows: Columns, base: BaseRhythm) -> _Used:
    n = rows["gaps"].astype(np.float64)
    mean = np.nan_to_num(rows["mean_gap"].astype(np.float64))
    mean_log = np.nan_to_num(rows["mean_log_gap"].astype(np.float64))
    longest = rows["longest_gap"].astype(np.float64)
    rest = np.maximum(n - 1, 0.0)
    divisor = np.maximum(rest, 1.0)
    rest_mean = np.where(rest > 0, (n * mean - longest) / divisor, 0.0)
    longest_log = np.log(np.maximum(longest, 1.0) - HALF_DAY)
    rest_log = np.where(rest > 0, (n * mean_log - longest_log) / divisor, 0.0)
    chance = longer_than(longest, base.shape, base.weight + base.shape * rest, base.scale + rest * rest_mean)
    # The longest of n gaps is naturally long: all n chances are counted.
    broke = (n > 0) & (chance * n < BREAK_CHANCE)
    return _Used(
        np.where(broke, rest, n), np.where(broke, rest_mean, mean), np.where(broke, rest_log, mean_log), broke
    )


def customer_rhythms(rows: Columns, base: BaseRhythm) -> Rhythms:
    """Return every customer's rhythm, shrunken toward the base's.

    Pass the rows of one kind of customer with that kind's base to shrink toward the kind.

    Shape
    -----
    The columns of STANDINGS or RHYTHM (`shapes.columns`); the answer is aligned with them.
    """
    used = _without_breaks(rows, base)
    shape = shrunken_shape(used.n, used.mean, used.mean_log, base.shape)
    weight = base.weight + shape * used.n
    # The prior speaks of rates at the base's shape: another shape's rate must keep the same mean gap.
    scale = base.scale * base.shape / shape + used.n * used.mean
    prior = np.clip(base.weight / base.shape, 0.5, 10.0)
    median = np.maximum(np.nan_to_num(rows["median_gap"].astype(np.float64), nan=base.usual_gap), 1.0)
    total = rows["gaps"].astype(np.float64)
    usual = np.exp((total * np.log(median) + prior * np.log(base.usual_gap)) / (total + prior))
    return Rhythms(
        gaps=used.n.astype(np.int64),
        usual_gap=np.round(usual, 2),
        mean_gap=used.mean,
        shape=shape,
        weight=weight,
        scale=scale,
        broke=used.broke,
    )


def overdue_probability(rhythms: Rhythms, silence: Any) -> Floats:
    """Return P(a gap longer than the silence | still active): small means unusually silent.

    Units
    -----
    ``silence`` in open days since the last purchase day.
    """
    return longer_than(silence, rhythms.shape, rhythms.weight, rhythms.scale)


def due_quantile(rhythms: Rhythms, silence: Any, share: float) -> Floats:
    """Return the gap by which the next purchase comes with this chance, given the silence so far.

    Units
    -----
    Open days since the last purchase day.
    """
    still = overdue_probability(rhythms, silence) * (1 - share)
    odds = special.betaincinv(rhythms.weight, rhythms.shape, still)
    return np.asarray(rhythms.scale * (1 / np.maximum(odds, 1e-12) - 1))


def due_chance(rhythms: Rhythms, silence: Any, within: float = 1.0) -> Floats:
    """Return P(the next purchase within so many open days | the silence so far, still active).

    Units
    -----
    Open days.
    """
    still = overdue_probability(rhythms, silence)
    later = overdue_probability(rhythms, np.asarray(silence, dtype=np.float64) + within)
    return np.asarray(1 - later / np.maximum(still, 1e-300))
