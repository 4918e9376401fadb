"""sBG: Fader & Hardie (2007), J. Interactive Marketing 21(1) 76-90. BdW: Fader, Hardie, Liu, Davin &
Steenburgh (2018), J. Interactive Marketing 43, 1-16, whose data these are; its figures were refitted."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.insight.lifetime import contract
from regulars.insight.lifetime.contract import ContractModel, FittedContract
from regulars.insight.lifetime.renewals_kept import of_cohorts

HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]


def fitted(alive: list[int], model: ContractModel) -> FittedContract:
    return contract.fit(of_cohorts([alive], as_of=0), model=model, estimate="mle")


def test_sbg_high_end_as_printed() -> None:
    found = fitted(HIGH_END, "sbg")
    assert {name: round(value, 3) for name, value in found.parameters.items()} == {
        "alpha": 0.668,
        "beta": 3.806,
    }
    assert found.log_likelihood == pytest.approx(-1611.158, abs=5e-4)
    assert (100 * found.survival(np.arange(1, 13))).round(1).tolist() == [
        85.1, 74.7, 67.0, 61.0, 56.2, 52.2, 48.9, 46.0, 43.6, 41.4, 39.5, 37.8,
    ]  # fmt: skip


def test_sbg_regular_as_printed() -> None:
    found = fitted(REGULAR, "sbg")
    assert {name: round(value, 3) for name, value in found.parameters.items()} == {
        "alpha": 0.704,
        "beta": 1.182,
    }
    assert found.log_likelihood == pytest.approx(-1680.265, abs=5e-4)
    assert (100 * found.survival(np.arange(1, 13))).round(1).tolist() == [
        62.7, 47.4, 38.8, 33.2, 29.2, 26.2, 23.9, 22.0, 20.4, 19.1, 18.0, 17.0,
    ]  # fmt: skip


def test_bdw_on_both_sets() -> None:
    high, regular = fitted(HIGH_END, "bdw"), fitted(REGULAR, "bdw")
    assert [round(value, 3) for value in high.parameters.values()] == [0.214, 1.427, 1.724]
    assert high.log_likelihood == pytest.approx(-1605.314, abs=5e-4)
    assert [round(value, 3) for value in regular.parameters.values()] == [0.456, 0.779, 1.283]
    assert regular.log_likelihood == pytest.approx(-1679.603, abs=5e-4)
    assert (100 * high.survival(np.arange(8, 13))).round(1).tolist() == [46.8, 44.8, 43.2, 41.7, 40.4]


def test_what_happened_after_the_fit_lies_nearer_to_bdw_for_high_end() -> None:
    happened = np.array([46.8, 44.5, 42.7, 40.9, 39.4])
    misses = {
        model: np.abs(100 * fitted(HIGH_END, model).survival(np.arange(8, 13)) - happened).mean()
        for model in ("sbg", "bdw")
    }
    assert misses["bdw"] < 0.6
    assert misses["sbg"] > 1.1


def test_bdw_is_kept_only_where_it_earns_its_third_parameter() -> None:
    assert contract.fit_best(of_cohorts([HIGH_END], as_of=0)).name == "BdW"
    assert contract.fit_best(of_cohorts([REGULAR], as_of=0)).name == "sBG"
