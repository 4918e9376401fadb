"""The opening calendar: which days the company was open, and how many open days lie between two dates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from regulars.insight.errors import RegularsError
from regulars.insight.shapes import CALENDAR

Ints = NDArray[np.int64]
_EPOCH = date(1970, 1, 1).toordinal()
EVERY_WEEKDAY = frozenset(range(7))


def weekday(day: Any) -> Any:
    """Return the weekday of an epoch day, Monday = 0; works on arrays too."""
    return (day + 3) % 7


@dataclass(frozen=True, slots=True)
class CalendarDays:
    """An opening calendar laid out day by day from ``first``.

    Units
    -----
    ``open_index[i]`` is the number of open days from ``first`` up to and including day ``first + i``.
    """

    first: int
    open: NDArray[np.bool_]
    adverse: NDArray[np.bool_]
    open_index: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "open_index", np.cumsum(self.open).astype(np.int32))

    @property
    def days(self) -> NDArray[np.int32]:
        """The epoch days, in order."""
        return np.arange(self.first, self.first + len(self.open), dtype=np.int32)

    @property
    def last(self) -> int:
        """The last epoch day laid out."""
        return self.first + len(self.open) - 1

    @property
    def closed_share(self) -> float:
        """The share of days that are closed; above .15 lifetime models count open days."""
        return float(1 - self.open.mean())

    def index_at(self, days: Any) -> Ints:
        """Return the open index of each day; days outside count as if the company opened every day there."""
        asked = np.asarray(days, dtype=np.int64)
        inside = np.clip(asked, self.first, self.last)
        return self.open_index[inside - self.first] + (asked - inside)

    def day_at(self, indexes: Any) -> Ints:
        """Return the day on which each open index is reached; beyond the last day at the usual pace."""
        asked = np.asarray(indexes, dtype=np.int64)
        opened = np.flatnonzero(self.open)
        total = len(opened)
        if total == 0:
            return self.last + np.maximum(asked, 0)
        within = self.first + opened[np.clip(asked, 1, total) - 1]
        pace = len(self.open) / total
        beyond = self.last + np.ceil((asked - total) * pace).astype(np.int64)
        return np.where(asked > total, beyond, within)

    def with_adverse(self, adverse: NDArray[np.bool_]) -> CalendarDays:
        """Return the same days with other adverse marks, for example the ones of `rainy_day.hard_days`."""
        return replace(self, adverse=np.asarray(adverse, dtype=bool))

    def arrow(self) -> pa.Table:
        """Return the days in the CALENDAR shape, for a store to register with its engine."""
        names = ("day", "open", "open_index", "adverse")
        return pa.table(dict(zip(names, (self.days, self.open, self.open_index, self.adverse), strict=True)))

    def table(self) -> ir.Table:
        """Return the days as an Ibis table.

        Shape
        -----
        CALENDAR out.
        """
        return ibis.memtable(self.arrow(), schema=CALENDAR)


def _in_season(days: NDArray[np.int32], start: tuple[int, int], end: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which days lie between two dates of any year, over New Year where the end comes first."""
    moments = days.astype("datetime64[D]")
    months = moments.astype("datetime64[M]")
    code = (months.astype(np.int64) % 12 + 1) * 100 + (moments - months).astype(np.int64) + 1
    low, high = start[0] * 100 + start[1], end[0] * 100 + end[1]
    after, before = code >= low, code <= high
    return np.asarray(after & before if low <= high else after | before)


@dataclass(frozen=True, slots=True)
class OpeningCalendar:
    """When the company is open: weekdays, yearly closed seasons, single closed spells, holidays.

    Parameters
    ----------
    weekdays
        Open weekdays, Monday = 0.
    closed
        Closed spells, each (first, last) epoch day, both closed.
    seasons
        Spells closed every year, each ((month, day), (month, day)), both closed; may pass New Year.
    holidays
        Single closed days.
    adverse
        Days the company marked as hard (rain, road works): open, but who came then meant it.
    """

    weekdays: frozenset[int] = EVERY_WEEKDAY
    closed: tuple[tuple[int, int], ...] = ()
    seasons: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    holidays: frozenset[int] = frozenset()
    adverse: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= EVERY_WEEKDAY:
            raise RegularsError(
                "bad-calendar",
                "The calendar has no open weekday; name at least one, Monday = 0 to Sunday = 6.",
            )

    def between(self, first: int, last: int) -> CalendarDays:
        """Return the calendar laid out from ``first`` to ``last``, both included."""
        if last < first:
            raise RegularsError("bad-calendar", f"The calendar ends ({last}) before it begins ({first}).")
        days = np.arange(first, last + 1, dtype=np.int32)
        opened = np.isin(weekday(days), list(self.weekdays))
        for start, end in self.closed:
            opened &= ~((days >= start) & (days <= end))
        for opening, ending in self.seasons:
            opened &= ~_in_season(days, opening, ending)
        opened &= ~np.isin(days, list(self.holidays))
        return CalendarDays(first, opened, np.isin(days, list(self.adverse)))

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return {
            "weekdays": sorted(self.weekdays),
            "closed": [list(spell) for spell in self.closed],
            "seasons": [[list(start), list(end)] for start, end in self.seasons],
            "holidays": sorted(self.holidays),
            "adverse": sorted(self.adverse),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> OpeningCalendar:
        """Return the calendar that `to_json` stored."""
        return cls(
            frozenset(stored.get("weekdays", EVERY_WEEKDAY)),
            tuple((int(a), int(b)) for a, b in stored.get("closed", ())),
            tuple(((a[0], a[1]), (b[0], b[1])) for a, b in stored.get("seasons", ())),
            frozenset(stored.get("holidays", ())),
            frozenset(stored.get("adverse", ())),
        )


_CHANCE = 1e-3
"""A silence of the whole base is closing time when chance would make it less often than this."""


def _zero_runs(silent: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], silent, [False])).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def learnt(
    days: Any, purchases: Any, until: int, adverse: frozenset[int] = frozenset(), *, spells: bool = True
) -> OpeningCalendar:
    """Return the calendar that shows in the base's own purchases.

    A weekday is closed when hardly anybody ever bought on it; a spell is closed when the whole base bought
    nothing and, at its usual pace, chance would make that less often than once in a thousand. A busy
    company's single silent day is therefore closed, a quiet company's is not. Days after ``until`` follow
    the weekdays.

    Parameters
    ----------
    spells
        Otherwise only weekdays are learnt: where a handful of customers are all there is, their silence is
        their own and not closing time.

    Units
    -----
    ``days`` are epoch days with purchases (BASE_DAYS), ``purchases`` their counts.
    """
    known = np.asarray(days, dtype=np.int64)
    keep = known <= until
    if not keep.any():
        return OpeningCalendar(adverse=adverse)
    known, counts = known[keep], np.asarray(purchases, dtype=np.float64)[keep]
    first = int(known.min())
    series = np.zeros(until - first + 1)
    np.add.at(series, known - first, counts)
    weekdays = _open_weekdays(series, first)
    opened = np.isin(weekday(np.arange(first, until + 1)), list(weekdays))
    closed = _closed_spells(series, opened) if spells else []
    return OpeningCalendar(weekdays, tuple((first + a, first + b) for a, b in closed), adverse=adverse)


def _open_weekdays(series: NDArray[np.float64], first: int) -> frozenset[int]:
    which = weekday(np.arange(first, first + len(series)))
    sums = np.bincount(which, weights=series, minlength=7)
    bought = np.bincount(which, weights=series > 0, minlength=7)
    seen = np.bincount(which, minlength=7)
    busiest = sums.max()
    # Less than a fiftieth of the best weekday is a key left in the till, not an opening hour.
    closed = (sums < busiest / 50) & (bought <= 0.05 * seen) & (seen >= 3)
    if sums.sum() < 7 * -np.log(_CHANCE):
        closed[:] = False
    return frozenset(np.flatnonzero(~closed).tolist())


def _closed_spells(series: NDArray[np.float64], opened: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return silent runs of open weekdays too long for chance, as inclusive offsets."""
    positions = np.flatnonzero(opened)
    counts = series[positions]
    selling = counts > 0
    if not selling.any():
        return []
    needed = -np.log(_CHANCE)
    # First without the silent runs that might be closed: they must not lower the pace they are judged by.
    long = [run for run in _zero_runs(~selling) if (run[1] - run[0]) * counts.sum() / len(counts) >= needed]
    pace = counts.sum() / max(len(counts) - sum(b - a for a, b in long), 1)
    closed = [run for run in _zero_runs(~selling) if (run[1] - run[0]) * pace >= needed]
    return [(int(positions[a]), int(positions[b - 1])) for a, b in closed]
