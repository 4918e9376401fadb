"""Rainy days: low demand is found, and few are named who do not lean toward it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from regulars.insight.calendar import OpeningCalendar
from regulars.insight.days import base_days
from regulars.insight.rainy_day import (
    LEAST_VISITS,
    demand,
    expected_share,
    hard_days,
    poisson_smooth,
    rainy_customers,
    rainy_day,
)
from regulars.insight.shapes import columns
from regulars.insight.standing_rows import standing_rows
from tests.insight.simulated import START, purchase_facts

WEEKS = 156


def _base(rng: np.random.Generator, level: float) -> tuple[dict[str, np.ndarray], np.ndarray]:
    days = np.arange(START, START + 7 * WEEKS)
    season = 1 + 0.6 * np.sin(2 * np.pi * days / 365.25)
    counts = rng.poisson(level * season)
    return {"day": days[counts > 0], "purchases": counts[counts > 0]}, level * season


def test_the_smooth_follows_the_season() -> None:
    rng = np.random.default_rng(1)
    truth = 70 * (1 + 0.6 * np.sin(2 * np.pi * 7 * np.arange(WEEKS) / 365.25))
    found = poisson_smooth(rng.poisson(truth).astype(float), np.full(WEEKS, 7.0), 0)
    assert np.sqrt(np.mean((found / truth - 1) ** 2)) < 0.06
    assert found.sum() == pytest.approx(truth.sum(), rel=0.03)


def test_weeks_without_open_days_expect_nothing() -> None:
    exposure = np.full(60, 7.0)
    exposure[10:20] = 0
    found = poisson_smooth(np.where(exposure > 0, 30.0, 0.0), exposure, 0)
    assert (found[10:20] == 0).all()
    assert found[exposure > 0] == pytest.approx(np.full(50, 30.0), rel=0.02)
    assert (poisson_smooth(np.zeros(5), np.full(5, 7.0), 0) == 0).all()


def test_the_lowest_quarter_of_open_weeks_is_marked_and_the_adverse_days() -> None:
    base, truth = _base(np.random.default_rng(2), 40.0)
    calendar = OpeningCalendar(adverse=frozenset({START + 5})).between(START, START + 7 * WEEKS - 1)
    weeks = demand(base, calendar)
    marked = hard_days(weeks, calendar)
    assert 0.2 < weeks.low_weeks.mean() < 0.3
    assert marked[5]
    assert truth[marked].mean() < 0.6 * truth[~marked].mean()


def test_a_bad_week_shows_in_a_large_base_and_not_by_chance_in_a_small_one() -> None:
    calendar = OpeningCalendar().between(START, START + 7 * 60 - 1)
    days = calendar.days
    large = np.full(len(days), 400)
    large[210:217] = 150
    weeks = demand({"day": days, "purchases": large}, calendar)
    assert weeks.low_weeks[(210 + (START + 3) % 7) // 7]
    small = np.random.default_rng(3).poisson(0.6, len(days))
    quiet = demand({"day": days[small > 0], "purchases": small[small > 0]}, calendar)
    assert quiet.dispersion < 1.6


def test_few_weeks_mark_nothing() -> None:
    calendar = OpeningCalendar().between(START, START + 30)
    weeks = demand({"day": calendar.days, "purchases": np.arange(31)}, calendar)
    assert not weeks.low_weeks.any()


def test_the_expected_share_is_the_bases_own_over_the_customers_time() -> None:
    calendar = OpeningCalendar(adverse=frozenset(range(START + 50, START + 60))).between(START, START + 99)
    base = {"day": calendar.days, "purchases": np.where(calendar.adverse, 1, 9)}
    found = expected_share(base, calendar, [START + 39, START, START + 70], [START + 59, START, START + 99])
    assert found == pytest.approx([10 / (10 + 10 * 9), 0.0, 0.0], abs=1e-6)


def test_among_those_who_lean_to_nothing_few_are_named() -> None:
    named = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        visits = rng.integers(0, 60, 2000).astype(float)
        share = rng.uniform(0.05, 0.3, 2000)
        named.append(rainy_day(rng.binomial(visits.astype(int), share), visits, share).named.any())
    assert np.mean(named) <= 0.15


def test_who_leans_strongly_is_named_and_false_discoveries_are_few() -> None:
    false, found = [], []
    for seed in range(20):
        rng = np.random.default_rng(100 + seed)
        visits = rng.integers(15, 60, 1000)
        true = np.arange(1000) < 40
        came = rng.binomial(visits, np.where(true, 0.6, 0.15))
        answer = rainy_day(came, visits, np.full(1000, 0.15))
        found.append(answer.named[true].mean())
        false.append((answer.named & ~true).sum() / max(answer.named.sum(), 1))
    assert np.mean(found) > 0.9
    assert np.mean(false) < 0.06


def test_customers_whose_visits_cluster_are_not_named_for_it() -> None:
    rng = np.random.default_rng(7)
    visits = rng.integers(10, 60, 3000)
    leaning = rng.beta(0.15 * 12, 0.85 * 12, 3000)
    answer = rainy_day(rng.binomial(visits, leaning), visits, np.full(3000, 0.15))
    assert answer.named.mean() < 0.01


def test_small_customers_shrink_and_too_small_ones_are_refused() -> None:
    rng = np.random.default_rng(8)
    visits = np.concatenate(([LEAST_VISITS - 1, LEAST_VISITS], rng.integers(10, 60, 500)))
    came = np.concatenate(([LEAST_VISITS - 1, LEAST_VISITS], rng.binomial(visits[2:], 0.2)))
    answer = rainy_day(came, visits, np.full(502, 0.2))
    assert answer.estimate(0, 10).refused
    small = answer.estimate(1, 10)
    assert small.value is not None and small.low is not None and small.high is not None
    assert small.low < small.value < 5.0 * 0.6
    assert small.value < small.high
    assert answer.looked_at == 501


def test_from_facts_to_named(con: Any) -> None:
    rng = np.random.default_rng(9)
    calendar = OpeningCalendar().between(START, START + 7 * WEEKS - 1)
    base, truth = _base(rng, 30.0)
    weeks = demand(base, calendar)
    hard = hard_days(weeks, calendar)
    marked = calendar.with_adverse(hard)
    likely = truth / truth.sum()
    leaning = np.where(hard, 6.0, 1.0) * likely
    customer, day = [], []
    for number in range(300):
        weight = leaning / leaning.sum() if number < 15 else likely
        chosen = rng.choice(calendar.days, 40, p=weight)
        customer += [number] * 40
        day += chosen.tolist()
    anonymous = np.repeat(base["day"], base["purchases"])
    customer += [-1] * len(anonymous)
    day += anonymous.tolist()
    given = con.create_table("rainy", purchase_facts(customer, day), overwrite=True)
    everything = columns(base_days(given).to_pyarrow())
    rows = columns(
        standing_rows(given, con.create_table("rainy_marks", marked.arrow(), overwrite=True))
        .order_by("customer")
        .to_pyarrow()
    )
    found = rainy_customers(rows, everything, marked)
    assert found.named[:15].mean() > 0.8
    assert found.named[15:].mean() < 0.02
