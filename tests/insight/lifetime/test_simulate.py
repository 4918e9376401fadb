"""Simulated customers are the same for the same seed, in order, and distributed as the model says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from regulars.insight.lifetime import pareto, scoring, simulate
from regulars.insight.lifetime.scoring import Parameters
from tests.insight.lifetime.bases import TRUTH

N = 60_000


def test_the_seed_decides_everything() -> None:
    days = simulate.first_days(50, 0, 100, seed=1)
    one, two, other = (simulate.purchases(TRUTH, days, 500, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.day, two.day)
    assert not np.array_equal(one.day, other.day)


def test_purchases_are_ordered_and_within_bounds() -> None:
    days = simulate.first_days(500, 10, 100, seed=1)
    log = simulate.purchases(TRUTH, days, 300, seed=3)
    assert (np.diff(log.customer) >= 0).all()
    assert ((np.diff(log.day) >= 0) | (np.diff(log.customer) > 0)).all()
    assert log.day.max() <= 300
    first = log.day[np.searchsorted(log.customer, np.arange(500))]
    assert np.array_equal(first, days)


@pytest.mark.parametrize(
    "by",
    [
        TRUTH,
        replace(TRUTH, m=0),
        Parameters(1.3, 20.0, 0.5, 0.9, k=2),
        Parameters(1.3, 20.0, 0.5, 0.9, m=0, k=3),
    ],
)
def test_counts_follow_the_pmf(by: Parameters) -> None:
    log = simulate.purchases(by, np.zeros(N, dtype=np.int64), 199, seed=5)
    counts = np.bincount(np.bincount(log.customer, minlength=N) - 1, minlength=6)[:6] / N
    # A first purchase falls anywhere in day 0: on average half a day of the 200 is over.
    p = scoring.pmf(by, 199.5, np.arange(6))
    assert np.abs(counts - p).max() < 4 * np.sqrt(0.25 / N) + 0.001


def test_pareto_counts_have_the_expected_mean() -> None:
    theta = (0.55, 70.0, 0.6, 80.0)
    log = simulate.pareto_purchases(theta, np.zeros(N, dtype=np.int64), 199, seed=5)
    mean = len(log.customer) / N - 1
    assert mean == pytest.approx(float(pareto.expected_new(np.array(theta), 199.5)), rel=0.03)
    assert 0.2 < log.active.mean() < 0.8


def test_amounts_have_the_mean_of_the_model() -> None:
    amounts = simulate.spend(6.25, 3.74, 15.44, np.arange(N), seed=1)
    assert amounts.mean() == pytest.approx(6.25 * 15.44 / 2.74, rel=0.02)
