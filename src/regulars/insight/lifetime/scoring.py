"""What fitted (M)BG/CNBD-k parameters say about a customer, in closed form and in log space.

Source
------
P(alive) and expected purchases: Fader, Hardie & Lee (2005) eq. 10, Batislam et al. (2007), Reutterer et al.
(2021). The Euler form of eq. 10, P(at least one purchase) and the exact series for k > 1 are ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaln, expit, gammaln, hyp2f1

from regulars.insight.lifetime.likelihood import survival_series
from regulars.insight.lifetime.summary import Floats

NEAR_ONE = 1e-5
SERIES_LIMIT = 200_000
"""No series is so long: its terms vanish before, also where thousands of purchases are expected."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one (M)BG/CNBD-k process.

    Units
    -----
    ``alpha`` is in the unit of time of whatever is asked (days inside Regulars). ``m`` is 1 when a customer
    may leave right after the first purchase (MBG), else 0; ``k`` is the Erlang shape.
    """

    r: float
    alpha: float
    a: float
    b: float
    m: int = 1
    k: int = 1

    def array(self) -> Floats:
        """Return (r, alpha, a, b)."""
        return np.array([self.r, self.alpha, self.a, self.b])


def floats(*values: ArrayLike) -> tuple[Floats, ...]:
    """Return the values as float arrays of one common shape."""
    return tuple(np.broadcast_arrays(*(np.asarray(value, dtype=np.float64) for value in values)))


def death_log_odds(by: Parameters, x: Floats, t_x: Floats, T: Floats) -> Floats:
    """Return u, the log odds of having left right after the last purchase, before the silence weighs in."""
    base = np.where((x == 0) & (by.m == 0), 1.0, by.b + x - 1.0 + by.m)
    u = np.log(by.a) - np.log(base) + (by.r + by.k * x) * (np.log(by.alpha + T) - np.log(by.alpha + t_x))
    never = (x == 0) & (by.m == 0)
    return np.where(never, -np.inf, u)


def log_silence(by: Parameters, x: Floats, t_x: Floats, until: Floats) -> Floats:
    """Return ln S: how much the Erlang gap allows a silence from t_x up to `until`."""
    scale = 1.0 / (by.alpha + until)
    q = by.r + by.k * x
    return np.log(survival_series(q, (until - t_x) * scale, scale, by.k)[0])


def p_alive(by: Parameters, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
    """Return P(still a customer at T): 1 / (1 + e^u / S).

    Example
    -------
    >>> weeks = Parameters(0.242595, 4.413602, 0.792922, 2.425907, m=0)
    >>> round(float(p_alive(weeks, 2, 30.43, 38.86)), 4)
    0.7266
    """
    x, t_x, T = floats(x, t_x, T)
    return np.asarray(expit(log_silence(by, x, t_x, T) - death_log_odds(by, x, t_x, T)))


def p_some(by: Parameters, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
    """Return P(at least one purchase in (T, T+t]) for a customer who is still active at T."""
    x, t_x, T, t = floats(x, t_x, T, t)
    log_none = -(by.r + by.k * x) * np.log1p(t / (by.alpha + T))
    if by.k > 1:
        log_none = log_none + log_silence(by, x, t_x, T + t) - log_silence(by, x, t_x, T)
    return -np.expm1(np.minimum(log_none, 0.0))


def p_buy(by: Parameters, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
    """Return P(at least one purchase in (T, T+t]).

    Example
    -------
    >>> weeks = Parameters(0.242595, 4.413602, 0.792922, 2.425907, m=0)
    >>> round(float(p_buy(weeks, 2, 30.43, 38.86, 39)), 4)
    0.5546
    """
    return p_alive(by, x, t_x, T) * p_some(by, x, t_x, T, t)


def expected(by: Parameters, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
    """Return the expected number of purchases in (T, T+t].

    Example
    -------
    >>> weeks = Parameters(0.242595, 4.413602, 0.792922, 2.425907, m=0)
    >>> round(float(expected(weeks, 2, 30.43, 38.86, 39)), 3)
    1.226
    """
    x, t_x, T, t = floats(x, t_x, T, t)
    alive = p_alive(by, x, t_x, T)
    if by.k == 1:
        return alive * expected_while_active(by, x, T, t)
    shares = tick_shares(by, x, t_x, T)
    return alive * sum(shares[j] * expected_series(by, x, T, t, j) for j in range(by.k))


def expected_while_active(by: Parameters, x: Floats, T: Floats, t: Floats) -> Floats:
    """Return expected purchases in (T, T+t] for a customer active at T, k = 1; needs no t_x.

    Source
    ------
    Euler's transform of Fader, Hardie & Lee (2005) eq. 10: never overflows for ordinary parameters and holds
    for c < 0. At a = 1, where it reads 0 times infinity, the neighbours are interpolated. Where parameters
    are so extreme that 2F1 leaves the range of floats, the series of positive terms takes over.
    """
    if abs(by.a - 1.0) < NEAR_ONE:
        low, high = replace(by, a=1 - 2 * NEAR_ONE), replace(by, a=1 + 2 * NEAR_ONE)
        share = (by.a - low.a) / (high.a - low.a)
        below, above = expected_while_active(low, x, T, t), expected_while_active(high, x, T, t)
        return (1 - share) * below + share * above
    z = t / (by.alpha + T + t)
    c = by.a + by.b + x - 1.0 + by.m
    c = np.where(np.abs(c) < 1e-8, 1e-8, c)
    with np.errstate(all="ignore"):
        tail = np.exp((by.a - 1.0) * np.log1p(-z)) * hyp2f1(c - by.r - x, by.a - 1.0, c, z)
        value = np.asarray(c / (by.a - 1.0) * (1.0 - tail))
        # Two nearly equal terms leave too few digits when a is far above 1 or t is short beside alpha + T.
        rough = ~np.isfinite(value) | (np.abs(1.0 - tail) < 1e-9) | (by.a > 1e3)
    if rough.any():
        value = np.where(rough, 0.0, value)
        value[rough] = expected_series(by, x[rough], T[rough], t[rough], 0)
    return value


def tick_shares(by: Parameters, x: Floats, t_x: Floats, T: Floats) -> list[Floats]:
    """Return P(j of the k ticks to the next purchase have gone by | active), for j = 0..k-1."""
    q, w = by.r + by.k * x, (T - t_x) / (by.alpha + T)
    terms = [np.ones_like(q)]
    for j in range(1, by.k):
        terms.append(terms[-1] * (q + j - 1) / j * w)
    total = sum(terms)
    return [term / total for term in terms]


def expected_series(by: Parameters, x: Floats, T: Floats, t: Floats, j: int) -> Floats:
    """Return expected purchases while active, given j ticks gone: the sum over n of P(n-th purchase happens).

    Source
    ------
    Given j, the ticks in (T, T+t] are negative binomial (r+kx+j; alpha+T, t): the n-th purchase falls inside
    with probability I_z(kn-j, r+kx+j), z = t/(alpha+T+t), and the customer is there for it with probability
    B(a, b+x+m+n-1) / B(a, b+x+m). Positive terms only; exact to the last term kept (ours).
    """
    z = t / (by.alpha + T + t)
    q, left = by.r + by.k * x + j, by.b + x + by.m
    total, there = np.zeros_like(z), np.ones_like(z)
    for n in range(1, SERIES_LIMIT):
        term = there * betainc(by.k * n - j, q, z)
        total += term
        if not (term > 1e-10 * total / (1.0 + n)).any() or not (term > 1e-15).any():
            break
        there = there * (left + n - 1) / (by.a + left + n - 1)
    return total


def expected_new(by: Parameters, t: ArrayLike) -> Floats:
    """Return the expected repeat purchases of a new customer in the first `t`."""
    return expected(by, 0.0, 0.0, 0.0, t)


def pmf(by: Parameters, t: ArrayLike, x: ArrayLike) -> Floats:
    """Return P(a new customer makes exactly x repeat purchases in the first `t`).

    Source
    ------
    Fader, Hardie & Lee (2005) eq. 8 for BG with k = 1; Reutterer et al. (2021) otherwise.
    """
    t, x = floats(t, x)
    at_least, one_more = p_arrivals(by, t, x), p_arrivals(by, t, x + 1)
    base = betaln(by.a, by.b)
    stays = np.exp(betaln(by.a, by.b + x + by.m) - base) * (at_least - one_more)
    leaves_at = np.maximum(x - 1.0 + by.m, 0.0)
    leaves = np.exp(betaln(by.a + 1.0, by.b + leaves_at) - base) * at_least
    return np.asarray(stays + np.where((x > 0) | (by.m == 1), leaves, 0.0))


def p_arrivals(by: Parameters, t: Floats, n: Floats) -> Floats:
    """Return P(the n-th gap ends within t) for a customer who never leaves."""
    z = t / (by.alpha + t)
    return np.where(n > 0, betainc(np.maximum(by.k * n, 1.0), by.r, z), 1.0)


def log_likelihood_rows(
    by: Parameters, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, log_gaps: ArrayLike = 0.0
) -> Floats:
    """Return each customer's log-likelihood, the constant (k-1) sum of log gaps included."""
    x, t_x, T, gaps = floats(x, t_x, T, log_gaps)
    q = by.r + by.k * x
    stays = betaln(by.a, by.b + x + by.m) - betaln(by.a, by.b)
    value: Any = gammaln(q) - gammaln(by.r) + by.r * np.log(by.alpha) - q * np.log(by.alpha + T) + stays
    value = value + (by.k - 1) * gaps - x * gammaln(by.k)
    return np.asarray(value + np.logaddexp(death_log_odds(by, x, t_x, T), log_silence(by, x, t_x, T)))
