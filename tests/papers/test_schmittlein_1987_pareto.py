"""Pareto/NBD: Schmittlein, Morrison & Colombo (1987); figures of Fader, Hardie & Lee (2005), BTYD and CLVTools."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.insight.lifetime import pareto
from regulars.insight.lifetime.pareto import FittedPareto
from tests.papers.cdnow import exact_days

WEEKS = np.array([0.55328, 10.57768, 0.60624, 11.66873])


@pytest.fixture(scope="module")
def fitted() -> FittedPareto:
    return pareto.fit(exact_days(), estimate="mle")


def test_pareto_parameters_and_likelihood(fitted: FittedPareto) -> None:
    told = fitted.in_weeks()
    assert {name: round(value, 3) for name, value in told.parameters.items()} == {
        "r": 0.553,
        "alpha": 10.578,
        "s": 0.606,
        "beta": 11.669,
    }
    assert told.log_likelihood == pytest.approx(-9594.9762, abs=5e-5)


def test_pareto_standard_errors_agree_with_clvtools(fitted: FittedPareto) -> None:
    told = fitted.in_weeks()
    assert list(told.standard_errors.values()) == pytest.approx(
        [0.0476264, 0.8427222, 0.1872594, 6.2105448], rel=2e-4
    )


def test_the_btyd_walkthrough_customer() -> None:
    assert float(pareto.p_alive(WEEKS, 26, 30.86, 31)) == pytest.approx(0.9979, abs=5e-5)
    assert float(pareto.expected(WEEKS, 26, 30.86, 31, 52)) == pytest.approx(25.46, abs=5e-3)


def test_the_customer_with_two_repeats() -> None:
    assert float(pareto.p_alive(WEEKS, 2, 30.43, 38.86)) == pytest.approx(0.86912, abs=5e-6)
    assert float(pareto.expected(WEEKS, 2, 30.43, 38.86, 39)) == pytest.approx(1.45510, abs=5e-6)


def test_expected_purchases_of_a_new_customer_as_in_the_btyd_manual() -> None:
    manual = np.array([0.55, 10.56, 0.61, 11.64])
    expected = [0.0, 0.05077821, 0.09916088, 0.14542507]
    assert pareto.expected_new(manual, [0.0, 1.0, 2.0, 3.0]) == pytest.approx(expected, abs=5e-9)


@pytest.mark.parametrize("x", [221, 254, 161, 204])
def test_the_four_customers_that_overflow_elsewhere_stay_finite(x: int) -> None:
    theta = np.array([0.5143, 2.8845, 0.2856, 14.1087])
    last = np.array([0.1, 10.0, 30.0, 38.0, 38.57])
    for answer in (
        pareto.log_likelihood_rows(theta, x, last, 38.57),
        pareto.p_alive(theta, x, last, 38.57),
        pareto.p_buy(theta, x, last, 38.57, 39.0),
        pareto.expected(theta, x, last, 38.57, 39.0),
    ):
        assert np.isfinite(answer).all()
    assert (np.diff(pareto.p_alive(theta, x, last, 38.57)) >= 0).all()
