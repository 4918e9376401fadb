"""The contest of models with rules of thumb on CDNOW, 39 weeks on 39, after Wübben & v. Wangenheim (2008)."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.insight.lifetime.models import fit_named
from regulars.insight.lifetime.skill import SkillCard, auc, skill_card
from tests.papers.cdnow import CALIBRATION_END, HOLDOUT_END, exact_days, sample_log


def card(model: str) -> SkillCard:
    customer, day, _ = sample_log()
    return skill_card(customer, day, HOLDOUT_END, 273, model=model, estimate="mle", origins=1)


@pytest.mark.parametrize(
    ("model", "auc", "brier", "mae", "bias"),
    [("bg", 0.757, 0.1612, 0.785, -0.12), ("mbg", 0.760, 0.1614, 0.765, -0.16)],
)
def test_models_do_as_well_as_measured_before(
    model: str, auc: float, brier: float, mae: float, bias: float
) -> None:
    scored = card(model).scored["model"]
    assert scored.auc == pytest.approx(auc, abs=5e-4)
    assert scored.brier == pytest.approx(brier, abs=5e-5)
    assert scored.mae == pytest.approx(mae, abs=5e-4)
    assert scored.bias == pytest.approx(bias, abs=5e-3)


def test_pareto_counts_and_total() -> None:
    scored = card("pareto").scored["model"]
    assert scored.mae == pytest.approx(0.755, abs=5e-4)
    assert scored.bias == pytest.approx(-0.115, abs=5e-4)


def test_ranking_by_recency_alone_and_by_a_logistic() -> None:
    scored = card("mbg").scored
    assert scored["hiatus"].auc == pytest.approx(0.771, abs=5e-4)
    assert scored["logistic"].auc == pytest.approx(0.780, abs=5e-4)
    assert scored["base rate"].auc == 0.5


def test_the_share_that_bought_in_the_holdout() -> None:
    assert card("mbg").active == pytest.approx(0.290, abs=5e-4)


@pytest.mark.parametrize(("model", "right"), [("bg", 0.339), ("mbg", 0.775), ("pareto", 0.774)])
def test_calling_customers_active_above_one_half(model: str, right: float) -> None:
    customer, day, _ = sample_log()
    fitted, summary = fit_named(model, exact_days(), "mle"), exact_days()
    assert summary.customer is not None
    later = set(customer[day > CALIBRATION_END].tolist())
    came = np.array([who in later for who in summary.customer.tolist()])
    alive = fitted.p_alive(summary.x, summary.t_x, summary.T) > 0.5
    assert float((alive == came).mean()) == pytest.approx(right, abs=5e-4)


def test_pareto_ranks_by_expected_purchases_as_measured_before() -> None:
    customer, day, _ = sample_log()
    summary = exact_days()
    assert summary.customer is not None
    later = set(customer[day > CALIBRATION_END].tolist())
    came = np.array([who in later for who in summary.customer.tolist()])
    count = fit_named("pareto", summary, "mle").expected(summary.x, summary.t_x, summary.T, 273)
    assert auc(count, came) == pytest.approx(0.779, abs=5e-4)
    assert float(np.mean((-np.expm1(-count) - came) ** 2)) == pytest.approx(0.1598, abs=5e-5)
