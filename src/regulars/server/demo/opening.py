"""When the stands are open, and what the weather is like: the days that everything else happens on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from regulars.records.read.company import calendar_date, epoch_day

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

YEARS = 3
EARLY_BREAK = ((12, 20), 22)
LATE_BREAK = ((2, 8), 21)


@dataclass(frozen=True)
class Opening:
    """The days before ``today``, which of them are open, and which weeks it rained.

    ``weight`` says how busy a day is against an ordinary open day; 0 when closed.
    """

    today: int
    days: IntArray
    open: BoolArray
    rainy: BoolArray
    weight: FloatArray
    closed_weekday: int
    breaks: tuple[tuple[int, int], ...]
    holidays: tuple[int, ...]

    def ago(self, open_days: int) -> int:
        """Return the epoch day that was this many open days ago; 1 is the latest open day before today."""
        return int(self.days[self.open][-open_days])

    def calendar(self) -> dict[str, object]:
        """Return the company setting that tells of these opening days."""
        return {
            "weekdays": [weekday for weekday in range(7) if weekday != self.closed_weekday],
            "closed": [[_iso(first), _iso(last)] for first, last in self.breaks],
            "holidays": [_iso(day) for day in self.holidays],
            "adverse": [],
            "learn": False,
        }


def _iso(day: int) -> str:
    return calendar_date(day).isoformat()


def opening(today: date, seed: int) -> Opening:
    """Return three years of opening days that end the day before."""
    rng = np.random.default_rng([seed, 1])
    end = epoch_day(today)
    days = np.arange(end - 365 * YEARS, end)
    weekday = (end + 3) % 7
    # Sundays off; but never on the day the demo is looked at, nor on the day before.
    closed_weekday = 6 if weekday not in (6, 0) else 2
    breaks = _breaks(today)
    holidays = _holidays(today)
    is_open = (days + 3) % 7 != closed_weekday
    for first, last in breaks:
        is_open &= (days < first) | (days > last)
    is_open &= ~np.isin(days, holidays)
    rainy = _rain(days, end, rng)
    return Opening(
        end, days, is_open, rainy, _weights(days, is_open, rainy), closed_weekday, breaks, holidays
    )


def _breaks(today: date) -> tuple[tuple[int, int], ...]:
    """Return the winter breaks; the stands choose the weeks that are not now."""
    near_early = (today.month, today.day) >= (11, 28) or (today.month, today.day) <= (2, 4)
    (month, day), length = LATE_BREAK if near_early else EARLY_BREAK
    starts = [date(year, month, day) for year in range(today.year - YEARS - 1, today.year + 1)]
    return tuple((epoch_day(start), epoch_day(start + timedelta(days=length - 1))) for start in starts)


def _holidays(today: date) -> tuple[int, ...]:
    years = range(today.year - YEARS, today.year + 2)
    days = [epoch_day(date(year, month, day)) for year in years for month, day in ((5, 1), (10, 3))]
    return tuple(day for day in days if abs(day - epoch_day(today)) > 3)


def _rain(days: IntArray, end: int, rng: np.random.Generator) -> BoolArray:
    """Return which days lie in rainy weeks: about a quarter, one of them lately, never this week's."""
    week = (days + 3) // 7
    weeks = np.unique(week)
    wet = rng.random(weeks.size) < 0.24
    this_week = (end + 3) // 7
    wet[weeks >= this_week - 1] = False
    wet[weeks == this_week - 2] = True
    return wet[np.searchsorted(weeks, week)]


def _weights(days: IntArray, is_open: BoolArray, rainy: BoolArray) -> FloatArray:
    day_of_year = np.array([calendar_date(int(day)).timetuple().tm_yday for day in days])
    summer = 1 + 0.12 * np.cos(2 * np.pi * (day_of_year - 196) / 365.25)
    saturday = np.where((days + 3) % 7 == 5, 1.15, 1.0)
    return is_open * summer * saturday * np.where(rainy, 0.55, 1.0)
