"""What people type, within bounds: whole numbers, numbers, days. Pure."""

from __future__ import annotations

import re
from datetime import date
from math import isfinite

LARGEST = 1e15
"""No measure of anybody is larger, and every whole number up to here is exact."""
FIRST, LAST = date(1900, 1, 1), date(2200, 1, 1)
"""The days of anybody's life."""
LARGEST_ROW = 2**63 - 1
"""The largest number a row can have."""
LARGEST_VERSION = 2**31 - 1
"""The largest version a row can have."""

_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:(?P<mark>[,.' ])\d{3})(?:(?P=mark)\d{3})*", re.ASCII)
_UNCLEAR = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
_PLAIN = re.compile(r"[-+]?(?:\d+(?:[.,]\d*)?|[.,]\d+)", re.ASCII)
_BLANKS = str.maketrans(dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", " "))


def whole_number(text: str, most: int) -> int | None:
    """Return the whole number from 0 to ``most`` that is written in plain digits, None for anything else.

    Example
    -------
    >>> whole_number(" 12 ", 99), whole_number("100", 99), whole_number("²", 99), whole_number("-1", 99)
    (12, None, None, None)
    """
    bare = text.strip()
    if not (bare.isascii() and bare.isdecimal()):
        return None
    digits = bare.lstrip("0") or "0"
    # A number of thousands of digits takes long to read, and Python refuses to.
    found = int(digits) if len(digits) <= len(str(most)) else most + 1
    return found if found <= most else None


def is_number(value: float) -> bool:
    """Return whether a number is one that can be reached: finite, and not larger than `LARGEST`."""
    return isfinite(value) and abs(value) <= LARGEST


def is_day(day: date) -> bool:
    """Return whether a day is one of anybody's life."""
    return FIRST <= day <= LAST


def number_meant(text: str) -> float | None:
    """Return the number that somebody means, with a point or a comma, or None when it cannot be told.

    ``12,000`` is what our own pages write for twelve thousand. ``12.000`` is twelve to some and twelve
    thousand to others, so it is neither.

    Example
    -------
    >>> number_meant("12,5"), number_meant("12,000"), number_meant("1,234.5"), number_meant("1.234,5")
    (12.5, 12000.0, 1234.5, 1234.5)
    >>> number_meant("12.000"), number_meant("1_000"), number_meant("1e5")
    (None, None, None)
    """
    bare = text.translate(_BLANKS).strip().removesuffix("%").rstrip()
    if _UNCLEAR.fullmatch(bare):
        return None
    whole, decimals = _parted(bare)
    grouped = _GROUPED.fullmatch(whole)
    if grouped is not None:
        whole = whole.replace(grouped["mark"], "")
    plain = f"{whole}{decimals}"
    if _PLAIN.fullmatch(plain) is None:
        return None
    value = float(plain.replace(",", "."))
    return value if is_number(value) else None


def _parted(bare: str) -> tuple[str, str]:
    """Return the whole part of a number, and its decimals with their sign."""
    at = max(bare.rfind("."), bare.rfind(","))
    if at < 0 or bare.count(bare[at]) > 1:
        return bare, ""
    thousands = bare[at] == "," and _GROUPED.fullmatch(bare) is not None
    return (bare, "") if thousands else (bare[:at], bare[at:])
