"""MBG/NBD: Batislam, Denizel & Filiztekin (2007), IJRM 24(3); the CDNOW figures are BTYDplus's."""

from __future__ import annotations

import pytest

from regulars.insight.lifetime import mbg
from regulars.insight.lifetime.mbg import FittedMBG
from tests.papers.cdnow import exact_days


@pytest.fixture(scope="module")
def fitted() -> FittedMBG:
    return mbg.fit(exact_days(), model="mbg", estimate="mle")


def test_mbg_parameters_and_likelihood(fitted: FittedMBG) -> None:
    told = fitted.in_weeks()
    assert {name: round(value, 3) for name, value in told.parameters.items()} == {
        "r": 0.525,
        "alpha": 6.183,
        "a": 0.891,
        "b": 1.614,
    }
    assert list(told.parameters.values()) == pytest.approx([0.524843, 6.183085, 0.891359, 1.614002], abs=5e-6)
    assert told.log_likelihood == pytest.approx(-9582.1357, abs=5e-5)


def test_mbg_customer_with_two_repeats(fitted: FittedMBG) -> None:
    assert float(fitted.p_alive(2, 213, 272)) == pytest.approx(0.70613, abs=2e-5)
    assert float(fitted.expected(2, 213, 272, 273)) == pytest.approx(1.26267, abs=2e-4)


def test_mbg_does_not_call_one_time_buyers_certain_to_come_back(fitted: FittedMBG) -> None:
    assert float(fitted.p_alive(0, 0, 272)) == pytest.approx(0.38972, abs=2e-5)


def test_likelihood_in_weeks_differs_by_the_repeats_times_ln_seven(fitted: FittedMBG) -> None:
    assert fitted.in_weeks().log_likelihood - fitted.log_likelihood == pytest.approx(
        2457 * 1.9459101090932196
    )
