"""Cohorts against a plain count, and the forecast against known truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from regulars.insight.cohorts import (
    cohort_cells,
    cohort_matrix,
    daily_counts,
    forecast_check,
    months_arrow,
)
from regulars.insight.days import purchase_days
from regulars.insight.months import month_of, months_of
from regulars.insight.shapes import columns
from tests.insight.simulated import START, base


def test_the_matrix_equals_a_plain_count(table: Any) -> None:
    simulated = base(51, 80)
    as_of = START + 3 * 365 - 10
    keep = simulated.day <= as_of
    customer, month = simulated.customer[keep], months_of(simulated.day[keep])
    days = purchase_days(table(simulated.facts)).filter(lambda t: t.day <= as_of)
    cells = columns(cohort_cells(days, table(months_arrow(START, START + 1200))).to_pyarrow())
    found = cohort_matrix(cells, as_of)
    born = {c: month[customer == c].min() for c in np.unique(customer)}
    for row, first in enumerate(found.months):
        group = [c for c in born if born[c] == first]
        assert found.sizes[row] == len(group)
        for since in range(len(found.months)):
            if first + since >= month_of(as_of):
                assert found.active[row, since] == -1
                assert np.isnan(found.shares[row, since])
            else:
                bought = sum((month[customer == c] == first + since).any() for c in group)
                assert found.active[row, since] == bought


def test_an_empty_base_has_an_empty_matrix() -> None:
    empty = {name: np.zeros(0, np.int64) for name in ("cohort", "since", "customers")}
    assert cohort_matrix(empty, 100).shares.shape == (0, 0)


def test_cells_carry_their_interval() -> None:
    cells = {"cohort": np.array([600, 600]), "since": np.array([0, 1]), "customers": np.array([20, 7])}
    estimate = cohort_matrix(cells, 19_000).estimate(0, 1)
    assert (estimate.value, estimate.n) == (0.35, 20)
    assert (estimate.low, estimate.high) == pytest.approx((0.1812, 0.5671), abs=5e-5)


def _poisson_base(rng: np.random.Generator, days: int, rate: float) -> tuple[np.ndarray, np.ndarray]:
    births = rng.poisson(5.0, days)
    alive = np.concatenate(([0], np.cumsum(births)[:-1]))
    return births, rng.poisson(alive * rate)


def test_a_true_model_is_unbiased_and_a_false_one_is_not() -> None:
    rng = np.random.default_rng(1)
    births, repeats = _poisson_base(rng, 700, 0.02)
    right = forecast_check(births, repeats, START, START + 399, lambda age: 0.02 * age)
    wrong = forecast_check(births, repeats, START, START + 399, lambda age: 0.03 * age)
    assert abs(right.bias) < 0.03
    assert wrong.bias == pytest.approx(0.5, abs=0.05)
    assert right.after_fit.sum() == 42
    assert right.expected == pytest.approx(right.happened, rel=0.5, abs=25)


def test_after_the_fit_the_known_customers_are_forecast_by_what_is_known_of_them() -> None:
    births, repeats = _poisson_base(np.random.default_rng(2), 700, 0.02)
    known = births[:400].sum()
    found = forecast_check(
        births, repeats, START, START + 399, lambda age: 0.02 * age, lambda ahead: known * 0.02 * ahead
    )
    assert abs(found.bias) < 0.03


def test_nobody_repeats_on_the_day_they_came() -> None:
    births = np.zeros(14, np.int64)
    births[3] = 100
    found = forecast_check(births, np.zeros(14, np.int64), START, START, lambda age: age)
    assert found.expected.tolist() == [300.0, 700.0]
    assert found.bias != found.bias


def test_births_and_repeats_add_up_to_the_purchase_days(table: Any) -> None:
    simulated = base(52, 60)
    days = purchase_days(table(simulated.facts))
    found = columns(daily_counts(days).to_pyarrow())
    assert found["births"].sum() == len(np.unique(simulated.customer))
    assert (found["births"] + found["repeats"]).sum() == days.count().to_pyarrow().as_py()
