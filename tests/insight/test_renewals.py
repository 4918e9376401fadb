"""Forecasts of renewals replayed as they stood: by hand and by a walk."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.insight.renewals import (
    Forecasts,
    Renewals,
    forecast_accuracy,
    standing_forecasts,
)


def columns(rows: list[tuple[int, ...]], width: int) -> list[Any]:
    return list(np.array(rows, dtype=np.int64).reshape(-1, width).T)


# contract, day, amount, forecaster, entry, received
FORECASTS = [
    (1, 900, 1300, 71, 1, 900),  # stood 90 and 60 days before day 1000
    (1, 950, 1150, 72, 2, 950),  # stood 30 days before
    (1, 980, 1000, 72, 3, 980),  # made too late to be judged
    (4, 930, 500, 71, 4, 985),  # stood 60 and 90 days before day 1030, but recorded on day 985
    (4, 930, 480, 71, 5, 985),  # corrected the same day
    (6, 1000, 650, 72, 6, 1000),
    (6, 1060, -1, 72, 7, 1060),  # withdrawn before 30 days were left
    (7, 940, 200, 72, 8, 940),
]
# contract, due, final
CLOSED = [
    (1, 1000, 1000),
    (4, 1030, 0),  # they left
    (6, 1100, 700),
    (7, 1000, 250),
]


def test_forecasts_are_judged_as_they_stood() -> None:
    forecasts, renewals = Forecasts(*columns(FORECASTS, 6)), Renewals(*columns(CLOSED, 3))
    found = forecast_accuracy(forecasts, renewals, 1200)
    # 30 before: 1 +150, 4 +480, 7 -50; 6 withdrew. 60 before: 1 +300, 4 +480, 6 -50, 7 -50 (day 940 it was made).
    # 90 before: 1 +300 (day 910), 4 +480 (day 940), 6 -50 (day 1010); 7 had none yet.
    told = {
        lead: (
            each.overall.signed,
            each.overall.absolute,
            each.overall.contracts.tolist(),
            each.overall.unknown.tolist(),
        )
        for lead, each in found.items()
    }
    assert told == {
        30: (580, 680, [1, 4, 7], [6]),
        60: (680, 880, [1, 4, 6, 7], []),
        90: (730, 830, [1, 4, 6], [7]),
    }
    assert {who: each.signed for who, each in found[30].by_forecaster.items()} == {71: 480, 72: 100}
    assert found[30].overall.final == 1250
    assert found[30].overall.mean_signed.refusal == (
        "Not enough data yet: 3 renewals had a forecast 30 days before, 5 are needed."
    )


def test_what_was_recorded_later_did_not_stand_then() -> None:
    forecasts, renewals = Forecasts(*columns(FORECASTS, 6)), Renewals(*columns(CLOSED, 3))
    knew = forecast_accuracy(forecasts, renewals, 1200, known_then=True)
    # The forecast of 4 was recorded on day 985: 30 days before day 1030 it was known, 60 and 90 before not.
    assert {lead: each.overall.unknown.tolist() for lead, each in knew.items()} == {
        30: [6],
        60: [4],
        90: [4, 7],
    }
    assert knew[30].overall.signed == 580


def test_renewals_not_due_yet_are_not_judged() -> None:
    forecasts, renewals = Forecasts(*columns(FORECASTS, 6)), Renewals(*columns(CLOSED, 3))
    assert forecast_accuracy(forecasts, renewals, 1005, ahead=(30,))[30].overall.contracts.tolist() == [1, 7]


def test_a_forecast_of_the_renewal_before_says_nothing_of_this_one() -> None:
    forecasts = Forecasts(*columns([(1, 600, 500, 71, 1, 600), (1, 700, 900, 71, 2, 700)], 6))
    renewals = Renewals(*columns([(1, 635, 500), (1, 1000, 800), (1, 1365, 900)], 3))
    assert standing_forecasts(forecasts, renewals, 30).tolist() == [0, 1, -1]


def test_mean_errors_carry_students_interval() -> None:
    errors = np.array([10, -20, 30, 40, 0])
    forecasts = Forecasts(*columns([(i, 900, 100 + int(e), 1, i, 900) for i, e in enumerate(errors)], 6))
    renewals = Renewals(*columns([(i, 1000, 100) for i in range(5)], 3))
    told = forecast_accuracy(forecasts, renewals, 1000, ahead=(30,))[30].overall.mean_signed
    # t(.975, 4) = 2.776
    reach = 2.776 * errors.std(ddof=1) / sqrt(5)
    assert (told.value, told.n) == (12.0, 5)
    assert (told.low, told.high) == (pytest.approx(12 - reach, abs=0.01), pytest.approx(12 + reach, abs=0.01))


DAYS = st.integers(0, 60)


@given(
    forecasts=st.lists(
        st.tuples(st.integers(0, 3), DAYS, st.integers(-1, 5), st.integers(0, 2), st.integers(0, 20)),
        max_size=20,
    ),
    dues=st.lists(st.tuples(st.integers(0, 3), DAYS), max_size=8, unique=True),
    ahead=st.integers(0, 30),
    known_then=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_the_standing_forecast_agrees_with_a_walk(
    forecasts: list[tuple[int, ...]], dues: list[tuple[int, int]], ahead: int, known_then: bool
) -> None:
    rows = [(c, d, a, w, entry, d + late) for entry, (c, d, a, w, late) in enumerate(forecasts)]
    renewals = [(c, d, 1) for c, d in dues]
    found = standing_forecasts(
        Forecasts(*columns(rows, 6)), Renewals(*columns(renewals, 3)), ahead, known_then=known_then
    )
    for (contract, due), place in zip(dues, found.tolist(), strict=True):
        before = max((d for c, d in dues if c == contract and d < due), default=-100)
        then = [
            (d, entry, a)
            for c, d, a, _, entry, received in rows
            if c == contract and d <= due - ahead and (not known_then or received <= due - ahead)
        ]
        last = max(then, default=None)
        stands = last is not None and last[0] >= before and last[2] != -1
        assert place == (last[1] if stands and last else -1)


def test_rows_that_cannot_be_are_refused() -> None:
    with pytest.raises(RegularsError, match="or -1 where"):
        Renewals(*columns([(1, 1000, -2)], 3))
    with pytest.raises(RegularsError, match="in every column"):
        Forecasts(*columns(FORECASTS, 6)[:5], received=np.zeros(2, dtype=np.int64))
    nothing = Forecasts(*columns([], 6)), Renewals(*columns([], 3))
    with pytest.raises(RegularsError, match="from 0"):
        forecast_accuracy(*nothing, 0, ahead=(-1,))
    assert forecast_accuracy(*nothing, 0)[30].overall.n == 0
