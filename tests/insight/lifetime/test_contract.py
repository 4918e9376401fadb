"""Contract models: recovered from simulated customers, independent of order, honest at the edge."""

from __future__ import annotations

import json
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import beta as beta_function
from scipy.special import betaln, gammaln, hyp2f1, polygamma, psi

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime import contract
from regulars.insight.lifetime.contract import ContractModel, FittedContract
from regulars.insight.lifetime.priors import contract_prior
from regulars.insight.lifetime.renewal_likelihood import (
    evaluate_bdw,
    evaluate_sbg,
    log_gamma_ratio,
    psi_step,
    trigamma_step,
)
from regulars.insight.lifetime.renewals_kept import Periods, decisions, of_cohorts
from tests.insight.lifetime.test_derivatives import check

ROWS = st.lists(
    st.tuples(st.integers(0, 9), st.booleans(), st.integers(1, 40)), min_size=2, max_size=30
).filter(lambda rows: not contract.shortfall(of_rows(rows)))
POSITIVE = st.floats(0.05, 8.0)


def of_rows(rows: list[tuple[int, bool, int]]) -> Periods:
    survived, lost, weight = zip(*rows, strict=True)
    return Periods(survived, lost, weight, as_of=19_000)


def simulated(theta: tuple[float, ...], n: int, seed: int, longest: int = 10) -> Periods:
    """Return customers who each leave with their own chance, watched for up to ``longest`` renewals."""
    alpha, beta, c = (*theta, 1.0)[:3]
    rng = np.random.default_rng(seed)
    stay = 1.0 - rng.beta(alpha, beta, n)
    # P(T > t) = stay^(t^c): turned round, the life is the first t at which that falls below a uniform draw.
    with np.errstate(divide="ignore"):
        life = np.ceil((np.log(rng.random(n)) / np.log(stay)) ** (1.0 / c))
    seen = rng.integers(1, longest + 1, n)
    lost = life <= seen
    return Periods(np.where(lost, life - 1, seen), lost, as_of=19_000)


@pytest.mark.parametrize(
    ("model", "truth"), [("sbg", (0.7, 3.8)), ("bdw", (0.8, 2.5, 1.6)), ("bdw", (0.6, 1.5, 0.7))]
)
@pytest.mark.parametrize("estimate", ["mle", "map"])
def test_parameters_are_recovered(model: ContractModel, truth: tuple[float, ...], estimate: str) -> None:
    periods = simulated(truth, 40_000, seed=3)
    found = contract.fit(periods, model=model, estimate="map" if estimate == "map" else "mle")
    spread = np.sqrt(np.diag(np.array(found.fit.covariance)))
    assert (np.abs(found.fit.log_array() - np.log(truth)) <= 4.0 * spread).all()
    assert found.fit.converged
    assert found.fit.gradient_norm < 1e-8


def test_the_interval_of_survival_holds_the_truth_as_often_as_it_says() -> None:
    truth = beta_function(0.7, 3.8 + 5) / beta_function(0.7, 3.8)
    held = 0
    for seed in range(200):
        told = contract.fit(simulated((0.7, 3.8), 400, seed=seed)).survival_estimate(5)
        assert told.low is not None and told.high is not None
        held += told.low <= truth <= told.high
    assert 180 <= held <= 199


@given(theta=st.tuples(POSITIVE, POSITIVE))
@settings(max_examples=25, deadline=None)
def test_derivatives_of_sbg(theta: tuple[float, ...]) -> None:
    at = decisions(simulated((0.7, 3.8), 300, seed=1))
    check(lambda here: evaluate_sbg(at, here), np.array(theta))


@given(theta=st.tuples(POSITIVE, POSITIVE, st.floats(0.3, 3.0)))
@settings(max_examples=25, deadline=None)
def test_derivatives_of_bdw(theta: tuple[float, ...]) -> None:
    at = decisions(simulated((0.7, 3.8), 300, seed=1))
    check(lambda here: evaluate_bdw(at, here), np.array(theta))


@pytest.mark.parametrize("z", [[-0.4, 1.2], [-0.4, 1.2, 0.3]])
def test_derivatives_of_the_prior(z: list[float]) -> None:
    check(contract_prior, np.array(z))


def test_bdw_with_c_of_one_is_sbg() -> None:
    at = decisions(simulated((0.7, 3.8), 300, seed=1))
    simple, richer = evaluate_sbg(at, np.array([0.9, 2.2])), evaluate_bdw(at, np.array([0.9, 2.2, 1.0]))
    assert richer.value == pytest.approx(simple.value, rel=1e-12)
    assert richer.gradient[:2] == pytest.approx(simple.gradient, rel=1e-9)
    assert richer.hessian[:2, :2] == pytest.approx(simple.hessian, rel=1e-9)


def test_the_likelihood_is_the_formula_summed_over_customers() -> None:
    periods = simulated((0.7, 3.8), 300, seed=2)
    alpha, beta = 0.6, 2.9
    n = periods.survived
    rows = np.where(periods.lost, betaln(alpha + 1, beta + n), betaln(alpha, beta + n)) - betaln(alpha, beta)
    found = evaluate_sbg(decisions(periods), np.array([alpha, beta])).value
    assert found == pytest.approx(float(rows.sum()), rel=1e-12)


@given(x=st.floats(1e-3, 1e4), a=st.floats(1e-3, 50.0))
@settings(max_examples=100, deadline=None)
def test_differences_of_gammas_agree_with_scipy_where_that_can_be_trusted(x: float, a: float) -> None:
    at = np.array(x)
    assert float(log_gamma_ratio(at, a)) == pytest.approx(betaln(x, a) - gammaln(a), rel=1e-9, abs=1e-9)
    assert float(psi_step(at, a)) == pytest.approx(psi(x) - psi(x + a), rel=1e-9, abs=1e-12)
    bent = polygamma(1, x) - polygamma(1, x + a)
    assert float(trigamma_step(at, a)) == pytest.approx(bent, rel=1e-9, abs=1e-12)


def test_differences_of_gammas_keep_their_digits_far_out() -> None:
    assert float(psi_step(np.array(1e15), 3.0)) == pytest.approx(-3e-15, rel=1e-12)
    assert float(trigamma_step(np.array(1e15), 3.0)) == pytest.approx(3e-30, rel=1e-12)


@given(rows=ROWS, random=st.randoms(), model=st.sampled_from(["sbg", "bdw"]))
@settings(max_examples=40, deadline=None)
def test_neither_order_nor_repetition_matters(
    rows: list[tuple[int, bool, int]], random: Random, model: ContractModel
) -> None:
    if contract.shortfall(of_rows(rows), model):
        return
    apart = [(survived, lost, 1) for survived, lost, weight in rows for _ in range(weight)]
    random.shuffle(apart)
    assert contract.fit(of_rows(rows), model=model) == contract.fit(of_rows(apart), model=model)


@given(rows=ROWS, model=st.sampled_from(["sbg", "bdw"]))
@settings(max_examples=80, deadline=None)
def test_whatever_the_customers_survival_falls_and_stays_between_nothing_and_all(
    rows: list[tuple[int, bool, int]], model: ContractModel
) -> None:
    if contract.shortfall(of_rows(rows), model):
        return
    found = contract.fit(of_rows(rows), model=model)
    assert found.fit.converged, found
    assert found.fit.estimate == ("map" if found.announcement else "mle")
    curve = found.survival(np.arange(0, 200))
    assert curve[0] == 1.0
    assert (np.diff(curve) <= 1e-15).all()
    assert ((curve >= 0) & (curve <= 1)).all()
    told = found.survival_estimate(2)
    assert told.value is not None and told.low is not None and told.high is not None
    assert 0 <= told.low <= told.value <= told.high <= 1


def test_retention_rises_with_age_and_is_the_ratio_of_survivals() -> None:
    found = contract.fit(simulated((0.7, 3.8), 5000, seed=4))
    t = np.arange(1, 9)
    alpha, beta = found.parameters.values()
    assert found.retention(t) == pytest.approx((beta + t - 1) / (alpha + beta + t - 1), rel=1e-10)
    assert (np.diff(found.retention(t)) > 0).all()
    assert found.p_renew(3) == pytest.approx(float(found.survival(4) / found.survival(3)), rel=1e-12)


def test_expected_renewals_agree_with_the_closed_forms() -> None:
    found = contract.fit(simulated((0.7, 3.8), 5000, seed=4))
    alpha, beta = found.parameters.values()
    n, rate = 3, 0.1
    published = (
        (beta + n) / (alpha + beta + n) / (1 + rate)
        * hyp2f1(1, beta + n + 1, alpha + beta + n + 1, 1 / (1 + rate))
    )  # fmt: skip
    assert found.expected_renewals(n, discount=rate) == pytest.approx(float(published), rel=1e-9)
    ahead = found.survival(np.arange(n + 1, n + 6)).sum() / found.survival(n)
    assert found.expected_renewals(n, within=5) == pytest.approx(float(ahead), rel=1e-12)


@pytest.mark.parametrize("ends", [{}, {"within": -1}, {"discount": -0.1}])
def test_an_expectation_without_an_end_is_refused(ends: dict[str, float]) -> None:
    found = contract.fit(simulated((0.7, 3.8), 500, seed=4))
    with pytest.raises(RegularsError) as refused:
        found.expected_renewals(1, **ends)  # type: ignore[arg-type]
    assert refused.value.code == "endless-expectation"


def test_survivors_leave_less_easily() -> None:
    found = contract.fit(simulated((0.7, 3.8), 5000, seed=4))
    fresh, old = (alpha / (alpha + beta) for alpha, beta in map(found.churn_posterior, (0, 6)))
    assert old < fresh
    assert fresh == pytest.approx(1 - float(found.retention(1)))
    assert old == pytest.approx(1 - float(found.p_renew(6)))


def test_everybody_leaving_at_one_rate_is_announced() -> None:
    alive = [4096 >> i for i in range(8)]
    found = contract.fit(of_cohorts([alive], as_of=0))
    assert found.fit.estimate == "map"
    assert "everyone leaves at one rate" in found.announcement
    assert "weak prior" in found.announcement
    assert found.fit.converged
    assert found.survival_estimate(3).value == pytest.approx(1 / 8, abs=0.01)
    bare = contract.fit(of_cohorts([alive], as_of=0), estimate="mle")
    assert bare.fit.boundary
    assert bare.survival_estimate(3).refused


def test_too_few_customers_are_refused_with_what_is_needed() -> None:
    periods = of_cohorts([[12, 10]], as_of=19_000)
    told = contract.refusal(periods)
    assert told is not None
    assert told.refusal == (
        "Not enough data yet: 12 customers came to a renewal, 30 are needed; 2 of them left, 5 are needed; "
        "1 renewals in a life were seen, 2 are needed."
    )
    assert (told.n, told.as_of, told.method) == (12, 19_000, "sBG")
    with pytest.raises(RegularsError) as refused:
        contract.fit(periods)
    assert refused.value.code == "too-few-renewals"
    assert contract.refusal(of_cohorts([[100, 80, 70]], as_of=0)) is None
    assert contract.refusal(of_cohorts([[100, 80, 70]], as_of=0), "bdw") is not None
    assert contract.fit_best(of_cohorts([[100, 80, 70]], as_of=0)).name == "sBG"


def test_no_figure_far_beyond_what_was_seen() -> None:
    found = contract.fit(of_cohorts([[1000, 869, 743, 653]], as_of=0))
    assert found.survival_estimate(3).method == "sBG"
    assert found.survival_estimate(9).method == "sBG, beyond the 3 renewals seen"
    assert found.survival_estimate(10).refusal == (
        "Nobody came to more than 3 renewals; 10 are too far beyond that."
    )


def test_customers_who_never_came_to_a_renewal_add_nothing() -> None:
    seen = of_rows([(0, True, 20), (1, True, 10), (4, False, 30)])
    more = of_rows([(0, True, 20), (1, True, 10), (4, False, 30), (0, False, 500)])
    assert contract.fit(seen) == contract.fit(more)


def test_cohorts_of_different_ages_are_counted_by_their_renewals() -> None:
    at = decisions(of_cohorts([[100, 80, 70], [50, 40]], as_of=0))
    assert (at.kept.tolist(), at.lost.tolist()) == ([120.0, 70.0], [30.0, 10.0])
    assert len(decisions(Periods([], [], as_of=0)).kept) == 0
    assert contract.shortfall(Periods([], [], as_of=0)).startswith("Not enough data yet: 0 customers")


@pytest.mark.parametrize(
    ("survived", "lost", "weight"),
    [([-1], [True], [1]), ([1, 2], [True], [1, 1]), ([1], [True], [-1]), ([1], [True], [1, 2])],
)
def test_rows_that_cannot_be_are_refused(survived: list[int], lost: list[bool], weight: list[int]) -> None:
    with pytest.raises(RegularsError) as refused:
        Periods(survived, lost, weight, as_of=0)
    assert refused.value.code == "bad-periods"


@pytest.mark.parametrize("alive", [[], [10, 12]])
def test_cohorts_that_are_empty_or_grow_are_refused(alive: list[int]) -> None:
    with pytest.raises(RegularsError) as refused:
        of_cohorts([alive], as_of=0)
    assert refused.value.code == "bad-periods"


def test_arguments_that_do_not_exist_are_refused() -> None:
    periods = of_cohorts([[1000, 869, 743, 653]], as_of=0)
    with pytest.raises(RegularsError, match="choose sbg or bdw"):
        contract.fit(periods, model="weibull")  # type: ignore[arg-type]
    with pytest.raises(RegularsError, match="choose map or mle"):
        contract.fit(periods, estimate="best")  # type: ignore[arg-type]


@pytest.mark.parametrize("model", ["sbg", "bdw"])
def test_contract_models_survive_storage(model: ContractModel) -> None:
    found = contract.fit(simulated((0.7, 3.8), 500, seed=9), model=model)
    assert FittedContract.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False))) == found
