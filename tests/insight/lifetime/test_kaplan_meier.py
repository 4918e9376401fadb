"""Kaplan-Meier: order and repetition do not matter, the curve falls, thin ends are refused."""

from __future__ import annotations

import json
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime.kaplan_meier import KaplanMeier, kaplan_meier
from regulars.insight.proportion import wilson

ROWS = st.lists(st.tuples(st.integers(0, 20), st.booleans(), st.integers(1, 6)), min_size=1, max_size=30)


def of_rows(rows: list[tuple[int, bool, int]]) -> KaplanMeier:
    time, lost, weight = zip(*rows, strict=True)
    return kaplan_meier(time, lost, weight, as_of=19_000)


@given(rows=ROWS, random=st.randoms())
@settings(max_examples=100, deadline=None)
def test_neither_order_nor_repetition_matters(rows: list[tuple[int, bool, int]], random: Random) -> None:
    apart = [(time, lost, 1) for time, lost, weight in rows for _ in range(weight)]
    random.shuffle(apart)
    assert of_rows(rows).to_json() == of_rows(apart).to_json()


@given(rows=ROWS)
@settings(max_examples=100, deadline=None)
def test_the_curve_falls_within_its_interval(rows: list[tuple[int, bool, int]]) -> None:
    curve = of_rows(rows)
    assert (np.diff(curve.survival) <= 0).all()
    assert ((curve.low >= 0) & (curve.low <= curve.survival)).all()
    assert ((curve.survival <= curve.high) & (curve.high <= 1)).all()
    assert np.isfinite(curve.standard_error).all()


def test_without_anybody_last_seen_early_it_is_the_plain_share() -> None:
    curve = kaplan_meier([1, 2, 3, 4] * 25, [True] * 100, as_of=0)
    assert curve.survival == pytest.approx([0.75, 0.5, 0.25, 0.0])
    assert curve.standard_error[0] == pytest.approx(np.sqrt(0.75 * 0.25 / 100))


def test_before_the_first_loss_the_interval_is_that_of_nobody_lost() -> None:
    curve = kaplan_meier([3] * 6 + [5] * 6, [True] * 6 + [False] * 6, as_of=0)
    told = curve.at(2)
    assert (told.value, told.low, told.high) == (1.0, *wilson(12, 12))


def test_thin_ends_are_refused() -> None:
    curve = kaplan_meier([3] * 6 + [5] * 4, [True] * 6 + [False] * 4, as_of=19_000)
    assert curve.at(3).value == pytest.approx(0.4)
    told = curve.at(5)
    assert (told.refusal, told.n) == ("Not enough data yet: 4 were watched for so long, 5 are needed.", 4)
    assert curve.at(6).n == 0


def test_the_median_is_a_time_or_a_refusal() -> None:
    half = kaplan_meier([1, 2, 3, 4] * 25, [True] * 100, as_of=0).median()
    assert (half.value, half.low, half.high) == (2.0, 2.0, 3.0)
    early = kaplan_meier([1, 2, 3, 4], [True, False, False, False], as_of=0).median()
    assert early.refusal == "More than half of the 4 watched are still there; no median yet."


def test_nobody_watched_is_an_empty_curve() -> None:
    curve = kaplan_meier([], [], as_of=0)
    assert curve.n == 0
    assert curve.at(1).refused
    assert curve.median().refused


@pytest.mark.parametrize(
    ("time", "lost", "weight"), [([-1], [True], [1]), ([1], [True, False], [1]), ([1], [True], [-2])]
)
def test_rows_that_cannot_be_are_refused(time: list[int], lost: list[bool], weight: list[int]) -> None:
    with pytest.raises(RegularsError) as refused:
        kaplan_meier(time, lost, weight, as_of=0)
    assert refused.value.code == "bad-periods"


def test_the_curve_survives_storage() -> None:
    curve = kaplan_meier([3] * 6 + [5] * 4, [True] * 6 + [False] * 4, as_of=19_000)
    stored = json.loads(json.dumps(curve.to_json(), allow_nan=False))
    again = KaplanMeier.from_json(stored)
    assert again.to_json() == curve.to_json()
    assert [again.at(time) for time in (2, 3, 5)] == [curve.at(time) for time in (2, 3, 5)]


# Acute myelogenous leukaemia, Miller 1997, Survival Analysis, p. 49. The medians are the book's; the limits
# are those that lifelines 0.30 gives for the log-log interval.
MAINTAINED = [
    (9, 1), (13, 1), (13, 0), (18, 1), (23, 1), (28, 0), (31, 1), (34, 1), (45, 0), (48, 1), (161, 0),
]  # fmt: skip
NOT_MAINTAINED = [
    (5, 1), (5, 1), (8, 1), (8, 1), (12, 1), (16, 0), (23, 1), (27, 1), (30, 1), (33, 1), (43, 1), (45, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("arm", "ends"), [(MAINTAINED, (31, 13, None)), (NOT_MAINTAINED, (23, 5, 33))], ids=["with", "without"]
)
def test_the_median_and_its_limits_are_those_of_the_textbook(
    arm: list[tuple[int, int]], ends: tuple[float, float, float | None]
) -> None:
    half = kaplan_meier([time for time, _ in arm], [lost == 1 for _, lost in arm], as_of=0).median()
    assert (half.value, half.low, half.high) == ends


@pytest.mark.parametrize("n", range(2, 200, 2))
def test_the_median_of_all_seen_to_the_end_is_the_middle_one(n: int) -> None:
    """A product of shares that comes out a hair above a half is a half."""
    assert kaplan_meier(list(range(1, n + 1)), [True] * n, as_of=0).median().value == n // 2
