"""Scores: closed forms against one another, against simulated customers, and at the edges of floats."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from regulars.insight.lifetime import mbg, pareto, scoring, simulate
from regulars.insight.lifetime.scoring import Parameters, floats
from regulars.insight.lifetime.summary import PurchaseSummary, summaries
from regulars.insight.lifetime.tables import scores
from tests.insight.lifetime.bases import END, START, TRUTH, base, log_of

SHAPE = st.floats(0.05, 20.0)
EVERY = st.builds(Parameters, SHAPE, st.floats(0.5, 500.0), SHAPE, SHAPE, st.sampled_from([0, 1]))


@pytest.mark.parametrize("a", [0.31, 0.999999, 1.0, 1.0 + 1e-9, 1.00002, 3.0, 40.0])
@pytest.mark.parametrize("row", [(0, 1.0, 30.0), (0, 300.0, 7.0), (3, 60.0, 365.0), (90, 700.0, 30.0)])
def test_expected_purchases_are_the_integral_over_who_leaves(a: float, row: tuple[float, ...]) -> None:
    by = replace(TRUTH, a=a)
    x, age, t = row
    q = by.r + x

    def inside(p: float) -> float:
        return -np.expm1(-q * np.log1p(p * t / (by.alpha + age))) / p

    truth = stats.beta(by.a, by.b + x + by.m).expect(inside, lb=0.0, ub=1.0, epsabs=1e-13, limit=400)
    found = float(scoring.expected_while_active(by, *floats(x, age, t)))
    assert found == pytest.approx(truth, rel=2e-8)


@given(by=EVERY, x=st.integers(0, 200), age=st.integers(1, 3000), t=st.integers(1, 2000))
@settings(max_examples=200, deadline=None)
def test_eulers_form_and_the_series_of_positive_terms_agree(by: Parameters, x: int, age: int, t: int) -> None:
    row = floats(x, age, t)
    euler = float(scoring.expected_while_active(by, *row))
    assert euler == pytest.approx(float(scoring.expected_series(by, *row, 0)), rel=2e-5)


@pytest.mark.parametrize("m", [0, 1])
def test_the_series_is_not_cut_short_where_thousands_of_purchases_are_expected(m: int) -> None:
    by, row = Parameters(14.0, 0.5, 0.0625, 1.0, m), floats(0, 1, 960)
    euler = float(scoring.expected_while_active(by, *row))
    assert euler > 5_000
    assert float(scoring.expected_series(by, *row, 0)) == pytest.approx(euler, rel=1e-10)


@given(by=EVERY, x=st.integers(0, 500), silence=st.integers(0, 4000), t=st.floats(0.5, 5000))
@settings(max_examples=200, deadline=None)
def test_nothing_overflows_and_probabilities_are_probabilities(
    by: Parameters, x: int, silence: int, t: float
) -> None:
    last = 3 * x
    alive = float(scoring.p_alive(by, x, last, last + silence))
    buys = float(scoring.p_buy(by, x, last, last + silence, t))
    count = float(scoring.expected(by, x, last, last + silence, t))
    assert 0 <= buys <= alive <= 1
    assert np.isfinite(count)
    assert count >= buys * (1 - 1e-6)


def test_one_time_buyers_are_certain_only_in_bg() -> None:
    assert float(scoring.p_alive(replace(TRUTH, m=0), 0, 0, 5000)) == 1.0
    assert float(scoring.p_alive(TRUTH, 0, 0, 5000)) < 0.5


def test_p_buy_grows_with_the_horizon_and_falls_with_silence() -> None:
    horizons = scoring.p_buy(TRUTH, 5, 300, 320, np.array([1, 10, 100, 1000]))
    silences = scoring.p_buy(TRUTH, 5, 300, 300 + np.array([0, 50, 200, 900]), 90)
    assert (np.diff(horizons) > 0).all()
    assert (np.diff(silences) < 0).all()


@pytest.mark.parametrize("by", [TRUTH, replace(TRUTH, m=0), Parameters(1.3, 20.0, 0.5, 2.0, k=2)])
def test_bulk_scores_are_the_formulas(by: Parameters) -> None:
    summary = base(by, n=3000)
    bulk = scores(by, summary, 90.0)
    row = (summary.x, summary.t_x, summary.T)
    assert bulk.p_alive == pytest.approx(scoring.p_alive(by, *row), rel=1e-12, abs=1e-15)
    assert bulk.p_buy == pytest.approx(scoring.p_buy(by, *row, 90), rel=1e-12, abs=1e-15)
    assert bulk.expected == pytest.approx(scoring.expected(by, *row, 90), rel=1e-9, abs=1e-12)


def test_bulk_scores_without_a_dense_table_are_the_same() -> None:
    summary = PurchaseSummary([0, 4, 9_000], [0, 80, 9_990], [10, 90, 10_000])
    bulk = scores(TRUTH, summary, 30.0)
    assert bulk.p_buy == pytest.approx(scoring.p_buy(TRUTH, summary.x, summary.t_x, summary.T, 30), rel=1e-12)
    assert bulk.expected == pytest.approx(
        scoring.expected(TRUTH, summary.x, summary.t_x, summary.T, 30), rel=1e-9
    )


@pytest.mark.parametrize(
    "by",
    [
        TRUTH,
        replace(TRUTH, m=0),
        Parameters(1.3, 20.0, 0.5, 2.0, k=2),
        Parameters(1.3, 20.0, 0.5, 2.0, m=0, k=3),
    ],
)
def test_forecasts_come_true_for_simulated_customers(by: Parameters) -> None:
    horizon = 120
    log = log_of(by, n=40_000, seed=31)
    then = summaries(log.customer, log.day, END - horizon)
    later = (log.day > END - horizon) & (log.day <= END)
    assert then.customer is not None
    pairs = np.unique(np.stack([log.customer[later], log.day[later]]), axis=1)
    came = np.bincount(pairs[0], minlength=40_000)[then.customer]
    bulk = scores(by, then, float(horizon))
    n = len(came)
    noise = 4 * np.sqrt(bulk.p_buy @ (1 - bulk.p_buy)) / n
    assert float(bulk.p_buy.mean()) == pytest.approx(float((came > 0).mean()), abs=noise + 0.002)
    # Several purchases of one day count once, which the models do not know: a few per cent fewer arrive.
    assert float(came.sum()) / float(bulk.expected.sum()) == pytest.approx(0.985, abs=0.04)
    active = log.active[then.customer]
    there_then = bulk.p_alive.mean()
    assert there_then >= active.mean() - 0.01


def test_pareto_p_buy_is_below_its_expected_count_and_comes_true() -> None:
    theta = np.array([0.55, 70.0, 0.6, 80.0])
    log = simulate.pareto_purchases(
        tuple(theta.tolist()), simulate.first_days(30_000, START, START + 500, seed=5), END, seed=6
    )
    then = summaries(log.customer, log.day, END - 120)
    later = (log.day > END - 120) & (log.day <= END)
    assert then.customer is not None
    came = np.bincount(log.customer[later], minlength=30_000)[then.customer] > 0
    row = (then.x, then.t_x, then.T)
    p, count = pareto.p_buy(theta, *row, 120), pareto.expected(theta, *row, 120)
    assert (p <= count + 1e-12).all()
    assert (p <= pareto.p_alive(theta, *row) + 1e-12).all()
    assert float(p.mean()) == pytest.approx(float(came.mean()), abs=0.006)


def test_pareto_p_buy_is_the_double_integral() -> None:
    r, alpha, s, beta = theta = np.array([0.9, 10.0, 1.4, 20.0])
    x, t_x, age, t = 2, 30.0, 38.0, 12.0

    grid = np.exp(np.linspace(np.log(1e-9), np.log(20.0), 1500))
    rate, leave = grid[:, None], grid[None, :]
    both = rate + leave
    # d rate d leave in logs; the likelihood of x purchases of which the last at t_x, then of staying or leaving.
    weight = stats.gamma.pdf(rate, r, scale=1 / alpha) * stats.gamma.pdf(leave, s, scale=1 / beta)
    weight = weight * rate ** (x + 1) * leave
    here = weight * np.exp(-both * age)
    gone = weight * leave / both * (np.exp(-both * t_x) - np.exp(-both * age))
    buys = here * rate / both * -np.expm1(-both * t)
    total = here.sum() + gone.sum()
    assert float(pareto.p_buy(theta, x, t_x, age, t)) == pytest.approx(buys.sum() / total, rel=1e-8)
    assert float(pareto.p_alive(theta, x, t_x, age)) == pytest.approx(here.sum() / total, rel=1e-8)


def test_intervals_hold_the_value_and_narrow_with_more_customers() -> None:
    few, many = mbg.fit(base(n=200)), mbg.fit(base(n=20_000))
    row = (3, 200, 300, 90)
    widths = []
    for fitted in (few, many):
        for interval in (fitted.p_buy_interval(*row), fitted.expected_interval(*row)):
            assert float(interval.low) < float(interval.value) < float(interval.high)
        widths.append(float(fitted.p_buy_interval(*row).high - fitted.p_buy_interval(*row).low))
    assert widths[1] < widths[0] / 4
    assert float(few.p_alive_interval(0, 0, 30).high) < 1


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    truth = float(scoring.p_buy(TRUTH, 2, 200, 300, 90))
    hits = 0
    for seed in range(100):
        interval = mbg.fit(base(n=400, seed=1000 + seed)).p_buy_interval(2, 200, 300, 90)
        hits += bool(interval.low <= truth <= interval.high)
    assert hits >= 88


def test_certain_answers_have_no_width() -> None:
    interval = mbg.fit(base(n=300), model="bg").p_alive_interval(0, 0, 100)
    assert (float(interval.low), float(interval.high)) == pytest.approx((1.0, 1.0))
