"""The (M)BG/CNBD-k log-likelihood with its exact gradient and Hessian, in log space, per block of rows.

Parameters are always in the order (r, alpha, a, b). ``m`` is 0 for BG (nobody leaves before a repeat
purchase) and 1 for MBG (a customer may leave after the first one). ``k`` is the Erlang shape of the gaps.

Source
------
Fader, Hardie & Lee (2005), Marketing Science 24(2), eq. 6; Batislam, Denizel & Filiztekin (2007), IJRM 24(3);
Reutterer, Platzer & Schröder (2021), IJRM 38(1), for k > 1. The derivatives are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log

import numpy as np
from scipy.special import gammaln, polygamma, psi

from regulars.insight.lifetime.summary import Compressed, Floats, Ints

BLOCK = 8192  # rows whose scratch arrays stay in the processor's second-level cache


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A log-likelihood with its first and second derivatives at one point."""

    value: float
    gradient: Floats
    hessian: Floats

    def __add__(self, other: Evaluation) -> Evaluation:
        """Return the sum: log-likelihoods of independent parts add."""
        return Evaluation(
            self.value + other.value, self.gradient + other.gradient, self.hessian + other.hessian
        )


@dataclass(frozen=True, slots=True)
class Rows:
    """Compressed rows with what every evaluation reuses: histograms of x and of T.

    Shape
    -----
    ``counts``/``count_weight`` by distinct x; ``ages``/``age_weight``/``age_repeats`` by distinct T.
    """

    x: Ints
    t_x: Ints
    T: Ints
    weight: Floats
    counts: Ints
    count_weight: Floats
    ages: Ints
    age_weight: Floats
    age_repeats: Floats

    @property
    def total(self) -> float:
        """The number of customers."""
        return float(self.weight.sum())


def rows_of(packed: Compressed) -> Rows:
    """Return compressed rows with their histograms."""
    by_count = weighted_counts(packed.x, packed.weight)
    by_age = weighted_counts(packed.T, packed.weight)
    repeats = weighted_counts(packed.T, packed.weight * packed.x)
    counts, ages = np.flatnonzero(by_count), np.flatnonzero(by_age)
    return Rows(
        packed.x,
        packed.t_x,
        packed.T,
        packed.weight,
        counts,
        by_count[counts],
        ages,
        by_age[ages],
        repeats[ages],
    )


def weighted_counts(values: Ints, weight: Floats) -> Floats:
    """Return the total weight of each value from 0 up."""
    return np.asarray(np.bincount(values, weights=weight), dtype=np.float64)


def every_nth(packed: Compressed, step: int) -> Compressed:
    """Return each `step`-th unique row, weights scaled up: a deterministic sample for a warm start."""
    return Compressed(
        packed.x[::step], packed.t_x[::step], packed.T[::step], packed.weight[::step] * float(step)
    )


def evaluate(rows: Rows, theta: Floats, *, m: int, k: int) -> Evaluation:
    """Return the log-likelihood over all rows, without the constant (k-1) sum of log gaps.

    Units
    -----
    ``theta[1]`` (alpha) is in the unit of t_x and T.
    """
    by_row = _by_row if k == 1 else _by_row_erlang
    return _by_count(rows, theta, m, k) + _by_age(rows, theta, k) + by_row(rows, theta, m, k)


def _by_count(rows: Rows, theta: Floats, m: int, k: int) -> Evaluation:
    """Terms in x alone: ln G(r+kx)/G(r) - x ln G(k) + ln B(a, b+x+m)/B(a, b)."""
    r, _, a, b = theta
    x, w = rows.counts, rows.count_weight
    total = w.sum()
    shape, left, both = r + k * x, b + x + m, a + b + x + m
    value = w @ (gammaln(shape) - x * lgamma(k) + gammaln(left) - gammaln(both))
    value -= total * (gammaln(r) + gammaln(b) - gammaln(a + b))
    by_both, by_left = w @ psi(both), w @ psi(left)
    gradient = np.array(
        [
            w @ psi(shape) - total * psi(r),
            0.0,
            total * psi(a + b) - by_both,
            by_left - total * psi(b) + total * psi(a + b) - by_both,
        ]
    )
    cross = total * polygamma(1, a + b) - w @ polygamma(1, both)
    hessian = np.zeros((4, 4))
    hessian[0, 0] = w @ polygamma(1, shape) - total * polygamma(1, r)
    hessian[2, 2] = hessian[2, 3] = hessian[3, 2] = cross
    hessian[3, 3] = cross + w @ polygamma(1, left) - total * polygamma(1, b)
    return Evaluation(float(value), gradient, hessian)


def _by_age(rows: Rows, theta: Floats, k: int) -> Evaluation:
    """Terms in T, through its histogram: r ln alpha - (r+kx) ln(alpha+T)."""
    r, alpha = theta[0], theta[1]
    total = rows.total
    logs, inverse = np.log(alpha + rows.ages), 1.0 / (alpha + rows.ages)
    exponent = r * rows.age_weight + k * rows.age_repeats
    value = total * r * log(alpha) - exponent @ logs
    gradient = np.zeros(4)
    gradient[0] = total * log(alpha) - rows.age_weight @ logs
    gradient[1] = total * r / alpha - exponent @ inverse
    hessian = np.zeros((4, 4))
    hessian[0, 1] = hessian[1, 0] = total / alpha - rows.age_weight @ inverse
    hessian[1, 1] = -total * r / alpha**2 + exponent @ inverse**2
    return Evaluation(float(value), gradient, hessian)


def death_odds_table(largest: int, a: float, b: float, m: int) -> tuple[Floats, Floats]:
    """Return ln a - ln(b+x-1+m) and 1/(b+x-1+m) for x = 0..largest.

    BG lets nobody leave before a repeat purchase: at x = 0 its log odds are minus infinity.
    """
    base = b + np.arange(largest + 1) - 1.0 + m
    if m == 0:
        base[0] = 1.0
    odds = np.asarray(log(a) - np.log(base), dtype=np.float64)
    inverse = np.asarray(1.0 / base)
    if m == 0:
        odds[0], inverse[0] = -np.inf, 0.0
    return odds, inverse


def _by_row(rows: Rows, theta: Floats, m: int, k: int) -> Evaluation:
    """Sum ln(1 + e^u) over rows for k = 1: one exp and one log a row, the rest are tables."""
    r, alpha, a, b = (float(value) for value in theta)
    # Rows are sorted by x, so BG's one-time buyers, whose term is ln 1 = 0, are a prefix to skip.
    start = int(np.searchsorted(rows.x, 1)) if m == 0 else 0
    if start == len(rows.x):
        return Evaluation(0.0, np.zeros(4), np.zeros((4, 4)))
    days = alpha + np.arange(int(rows.T.max()) + 1)
    log_days, inverse_days = np.log(days), 1.0 / days
    odds, inverse_base = death_odds_table(int(rows.x[-1]), a, b, m)
    size = min(BLOCK, len(rows.x) - start)
    basis, curves = np.ones((4, size)), np.empty((3, size))
    value, first, second, bends = 0.0, np.zeros(4), np.zeros((4, 4)), np.zeros(3)
    for low in range(start, len(rows.x), BLOCK):
        part = slice(low, min(low + BLOCK, len(rows.x)))
        x, w = rows.x[part], rows.weight[part]
        z, c = basis[:, : len(x)], curves[:, : len(x)]
        _, d, e, f = z
        q = x + r
        until, last = inverse_days.take(rows.T[part]), inverse_days.take(rows.t_x[part])
        np.subtract(log_days.take(rows.T[part]), log_days.take(rows.t_x[part]), out=d)
        np.subtract(until, last, out=c[0])
        np.multiply(q, c[0], out=e)
        until += last
        np.multiply(e, until, out=c[1])
        inverse_base.take(x, out=f, mode="clip")
        np.multiply(f, f, out=c[2])
        q *= d
        q += odds.take(x)  # u
        value += float(w @ np.maximum(q, 0.0))
        small = np.exp(-np.abs(q))
        whole = 1.0 + small
        value += float(w @ np.log(whole))
        share = w / whole
        g = np.where(q > 0, share, small * share)
        h = small * share / whole
        first += z @ g
        bends += c @ g
        second += (z * h) @ z.T
    return _assemble(value, first, second, bends, a)


def _assemble(value: float, first: Floats, second: Floats, bends: Floats, a: float) -> Evaluation:
    """Turn sums over (1, d, e, f) into derivatives: grad u = (d, e, 1/a, -f)."""
    turn = np.zeros((4, 4))
    turn[0, 1] = turn[1, 2] = 1.0
    turn[2, 0], turn[3, 3] = 1.0 / a, -1.0
    hessian = turn @ second @ turn.T
    hessian[0, 1] += bends[0]
    hessian[1, 0] += bends[0]
    hessian[1, 1] -= bends[1]
    hessian[2, 2] -= first[0] / a**2
    hessian[3, 3] += bends[2]
    return Evaluation(value, turn @ first, hessian)


def survival_series(q: Floats, w: Floats, scale: Floats, k: int) -> tuple[Floats, ...]:
    """Return S = sum over j < k of (q)_j / j! w^j and its derivatives in (q, alpha).

    Parameters
    ----------
    q
        r + k x.
    w
        (T - t_x) / (alpha + T): between 0 and 1.
    scale
        1 / (alpha + T), for the derivatives of w.

    Shape
    -----
    S, S_q, S_alpha, S_qq, S_qalpha, S_alphaalpha.
    """
    term, h1, h2 = np.ones_like(q), np.zeros_like(q), np.zeros_like(q)
    sums = [np.ones_like(q)] + [np.zeros_like(q) for _ in range(5)]
    for j in range(1, k):
        above = 1.0 / (q + j - 1)
        term = term * (q + j - 1) / j * w
        h1 = h1 + above
        h2 = h2 + above**2
        one = np.ones_like(q)
        parts = [one, h1, -j * scale, h1**2 - h2, -j * scale * h1, j * (j + 1) * scale**2]
        for total, part in zip(sums, parts, strict=True):
            total += term * part
    return tuple(sums)


def _by_row_erlang(rows: Rows, theta: Floats, m: int, k: int) -> Evaluation:
    """Sum ln(S + e^u) over rows for k > 1."""
    value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
    odds, inverse_base = death_odds_table(int(rows.x[-1]), float(theta[2]), float(theta[3]), m)
    for low in range(0, len(rows.x), BLOCK):
        part = slice(low, low + BLOCK)
        x = rows.x[part]
        row = (theta[0] + k * x, rows.t_x[part], rows.T[part])
        block = _erlang_block(theta, row, (odds.take(x), inverse_base.take(x)), rows.weight[part], k)
        value += block.value
        gradient += block.gradient
        hessian += block.hessian
    return Evaluation(value, gradient, hessian)


def _erlang_block(
    theta: Floats,
    row: tuple[Floats, Ints, Ints],
    odds: tuple[Floats, Floats],
    w: Floats,
    k: int,
) -> Evaluation:
    alpha, a = theta[1], theta[2]
    q, t_x, T = row
    until, last = 1.0 / (alpha + T), 1.0 / (alpha + t_x)
    d = np.log(alpha + T) - np.log(alpha + t_x)
    s, s_q, s_a, s_qq, s_qa, s_aa = survival_series(q, (T - t_x) * until, until, k)
    u = odds[0] + q * d
    gap = u - np.log(s)
    value = float(w @ (np.maximum(gap, 0.0) + np.log1p(np.exp(-np.abs(gap))) + np.log(s)))
    g = 1.0 / (1.0 + np.exp(-np.clip(gap, -700, 700)))
    one = np.ones_like(q)
    up = np.stack([d, q * (until - last), one / a, -odds[1]])
    log_s = np.stack([s_q / s, s_a / s, 0 * one, 0 * one])
    gradient = up @ (w * g) + log_s @ (w * (1 - g))
    apart = up - log_s
    hessian = (apart * (w * g * (1 - g))) @ apart.T
    wg, ws = w * g, w * (1 - g)
    hessian[0, 0] += ws @ (s_qq / s - log_s[0] ** 2)
    cross = wg @ (until - last) + ws @ (s_qa / s - log_s[0] * log_s[1])
    hessian[0, 1] += cross
    hessian[1, 0] += cross
    hessian[1, 1] += wg @ (q * (last**2 - until**2)) + ws @ (s_aa / s - log_s[1] ** 2)
    hessian[2, 2] -= wg.sum() / a**2
    hessian[3, 3] += wg @ odds[1] ** 2
    return Evaluation(value, gradient, hessian)
