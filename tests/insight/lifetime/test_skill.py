"""The skill card and the ladder: a model is used only where it beats the rule of thumb."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime import hiatus, mbg, models, skill
from regulars.insight.lifetime.backtest import learn_hiatus, logistic, purchase_days
from regulars.insight.lifetime.chance import chance_of_purchase
from regulars.insight.lifetime.choice import choose
from regulars.insight.lifetime.hiatus import HiatusRule
from regulars.insight.lifetime.mbg import FittedMBG
from regulars.insight.lifetime.own_rhythm import RhythmRule
from regulars.insight.lifetime.scoring import Parameters
from regulars.insight.lifetime.skill import SkillCard, auc, log_loss, skill_card, skill_interval
from tests.insight.lifetime.bases import END, START, log_of, same_leaving_rate

LATE = END - 90


def card(n: int = 4000, **options: object) -> SkillCard:
    log = log_of(n=n)
    return skill_card(log.customer, log.day, END, 90, **options)  # type: ignore[arg-type]


def test_the_true_model_beats_every_simpler_rule_on_its_own_world() -> None:
    found = card(n=20_000)
    assert found.use == "model"
    assert found.skill_low is not None
    assert found.skill is not None
    assert found.skill_high is not None
    assert 0 < found.skill_low < found.skill < found.skill_high
    model = found.scored["model"]
    for other in ("base rate", "hiatus", "own rate"):
        assert model.brier < found.scored[other].brier
        assert model.log_loss < found.scored[other].log_loss
    assert model.bias == pytest.approx(0.0, abs=0.08)


def test_a_card_compares_every_contender_at_every_date() -> None:
    found = card()
    assert set(found.scored) == {"base rate", "hiatus", "own rate", "logistic", "model"}
    assert found.cuts == (END - 90, END - 180, END - 270)
    assert found.n > found.customers >= 4000
    assert found.scored["logistic"].mae is None
    assert found.scored["base rate"].auc == 0.5


def test_a_card_never_looks_past_its_dates() -> None:
    log = log_of()
    more = (
        np.append(log.customer, np.repeat(log.customer[:50], 2)),
        np.append(log.day, np.arange(100) + END + 1),
    )
    assert card() == skill_card(*more, END, 90)


def test_order_and_duplicates_do_not_change_the_card() -> None:
    log = log_of()
    order = np.random.default_rng(3).permutation(np.tile(np.arange(len(log.day)), 2))
    assert skill_card(log.customer[order], log.day[order], END, 90) == card()


def test_the_same_seed_gives_the_same_interval() -> None:
    assert card().to_json() == card().to_json()


def test_customers_without_pattern_give_no_skill_and_the_hiatus_rule() -> None:
    rng = np.random.default_rng(8)
    n = 1500
    who, day = np.repeat(np.arange(n), 12), rng.integers(START, END + 1, 12 * n)
    found = skill_card(who, day, END, 90)
    assert found.use == "hiatus"
    assert "no better than 'bought in the last" in found.sentence()
    chosen = choose(who, day, END)
    assert chosen.use == "hiatus"
    assert chosen.card == found
    assert chosen.why.startswith(found.sentence())


@pytest.mark.parametrize("n", [3, 150])
def test_below_the_floor_the_card_refuses_and_the_rule_is_used(n: int) -> None:
    log = log_of(n=n)
    found = skill_card(log.customer, log.day, END, 90)
    assert found.use == "hiatus"
    assert found.skill is None
    assert "200 and 30 are needed" in found.sentence()
    chosen = choose(log.customer, log.day, END)
    assert isinstance(chosen.model, RhythmRule)
    # The rule has a card of its own as soon as there are customers to judge it by.
    assert (chosen.card is None) == (n == 3)
    assert f"{n} customers" in chosen.why


def test_too_short_a_history_is_refused_in_words() -> None:
    who, first = np.arange(500), np.where(np.arange(500) < 20, END - 390, END - 100)
    found = skill_card(np.tile(who, 2), np.append(first, first + 5), END, 90)
    assert "too short" in found.sentence()


def test_nobody_yet_is_said() -> None:
    chosen = choose([], [], END)
    assert (chosen.use, chosen.model) == ("nothing", None)
    assert "Nobody has bought yet" in chosen.why


def test_the_ladder_takes_mbg_for_an_ordinary_base() -> None:
    log = log_of(n=20_000)
    chosen = choose(log.customer, log.day, END)
    assert isinstance(chosen.model, FittedMBG)
    assert (chosen.model.name, chosen.model.fit.estimate) == ("MBG/NBD", "map")
    assert chosen.card is not None
    assert chosen.why == chosen.card.sentence()
    assert "20,000 customers" in chosen.why


def test_the_ladder_takes_regularity_where_the_holdout_agrees() -> None:
    log = log_of(Parameters(4.0, 40.0, 0.4, 3.0, k=3), n=6000)
    chosen = choose(log.customer, log.day, END)
    assert isinstance(chosen.model, FittedMBG)
    assert chosen.model.k == 3


def test_cards_and_choices_survive_storage() -> None:
    found = card()
    assert SkillCard.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False))) == found
    refused = card(n=3)
    assert SkillCard.from_json(json.loads(json.dumps(refused.to_json(), allow_nan=False))) == refused
    log = log_of()
    stored = json.loads(json.dumps(choose(log.customer, log.day, END).to_json(), allow_nan=False))
    assert models.from_json(stored["model"]).name == "MBG/NBD"


@pytest.mark.parametrize("model", ["bg", "pareto", "mbg-cnbd"])
def test_every_named_model_can_be_judged(model: str) -> None:
    found = card(n=1000, model=model, origins=1)
    assert found.skill is not None
    assert found.n == found.customers


def test_customers_that_are_text_or_far_apart_are_judged_the_same() -> None:
    log = log_of()
    names = np.array([f"c{who:05d}" for who in log.customer])
    assert skill_card(names, log.day, END, 90) == card()
    assert skill_card((log.customer - 2000) * 2**50, log.day, END, 90) == card()


def test_a_horizon_of_nothing_is_refused() -> None:
    with pytest.raises(RegularsError, match="at least 1"):
        card(origins=0)


def test_auc_counts_pairs() -> None:
    rng = np.random.default_rng(2)
    rank, came = rng.integers(0, 5, 60).astype(float), rng.random(60) < 0.4
    yes, no = rank[came], rank[~came]
    pairs = [(1.0 if a > b else 0.5 if a == b else 0.0) for a in yes for b in no]
    assert auc(rank, came) == pytest.approx(np.mean(pairs))
    assert auc(rank, np.ones(60, dtype=bool)) is None


def test_log_loss_of_the_sure_and_wrong_is_finite() -> None:
    assert log_loss(np.array([1.0, 0.0]), np.array([False, True])) == pytest.approx(13.8, abs=0.1)


@pytest.mark.parametrize("n", [500, 60_000])
def test_the_bootstrap_interval_is_as_wide_as_theory_says(n: int) -> None:
    rng = np.random.default_rng(4)
    other = rng.gamma(2.0, 0.1, n)
    ours = other * rng.uniform(0.5, 1.2, n)
    _, low, high = skill_interval(np.arange(n), ours, other, n)
    ratio = ours.sum() / other.sum()
    spread = np.std(ours - ratio * other) / other.mean() / np.sqrt(n)
    assert (high - low) == pytest.approx(2 * 1.96 * spread, rel=0.12)


def test_losses_of_one_customer_are_drawn_together() -> None:
    rng = np.random.default_rng(4)
    other = rng.gamma(2.0, 0.1, 300)
    ours = other * rng.uniform(0.5, 1.2, 300)
    _, low, high = skill_interval(np.arange(300), ours, other, 300)
    _, low3, high3 = skill_interval(np.tile(np.arange(300), 3), np.tile(ours, 3), np.tile(other, 3), 300)
    assert high3 - low3 == pytest.approx(high - low, rel=1e-9)


def test_the_hiatus_rule_finds_the_silence_that_parts_buyers() -> None:
    silence = np.arange(200)
    rule = hiatus.learn(silence, (silence <= 60).astype(np.int64) * 2, 30.0)
    assert rule.days == 60
    assert rule.recent > 0.95
    assert rule.quiet < 0.05
    assert float(rule.expected(0, 0, 10, 30)) == pytest.approx(2.0, abs=0.1)


def test_the_hiatus_rule_answers_like_a_model() -> None:
    rule = HiatusRule(30, 60.0, 0.6, 0.1, 1.2, 0.1, 500)
    assert rule.p_buy([3, 3], [90, 20], [100, 100], 60) == pytest.approx([0.6, 0.1])
    assert rule.p_buy(3, 90, 100, 120) == pytest.approx(1 - 0.4**2)
    assert rule.p_alive([3, 3], [90, 20], [100, 100]).tolist() == [1.0, 0.0]
    assert rule.expected(3, 90, 100, 30) == pytest.approx(0.6)
    assert models.from_json(json.loads(json.dumps(rule.to_json()))) == rule
    assert rule.name == "bought in the last 30 days"


def test_the_rules_interval_narrows_with_the_customers_it_rests_on() -> None:
    few, many = (HiatusRule(30, 60.0, 0.6, 0.1, 1.2, 0.1, n, n // 2) for n in (20, 2000))
    for rule in (few, many):
        span = rule.p_buy_interval([3, 3], [90, 20], [100, 100], 60)
        assert ((span.low < span.value) & (span.value < span.high)).all()
    widths = [
        float(np.ptp([s.low[0], s.high[0]]))
        for s in (r.p_buy_interval([3], [90], [100], 60) for r in (few, many))
    ]
    assert widths[1] < widths[0] / 5


def test_the_chance_of_purchase_is_an_estimate_or_a_refusal() -> None:
    log = log_of(n=2000)
    chosen = choose(log.customer, log.day, END)
    said = chance_of_purchase(chosen.model, 3, 90, 100, 60, as_of=END)
    assert said.value is not None
    assert said.low is not None
    assert said.high is not None
    assert said.low < said.value < said.high
    assert (said.n, said.as_of, said.method) == (2000, END, "MBG/NBD")
    assert chance_of_purchase(None, 0, 0, 0, 60, as_of=END).refused
    assert chance_of_purchase(HiatusRule(9, 9.0, 0.5, 0.5, 0, 0, 0), 0, 0, 0, 60, as_of=END).refused
    runaway = mbg.fit(same_leaving_rate(1500, 4), estimate="mle")
    assert "one rate" in chance_of_purchase(runaway, 0, 0, 9, 60, as_of=END).refusal


def test_small_groups_shrink_toward_the_base() -> None:
    rule = hiatus.learn(np.array([1, 40, 41, 42]), np.array([1, 0, 0, 0]), 30.0)
    assert 0 < rule.quiet < 0.25 < rule.recent < 1


def test_one_customer_is_enough_for_the_rule_to_answer() -> None:
    rule = learn_hiatus(purchase_days([1], [END - 50], END), END, 90)
    assert 0 < float(rule.p_buy(0, 0, 50, 90)) < 1


def test_the_logistic_finds_its_weights_again() -> None:
    rng = np.random.default_rng(6)
    features = rng.normal(size=(20_000, 2))
    p = 1 / (1 + np.exp(-(0.3 + features @ np.array([1.2, -0.7]))))
    answer = logistic(features, rng.random(20_000) < p)
    assert answer(features) == pytest.approx(p, abs=0.05)


def test_separated_classes_do_not_break_the_logistic() -> None:
    rows = np.array([[0.0], [1.0], [2.0], [3.0]])
    said = logistic(rows, np.array([False, False, True, True]))(rows)
    assert np.isfinite(said).all()
    assert said[0] < 0.05 < 0.95 < said[3]


def test_a_biased_total_is_told() -> None:
    found = card()
    high = replace(found, scored=found.scored | {"model": replace(found.scored["model"], bias=0.2)})
    low = replace(found, scored=found.scored | {"model": replace(found.scored["model"], bias=-0.2)})
    assert "20% more purchases than came" in high.sentence()
    assert "20% fewer purchases than came" in low.sentence()
    assert "our score is" in high.sentence()
    assert high.model not in high.sentence()
    assert skill.FEWEST_CUSTOMERS == 200
