"""Simulated bases that several tests share."""

from __future__ import annotations

from functools import cache

import numpy as np

from regulars.insight.lifetime import simulate
from regulars.insight.lifetime.scoring import Parameters
from regulars.insight.lifetime.simulate import SimulatedLog
from regulars.insight.lifetime.summary import PurchaseSummary, summaries

START, END = 10_000, 11_000
TRUTH = Parameters(0.55, 70.0, 0.8, 2.5)


@cache
def log_of(by: Parameters = TRUTH, n: int = 4000, seed: int = 7, until: int = END) -> SimulatedLog:
    """Return the purchases of n customers who came within the first 500 days."""
    return simulate.purchases(by, simulate.first_days(n, START, START + 500, seed=seed), until, seed=seed + 1)


def base(by: Parameters = TRUTH, n: int = 4000, seed: int = 7) -> PurchaseSummary:
    """Return the summary of such a base."""
    log = log_of(by, n, seed)
    return summaries(log.customer, log.day, END, log_gaps=True)


def same_leaving_rate(n: int, seed: int) -> PurchaseSummary:
    """Return customers who all leave with one probability: the likelihood has no inner maximum in (a, b)."""
    rng = np.random.default_rng(seed)
    log = simulate.purchases(
        Parameters(0.9, 40.0, 2e7, 8e7), rng.integers(START, START + 500, n), END, seed=seed
    )
    return summaries(log.customer, log.day, END)
