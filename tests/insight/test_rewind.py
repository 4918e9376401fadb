"""Reveal: against the lot and the longest silence, with intervals that cover, misses listed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from regulars.insight.days import purchase_days
from regulars.insight.rewind import Replay, horizons, next_days, reveal
from tests.insight.simulated import facts


def _replay(rng: np.random.Generator, n: int = 400) -> Replay:
    silence = rng.integers(0, 60, n).astype(float)
    gone = rng.random(n) < np.where(silence > 30, 0.7, 0.1)
    waited = np.where(gone, -1, rng.integers(1, 20, n))
    return Replay(silence > 30, silence, waited.astype(float), np.full(n, 21.0), 100.0)


def test_who_never_came_back_is_counted_and_the_misses_are_listed() -> None:
    replay = Replay(
        named=np.array([True, True, True, False, False, False]),
        silence=np.array([9.0, 8, 7, 6, 5, 4]),
        waited=np.array([-1.0, 30, 5, -1, 3, -1]),
        horizon=np.array([20.0, 20, 20, 20, 20, 90]),
        seen=60.0,
    )
    found = reveal(replay, 10)
    assert (found.named, found.never_back, found.unripe) == (3, 2, 0), "who was not named is not waited for"
    assert found.returned == (2,)
    assert found.overlooked == (3,)
    assert found.rate.value == pytest.approx(2 / 3)
    assert found.chance.value == pytest.approx(3 / 5)


def test_who_is_named_is_judged_or_it_is_too_early_to_say() -> None:
    replay = Replay(
        named=np.array([True, True, True, False]),
        silence=np.array([9.0, 8, 7, 6]),
        waited=np.array([-1.0, -1, 5, -1]),
        horizon=np.array([20.0, 90, 20, 90]),
        seen=60.0,
    )
    found = reveal(replay, 10)
    assert (found.named, found.unripe) == (2, 1)
    early = reveal(Replay(replay.named, replay.silence, replay.waited, np.full(4, 90.0), 60.0), 10)
    assert (early.named, early.unripe) == (1, 2), "who came back in time is known already"


def test_a_rule_that_knows_beats_the_lot_and_the_interval_says_so() -> None:
    found = reveal(_replay(np.random.default_rng(1)), 10)
    assert found.over_chance.low is not None and found.over_chance.low > 0.1
    # The rule names exactly the longest silent: no better than that.
    assert found.over_hiatus.value == pytest.approx(0.0, abs=1e-12)
    assert "never came back" in found.sentence()


def test_naming_by_lot_is_no_better_than_the_lot() -> None:
    covered = 0
    for seed in range(30):
        rng = np.random.default_rng(seed)
        replay = _replay(rng, 200)
        blind = Replay(rng.random(200) < 0.2, replay.silence, replay.waited, replay.horizon, replay.seen)
        gain = reveal(blind, 10, seed=seed).over_chance
        assert gain.low is not None and gain.high is not None
        covered += gain.low <= 0 <= gain.high
    assert covered >= 26


def test_the_same_seed_gives_the_same_interval() -> None:
    replay = _replay(np.random.default_rng(3))
    assert reveal(replay, 10, seed=4) == reveal(replay, 10, seed=4)
    assert reveal(replay, 10, seed=4).over_chance != reveal(replay, 10, seed=5).over_chance


def test_nobody_named_is_said_in_words() -> None:
    replay = Replay(np.zeros(3, bool), np.ones(3), np.full(3, -1.0), np.full(3, 5.0), 50.0)
    found = reveal(replay, 10)
    assert found.rate.refused
    assert found.sentence() == "nobody was named whose time is over"


def test_they_are_waited_for_three_usual_gaps_and_a_week_at_least() -> None:
    assert horizons([1.0, 12.2]).tolist() == [7.0, 37.0]


def test_the_next_purchase_day_is_the_first_after(table: Any) -> None:
    rows = [{"customer": 1, "day": day} for day in (10, 20, 30)] + [{"customer": 2, "day": 15}]
    found = next_days(purchase_days(table(facts(rows))), 15).to_pyarrow().to_pylist()
    assert found == [{"customer": 1, "next_day": 20}]
