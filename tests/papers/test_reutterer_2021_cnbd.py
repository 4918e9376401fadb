"""(M)BG/CNBD-k: Reutterer, Platzer & Schröder (2021), IJRM 38(1); unit checks of BTYDplus."""

from __future__ import annotations

from dataclasses import replace

import pytest

from regulars.insight.lifetime import mbg, scoring
from regulars.insight.lifetime.regularity import fit_regular, wheat_morrison
from regulars.insight.lifetime.scoring import Parameters
from tests.papers.cdnow import exact_days, sample_log

UNIT = Parameters(0.5, 2.0, 0.3, 0.6, m=0, k=3)
ON_CDNOW = {
    "bg": [-9582.43, -9855.33, -10393.57, -11030.19],
    "mbg": [-9582.14, -9853.25, -10394.36, -11033.94],
}


@pytest.mark.parametrize(("x", "value"), [(3, -10.42500), (4, -12.22396)])
def test_likelihood_of_btydplus_unit_check(x: int, value: float) -> None:
    assert float(scoring.log_likelihood_rows(UNIT, x, 12, 14, 3)) == pytest.approx(value, abs=5e-6)


@pytest.mark.parametrize(("m", "value"), [(0, 0.05669), (1, 0.04548)])
def test_pmf_of_btydplus_unit_check(m: int, value: float) -> None:
    assert float(scoring.pmf(replace(UNIT, m=m), 10, 2)) == pytest.approx(value, abs=5e-6)


@pytest.mark.parametrize("model", ["bg", "mbg"])
@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_likelihood_on_cdnow_by_k(model: mbg.ModelName, k: int) -> None:
    told = mbg.fit(exact_days(), model=model, k=k, estimate="mle").in_weeks()
    assert told.log_likelihood == pytest.approx(ON_CDNOW[model][k - 1], abs=6e-3)


@pytest.mark.parametrize("model", ["bg", "mbg"])
def test_no_regularity_is_found_in_cdnow(model: mbg.ModelName) -> None:
    assert fit_regular(exact_days(), model=model, estimate="mle").k == 1


def test_wheat_morrison_k_of_cdnow_is_near_one() -> None:
    k, n = wheat_morrison(*sample_log()[:2])
    assert k == pytest.approx(1.05, abs=0.1)  # the published 1.05 draws the order of two gaps at random
    assert n > 700
