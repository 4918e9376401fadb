"""The opening calendar: counting open days there and back, and learning them from silence."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.calendar import OpeningCalendar, learnt, weekday
from regulars.insight.errors import RegularsError
from tests.insight.simulated import START, base

EPOCH = date(1970, 1, 1).toordinal()


def _day(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal() - EPOCH


def test_weekdays_are_counted_from_monday() -> None:
    assert weekday(_day(2024, 3, 4)) == date(2024, 3, 4).weekday() == 0


def test_closed_weekdays_seasons_spells_and_holidays_are_closed() -> None:
    calendar = OpeningCalendar(
        weekdays=frozenset(range(6)),
        seasons=(((12, 20), (1, 10)),),
        closed=((_day(2024, 5, 6), _day(2024, 5, 8)),),
        holidays=frozenset({_day(2024, 10, 3)}),
    ).between(_day(2024, 1, 1), _day(2025, 1, 31))
    opened = dict(zip(calendar.days.tolist(), calendar.open.tolist(), strict=True))
    closed = [(2024, 1, 10), (2024, 12, 20), (2025, 1, 1), (2024, 5, 7), (2024, 10, 3), (2024, 6, 9)]
    assert not any(opened[_day(*moment)] for moment in closed)
    assert all(
        opened[_day(*moment)] for moment in [(2024, 1, 11), (2024, 12, 19), (2024, 5, 9), (2024, 6, 8)]
    )


def test_a_calendar_without_an_open_weekday_is_refused() -> None:
    with pytest.raises(RegularsError, match="no open weekday"):
        OpeningCalendar(weekdays=frozenset())
    with pytest.raises(RegularsError, match="ends"):
        OpeningCalendar().between(10, 9)


@given(
    st.sets(st.integers(0, 6), min_size=1),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 30)), max_size=3),
    st.integers(0, 300),
)
def test_an_open_day_found_by_its_index_is_that_day(
    weekdays: set[int], spells: list[tuple[int, int]], at: int
) -> None:
    calendar = OpeningCalendar(
        frozenset(weekdays), tuple((1000 + start, 1000 + start + long) for start, long in spells)
    ).between(1000, 1400)
    index = int(calendar.index_at(1000 + at))
    assert index == int(calendar.open[: at + 1].sum())
    if calendar.open[at]:
        assert int(calendar.day_at(index)) == 1000 + at


def test_days_beyond_the_calendar_go_on_at_the_usual_pace() -> None:
    calendar = OpeningCalendar(weekdays=frozenset({0})).between(_day(2024, 1, 1), _day(2024, 12, 29))
    last = int(calendar.open_index[-1])
    assert int(calendar.day_at(last + 4)) - calendar.last == 28


def test_a_calendar_survives_storage() -> None:
    calendar = OpeningCalendar(
        frozenset({1, 2}), ((5, 9),), (((11, 1), (2, 1)),), frozenset({7}), frozenset({8})
    )
    assert OpeningCalendar.from_json(calendar.to_json()) == calendar


def test_a_winter_break_and_sundays_are_learnt_from_the_base() -> None:
    truth = OpeningCalendar(weekdays=frozenset(range(6)), seasons=(((11, 15), (2, 20)),))
    simulated = base(1, 300, calendar=truth)
    days, counts = np.unique(simulated.day, return_counts=True)
    end = START + 3 * 365 - 1
    found = learnt(days, counts, end).between(int(days[0]), end)
    real = truth.between(int(days[0]), end)
    assert (found.open == real.open).mean() > 0.98
    assert 6 not in learnt(days, counts, end).weekdays


def test_a_quiet_shops_quiet_days_are_not_called_closed() -> None:
    rng = np.random.default_rng(2)
    counts = rng.poisson(0.4, 400)
    days = START + np.flatnonzero(counts)
    found = learnt(days, counts[counts > 0], START + 399).between(START, START + 399)
    assert found.closed_share < 0.05


def test_nothing_learnt_after_the_day_of_asking_is_used() -> None:
    days = np.arange(START, START + 200)
    counts = np.where((days > START + 99) & (days < START + 130), 0, 20)
    early = learnt(days[counts > 0], counts[counts > 0], START + 90)
    assert early == OpeningCalendar()


def test_an_empty_base_is_always_open() -> None:
    assert learnt([], [], START) == OpeningCalendar()
