"""Purchases become one row per customer, whatever their order and however often a day repeats."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime.summary import PurchaseSummary, summaries

PURCHASES = st.lists(
    st.tuples(st.integers(-3, 12), st.integers(-40, 400), st.integers(1, 99)), min_size=1, max_size=120
)
AS_OF = 420


def plainly(purchases: list[tuple[int, int, int]], as_of: int) -> dict[int, tuple[int, int, int, float]]:
    """The definition, one customer at a time."""
    rows: dict[int, tuple[int, int, int, float]] = {}
    for who in {who for who, day, _ in purchases if day <= as_of}:
        sums: dict[int, int] = {}
        for other, day, amount in purchases:
            if other == who and day <= as_of:
                sums[day] = sums.get(day, 0) + amount
        days = sorted(sums)
        repeats = [sums[day] for day in days[1:]]
        mean = sum(repeats) / len(repeats) if repeats else float("nan")
        rows[who] = (len(days) - 1, days[-1] - days[0], as_of - days[0], mean)
    return rows


@given(PURCHASES, st.integers(100, AS_OF))
def test_summaries_are_the_definition(purchases: list[tuple[int, int, int]], as_of: int) -> None:
    who, day, amount = (np.array(column) for column in zip(*purchases, strict=True))
    found = summaries(who, day, as_of, amount)
    expected = plainly(purchases, as_of)
    assert len(found) == len(expected)
    for row, customer in enumerate(sorted(expected)):
        x, t_x, age, mean = expected[customer]
        assert (found.x[row], found.t_x[row], found.T[row]) == (x, t_x, age)
        assert found.customer is not None
        assert found.customer[row] == customer
        assert found.spend is not None
        assert found.spend[row] == pytest.approx(mean, nan_ok=True)


@given(PURCHASES, st.randoms())
def test_order_and_duplicates_do_not_matter(purchases: list[tuple[int, int, int]], random: Random) -> None:
    who, day, _ = (np.array(column) for column in zip(*purchases, strict=True))
    twice = list(range(len(who))) * 2
    random.shuffle(twice)
    once, again = summaries(who, day, AS_OF), summaries(who[twice], day[twice], AS_OF)
    for name in ("x", "t_x", "T", "customer"):
        assert np.array_equal(getattr(once, name), getattr(again, name))


@given(PURCHASES)
def test_later_purchases_never_change_an_earlier_summary(purchases: list[tuple[int, int, int]]) -> None:
    who, day, _ = (np.array(column) for column in zip(*purchases, strict=True))
    early = day <= 150
    if early.any():
        then, now = summaries(who[early], day[early], 150), summaries(who, day, 150)
        assert np.array_equal(then.x, now.x)
        assert np.array_equal(then.T, now.T)


@given(PURCHASES)
def test_compressing_keeps_every_customer(purchases: list[tuple[int, int, int]]) -> None:
    who, day, _ = (np.array(column) for column in zip(*purchases, strict=True))
    summary = summaries(who, day, AS_OF)
    packed = summary.compress()
    rows = sorted(zip(summary.x.tolist(), summary.t_x.tolist(), summary.T.tolist(), strict=True))
    back = np.repeat(np.stack([packed.x, packed.t_x, packed.T], axis=1), packed.weight.astype(int), axis=0)
    assert [tuple(row) for row in back.tolist()] == rows
    assert len(set(rows)) == len(packed.x)


def test_numbers_too_large_to_pack_are_summarised_all_the_same() -> None:
    who = np.array([2**61, 5, 2**61, 5, -(2**61)])
    found = summaries(who, [10, 20, 40, 20, 30], 50, [1.0, 2.0, 3.0, 4.0, 5.0])
    assert found.customer is not None
    assert found.customer.tolist() == [-(2**61), 5, 2**61]
    assert found.x.tolist() == [0, 0, 1]
    wide = PurchaseSummary([1, 1, 2**20], [2**30, 2**30, 1], [2**31, 2**31, 2**31])
    assert wide.compress().weight.tolist() == [2.0, 1.0]


def test_customers_may_be_text() -> None:
    found = summaries(np.array(["b", "a", "b"]), [1, 2, 9], 10)
    assert found.customer is not None
    assert found.customer.tolist() == ["a", "b"]
    assert found.x.tolist() == [0, 1]


def test_log_gaps_are_the_sum_over_gaps() -> None:
    found = summaries([1, 1, 1, 2], [0, 10, 15, 3], 20, log_gaps=True)
    assert found.log_gaps is not None
    assert found.log_gaps.tolist() == pytest.approx([np.log(10) + np.log(5), 0.0])


def test_nothing_bought_yet_is_an_empty_summary() -> None:
    assert len(summaries([1], [10], 9)) == 0
    assert len(summaries([], [], 9).compress().x) == 0


@pytest.mark.parametrize(
    "rows",
    [
        ([1], [0], [10]),
        ([0], [3], [10]),
        ([1], [11], [10]),
        ([-1], [1], [10]),
        ([1, 2], [1], [10]),
        ([1.5], [1], [10]),
        ([1], [float("nan")], [10]),
    ],
)
def test_impossible_rows_are_refused(rows: tuple[list[float], list[float], list[float]]) -> None:
    with pytest.raises(RegularsError) as refused:
        PurchaseSummary(*rows)  # type: ignore[arg-type]
    assert refused.value.code == "bad-summary"
