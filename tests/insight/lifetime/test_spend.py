"""Gamma-gamma: recovered, shrunk, honest about what it cannot take, with its assumption checked."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime import gamma_gamma, simulate
from regulars.insight.lifetime.gamma_gamma import FittedSpend
from regulars.insight.lifetime.summary import PurchaseSummary, summaries
from tests.insight.lifetime.bases import END, log_of


def base() -> PurchaseSummary:
    log = log_of(n=20_000)
    return summaries(log.customer, log.day, END, simulate.spend(6.25, 3.74, 15.44, log.customer, seed=3))


def test_spend_parameters_are_recovered() -> None:
    fitted = gamma_gamma.fit(base())
    spread = np.sqrt(np.diag(np.array(fitted.fit.covariance)))
    assert (np.abs(fitted.fit.log_array() - np.log([6.25, 3.74, 15.44])) < 4 * spread).all()
    assert fitted.fit.converged


def test_expected_spend_lies_between_the_base_and_the_customer() -> None:
    fitted = gamma_gamma.fit(base())
    low, high = fitted.expected_spend([2, 50], [200.0, 200.0])
    assert fitted.mean() < low < high < 200
    assert float(fitted.expected_spend(0, float("nan"))) == pytest.approx(fitted.mean())
    interval = fitted.expected_spend_interval(2, 200.0)
    assert float(interval.low) < float(low) < float(interval.high)


def test_spend_in_cents_is_spend_in_euros_times_a_hundred() -> None:
    euros = base()
    assert euros.spend is not None
    cents = replace(euros, spend=euros.spend * 100)
    one, two = gamma_gamma.fit(euros), gamma_gamma.fit(cents)
    assert two.mean() == pytest.approx(100 * one.mean(), rel=1e-6)
    assert two.parameters["p"] == pytest.approx(one.parameters["p"], rel=1e-6)


@pytest.mark.parametrize("bad", [0.0, -5.0, float("nan"), float("inf")])
def test_spend_that_is_not_above_nothing_is_refused(bad: float) -> None:
    with pytest.raises(RegularsError, match="1 repeat buyers") as refused:
        gamma_gamma.fit(
            PurchaseSummary([1, 2, 1, 0], [9, 9, 9, 0], [9, 9, 9, 9], spend=np.array([5.0, 6.0, bad, np.nan]))
        )
    assert refused.value.code == "bad-spend"


def test_too_few_repeat_buyers_and_no_amounts_are_refused() -> None:
    rows = ([1, 0], [9, 0], [9, 9])
    for summary in (PurchaseSummary(*rows), PurchaseSummary(*rows, spend=np.array([5.0, np.nan]))):
        with pytest.raises(RegularsError) as refused:
            gamma_gamma.fit(summary)
        assert refused.value.code == "no-spend"


def test_spend_that_goes_with_frequency_is_said_to_bias() -> None:
    rng = np.random.default_rng(1)
    x = rng.integers(1, 30, 2000)
    summary = PurchaseSummary(x, x, x + 1, spend=x * rng.gamma(9.0, 0.2, 2000))
    fitted = gamma_gamma.fit(summary)
    assert fitted.correlation_low > 0.3
    assert "biased" in fitted.independence()
    assert "no sign" in gamma_gamma.fit(base()).independence()


def test_a_fit_without_a_mean_says_so() -> None:
    fitted = gamma_gamma.fit(base())
    heavy = replace(fitted, fit=replace(fitted.fit, values=(6.0, 0.9, 15.0)))
    with pytest.raises(RegularsError, match="q must be above 1"):
        heavy.mean()


def test_everybody_spending_alike_is_said() -> None:
    x = np.tile(np.arange(1, 11), 30)
    fitted = gamma_gamma.fit(PurchaseSummary(x, x, x, spend=np.full(300, 20.0)))
    assert fitted.fit.boundary.startswith("No maximum in reach")
    assert fitted.mean() == pytest.approx(20.0, rel=1e-2)


def test_spend_models_survive_storage() -> None:
    fitted = gamma_gamma.fit(base())
    assert FittedSpend.from_json(json.loads(json.dumps(fitted.to_json(), allow_nan=False))) == fitted
