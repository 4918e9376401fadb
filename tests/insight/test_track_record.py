"""Is our score right: out of time, against simple rules, with the lost in every sample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from regulars.insight.looking_back import looking_back
from regulars.insight.loss_forecasts import (
    BASE_RATE,
    CONTENDERS,
    POINTS,
    SCORECARD,
    SILENCE,
    TENURE,
    loss_forecasts,
)
from regulars.insight.person_periods import lost_within, person_periods
from regulars.insight.ranked_losses import ranked_losses
from regulars.insight.score_drift import feature_drift, monthly_calibration
from regulars.insight.track_record import _all_forecasts, _cuts, _ranked_estimates, evaluate
from tests.insight.account_months import TRUTH, months

TODAY = 20_000


def test_a_score_that_knows_something_is_found_to_and_the_scorecard_beats_the_simple_rules():
    record = evaluate(months(500), TODAY)
    assert record.refusal == ""
    assert set(record.judged) == set(CONTENDERS)
    score, card = record.judged[POINTS], record.judged[SCORECARD]
    assert score.skill.low > 0
    assert card.skill.low > 0
    assert card.auc.low > 0.6
    assert card.lift.value > 2
    assert card.average_precision.value > 1.5 * record.lost_share
    for name in (BASE_RATE, TENURE, SILENCE):
        assert record.judged[name].scorecard_gain.low > 0, name
        assert record.judged[name].brier > card.brier
        assert record.judged[name].log_score > card.log_score
    assert record.judged[BASE_RATE].auc.value == pytest.approx(0.5)
    assert "so it tells more than chance" in record.sentence()
    assert (
        "beats “the same for everybody”, “only how long a customer”, “only how long silent”"
        in record.sentence()
    )


def test_a_score_of_noise_is_found_to_tell_nothing():
    rows = months(500)
    noise = replace(rows, points=np.random.default_rng(4).uniform(0, 100, len(rows)))
    record = evaluate(noise, TODAY)
    assert record.judged[POINTS].skill.low <= 0
    assert record.judged[POINTS].auc.low < 0.5 < record.judged[POINTS].auc.high
    assert "which may be chance" in record.sentence()
    assert "no better than saying the same of everybody" in record.sentence()


def test_a_score_upside_down_is_said_to_point_the_wrong_way():
    rows = months(500)
    record = evaluate(replace(rows, points=-rows.points), TODAY)
    assert record.judged[POINTS].auc.high < 0.5
    assert record.judged[POINTS].skill.value == pytest.approx(0, abs=0.02)
    assert "points the wrong way" in record.sentence()


def test_signals_without_meaning_give_no_skill_beyond_the_base_rate():
    record = evaluate(months(400, truth=np.zeros(4)), TODAY)
    assert record.judged[SCORECARD].skill.value < 0.01
    assert "is no better than that yet" in record.sentence()


def test_no_forecast_knows_what_came_after_its_cut():
    rows = months(300)
    cut = 12
    asked = rows[rows.month == cut]
    rng = np.random.default_rng(5)
    after = rows.month >= cut
    scrambled = replace(
        rows,
        lost=np.where(after, False, rows.lost),
        points=np.where(after & (rows.month > cut), rng.normal(size=len(rows)), rows.points),
    )
    first = loss_forecasts(rows[rows.month < cut], asked, 3)
    second = loss_forecasts(scrambled[scrambled.month < cut], asked, 3)
    for name in CONTENDERS:
        assert (first[name].p == second[name].p).all()
    # Outcomes of the months just before the cut are not told yet, so none of the rules may count them as kept.
    past = rows[rows.month < cut]
    outcome = lost_within(past, 3)
    assert np.isnan(outcome[past.month > cut - 3]).all()


@pytest.mark.parametrize("cut", [6, 12])
def test_an_evaluation_learns_from_the_months_before_each_cut_only(cut):
    rows = months(300)
    tested = rows[rows.month == cut]
    later = replace(rows, lost=np.where(rows.month >= cut, ~rows.lost, rows.lost))
    earlier = replace(rows, lost=np.where(rows.month == cut - 4, ~rows.lost, rows.lost))
    plain, after, before = (_all_forecasts(told, [cut], tested, 3) for told in (rows, later, earlier))
    for name in CONTENDERS:
        assert (plain[name].p == after[name].p).all(), name
        assert (plain[name].p != before[name].p).any(), name


def test_forecasts_of_several_cuts_stand_where_their_rows_stand():
    rows = months(120)
    cuts = [8, 10, 12]
    tested = rows[np.isin(rows.month, cuts)]
    together = _all_forecasts(rows, cuts, tested, 3)
    for cut in cuts:
        alone = _all_forecasts(rows, [cut], tested[tested.month == cut], 3)
        for name in CONTENDERS:
            assert (together[name].p[tested.month == cut] == alone[name].p).all()


def test_cuts_leave_the_whole_horizon_and_enough_losses_before():
    rows = months(300)
    cuts = _cuts(rows, 3, 1)
    assert cuts[-1] == rows.month.max() - 2
    assert (rows.lost & (rows.month < cuts[0])).sum() >= 5
    assert _cuts(rows, 3, 3) == cuts[::-3][::-1]


def test_the_lost_are_in_every_sample():
    rows = months(300)
    record = evaluate(rows, TODAY, step=3)
    stood = set(zip(rows.account.tolist(), rows.month.tolist(), strict=True))
    ends = zip(rows.account[rows.lost].tolist(), rows.month[rows.lost].tolist(), strict=True)
    tested = [a for a, end in ends if any((a, cut) in stood and cut <= end < cut + 3 for cut in record.cuts)]
    assert record.tested_losses == len(tested) > 100
    assert record.losses == rows.losses
    assert len(record.shown.cases) == rows.losses


def test_books_whose_lost_were_dropped_are_not_judged():
    rows = months(300)
    record = evaluate(replace(rows, lost=np.zeros(len(rows), dtype=bool)), TODAY)
    assert "end without being lost" in record.refusal
    assert record.judged == {}


def test_forty_customers_with_three_losses_are_refused_with_their_cases():
    columns = {
        "account": np.repeat(np.arange(40), 12),
        "month": np.tile(np.arange(12), 40),
        "tenure": np.tile(np.arange(12), 40),
        "lost": np.zeros(480, dtype=bool),
        "points": np.tile(np.linspace(20, 80, 40)[:, None], 12).ravel(),
    }
    for account in (0, 5, 39):
        columns["lost"][account * 12 + 11] = True
    record = evaluate(person_periods(columns), TODAY)
    assert record.judged == {}
    assert record.sentence().startswith("Not enough data yet: 40 customers and 3 losses in 12 months")
    assert "100 customers and 20 losses" in record.sentence()
    assert "in about 68 months" in record.sentence()
    assert [(case.account, case.in_lowest) for case in record.shown.cases] == [(0, 1), (5, 1), (39, 0)]
    assert record.shown.cases[0].points == 20


def test_nothing_at_all_is_refused_too():
    empty = person_periods({"account": [], "month": [], "tenure": [], "lost": []})
    assert evaluate(empty, TODAY).sentence().startswith("Not enough data yet: 0 customers")


def test_accounts_in_any_order_give_the_same_record():
    rows = months(200)
    order = np.random.default_rng(1).permutation(len(rows))
    columns = {
        name: getattr(rows, name)[order]
        for name in ("account", "month", "tenure", "lost", "silence", "points")
    }
    again = person_periods(columns, rows.signals, rows.features[order])
    assert evaluate(again, TODAY).judged == evaluate(rows, TODAY).judged


def test_the_reliability_table_has_wilson_bars_around_what_came():
    table = evaluate(months(500), TODAY).fifths[SCORECARD]
    assert len(table) == 5
    assert [fifth.expected for fifth in table] == sorted(fifth.expected for fifth in table)
    assert all(fifth.came.low <= fifth.came.value <= fifth.came.high for fifth in table)
    assert table[-1].came.low > table[0].came.high


def test_rows_of_one_account_are_drawn_together():
    rng = np.random.default_rng(6)
    n = 300
    lost = (rng.random(n) < 0.2).astype(float)
    rank = lost + rng.normal(0, 1.2, n)

    def width(rank, lost, who) -> float:
        _, low, high = _ranked_estimates(rank, lost, who)[0]
        return high - low

    once = width(rank, lost, np.arange(n))
    same = width(np.repeat(rank, 5), np.repeat(lost, 5), np.repeat(np.arange(n), 5))
    apart = width(np.repeat(rank, 5), np.repeat(lost, 5), np.arange(5 * n))
    assert same == pytest.approx(once, rel=1e-9)
    assert apart == pytest.approx(once / np.sqrt(5), rel=0.15)


def test_seven_of_ten_is_said_as_such():
    n = 30
    columns = {
        "account": np.repeat(np.arange(n), 4),
        "month": np.tile(np.arange(4), n),
        "tenure": np.tile(np.arange(4), n),
        "lost": np.zeros(4 * n, dtype=bool),
        "points": np.repeat(np.arange(n), 4),
    }
    for account in (*range(7), 15, 22, 29):
        columns["lost"][account * 4 + 3] = True
    rows = person_periods(columns)
    back = looking_back(rows, -rows.points, 3)
    assert back.sentence() == (
        "Of those who left, 7 of 10 were in the lowest third of the score 90 days before, chance 3.3, "
        "so it tells more than chance."
    )
    assert back.estimate(TODAY).value == pytest.approx(0.7)
    assert looking_back(rows, -rows.points, 4).estimate(TODAY).refused


def test_equal_scores_find_exactly_what_chance_finds():
    rows = months(300)
    back = looking_back(rows, np.zeros(len(rows)), 3)
    assert back.found == pytest.approx(back.chance)


def test_order_figures_are_those_counted_by_hand():
    rank, lost = np.array([5.0, 4, 4, 3, 2, 2, 1, 0, 0, 0]), np.array([1.0, 1, 0, 0, 1, 0, 0, 0, 0, 0])
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a in rank[lost == 1] for b in rank[lost == 0]]
    found = ranked_losses(rank, lost)
    assert found.auc == pytest.approx(np.mean(pairs))
    assert found.lift == pytest.approx(1 / 0.3)
    assert found.average_precision == pytest.approx((1 + 2 / 3 + 3 / 6) / 3)
    doubled = ranked_losses(rank, lost, np.full(10, 2.0))
    assert doubled.auc == pytest.approx(found.auc)
    assert np.isnan(ranked_losses(rank, np.zeros(10)).auc)


def test_months_that_go_as_foreseen_are_quiet_and_others_loud():
    rng = np.random.default_rng(7)
    month, p = np.repeat(np.arange(60), 200), rng.uniform(0.02, 0.2, 12_000)
    lost = rng.random(12_000) < np.where(month == 59, 2.5 * p, p)
    judged = monthly_calibration(month, p, lost)
    quiet = np.array([one.z for one in judged[:-1]])
    assert abs(quiet.mean()) < 0.4
    assert 0.8 < quiet.std() < 1.25
    assert [one.month for one in judged if one.loud] == [59]
    assert judged[59].n == 200


def test_a_feature_that_moved_or_went_missing_is_to_be_investigated():
    rng = np.random.default_rng(8)
    before = rng.normal(size=3000)
    assert not feature_drift("use", before, rng.normal(size=400), TODAY).investigate
    assert feature_drift("use", before, rng.normal(1.0, size=400), TODAY).investigate
    gone = np.where(rng.random(400) < 0.5, np.nan, rng.normal(size=400))
    assert feature_drift("use", before, gone, TODAY).investigate
    few = feature_drift("use", before, before[:20], TODAY)
    assert few.index.refused
    assert not few.investigate


def test_the_index_of_the_same_distribution_is_its_noise():
    rng = np.random.default_rng(9)
    found = [feature_drift("use", rng.normal(size=500), rng.normal(size=300), TODAY) for _ in range(60)]
    assert np.mean([one.index.value for one in found]) == pytest.approx(found[0].noise, rel=0.25)


def test_the_truth_used_here_has_four_signals():
    assert len(TRUTH) == months(30).features.shape[1]
