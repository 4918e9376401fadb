"""Scores for many customers at once: what depends on (x, T) alone is computed once per distinct pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.insight.lifetime.scoring import (
    Parameters,
    expected_series,
    expected_while_active,
    p_alive,
    p_some,
    tick_shares,
)
from regulars.insight.lifetime.summary import Floats, Ints, PurchaseSummary

LARGEST_TABLE = 1 << 22
BLOCK = 1 << 15


@dataclass(frozen=True, slots=True)
class Scores:
    """P(still a customer), P(at least one purchase) and expected purchases, one per customer.

    Units
    -----
    Probabilities 0-1; ``expected`` counts purchase days within the horizon asked for.
    """

    p_alive: Floats
    p_buy: Floats
    expected: Floats


def scores(by: Parameters, summary: PurchaseSummary, t: float) -> Scores:
    """Return the scores of every customer for the next `t` days."""
    size = (int(summary.x.max(initial=0)) + 1) * (int(summary.T.max(initial=0)) + 1)
    if by.k == 1 and size <= LARGEST_TABLE:
        return _from_tables(by, summary, float(t))
    return _from_pairs(by, summary, float(t))


def _from_tables(by: Parameters, summary: PurchaseSummary, t: float) -> Scores:
    """Score k = 1 with dense tables over (x, T): three look-ups, one log look-up and one exp a customer."""
    width = int(summary.T.max(initial=0)) + 1
    code = summary.x * width
    code += summary.T
    odds, some, count = _pair_tables(by, code, (int(summary.x.max(initial=0)) + 1) * width, width, t)
    log_days = np.log(by.alpha + np.arange(width))
    n = len(summary)
    result = Scores(np.empty(n), np.empty(n), np.empty(n))
    for low in range(0, n, BLOCK):
        part = slice(low, low + BLOCK)
        pair = code[part]
        u = summary.x[part] + by.r
        u *= log_days.take(summary.t_x[part])
        np.subtract(odds.take(pair), u, out=u)
        # Beyond 700 the probability is 0 in every digit shown; the bound keeps exp in range.
        np.exp(np.minimum(u, 700.0, out=u), out=u)
        u += 1.0
        alive = np.divide(1.0, u, out=result.p_alive[part])
        np.multiply(alive, some.take(pair), out=result.p_buy[part])
        np.multiply(alive, count.take(pair), out=result.expected[part])
    return result


def _pair_tables(
    by: Parameters, code: Ints, size: int, width: int, t: float
) -> tuple[Floats, Floats, Floats]:
    """Return, by code, u without its t_x term, P(some | active) and E(count | active)."""
    seen = np.zeros(size, dtype=bool)
    seen[code] = True
    pairs = np.flatnonzero(seen)
    x, T = (values.astype(np.float64) for values in np.divmod(pairs, width))
    tables = (np.empty(size), np.empty(size), np.empty(size))
    free = (x == 0) & (by.m == 0)
    base = np.where(free, 1.0, by.b + x - 1.0 + by.m)
    odds = np.log(by.a) - np.log(base) + (by.r + x) * np.log(by.alpha + T)
    tables[0][pairs] = np.where(free, -np.inf, odds)
    tables[1][pairs] = p_some(by, x, 0.0, T, t)
    tables[2][pairs] = expected_while_active(by, x, T, np.full_like(T, t))
    return tables


def _from_pairs(by: Parameters, summary: PurchaseSummary, t: float) -> Scores:
    """Score any k: the series for expected purchases runs once per distinct (x, T)."""
    x, t_x, T = (values.astype(np.float64) for values in (summary.x, summary.t_x, summary.T))
    alive = p_alive(by, x, t_x, T)
    pairs, place = np.unique(summary.x * (int(summary.T.max(initial=0)) + 1) + summary.T, return_inverse=True)
    ux, uT = (v.astype(np.float64) for v in np.divmod(pairs, int(summary.T.max(initial=0)) + 1))
    count = np.zeros(len(x))
    for j, share in enumerate(tick_shares(by, x, t_x, T)):
        if by.k == 1:
            count = expected_while_active(by, ux, uT, np.full_like(uT, t))[place]
        else:
            count += share * expected_series(by, ux, uT, np.full_like(uT, t), j)[place]
    return Scores(alive, alive * p_some(by, x, t_x, T, t), alive * count)
