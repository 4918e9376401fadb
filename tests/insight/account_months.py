"""Accounts month by month whose hazard is known."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from regulars.insight.person_periods import PersonPeriods, Signal, person_periods

SIGNALS = (Signal("use", 1, 0.5), Signal("people", 1), Signal("complaints", -1), Signal("letters", 1))
TRUTH = np.array([-0.9, -0.5, 0.6, 0.0])
"""Log-odds of being lost per standard deviation."""


def months(
    n: int = 300,
    *,
    seed: int = 1,
    length: int = 18,
    level: float = -3.2,
    truth: np.ndarray = TRUTH,
    score_noise: float = 0.5,
    signals: tuple[Signal, ...] = SIGNALS,
) -> PersonPeriods:
    """Signals that wander slowly, a hazard that follows them, and a score that people were shown."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, length // 2, n)
    state = rng.normal(size=(n, len(truth)))
    alive = np.ones(n, dtype=bool)
    parts = []
    for month in range(length):
        state = 0.9 * state + np.sqrt(1 - 0.81) * rng.normal(size=state.shape)
        here = np.flatnonzero(alive & (start <= month))
        eta = state[here] @ truth
        lost = rng.random(len(here)) < expit(level + eta)
        silence = np.maximum(20 - 10 * state[here, 0] + rng.normal(0, 10, len(here)), 0)
        points = 50 - 15 * eta - 15 * score_noise * rng.normal(size=len(here))
        parts.append(
            (here, np.full(len(here), month), month - start[here], lost, silence, points, state[here])
        )
        alive[here[lost]] = False
    account, month, tenure, lost, silence, points, features = map(np.concatenate, zip(*parts, strict=True))
    columns = {
        "account": account,
        "month": month,
        "tenure": tenure,
        "lost": lost,
        "silence": silence,
        "points": points,
    }
    return person_periods(columns, signals, features)
