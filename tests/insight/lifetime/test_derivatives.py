"""Exact gradients and Hessians agree with finite differences, and the sums with the formula per customer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gammaln, hyp2f1

from regulars.insight.lifetime import gamma_gamma, likelihood, pareto, scoring
from regulars.insight.lifetime.likelihood import Evaluation
from regulars.insight.lifetime.priors import mbg_prior, pareto_prior
from regulars.insight.lifetime.scoring import Parameters
from regulars.insight.lifetime.summary import Floats, PurchaseSummary

ROWS = PurchaseSummary(
    [0, 0, 0, 1, 1, 2, 3, 7, 40, 120],
    [0, 0, 0, 1, 60, 90, 90, 200, 299, 290],
    [1, 40, 400, 300, 61, 90, 250, 210, 300, 500],
)
POSITIVE = st.floats(0.05, 8.0)
THETA = st.tuples(POSITIVE, st.floats(1.0, 300.0), POSITIVE, POSITIVE)


def check(function: Callable[[Floats], Evaluation], at: Floats) -> None:
    exact = function(at)
    gradient, hessian = np.zeros(len(at)), np.zeros((len(at), len(at)))
    for i, step in enumerate(np.diag(1e-5 * np.maximum(np.abs(at), 0.1))):
        ahead, behind = function(at + step), function(at - step)
        gradient[i] = (ahead.value - behind.value) / (2 * step[i])
        hessian[i] = (ahead.gradient - behind.gradient) / (2 * step[i])
    assert exact.gradient == pytest.approx(gradient, rel=1e-5, abs=1e-6 * max(1.0, np.abs(gradient).max()))
    assert exact.hessian == pytest.approx(hessian, rel=1e-5, abs=1e-6 * max(1.0, np.abs(hessian).max()))


@pytest.mark.parametrize("m", [0, 1])
@pytest.mark.parametrize("k", [1, 2, 4])
@given(theta=THETA)
@settings(max_examples=25, deadline=None)
def test_derivatives_of_the_count_models(m: int, k: int, theta: tuple[float, ...]) -> None:
    rows = likelihood.rows_of(ROWS.compress())
    if m == 0 and theta[3] < 0.1:
        return
    check(lambda at: likelihood.evaluate(rows, at, m=m, k=k), np.array(theta))


@pytest.mark.parametrize("m", [0, 1])
@pytest.mark.parametrize("k", [1, 3])
@given(theta=THETA)
@settings(max_examples=25, deadline=None)
def test_the_sum_over_blocks_is_the_sum_over_customers(m: int, k: int, theta: tuple[float, ...]) -> None:
    rows = likelihood.rows_of(ROWS.compress())
    by_customer = scoring.log_likelihood_rows(Parameters(*theta, m=m, k=k), ROWS.x, ROWS.t_x, ROWS.T)
    total = likelihood.evaluate(rows, np.array(theta), m=m, k=k).value
    assert total == pytest.approx(float(by_customer.sum()), rel=1e-10, abs=1e-9)


@given(theta=THETA, beta=st.floats(1.0, 300.0))
@settings(max_examples=25, deadline=None)
def test_derivatives_of_pareto(theta: tuple[float, ...], beta: float) -> None:
    at = np.array([theta[0], theta[1], theta[2], beta])
    check(lambda here: pareto.evaluate(ROWS.compress(), here), at)


@given(st.tuples(POSITIVE, POSITIVE, st.floats(0.5, 50.0)))
@settings(max_examples=25, deadline=None)
def test_derivatives_of_gamma_gamma(theta: tuple[float, ...]) -> None:
    x, m = np.array([1.0, 2.0, 5.0, 30.0]), np.array([3.0, 20.0, 11.0, 0.4])
    check(lambda at: gamma_gamma.evaluate(at, x, m), np.array(theta))


@pytest.mark.parametrize("prior", [mbg_prior, pareto_prior])
def test_derivatives_of_the_priors(prior: Callable[[Floats], Evaluation]) -> None:
    check(prior, np.array([-0.4, 3.0, 0.7, -1.2]))


def test_pareto_quadrature_agrees_with_the_hypergeometric_form() -> None:
    r, alpha, s, beta = 0.553, 10.578, 0.606, 11.669
    x, t_x, age = 2.0, 30.43, 38.86
    n = r + x

    def piece(until: float) -> float:
        z = (beta - alpha) / (beta + until)
        return float(hyp2f1(n + s, n, n + s + 1, z) / (beta + until) ** (n + s))

    inner = 1 / ((alpha + age) ** n * (beta + age) ** s) + s / (n + s) * (piece(t_x) - piece(age))
    exact = gammaln(n) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.log(inner)
    found = pareto.log_likelihood_rows(np.array([r, alpha, s, beta]), x, t_x, age)
    assert float(found) == pytest.approx(float(exact), abs=1e-11)
