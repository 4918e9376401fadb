"""Calendar months: of days, between days, and in words."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

_EPOCH = date(1970, 1, 1)


def month_of(day: int) -> int:
    """Return the month of an epoch day, counted from January 1970.

    Example
    -------
    >>> month_of(0), month_of(30), month_of(31), month_of(-1)
    (0, 0, 1, -1)
    """
    on = _EPOCH + timedelta(days=day)
    return (on.year - 1970) * 12 + on.month - 1


def months_of(day: ArrayLike) -> NDArray[np.int64]:
    """Return the months of epoch days, counted from January 1970; as many as there are days.

    Example
    -------
    >>> months_of([0, 30, 31, -1]).tolist()
    [0, 0, 1, -1]
    """
    days = np.asarray(day, dtype=np.int64).astype("datetime64[D]")
    return np.asarray(days.astype("datetime64[M]").astype(np.int64))


def first_day_of(month: int) -> int:
    """Return the first epoch day of a month counted from January 1970.

    Example
    -------
    >>> first_day_of(0), first_day_of(1), first_day_of(-1)
    (0, 31, -31)
    """
    return (date(1970 + month // 12, month % 12 + 1, 1) - _EPOCH).days


def month_text(month: int) -> str:
    """Return a month counted from January 1970 as machines write it.

    Example
    -------
    >>> month_text(676)
    '2026-05'
    """
    return f"{1970 + month // 12:04d}-{month % 12 + 1:02d}"


def month_words(month: str) -> str:
    """Return a month as people write it, from what machines write.

    Example
    -------
    >>> month_words("2026-05")
    'May 2026'
    """
    return f"{date.fromisoformat(month + '-01'):%b %Y}"


def months_after(on: date, months: int) -> date:
    """Return the same day of the month so many months later, or the month's last.

    Example
    -------
    >>> months_after(date(2026, 1, 31), 1), months_after(date(2026, 1, 31), 12)
    (datetime.date(2026, 2, 28), datetime.date(2027, 1, 31))
    """
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=1 << 16)
def add_months(day: int, months: int) -> int:
    """Return the epoch day so many months after another, as `months_after` counts.

    Example
    -------
    >>> add_months(30, 1), add_months(0, 12)
    (58, 365)
    """
    return (months_after(_EPOCH + timedelta(days=day), months) - _EPOCH).days


def months_between(start: int, end: int) -> int | None:
    """Return the whole months from one epoch day to another, None where they are not whole.

    Example
    -------
    >>> months_between(0, 365), months_between(0, 364) is None
    (12, True)
    """
    months = month_of(end) - month_of(start)
    return months if months > 0 and add_months(start, months) == end else None
