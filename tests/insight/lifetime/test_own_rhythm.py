"""The hiatus rule weighed by each customer's own rhythm: who is silent beyond it has less of a chance."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.lifetime import hiatus, models
from regulars.insight.lifetime.backtest import PurchaseDays, learn_hiatus, purchase_days
from regulars.insight.lifetime.chance import chance_of_purchase
from regulars.insight.lifetime.choice import Choice, choose
from regulars.insight.lifetime.hiatus import HiatusRule
from regulars.insight.lifetime.own_rhythm import RhythmRule, learn_by_rhythm, rhythm_columns
from regulars.insight.lifetime.skill import log_loss
from regulars.insight.rhythm import BaseRhythm

START, CUT, AHEAD = 10_000, 10_500, 90
WEEKLY = BaseRhythm(
    shape=5.0, weight=20.0, scale=28.0, usual_gap=7.0, leave_first=0.3, leave_later=0.02, n=80
)
RULE = RhythmRule(HiatusRule(60, 90.0, 0.97, 0.05, 12.0, 0.1, 90, 80), WEEKLY)


def shop(people: int, seed: int, *, leave: float = 0.01, paces: tuple[float, ...] = (7.0,)) -> PurchaseDays:
    """Return regulars at steady paces, each of whom leaves for good after any purchase with that chance."""
    rng = np.random.default_rng(seed)
    who, day = [], []
    for customer in range(people):
        pace, today = float(rng.choice(paces)), float(START + rng.integers(0, 400))
        while today <= CUT + AHEAD:
            who.append(customer)
            day.append(int(today))
            if rng.random() < leave:
                break
            today += max(1.0, rng.gamma(6.0, pace / 6.0))
    return purchase_days(who, day, CUT + AHEAD)


def chosen(days: PurchaseDays) -> Choice:
    before = days.until(CUT)
    return choose(before.who, before.day, CUT, horizon=AHEAD)


@given(
    visits=st.integers(0, 80),
    between=st.integers(1, 60),
    silences=st.lists(st.integers(0, 900), min_size=2, max_size=2).map(sorted),
    ahead=st.integers(1, 400),
    own=st.floats(0.3, 10.0),
    leave=st.floats(0.005, 0.9),
)
def test_a_longer_silence_never_raises_the_chance(
    visits: int, between: int, silences: list[int], ahead: int, own: float, leave: float
) -> None:
    rule = replace(RULE, rhythm=replace(WEEKLY, shape=own, leave_later=leave))
    last = visits * between
    ages = np.array(silences) + last
    sooner, later = rule.p_buy([visits] * 2, [last] * 2, ages, ahead)
    assert 0 <= later <= sooner + 1e-12 <= 1 + 1e-12
    fewer, more = rule.expected([visits] * 2, [last] * 2, ages, ahead)
    assert more <= fewer + 1e-12


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 4)), min_size=1, max_size=60),
)
def test_no_learnt_rule_gives_the_silent_a_better_chance(seen: list[tuple[int, int]]) -> None:
    silence, bought = np.array(seen).T
    rule = hiatus.learn(silence, bought, 30.0)
    assert rule.quiet <= rule.recent
    assert rule.quiet_mean <= rule.recent_mean


@given(seed=st.integers(0, 200), leave=st.sampled_from([0.01, 0.1, 0.5]))
def test_what_is_learnt_of_any_shop_falls_with_silence(seed: int, leave: float) -> None:
    rule = learn_by_rhythm(shop(12, seed, leave=leave), CUT, AHEAD)
    silences = np.arange(0, 400)
    p = rule.p_buy(np.full(400, 20), np.full(400, 140), 140 + silences, AHEAD)
    assert (np.diff(p) <= 1e-12).all()


@pytest.mark.parametrize("paces", [(7.0,), (4.0, 7.0, 14.0, 30.0)])
def test_those_who_left_get_low_chances_and_the_whole_is_no_worse_than_by_the_plain_rule(
    paces: tuple[float, ...],
) -> None:
    left_said, stayed_said, gaps = [], [], []
    losses: dict[str, list[float]] = {"plain": [], "rhythm": []}
    off: dict[str, list[float]] = {"plain": [], "rhythm": []}
    for seed, people in enumerate((60, 80, 100, 120, 150) * 3):
        days = shop(people, seed, leave=0.02, paces=paces)
        now = days.at(CUT)
        came = days.bought(now, CUT, AHEAD) > 0
        rule = learn_by_rhythm(days.until(CUT), CUT, AHEAD)
        said = {
            "plain": learn_hiatus(days, CUT, AHEAD).scores(now, AHEAD).p_buy,
            "rhythm": rule.scores(now, AHEAD).p_buy,
        }
        for name, p in said.items():
            losses[name].append(log_loss(p, came))
            off[name].append(abs(float(p.mean() - came.mean())))
        beyond = rule.outlasting(now.x, now.t_x, now.T) <= 0.05
        left_said += said["rhythm"][beyond & ~came].tolist()
        stayed_said += said["rhythm"][came].tolist()
        gaps.append(float(said["rhythm"][beyond & ~came].mean()))
    assert np.mean(left_said) < 0.1
    assert max(left_said) < 0.9
    assert np.mean(stayed_said) > 0.9
    assert np.mean(losses["rhythm"]) < np.mean(losses["plain"])
    assert np.mean(off["rhythm"]) <= np.mean(off["plain"]) + 0.002


def test_where_paces_differ_the_card_speaks_for_the_rhythm() -> None:
    found = chosen(shop(140, 3, leave=0.02, paces=(4.0, 7.0, 14.0, 30.0)))
    assert isinstance(found.model, RhythmRule)
    assert found.model.proven
    assert found.card is not None
    assert found.card.use == "model"
    assert found.card.scored["model"].brier < found.card.scored["hiatus"].brier
    assert "weighed by each customer's own rhythm" in found.why


def test_where_the_card_does_not_decide_those_the_rules_differ_on_are_refused() -> None:
    rule = replace(RULE, proven=False)
    x, t_x, T = [50, 50, 50], [350, 350, 350], [352, 390, 500]
    p = rule.p_buy(x, t_x, T, AHEAD)
    assert p[0] == pytest.approx(0.97)
    assert np.isnan(p[1])
    assert p[2] == pytest.approx(0.05)
    said = chance_of_purchase(rule, 50, 350, 390, AHEAD, as_of=CUT)
    assert said.value is None
    assert "beyond their own rhythm" in said.refusal
    assert chance_of_purchase(rule, 50, 350, 352, AHEAD, as_of=CUT).value == pytest.approx(0.97)
    assert chance_of_purchase(RULE, 50, 350, 390, AHEAD, as_of=CUT).value == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("seed", range(6))
def test_no_small_shop_shows_somebody_beyond_their_rhythm_as_sure_to_come(seed: int) -> None:
    days = shop(60 + 15 * seed, seed)
    found = chosen(days)
    assert isinstance(found.model, RhythmRule)
    now = days.at(CUT)
    beyond = found.model.outlasting(now.x, now.t_x, now.T) <= 0.05
    assert beyond.any()
    said = found.model.scores(now, AHEAD).p_buy[beyond]
    assert not (said > 0.9).any()
    plain = learn_hiatus(days, CUT, AHEAD).scores(now, AHEAD).p_buy[~beyond]
    assert np.nanmean(found.model.scores(now, AHEAD).p_buy[~beyond]) == pytest.approx(plain.mean(), abs=0.1)


def test_the_interval_holds_the_chance() -> None:
    for rule in (RULE, replace(RULE, proven=False)):
        span = rule.p_buy_interval([50, 50], [350, 350], [352, 500], AHEAD)
        assert (span.low < span.value).all()
        assert (span.value < span.high).all()


def test_the_rule_survives_storage() -> None:
    rule = replace(RULE, proven=False)
    assert models.from_json(json.loads(json.dumps(rule.to_json(), allow_nan=False))) == rule


def test_the_columns_of_purchase_days_are_those_counted_by_hand() -> None:
    days = purchase_days([1, 1, 1, 1, 2, 3, 3], [10, 13, 20, 24, 11, 12, 30], 25)
    rows = rhythm_columns(days, 25)
    assert rows["days"].tolist() == [4, 1, 1]
    assert rows["gaps"].tolist() == [3, 0, 0]
    assert rows["median_gap"][0] == 4
    assert rows["mean_gap"][0] == pytest.approx(14 / 3)
    assert rows["mean_log_gap"][0] == pytest.approx(np.log([2.5, 6.5, 3.5]).mean())
    assert np.isnan(rows["median_gap"][1:]).all()
    assert (rows["last_gap"][0], rows["gap_before"][0], rows["longest_gap"][0]) == (4, 7, 7)
    assert rows["longest_gap"].tolist() == [7, 0, 0]
    assert rows["last_open"].tolist() == [24, 11, 12]
    assert rhythm_columns(days, 5)["days"].tolist() == []


def test_a_rule_says_no_more_than_so_many_who_all_came_can_show() -> None:
    found = learn_by_rhythm(shop(60, 5, leave=0.0, paces=(4.0,)), CUT, AHEAD)
    assert found.rule.recent <= (found.n + 0.5) / (found.n + 1.0)
    told = chance_of_purchase(found, 50, CUT - 1, CUT, AHEAD, as_of=CUT)
    assert told.low is not None
    assert told.low < 1.0


def test_a_rule_of_a_few_days_refuses_to_speak_of_months() -> None:
    rule = replace(RULE, rule=replace(RULE.rule, horizon=20.0))
    assert chance_of_purchase(rule, 50, 350, 352, 60, as_of=CUT).value is not None
    told = chance_of_purchase(rule, 50, 350, 352, 90, as_of=CUT)
    assert told.value is None
    assert "within 60 days, not within 90" in told.refusal
