"""One row per customer, against a plain loop over the same facts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from regulars.insight.calendar import OpeningCalendar
from regulars.insight.days import purchase_days
from regulars.insight.shapes import columns
from regulars.insight.standing_rows import rhythm_of_facts, rhythm_rows, standing_rows
from tests.insight.simulated import base, facts


def _by_hand(days: list[int], index: Any) -> dict[str, Any]:
    opened = [int(index(day)) for day in days]
    gaps = [max(b - a, 1) for a, b in pairwise(opened)]
    row: dict[str, Any] = {
        "first_day": days[0],
        "last_day": days[-1],
        "regular_day": days[3] if len(days) > 3 else -1,
        "days": len(days),
        "gaps": len(gaps),
        "first_open": opened[0],
        "last_open": opened[-1],
        "last_gap": gaps[-1] if gaps else 0,
        "gap_before": gaps[-2] if len(gaps) > 1 else 0,
        "longest_gap": max(gaps, default=0),
        "longest_gap_end": 0,
        "days_to_longest": 0,
    }
    if gaps:
        at = max(i for i, gap in enumerate(gaps) if gap == max(gaps))
        row |= {"longest_gap_end": opened[at + 1], "days_to_longest": at + 2}
        row |= {"median_gap": float(np.median(gaps)), "mean_gap": float(np.mean(gaps))}
        row |= {"mean_log_gap": float(np.mean(np.log(np.array(gaps) - 0.5)))}
    return row


@pytest.mark.parametrize("closed_sundays", [False, True])
def test_every_column_equals_a_plain_loop(table: Any, *, closed_sundays: bool) -> None:
    calendar = OpeningCalendar(weekdays=frozenset(range(6)) if closed_sundays else frozenset(range(7)))
    simulated = base(3, 120, calendar=calendar)
    laid = simulated.laid_out
    rows = columns(
        standing_rows(table(simulated.facts), table(laid.arrow())).order_by("customer").to_pyarrow()
    )
    for place, customer in enumerate(rows["customer"]):
        days = sorted(set(simulated.day[simulated.customer == customer].tolist()))
        for name, value in _by_hand(days, laid.index_at).items():
            assert rows[name][place] == pytest.approx(value, rel=1e-12), (customer, name)


def test_without_a_calendar_every_day_is_open(table: Any) -> None:
    rows = columns(
        standing_rows(table(facts([{"customer": 1, "day": d} for d in (100, 103, 110)]))).to_pyarrow()
    )
    assert rows["median_gap"].tolist() == [5.0]
    assert rows["last_open"].tolist() == [110]


def test_purchases_within_one_closed_spell_are_one_open_day_apart(table: Any) -> None:
    calendar = OpeningCalendar(closed=((100, 120),)).between(90, 130)
    rows = standing_rows(
        table(facts([{"customer": 1, "day": 105}, {"customer": 1, "day": 110}])), table(calendar.arrow())
    )
    found = columns(rows.to_pyarrow())
    assert found["mean_gap"].tolist() == [1.0]
    assert found["mean_log_gap"].tolist() == [np.log(0.5)]


def test_customers_without_purchases_and_signs_are_rows_too(table: Any) -> None:
    rows = [
        {"customer": 1, "day": 100, "kind": "touchpoint"},
        {"customer": 1, "day": 104, "kind": "missed_us"},
        {"customer": 2, "day": 101},
        {"customer": 2, "day": 102, "kind": "praise"},
        {"customer": 3, "day": 103, "amount": 500},
        {"customer": 3, "day": 103, "amount": 500, "kind": "refund"},
        {"customer": 4, "day": 90, "kind": "contract_started"},
        {"customer": 4, "day": 95, "kind": "contract_renewed"},
        {"customer": 4, "day": 99, "kind": "contract_cancelled"},
        {"customer": None, "day": 103, "kind": "missed_us"},
    ]
    found = columns(standing_rows(table(facts(rows))).order_by("customer").to_pyarrow())
    assert found["customer"].tolist() == [1, 2, 3, 4]
    assert found["days"].tolist() == [0, 1, 0, 0]
    assert found["first_day"].tolist() == [-1, 101, -1, -1]
    assert found["touchpoints"].tolist() == [1, 0, 0, 0]
    assert found["last_missed_day"].tolist() == [104, -1, -1, -1]
    assert found["praises"].tolist() == [0, 1, 0, 0]
    assert (found["contract_day"][3], found["contract_end_day"][3], found["renewals"][3]) == (95, 99, 1)


def test_adverse_days_after_the_first_are_counted(table: Any) -> None:
    calendar = OpeningCalendar(adverse=frozenset({100, 104, 108})).between(90, 130)
    rows = [{"customer": 1, "day": day} for day in (100, 104, 106, 108)]
    found = columns(standing_rows(table(facts(rows)), table(calendar.arrow())).to_pyarrow())
    assert found["hard_days"].tolist() == [2]


def test_ranges_of_customers_give_the_same_rows_as_all_at_once(table: Any) -> None:
    simulated = base(4, 60)
    given = table(simulated.facts)
    whole = standing_rows(given).order_by("customer").to_pyarrow()
    parts = []
    for low in range(0, 60, 17):
        some = given.filter(given.customer.between(low, low + 16))
        parts += standing_rows(some).order_by("customer").to_pyarrow().to_pylist()
    assert parts == whole.to_pylist()


def test_rhythm_of_days_equals_rhythm_of_facts(table: Any) -> None:
    given = table(base(5, 40).facts)
    one = rhythm_of_facts(given).order_by("customer").to_pyarrow()
    other = rhythm_rows(purchase_days(given)).order_by("customer").to_pyarrow()
    assert one.equals(other)
