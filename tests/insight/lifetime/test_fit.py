"""Fits: found again from simulated customers, independent of order and unit, honest at the edge."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime import mbg, models, pareto, simulate
from regulars.insight.lifetime.fitted import Fit
from regulars.insight.lifetime.regularity import fit_regular, wheat_morrison
from regulars.insight.lifetime.scoring import Parameters
from regulars.insight.lifetime.summary import Ints, PurchaseSummary, summaries
from tests.insight.lifetime.bases import END, START, TRUTH, base, log_of, same_leaving_rate

SMALL = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=60
)


def of_rows(rows: list[tuple[int, int, int]]) -> PurchaseSummary:
    x = np.array([row[0] for row in rows])
    t_x = np.where(x > 0, np.maximum([row[1] for row in rows], 1), 0)
    return PurchaseSummary(x, t_x, t_x + np.array([row[2] for row in rows]))


def within(fit: Fit, truth: tuple[float, ...], errors: float = 4.0) -> bool:
    """Whether every parameter lies within so many standard errors of the truth, on the log scale."""
    spread = np.sqrt(np.diag(np.array(fit.covariance)))
    return bool((np.abs(fit.log_array() - np.log(truth)) <= errors * spread).all())


@pytest.mark.parametrize(
    "truth",
    [
        TRUTH,
        replace(TRUTH, m=0),
        Parameters(1.3, 20.0, 0.5, 0.9, k=2),
        Parameters(1.5, 30.0, 0.6, 2.0, m=0, k=3),
    ],
)
@pytest.mark.parametrize("estimate", ["mle", "map"])
def test_parameters_are_recovered(truth: Parameters, estimate: str) -> None:
    fitted = mbg.fit(
        base(truth, n=20_000),
        model="mbg" if truth.m else "bg",
        k=truth.k,
        estimate="map" if estimate == "map" else "mle",
    )
    assert within(fitted.fit, (truth.r, truth.alpha, truth.a, truth.b))
    assert fitted.fit.converged


def test_pareto_parameters_are_recovered() -> None:
    truth = (0.55, 70.0, 0.6, 80.0)
    days = simulate.first_days(15_000, START, START + 500, seed=1)
    log = simulate.pareto_purchases(truth, days, END, seed=2)
    summary = summaries(log.customer, log.day, END)
    assert within(pareto.fit(summary, estimate="mle").fit, truth)
    assert within(pareto.fit(summary).fit, truth)


def test_regularity_is_found_and_only_where_it_is() -> None:
    assert fit_regular(base(replace(TRUTH, k=2, alpha=20.0))).k == 2
    assert fit_regular(base()).k == 1
    log = log_of(replace(TRUTH, k=3, alpha=20.0))
    assert wheat_morrison(log.customer, log.day)[0] > 2
    assert np.isnan(wheat_morrison([1, 1, 2], [3, 9, 4])[0])


def test_a_large_base_is_fitted_to_the_same_optimum_from_a_sample_as_from_cold() -> None:
    large = base(n=120_000)
    assert len(large.compress().x) > mbg.WARM_START_FROM
    fitted = mbg.fit(large, estimate="mle")
    assert fitted.fit.converged
    assert fitted.fit.gradient_norm < 1e-8
    assert within(fitted.fit, (TRUTH.r, TRUTH.alpha, TRUTH.a, TRUTH.b), 5.0)


@given(rows=SMALL, random=st.randoms())
@settings(max_examples=40, deadline=None)
def test_the_order_of_customers_does_not_matter(rows: list[tuple[int, int, int]], random: Random) -> None:
    summary = of_rows(rows)
    if not summary.repeats:
        return
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = PurchaseSummary(summary.x[order], summary.t_x[order], summary.T[order])
    assert mbg.fit(summary).to_json() == mbg.fit(shuffled).to_json()


@given(rows=SMALL)
@settings(max_examples=60, deadline=None)
def test_map_converges_on_anything_with_a_repeat(rows: list[tuple[int, int, int]]) -> None:
    summary = of_rows(rows)
    if not summary.repeats:
        return
    fitted = mbg.fit(summary)
    assert fitted.fit.converged, fitted.fit
    assert fitted.fit.boundary == ""
    assert np.isfinite(list(fitted.standard_errors.values())).all()
    scored = fitted.scores(summary, 90)
    for column in (scored.p_alive, scored.p_buy):
        assert ((column >= 0) & (column <= 1)).all()
    assert (np.isfinite(scored.expected) & (scored.expected >= 0)).all()


@given(factor=st.integers(2, 40))
@settings(max_examples=10, deadline=None)
def test_only_alpha_feels_the_unit_of_time(factor: int) -> None:
    fine, summary = mbg.fit(base()).fit, base()
    coarse = mbg.fit(PurchaseSummary(summary.x, summary.t_x * factor, summary.T * factor)).fit
    told = coarse.told_in(float(factor), "days")
    assert list(told.parameters.values()) == pytest.approx(list(fine.parameters.values()), rel=1e-7)
    assert list(told.standard_errors.values()) == pytest.approx(list(fine.standard_errors.values()), rel=1e-5)
    assert told.log_likelihood == pytest.approx(fine.log_likelihood, rel=1e-9)


def test_a_runaway_maximum_is_detected_and_said() -> None:
    fitted = mbg.fit(same_leaving_rate(1500, 4), estimate="mle")
    assert not fitted.fit.converged
    assert "everyone leaves at one rate" in fitted.fit.boundary
    assert "MAP" in fitted.fit.boundary
    scored = fitted.scores(same_leaving_rate(1500, 4), 365)
    assert np.isfinite(scored.p_buy).all()
    assert np.isfinite(scored.expected).all()


def test_clockwork_customers_run_away_and_are_said_to() -> None:
    n = 300
    x = np.full(n, 12)
    summary = PurchaseSummary(x, 30 * x, 30 * x + np.arange(n) % 30)
    fitted = mbg.fit(summary, estimate="mle")
    assert fitted.fit.boundary != ""
    assert mbg.fit(summary).fit.boundary == ""


def test_map_converges_on_sixty_of_sixty_small_samples() -> None:
    fits = [mbg.fit(base(n=100, seed=seed)).fit for seed in range(60)]
    assert sum(fit.converged for fit in fits) == 60
    assert max(fit.iterations for fit in fits) <= 13
    middle = np.median([fit.values for fit in fits], axis=0)
    assert middle == pytest.approx([0.55, 70.0, 0.8, 2.5], rel=0.25)


def test_some_small_samples_have_no_maximum_and_every_such_fit_says_so() -> None:
    fits = [mbg.fit(base(n=100, seed=seed), estimate="mle").fit for seed in range(60)]
    assert any(fit.boundary for fit in fits)
    assert all(fit.converged != bool(fit.boundary) for fit in fits)


@pytest.mark.parametrize("model", ["bg", "mbg", "pareto", "bg-cnbd", "mbg-cnbd"])
def test_one_time_buyers_alone_are_refused_in_words(model: str) -> None:
    nothing: Ints = np.zeros(5, dtype=np.int64)
    with pytest.raises(RegularsError, match="none of 5 customers bought on a second day") as refused:
        models.fit_named(model, replace(PurchaseSummary(nothing, nothing, nothing + 9), log_gaps=np.zeros(5)))
    assert refused.value.code == "nothing-repeats"


@pytest.mark.parametrize("model", ["bg", "mbg", "pareto"])
def test_one_customer_is_fitted_by_the_prior(model: str) -> None:
    fitted = models.fit_named(model, PurchaseSummary([3], [40], [60]))
    assert fitted.fit.converged
    assert 0 < float(fitted.p_buy(3, 40, 60, 30)) < 1


@pytest.mark.parametrize("model", ["bg", "mbg", "pareto", "mbg-cnbd"])
@pytest.mark.parametrize("estimate", ["map", "mle"])
def test_models_survive_storage(model: str, estimate: str) -> None:
    fitted = models.fit_named(model, base(n=1000), "map" if estimate == "map" else "mle")
    back = models.from_json(json.loads(json.dumps(fitted.to_json(), allow_nan=False)))
    assert back == fitted


def test_a_fit_without_covariance_survives_storage() -> None:
    fitted = mbg.fit(same_leaving_rate(1500, 4), estimate="mle")
    stored = json.dumps(
        replace(fitted, fit=replace(fitted.fit, covariance=((float("nan"),) * 4,) * 4)).to_json()
    )
    back = models.from_json(json.loads(stored))
    assert np.isnan(list(back.fit.standard_errors.values())).all()  # type: ignore[union-attr]


def test_unknown_names_are_refused() -> None:
    with pytest.raises(RegularsError, match="choose one of bg, bg-cnbd, mbg, mbg-cnbd, pareto"):
        models.fit_named("arima", base(n=50))
    with pytest.raises(RegularsError, match="which is not known here"):
        models.from_json({"kind": "arima"})
    with pytest.raises(RegularsError, match="choose map or mle"):
        models.fit_named("mbg", base(n=50), "vi")  # type: ignore[arg-type]
    with pytest.raises(RegularsError, match="starts at 1"):
        mbg.fit(base(n=50), k=0)
    with pytest.raises(RegularsError, match="ask for log_gaps"):
        fit_regular(PurchaseSummary([1], [2], [3]))


def test_map_states_its_prior_and_mle_has_none() -> None:
    assert "ln r ~ N(0, 1)" in mbg.fit(base(n=300)).fit.prior
    assert mbg.fit(base(n=300), estimate="mle").fit.prior == ""


def test_parameter_intervals_hold_the_estimate_and_stay_above_zero() -> None:
    fit = mbg.fit(base(n=300)).fit
    for name, (low, high) in fit.intervals().items():
        assert 0 < low < fit.parameters[name] < high
