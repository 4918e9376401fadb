"""Books of customers whose chance to leave is known: ten signals, six of them real."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from regulars.insight.person_periods import PersonPeriods, Signal, person_periods
from regulars.insight.scorecard import Scorecard, fit

LEAVE = 0.2
TESTED = 8000
# Not said where the table comes from, so chosen here: independent normal signals, the real ones from strong to
# weak, scaled until who knows the truth has the table's skill of .181 and AUC of .780.
STRENGTH = np.array([1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.0, 0.0, 0.0, 0.0])
TRUTH = -1.215 * STRENGTH / np.sqrt(np.sum(STRENGTH**2))
SIGNALS = tuple(Signal(f"signal {place}", 1) for place in range(len(TRUTH)))


@cache
def level() -> float:
    """The log-odds at which one in five leaves."""
    eta = np.random.default_rng(0).normal(size=(200_000, len(TRUTH))) @ TRUTH
    return float(brentq(lambda at: expit(at + eta).mean() - LEAVE, -8, 5))


def book(n: int, rng: np.random.Generator, signals=SIGNALS) -> tuple[PersonPeriods, np.ndarray]:
    """One month of n customers, and each one's true chance to leave."""
    features = rng.normal(size=(n, len(TRUTH)))
    chance = expit(level() + features @ TRUTH)
    columns = {
        "account": np.arange(n),
        "month": np.zeros(n),
        "tenure": np.full(n, 6.0),
        "lost": rng.random(n) < chance,
    }
    return person_periods(columns, signals, features), chance


def skill(p: np.ndarray, came: np.ndarray) -> float:
    return float(1 - np.mean((p - came) ** 2) / np.mean((came.mean() - came) ** 2))


def run(seed: int, n: int, signals=SIGNALS) -> tuple[Scorecard, PersonPeriods, np.ndarray]:
    """A scorecard fitted to n customers, and 8,000 others to test it on with their true chances."""
    rng = np.random.default_rng(seed)
    rows, _ = book(n, rng, signals)
    others, chance = book(TESTED, rng, signals)
    return fit(rows), others, chance


def skills(n: int, runs: int, signals=SIGNALS) -> np.ndarray:
    """The Brier skill of each run against the base rate."""
    found = (run(seed, n, signals) for seed in range(1000, 1000 + runs))
    return np.array([skill(card.p_lost(others), others.lost) for card, others, _ in found])
