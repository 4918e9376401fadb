"""Days as people write them in a hurry: 3m, 90, in 3 months, 2027-03-01, 1 March 2027."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from regulars.insight.months import months_after
from regulars.insight.typed import FIRST

_SPAN = re.compile(r"(?:in\s+)?(\d{1,4}|an?|one)\s*(d|days?|w|weeks?|m|months?|mo|q|quarters?|y|years?)?")
_NUMBERS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_NAMED = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th|\.)?\s+)?([a-z]{3,9})\.?,?\s+(\d{4})")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_NEAR = {"today": 0, "tomorrow": 1}
MOST_YEARS = 30


def day_meant(text: str, today: date) -> date | None:
    """Return the day that somebody means, or None when it cannot be told for certain.

    A bare number is days from today; a month without a day is its last day. A day written with slashes is
    not guessed at: half the world reads it the other way round.

    Example
    -------
    >>> day_meant("3m", date(2026, 11, 30)), day_meant("in 2 weeks", date(2026, 11, 25))
    (datetime.date(2027, 2, 28), datetime.date(2026, 12, 9))
    >>> day_meant("1 March 2027", date(2026, 11, 25)), day_meant("03/04/2027", date(2026, 11, 25))
    (datetime.date(2027, 3, 1), None)
    """
    words = " ".join(text.lower().split())
    if words in _NEAR:
        return today + timedelta(days=_NEAR[words])
    try:
        found = _written(words) or _span(words, today)
    except ValueError:
        return None
    return found if found is None or FIRST.year <= found.year <= today.year + MOST_YEARS else None


def _written(words: str) -> date | None:
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", words):
        return date(*(int(part) for part in words.split("-")))
    numbers = _NUMBERS.fullmatch(words)
    if numbers:
        return date(int(numbers[3]), int(numbers[2]), int(numbers[1]))
    named = _NAMED.fullmatch(words)
    month = next((at for at, name in enumerate(_MONTHS, 1) if named and name.startswith(named[2])), None)
    if named is None or month is None:
        return None
    year = int(named[3])
    return date(year, month, int(named[1]) if named[1] else monthrange(year, month)[1])


def _span(words: str, today: date) -> date | None:
    span = _SPAN.fullmatch(words)
    if span is None:
        return None
    number = int(span[1]) if span[1].isdecimal() else 1
    unit = (span[2] or "d")[0]
    if unit in "dw":
        return today + timedelta(days=number * (7 if unit == "w" else 1))
    return months_after(today, number * {"m": 1, "q": 3, "y": 12}[unit])
