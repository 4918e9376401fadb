"""The scorecard: exact slopes, what it recovers, what its intervals promise."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.optimize import minimize
from scipy.special import expit

from regulars.insight.errors import RegularsError
from regulars.insight.exact_parts import exact_parts
from regulars.insight.map_logistic import Prior, gradient, hessian, log_posterior, mode
from regulars.insight.person_periods import Signal, lost_within, person_periods, vanished
from regulars.insight.scorecard import BASELINE, NOT_PROVEN, Scorecard, fit
from tests.insight.account_months import SIGNALS, TRUTH, months


def problem(seed: int = 0, n: int = 80, k: int = 4):
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(n), rng.normal(size=(n, k - 1))])
    y = (rng.random(n) < expit(design @ rng.normal(size=k))).astype(float)
    prior = Prior(
        rng.normal(size=k), rng.uniform(0.3, 2, k), np.array([-np.inf] + [0.0] * (k - 1)), np.full(k, np.inf)
    )
    return design, y, prior, rng.normal(size=k)


@pytest.mark.parametrize("seed", range(5))
def test_slope_and_curvature_are_those_of_finite_differences(seed):
    design, y, prior, beta = problem(seed)
    h = 1e-5
    for axis, unit in enumerate(np.eye(len(beta)) * h):
        rise = log_posterior(beta + unit, design, y, prior) - log_posterior(beta - unit, design, y, prior)
        assert gradient(beta, design, y, prior)[axis] == pytest.approx(rise / (2 * h), rel=1e-6, abs=1e-7)
        bend = gradient(beta + unit, design, y, prior) - gradient(beta - unit, design, y, prior)
        assert hessian(beta, design, prior)[axis] == pytest.approx(bend / (2 * h), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_the_mode_is_where_another_optimiser_finds_it(seed):
    design, y, prior, _ = problem(seed)
    found = mode(design, y, prior)
    other = minimize(
        lambda beta: -log_posterior(beta, design, y, prior),
        np.full(len(prior.mean), 0.1),
        jac=lambda beta: -gradient(beta, design, y, prior),
        bounds=list(zip(prior.low, prior.high, strict=True)),
        method="L-BFGS-B",
        options={"ftol": 1e-15, "gtol": 1e-10},
    )
    assert found.beta == pytest.approx(other.x, abs=2e-5)
    assert found.log_posterior >= -other.fun - 1e-9
    assert (found.beta[found.bound] == 0).all()


def test_separated_rows_do_not_run_off():
    design = np.column_stack([np.ones(20), np.repeat([-1.0, 1.0], 10)])
    found = mode(design, np.repeat([0.0, 1.0], 10), Prior.free(np.zeros(2), np.array([5.0, 0.75])))
    assert 0.5 < found.beta[1] < 4


def test_rows_that_are_not_finite_are_refused():
    design, y, prior, _ = problem()
    design[3, 2] = np.inf
    with pytest.raises(RegularsError) as caught:
        mode(design, y, prior)
    assert caught.value.code == "scorecard-unfit"


def test_many_rows_give_back_the_truth():
    rows = months(6000, level=-2.6)
    card = fit(rows)
    scale = np.array(card.scale[3:])
    for weight, truth, sd in zip(card.weights(), TRUTH, scale, strict=True):
        if truth:
            assert weight.beta / sd == pytest.approx(truth, abs=0.08), weight.key
    assert card.losses == rows.losses
    assert card.p_lost(rows).mean() == pytest.approx(rows.lost.mean(), rel=0.01)


def test_the_unit_of_a_signal_changes_nothing_but_its_unit():
    rows = months()
    other = replace(
        rows, features=rows.features * np.array([24.0, 1000.0, 0.01, 1.0]) + np.array([5, -3, 0, 9])
    )
    plain, scaled = fit(rows), fit(other)
    assert scaled.p_lost(other) == pytest.approx(plain.p_lost(rows), abs=1e-9)
    assert scaled.weights()[0].points_per_unit == pytest.approx(plain.weights()[0].points_per_unit / 24)


def test_a_sign_that_the_data_contradict_binds_and_says_so():
    wrong = (replace(SIGNALS[0], sign=-1, weight=0.0), *SIGNALS[1:])
    weight = fit(months(signals=wrong)).weights()[0]
    assert weight.beta == 0
    assert weight.se is None
    assert weight.note == NOT_PROVEN
    assert weight.points_per_unit == 0
    right = fit(months(2000)).weights()[0]
    assert right.note == ""
    assert right.se is not None


def test_without_losses_to_learn_from_the_weights_stay_what_people_said():
    rows = months(60, length=3, level=-9)
    assert rows.losses == 0
    weight = fit(rows).weights()[0]
    assert weight.beta == pytest.approx(-0.5, abs=0.2)
    assert weight.prior == -0.5


def test_a_signal_that_never_varied_has_no_weight():
    rows = months()
    flat = rows.features.copy()
    flat[:, 0] = 3.0
    card = fit(replace(rows, features=flat))
    assert card.weights()[0].beta == 0
    assert np.isfinite(card.p_lost(rows)).all()


def test_ten_points_more_double_the_odds_of_staying():
    rows = months()
    card = fit(rows)
    more = np.zeros(len(SIGNALS))
    more[0] = 10 / card.weights()[0].points_per_unit
    before, after = card.p_lost(rows), card.p_lost(replace(rows, features=rows.features + more))
    assert (1 - after) / after == pytest.approx(2 * (1 - before) / before)


def test_what_is_not_known_adds_nothing():
    rows = months()
    card = fit(rows)
    gaps = rows.features.copy()
    gaps[:, 1] = np.nan
    design = card.design(replace(rows, features=gaps))
    people = 1 + len(BASELINE) + [weight.key for weight in card.weights()].index("people")
    assert (design[:, people] == 0).all()
    assert (np.delete(design, people, axis=1) == np.delete(card.design(rows), people, axis=1)).all()


def test_the_chance_over_several_months_is_that_of_the_product():
    rows = months(50)
    card = fit(rows)
    p = [
        card.p_lost(replace(rows, tenure=rows.tenure + month, renewal_in=rows.renewal_in - month))
        for month in range(3)
    ]
    found = card.chance(rows, 3)
    assert found.value == pytest.approx(1 - (1 - p[0]) * (1 - p[1]) * (1 - p[2]))
    assert (found.low <= found.value).all()
    assert (found.value <= found.high).all()
    assert (found.high <= 1).all()
    estimate = found.estimate(0, 20_000)
    assert (estimate.value, estimate.as_of) == (found.value[0], 20_000)


def test_a_term_that_ends_in_two_months_weighs_in_the_third():
    rng = np.random.default_rng(3)
    n = 4000
    renewal = rng.integers(0, 12, n).astype(float)
    lost = rng.random(n) < np.where(renewal == 0, 0.4, 0.02)
    rows = person_periods(
        {"account": range(n), "month": [0] * n, "tenure": [9] * n, "lost": lost, "renewal_in": renewal}
    )
    card = fit(rows)
    asked = person_periods(
        {"account": [1, 2], "month": [0, 0], "tenure": [9, 9], "lost": [0, 0], "renewal_in": [2, 3]}
    )
    assert card.chance(asked, 2).value[0] < 0.1
    assert card.chance(asked, 3).value[0] > 0.3 > card.chance(asked, 3).value[1]


def test_the_intervals_of_chances_cover_the_truth():
    asked = months(40, seed=99)
    truth = expit(-2.6 + asked.features @ TRUTH)
    covered = []
    for seed in range(40):
        found = fit(months(400, seed=seed, level=-2.6)).chance(asked, 1)
        covered.append(((found.low <= truth) & (truth <= found.high)).mean())
    assert 0.90 <= np.mean(covered) <= 0.99


def test_a_scorecard_survives_its_storage():
    card = fit(months(100))
    assert Scorecard.from_json(json.loads(json.dumps(card.to_json()))) == card


@given(
    arrays.arrays(
        np.float64, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.floats(-1e6, 1e6, width=32)
    )
)
def test_exact_parts_are_within_a_unit_and_sum_to_the_total(parts):
    whole = exact_parts(parts)
    assert np.abs(whole.sum(axis=1) - parts.sum(axis=1)).max() <= 0.5 + 1e-6
    assert np.abs(whole - parts).max() <= 1 + 1e-6
    asked = np.full(len(parts), 17)
    assert (exact_parts(parts, asked).sum(axis=1) == 17).all()


# --- rows ---


def test_outcomes_are_told_only_where_the_months_are():
    columns = {
        "account": [1, 1, 1, 2, 2],
        "month": [0, 1, 2, 0, 1],
        "tenure": [0] * 5,
        "lost": [0, 0, 0, 0, 1],
    }
    rows = person_periods(columns)
    assert lost_within(rows, 1).tolist() == [0, 0, 0, 0, 1]
    assert lost_within(rows, 2).tolist() == pytest.approx([0, 0, np.nan, 1, 1], nan_ok=True)
    assert lost_within(rows, 3).tolist() == pytest.approx([0, np.nan, np.nan, 1, np.nan], nan_ok=True)


def test_those_lost_at_once_are_not_told_before_those_who_stay():
    rows = months(2000)
    past = rows[rows.month < 9]
    outcome, truth = lost_within(past, 3), lost_within(rows, 3)[rows.month < 9]
    told = ~np.isnan(outcome)
    assert (outcome[told] == truth[told]).all()
    assert set(past.month[told]) == set(range(7))


def test_accounts_that_end_without_a_loss_are_named():
    rows = person_periods({"account": [1, 2, 2], "month": [0, 0, 1], "tenure": [0] * 3, "lost": [0, 0, 0]})
    assert vanished(rows).tolist() == [1]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"account": [1], "month": [0], "lost": [0]}, "tenure missing"),
        ({"account": [1, 2], "month": [0], "tenure": [0, 0], "lost": [0, 0]}, "one value for each"),
        ({"account": [1, 1], "month": [0, 0], "tenure": [0, 0], "lost": [0, 0]}, "same month twice"),
        ({"account": [1, 1], "month": [0, 1], "tenure": [0, 0], "lost": [1, 0]}, "after the one in which"),
        ({"account": [1], "month": [0], "tenure": [np.inf], "lost": [0]}, "infinite"),
    ],
)
def test_rows_that_cannot_be_are_refused(columns, said):
    with pytest.raises(RegularsError, match=said) as caught:
        person_periods(columns)
    assert caught.value.code == "person-periods-invalid"


def test_a_weight_against_its_sign_is_refused():
    columns = {"account": [1], "month": [0], "tenure": [0], "lost": [0]}
    with pytest.raises(RegularsError, match="contradicts its sign"):
        person_periods(columns, [Signal("use", 1, -0.5)], [[1.0]])
