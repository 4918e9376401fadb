"""BG/NBD on CDNOW: Fader, Hardie & Lee (2005), Marketing Science 24(2) 275-284; Hardie's workbook; CLVTools."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.insight.lifetime import mbg, scoring
from regulars.insight.lifetime.mbg import FittedMBG
from regulars.insight.lifetime.scoring import Parameters
from tests.papers.cdnow import exact_days, rounded_weeks, sample_log

PRINTED = Parameters(0.243, 4.414, 0.793, 2.426, m=0)
REFITTED = Parameters(0.242595, 4.413602, 0.792922, 2.425907, m=0)


@pytest.fixture(scope="module")
def fitted() -> FittedMBG:
    return mbg.fit(exact_days(), model="bg", estimate="mle")


def test_the_sample_is_the_published_one() -> None:
    assert (len(sample_log()[0]), len(exact_days())) == (6919, 2357)
    assert (exact_days().repeats, exact_days().repeat_buyers) == (2457, 946)


def test_bg_parameters_and_likelihood_are_the_printed_ones(fitted: FittedMBG) -> None:
    told = fitted.in_weeks()
    assert {name: round(value, 3) for name, value in told.parameters.items()} == {
        "r": 0.243,
        "alpha": 4.414,
        "a": 0.793,
        "b": 2.426,
    }
    assert told.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    assert told.unit == "weeks"


def test_bg_agrees_with_clvtools_to_the_digits_it_prints(fitted: FittedMBG) -> None:
    told = fitted.in_weeks()
    assert list(told.parameters.values()) == pytest.approx(
        [0.2425945, 4.4136019, 0.7929199, 2.4258881], rel=1e-5
    )
    assert told.log_likelihood == pytest.approx(-9582.429, abs=5e-4)


def test_bg_standard_errors(fitted: FittedMBG) -> None:
    assert list(fitted.standard_errors.values()) == pytest.approx([0.01256, 2.6476, 0.1857, 0.7054], rel=1e-3)
    assert fitted.in_weeks().standard_errors["alpha"] == pytest.approx(0.3782, abs=5e-5)


def test_bg_reached_an_inner_maximum(fitted: FittedMBG) -> None:
    assert fitted.fit.converged
    assert fitted.fit.positive_definite
    assert fitted.fit.gradient_norm < 1e-8
    assert fitted.fit.boundary == ""


def test_bg_on_weeks_rounded_to_two_decimals_gives_the_other_published_likelihood() -> None:
    told = mbg.fit(rounded_weeks()[0], model="bg", estimate="mle").fit.told_in(100.0, "weeks")
    assert told.log_likelihood == pytest.approx(-9582.4256, abs=5e-5)
    assert told.parameters["a"] == pytest.approx(0.79289, abs=5e-6)
    assert told.parameters["b"] == pytest.approx(2.42575, abs=5e-6)


def test_the_spreadsheet_customer() -> None:
    row = (2, 30.43, 38.86)
    assert float(scoring.expected(PRINTED, *row, 39)) == pytest.approx(1.226, abs=5e-4)
    assert float(scoring.expected(REFITTED, *row, 39)) == pytest.approx(1.22591, abs=5e-6)
    assert float(scoring.p_alive(REFITTED, *row)) == pytest.approx(0.72661, abs=5e-6)


def test_the_spreadsheet_customer_buys_at_least_once(fitted: FittedMBG) -> None:
    assert float(fitted.p_buy(2, 213, 272, 273)) == pytest.approx(0.55460, abs=5e-5)


def test_expected_purchases_of_a_new_customer_as_in_hardies_workbook() -> None:
    days = [0.1429, 1.0, 3.0, 31.8571, 32.0, 78.0]
    expected = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576]
    answers = scoring.expected_new(REFITTED, days)
    assert answers[:5] == pytest.approx(expected[:5], abs=5e-5)
    assert answers[5] == pytest.approx(
        expected[5], abs=5e-4
    )  # at 78 weeks the workbook's own digits wear off


def test_pmf_as_in_the_btyd_manual() -> None:
    assert float(scoring.pmf(PRINTED, 39, 0)) == pytest.approx(0.5737864, abs=5e-8)
    assert float(scoring.pmf(PRINTED, 2, 10)) == pytest.approx(1.07869e-07, rel=1e-5)
    assert scoring.pmf(PRINTED, 30, [11, 12, 13]) == pytest.approx(
        [0.0019995214, 0.0015170236, 0.0011633150], abs=5e-11
    )


def test_pmf_sums_to_one_and_has_the_expected_mean() -> None:
    counts = np.arange(400)
    p = scoring.pmf(PRINTED, 39, counts)
    assert float(p.sum()) == pytest.approx(1.0, abs=1e-9)
    assert float(p @ counts) == pytest.approx(float(scoring.expected_new(PRINTED, 39)), abs=1e-7)


def test_expected_holds_where_c_is_negative() -> None:
    value = float(scoring.expected(Parameters(0.11, 2.24, 0.31, 0.50, m=0), 0, 0, 1, 30))
    assert value == pytest.approx(0.5645886, abs=5e-8)
