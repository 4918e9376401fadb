"""What one customer usually does, and the words for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from regulars.insight.proportion import share, wilson
from regulars.insight.shapes import columns
from regulars.insight.usual import BaseTimes, Usual, Visit, base_times, usual, usual_words, visits
from tests.insight.simulated import facts

MONDAY = 19_783 - (19_783 + 3) % 7


def _visits(days: Any, minutes: Any, items: Any = ()) -> list[Visit]:
    return [Visit(int(day), int(minute), tuple(items)) for day, minute in zip(days, minutes, strict=True)]


def test_the_published_wilson_intervals() -> None:
    assert wilson(7, 20) == pytest.approx((0.1812, 0.5671), abs=5e-5)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=5e-5)
    assert share(0, 0, 1).refused


def test_a_monday_morning_customer_is_known_as_one() -> None:
    rng = np.random.default_rng(1)
    found = usual(_visits(MONDAY + 7 * np.arange(20), 495 + rng.integers(-12, 13, 20)))
    assert found.weekday == 0
    assert found.minute == pytest.approx(495, abs=10)


def test_habits_across_a_full_hour_are_still_one_habit() -> None:
    found = usual(_visits(MONDAY + np.arange(20), [475, 485] * 10))
    assert found.minute == pytest.approx(480, abs=1)


def test_what_everybody_does_is_nobodys_habit() -> None:
    saturdays = BaseTimes(np.array([0.02] * 5 + [0.9, 0.0]))
    days = MONDAY + 5 + 7 * np.arange(12)
    assert usual(_visits(days, [600] * 12), saturdays).weekday is None
    assert usual(_visits(days, [600] * 12)).weekday == 5


def test_few_visits_and_scattered_ones_have_no_usual_time() -> None:
    rng = np.random.default_rng(2)
    assert usual(_visits(MONDAY + np.arange(3), [480] * 3)) == Usual(3)
    scattered = usual(_visits(MONDAY + np.arange(40), rng.integers(400, 1200, 40)))
    assert (scattered.weekday, scattered.minute) == (None, None)
    assert usual([]) == Usual(0)


def test_the_usual_order_is_in_at_least_half_of_the_last_visits() -> None:
    rows: list[dict[str, Any]] = []
    for number in range(8):
        day = 1000 + number
        rows.append({"day": day, "minute": 490, "item": "flat white", "quantity": 2.0})
        if number % 2:
            rows.append({"day": day, "minute": 490, "item": "bun", "quantity": None})
        if number == 3:
            rows.append({"day": day, "minute": 491, "item": "cake", "quantity": 1.0})
    found = usual(visits(rows))
    assert found.order == (("flat white", 2.0), ("bun", 1.0))
    assert usual_words(found) == "about 08:10, 2 flat whites and bun"


def test_quantities_of_one_visit_add_up_and_the_first_minute_counts() -> None:
    rows = [
        {"day": 5, "minute": 600, "item": "tea", "quantity": 1.0},
        {"day": 5, "minute": 590, "item": "tea", "quantity": 2.0},
        {"day": 4, "minute": None, "item": None, "quantity": None},
    ]
    assert visits(rows) == (Visit(4, None, ()), Visit(5, 590, (("tea", 3.0),)))


def test_nothing_usual_has_no_words() -> None:
    assert usual_words(Usual(3)) == ""


def test_the_bases_times_come_from_all_purchases(table: Any) -> None:
    rows = [
        {"customer": 1, "day": MONDAY, "minute": 480},
        {"customer": None, "day": MONDAY + 1, "minute": 509},
        {"customer": None, "day": MONDAY + 1, "minute": None},
        {"customer": 1, "day": MONDAY + 2, "kind": "touchpoint", "minute": 10},
    ]
    found = BaseTimes.of(columns(base_times(table(facts(rows))).to_pyarrow()))
    assert found.weekdays[:3] == pytest.approx([1 / 3, 2 / 3, 0])
    assert found.half_hours[16] == pytest.approx(1.0)
