"""Gamma-gamma on CDNOW: Fader & Hardie (2013), note 025; Fader, Hardie & Lee (2005), JMR 42(4); CLVTools."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from regulars.insight.lifetime import gamma_gamma
from regulars.insight.lifetime.gamma_gamma import FittedSpend
from tests.papers.cdnow import exact_days, rounded_weeks

FIRST_TEN = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]


@pytest.fixture(scope="module")
def fitted() -> FittedSpend:
    return gamma_gamma.fit(exact_days())


def test_spend_parameters_as_printed(fitted: FittedSpend) -> None:
    assert {name: round(value, 2) for name, value in fitted.parameters.items()} == {
        "p": 6.25,
        "q": 3.74,
        "gamma": 15.44,
    }
    assert list(fitted.standard_errors.values()) == pytest.approx([1.19, 0.29, 4.16], abs=6e-3)


def test_spend_likelihood_agrees_with_clvtools_on_the_log(fitted: FittedSpend) -> None:
    assert fitted.log_likelihood == pytest.approx(-4055.9177, abs=5e-5)


def test_spend_on_the_published_summary() -> None:
    summary, spend = rounded_weeks()
    fitted = gamma_gamma.fit(replace(summary, spend=spend))
    assert list(fitted.parameters.values()) == pytest.approx([6.2488, 3.7446, 15.4477], abs=5e-5)
    assert fitted.log_likelihood == pytest.approx(-4055.9232, abs=5e-5)


def test_expected_spend_of_the_first_ten_customers(fitted: FittedSpend) -> None:
    summary = exact_days()
    assert summary.spend is not None
    expected = fitted.expected_spend(summary.x[:10], summary.spend[:10])
    assert np.round(expected, 2).tolist() == FIRST_TEN
    assert fitted.mean() == pytest.approx(35.17, abs=5e-3)
