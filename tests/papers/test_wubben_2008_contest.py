"""The contest of models with rules of thumb on CDNOW, 39 weeks on 39, after Wübben & v. Wangenheim (2008)."""

from __future__ import annotations

import pytest

from regulars.insight.lifetime.skill import SkillCard, skill_card
from tests.papers.cdnow import HOLDOUT_END, sample_log


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
