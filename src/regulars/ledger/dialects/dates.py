"""Dates and times as people and tills write them. Pure: the clock comes in from outside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from itertools import repeat

import numpy as np
from babel.dates import get_month_names

EPOCH = date(1970, 1, 1).toordinal()
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "pl", "cs")
DAY = 86_400
LAST = date.max.toordinal() - EPOCH - 1
OLDEST = date(1900, 1, 1).toordinal() - EPOCH
NO_DAY = frozenset({OLDEST, 0})
"""1900-01-01 and 1970-01-01: the days on which programs begin to count, written where they know none."""
NEVER = date(2200, 1, 1).toordinal() - EPOCH
"""From this day on, a day on which something ends means that it does not end."""
CACHED = 200_000
ORDERS = ("dmy", "mdy", "ymd")

_NUMERIC = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?!\d)\.?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_WORDS = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)?(?:(\d{1,2})[.\s-]*(?:de\s+)?([^\W\d_]{3,})\.?[\s,-]*(?:de\s+)?|([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+)(\d{4}|\d{2})\b"
)
_CLOCK = re.compile(r"[T\s,]*(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp]\.?\s?[Mm]\.?)?")
_OFFSET = re.compile(r"\s*(?:(Z|UTC|GMT)|(?:UTC|GMT)?\s?([+-])(\d{2}):?(\d{2})?)(?:\s*\(.*\))?", re.I)
_COMPACT_CLOCK = re.compile(r"T?(\d{2})(\d{2})(\d{2})")


Written = tuple[int, int | None, bool]
"""Epoch day and minute of the day by which a moment is known again whatever zone the company is in: those of
UTC (True) where an offset is written, else those that are written (False)."""

Moment = tuple[int, int, int | None, Written | None]
"""UTC epoch seconds, company-local epoch day, company-local minute of the day where a time is written, and by
what the moment is known again, None where that is the company-local day and minute."""


def looks_like_a_date(text: str) -> bool:
    """Return whether a cell is a date in one of the usual writings."""
    text = text.strip()
    if len(text) < 6 or not any(map(str.isdigit, text)):
        return False
    if text.isdigit() and len(text) != 8:
        return False
    return any(split_moment(text, order) is not None for order in ORDERS)


def date_order(values: Iterable[str]) -> str:
    """Return the order of day, month and year, "" when nothing tells, "?" when it must be asked.

    Example
    -------
    >>> date_order(["03/04/2024", "13/04/2024"]), date_order(["03/04/2024"]), date_order(["2024-04-03"])
    ('dmy', '?', 'ymd')
    """
    votes = {"dmy": 0, "mdy": 0, "ymd": 0, "?": 0}
    for value in values:
        vote = _vote(value.strip())
        if vote:
            votes[vote] += 1
    if votes["dmy"] or votes["mdy"]:
        return "dmy" if votes["dmy"] >= votes["mdy"] else "mdy"
    if votes["?"]:
        return "?"
    return "ymd" if votes["ymd"] else ""


def _vote(value: str) -> str:
    numeric = _NUMERIC.match(value)
    if numeric is None:
        return "ymd" if _COMPACT.match(value) else ""
    first, sign, second, third = numeric.groups()
    if len(first) > 2:
        return "ymd"
    if len(third) == 3 or (len(third) == 2 and len(first) == 2 and sign == "-" and int(first) > 31):
        return "ymd"
    # Nowhere are days parted by points and the month written first.
    if int(first) > 12 or sign == ".":
        return "dmy"
    return "mdy" if int(second) > 12 else "?"


class DateReader:
    """Reads a column of dates in one order, local to `zone` where no offset is written.

    Days and times of day are remembered apart: a log names few of either, and almost no moment twice.
    """

    def __init__(self, order: str, ours: tzinfo, zone: tzinfo | None = None) -> None:
        self._order = order if order in ORDERS else "dmy"
        self._ours = ours
        self._zone = zone or ours
        self._days: dict[str, tuple[int, int] | None] = {}
        self._clocks: dict[str, int | None] = {"": -1}
        self._others: dict[str, Moment | None] = {}
        self._offsets: dict[date, int | None] = {}

    def column(self, texts: Sequence[str]) -> list[Moment] | None:
        """Return the moments of a whole column at once, or None when its cells must be read one by one.

        Only for the writing of most exports, 2024-03-05 10:30:00, on days without a change of the clock.
        """
        if not texts or set(map(len, texts)) != {19} or self._zone is not self._ours:
            return None
        try:
            local = np.array(texts, "datetime64[s]").astype(np.int64)
        except ValueError:
            return None
        days, at = np.unique(local // DAY, return_inverse=True)
        offsets = [
            self._offset_of(date.fromordinal(int(day) + EPOCH)) for day in days if 1 - EPOCH <= day < LAST
        ]
        if None in offsets or len(offsets) < len(days):
            return None
        seconds = local - np.array(offsets, np.int64)[at]
        minutes = local % DAY // 60
        return list(zip(seconds.tolist(), days[at].tolist(), minutes.tolist(), repeat(None)))

    def _offset_of(self, day: date) -> int | None:
        """Return the offset from UTC of a day that has the same one from morning to night."""
        if day.toordinal() - EPOCH >= LAST:
            return None  # the days on which calendars end have no morning after
        if day not in self._offsets:
            morning = datetime.combine(day, time(), self._ours)
            found = {(morning + timedelta(hours=hours)).utcoffset() for hours in (0, 6, 12, 18, 24)}
            offset = found.pop()
            self._offsets[day] = None if found or offset is None else int(offset.total_seconds())
        return self._offsets[day]

    def read(self, text: str) -> Moment | None:
        """Return the moment a cell names, or None."""
        head, _, tail = text.partition("T" if "T" in text else " ")
        try:
            day, clock = self._days[head], self._clocks[tail]
        except KeyError:
            day, clock = self._learn(head, tail)
        if day is None or clock is None:
            return self._other(text)
        if clock < 0:
            # A date alone is a day where the company is; its noon stands for it.
            return day[0] * DAY + DAY // 2 - day[1], day[0], None, None
        return day[0] * DAY + clock - day[1], day[0], clock // 60, None

    def _learn(self, head: str, tail: str) -> tuple[tuple[int, int] | None, int | None]:
        if len(self._days) > CACHED or len(self._clocks) > CACHED:
            self._days.clear()
            self._clocks = {"": -1}
        if head not in self._days:
            self._days[head] = self._plain_day(head)
        if tail not in self._clocks:
            clock, length = _clock(tail)
            whole = clock is not None and length == len(tail)
            self._clocks[tail] = (
                clock.hour * 3600 + clock.minute * 60 + clock.second if clock and whole else None
            )
        return self._days[head], self._clocks[tail]

    def _plain_day(self, head: str) -> tuple[int, int] | None:
        """Return day and offset from UTC of a day that has the same offset from morning to night."""
        found = _day(head, self._order)
        if found is None or found[1] != len(head) or self._zone is not self._ours:
            return None
        offset = self._offset_of(found[0])
        return None if offset is None else (found[0].toordinal() - EPOCH, offset)

    def _other(self, text: str) -> Moment | None:
        if text not in self._others:
            if len(self._others) > CACHED:
                self._others.clear()
            self._others[text] = self._read(text)
        return self._others[text]

    def _read(self, text: str) -> Moment | None:
        parts = split_moment(text, self._order)
        if parts is None:
            return None
        day, clock, offset = parts
        zone = offset or self._zone
        try:
            if clock is None and offset is None:
                local = datetime.combine(day, time(12), self._ours)
                return int(local.timestamp()), day.toordinal() - EPOCH, None, None
            moment = datetime.combine(day, clock or time(), zone)
            local = moment.astimezone(self._ours)
            minute = None if clock is None else local.hour * 60 + local.minute
            seconds = int(moment.timestamp())
            return seconds, local.toordinal() - EPOCH, minute, _written(seconds, day, clock, offset)
        except (ValueError, OverflowError):
            return None


def _written(seconds: int, day: date, clock: time | None, offset: timezone | None) -> Written:
    if offset is not None or clock is None:
        return seconds // DAY, seconds % DAY // 60, True
    return day.toordinal() - EPOCH, clock.hour * 60 + clock.minute, False


def split_moment(text: str, order: str) -> tuple[date, time | None, timezone | None] | None:
    """Return day, time of day and offset of a written moment, None for each that is not written."""
    if text.isdecimal() and len(text) in (10, 13):
        return _unix(int(text) if len(text) == 10 else int(text) // 1000)
    found = _day(text, order)
    if found is None:
        return None
    day, end = found
    rest = text[end:]
    if not rest.strip():
        return day, None, None
    clock, length = _clock(rest)
    if clock is None:
        return None
    offset, known = _zone(rest[length:])
    return (day, clock, offset) if known else None


def _unix(seconds: int) -> tuple[date, time, timezone]:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return moment.date(), moment.time(), UTC


def _day(text: str, order: str) -> tuple[date, int] | None:
    numeric = _NUMERIC.match(text)
    if numeric:
        first, _, second, third = numeric.groups()
        return _dated(*_ordered(first, second, third, order), numeric.end())
    compact = _COMPACT.match(text)
    if compact:
        year, month_number, number = map(int, compact.groups())
        return _dated(year, month_number, number, compact.end())
    words = _WORDS.match(text)
    if words:
        month = months().get((words[2] or words[3]).casefold()[:20])
        return _dated(_year(words[5]), month, int(words[1] or words[4]), words.end()) if month else None
    return None


def _ordered(first: str, second: str, third: str, order: str) -> tuple[int, int, int]:
    if len(first) > 2:
        return int(first), int(second), int(third)
    if order == "mdy":
        return _year(third), int(first), int(second)
    if order == "ymd" and len(third) <= 2:
        return _year(first), int(second), int(third)
    return _year(third), int(second), int(first)


def _dated(year: int, month: int, day: int, end: int) -> tuple[date, int] | None:
    try:
        return date(year, month, day), end
    except ValueError:
        return None


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (1900 if year >= 69 else 2000)


@cache
def _clock(text: str) -> tuple[time | None, int]:
    found = _CLOCK.match(text)
    compact = None if found else _COMPACT_CLOCK.match(text)
    if compact:
        parts, end, half = compact.groups(), compact.end(), None
    elif found:
        parts, end, half = found.groups()[:3], found.end(), found[4]
    else:
        return None, 0
    hour = int(parts[0])
    if half:
        hour = hour % 12 + (12 if half[0] in "Pp" else 0)
    try:
        return time(hour, int(parts[1]), int(parts[2] or 0)), end
    except ValueError:
        return None, 0


@cache
def _zone(text: str) -> tuple[timezone | None, bool]:
    if not text.strip():
        return None, True
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        return None, False
    if found[1]:
        return UTC, True
    ahead = timedelta(hours=int(found[3]), minutes=int(found[4] or 0))
    return (
        (timezone(ahead if found[2] == "+" else -ahead), True)
        if ahead < timedelta(hours=24)
        else (None, False)
    )


@cache
def months() -> dict[str, int]:
    """Return month names and their usual abbreviations, folded, with the month's number."""
    known: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                known.setdefault(str(name).casefold().strip("."), int(number))
                known.setdefault(str(name).casefold()[:3], int(number))
    return known
