"""Rhythm: published regularity, recovery of known truth, and shrinkage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from regulars.insight.rhythm import (
    UNKNOWN_BASE,
    BaseRhythm,
    base_rhythm,
    customer_rhythms,
    due_chance,
    due_quantile,
    longer_than,
    minka_shape,
    overdue_probability,
    shape_deficit,
    shrunken_shape,
    wheat_morrison,
)
from regulars.insight.shapes import columns
from regulars.insight.silence import SilenceRules, due_gaps, silence_bounds
from regulars.insight.standing_rows import rhythm_of_facts
from tests.insight.simulated import base, facts


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.5, 6.0])
def test_wheat_morrison_recovers_the_shape_of_gamma_gaps(shape: float) -> None:
    rng = np.random.default_rng(1)
    rate = rng.gamma(1.5, 1.0, 40_000)
    one, other = (rng.gamma(shape, 1.0, 40_000) / rate for _ in range(2))
    assert wheat_morrison(one, other) == pytest.approx(shape, rel=0.05)


def test_the_published_figures_of_one_row() -> None:
    # k = (1 - 4V) / 8V: a uniform share (V = 1/12) is a random base.
    share = (np.arange(100_000) + 0.5) / 100_000
    assert wheat_morrison(share, 1 - share) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("shape", [0.5, 1.0, 3.0, 10.0])
def test_minkas_closed_form_is_within_two_per_cent(shape: float) -> None:
    assert minka_shape(shape_deficit(shape)) == pytest.approx(shape, rel=0.02)


def test_regularity_shrinks_toward_the_base_below_ten_gaps_and_is_their_own_above() -> None:
    rng = np.random.default_rng(2)
    for gaps, low, high in ((1, 1.9, 2.1), (300, 5.0, 7.5)):
        drawn = rng.gamma(6.0, 10.0, gaps) + 0.5
        found = shrunken_shape([gaps], [drawn.mean()], [np.log(drawn - 0.5).mean()], 2.0)[0]
        assert low < found < high


def test_equal_gaps_do_not_make_a_customer_infinitely_regular() -> None:
    found = shrunken_shape([3, 400], [7.0, 7.0], [np.log(6.5)] * 2, 1.5)
    assert 1.5 < found[0] < 3.0
    assert found[1] <= 25.0


def test_the_chance_of_a_longer_gap_is_the_gamma_widened_by_what_is_unknown_of_the_mean() -> None:
    rng = np.random.default_rng(3)
    rate = rng.gamma(4.0, 1 / 30.0, 400_000)
    gap = rng.gamma(2.0, 1.0, 400_000) / rate
    for silence in (5.0, 15.0, 40.0):
        assert longer_than(silence, 2.0, 4.0, 30.0) == pytest.approx((gap > silence).mean(), abs=0.003)
    assert longer_than(0.0, 2.0, 4.0, 30.0) == 1.0


def test_with_many_gaps_it_is_the_plain_gamma() -> None:
    wide = longer_than(20.0, 2.0, 2.0 * 5000, 10.0 * 5000)
    assert wide == pytest.approx(stats.gamma.sf(20.0, 2.0, scale=5.0), abs=1e-3)


@pytest.fixture(scope="module")
def known(con: Any) -> tuple[Any, dict[str, np.ndarray], BaseRhythm]:
    simulated = base(11, 900, shape=(2.0, 2.001), gaps=(np.log(12), 0.6), leave=0.04)
    given = con.create_table("known_truth", simulated.facts, overwrite=True)
    rows = columns(rhythm_of_facts(given).order_by("customer").to_pyarrow())
    return simulated, rows, base_rhythm(rows, int(simulated.laid_out.last))


def test_the_base_is_recovered_from_simulated_customers(known: Any) -> None:
    _, _, found = known
    assert found.shape == pytest.approx(2.0, abs=0.35)
    assert found.leave_later == pytest.approx(0.04, abs=0.02)
    assert found.leave_first == pytest.approx(0.04, abs=0.04)
    # Mean gap of the prior against the simulated mean of means.
    assert found.scale * found.shape / (found.weight - 1) == pytest.approx(12 * np.exp(0.18), rel=0.25)


def test_usual_gaps_are_near_the_true_ones(known: Any) -> None:
    simulated, rows, found = known
    rhythms = customer_rhythms(rows, found)
    many = rows["gaps"] >= 15
    true = stats.gamma.median(2.0, scale=simulated.mean_gap[rows["customer"][many]] / 2.0)
    assert np.median(np.abs(np.log(rhythms.usual_gap[many] / true))) < 0.15


def test_few_gaps_shrink_toward_the_base(known: Any) -> None:
    _, rows, found = known
    single = {name: values[rows["gaps"] == 1] for name, values in rows.items()}
    rhythms = customer_rhythms(single, found)
    pulled = np.abs(np.log(rhythms.usual_gap / found.usual_gap))
    raw = np.abs(np.log(single["median_gap"] / found.usual_gap))
    assert (pulled <= raw + 0.01).all()
    assert pulled.mean() < raw.mean()


def test_the_order_of_rows_changes_nothing(known: Any) -> None:
    _, rows, found = known
    mixed = np.random.default_rng(5).permutation(len(rows["days"]))
    again = base_rhythm({name: values[mixed] for name, values in rows.items()}, known[0].laid_out.last)
    assert again == found


def test_a_base_rhythm_survives_storage(known: Any) -> None:
    assert BaseRhythm.from_json(known[2].to_json()) == known[2]


def test_the_due_quantiles_are_where_the_chance_says(known: Any) -> None:
    _, rows, found = known
    rhythms = customer_rhythms(rows, found)
    silence = np.full(len(rhythms), 4.0)
    for share in (0.25, 0.5, 0.9):
        due = due_quantile(rhythms, silence, share)
        reached = 1 - overdue_probability(rhythms, due) / overdue_probability(rhythms, silence)
        assert reached == pytest.approx(np.full(len(rhythms), share), abs=1e-6)
        assert (due > 4).all()
    assert due_gaps(rhythms, 0.5) == pytest.approx(
        due_quantile(rhythms, np.zeros(len(rhythms)), 0.5), rel=1e-9
    )
    assert (due_chance(rhythms, silence, 7) > due_chance(rhythms, silence, 1)).all()


def test_the_quiet_bound_keeps_both_promises(known: Any) -> None:
    _, rows, found = known
    rhythms = customer_rhythms(rows, found)
    bounds = silence_bounds(rhythms, found)
    rules = SilenceRules()
    assert (overdue_probability(rhythms, bounds.quiet) <= rules.quiet_chance + 1e-9).all()
    tighter = silence_bounds(rhythms, found, SilenceRules(quiet_chance=0.01, false_alarms=0.01))
    assert (tighter.quiet >= bounds.quiet).all()
    assert (bounds.quiet >= rules.least).all()


def test_one_long_absence_is_no_part_of_a_weekly_rhythm(table: Any) -> None:
    days = [*range(1000, 1140, 7), *range(1500, 1570, 7)]
    rows = columns(rhythm_of_facts(table(facts([{"customer": 1, "day": day} for day in days]))).to_pyarrow())
    rhythms = customer_rhythms(rows, UNKNOWN_BASE)
    assert rhythms.broke.tolist() == [True]
    assert rhythms.mean_gap.tolist() == [7.0]


def test_an_empty_base_is_unknown_and_still_answers(table: Any) -> None:
    rows = columns(rhythm_of_facts(table(facts([{"customer": 1, "day": 10}]))).to_pyarrow())
    found = base_rhythm(rows, 20)
    assert found == UNKNOWN_BASE
    rhythms = customer_rhythms(rows, found)
    assert np.isfinite(rhythms.usual_gap).all()
    assert (silence_bounds(rhythms, found).lapse > 0).all()
