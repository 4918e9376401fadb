"""How figures are written in sentences: percentages with a no-break space and a true minus."""

from __future__ import annotations

MOST_LIKELY = 0.994
"""A chance above it would be written as certainty."""


def percent(value: float, *, signed: bool = False, digits: int = 0) -> str:
    """Write a share as a percentage, a whole one unless digits are asked for; nothing is ever minus zero.

    Example
    -------
    >>> [percent(one).replace("\N{NO-BREAK SPACE}", " ") for one in (0.776, -0.001)]
    ['78 %', '0 %']
    >>> percent(-0.07).startswith("\N{MINUS SIGN}7"), percent(0.05, signed=True)[0]
    (True, '+')
    """
    rounded = round(100 * value, digits)
    sign = "\N{MINUS SIGN}" if rounded < 0 else "+" if signed and rounded else ""
    return f"{sign}{abs(rounded):,.{digits}f}\N{NO-BREAK SPACE}%"


def chance(value: float) -> str:
    """Write what may happen to one customer: nobody is certain to come, and nobody certain not to.

    Example
    -------
    >>> [chance(one).replace("\N{NO-BREAK SPACE}", " ") for one in (0.98, 0.9999, 1.0, 0.001)]
    ['98 %', 'over 99 %', 'over 99 %', 'under 1 %']
    """
    if value > MOST_LIKELY:
        return f"over {percent(0.99)}"
    return f"under {percent(0.01)}" if value < 1 - MOST_LIKELY else percent(value)


def percent_between(value: float, low: float | None, high: float | None, *, signed: bool = False) -> str:
    """Write a share with its interval, and without one that would only say the same again.

    Example
    -------
    >>> percent_between(0.14, 0.1, 0.19).replace("\N{NO-BREAK SPACE}", " ")
    '14 % (10 % to 19 %)'
    >>> percent_between(-0.003, -0.004, -0.001).replace("\N{NO-BREAK SPACE}", " ")
    '0 %'
    """
    middle = percent(value, signed=signed)
    if low is None or high is None:
        return middle
    ends = [percent(end, signed=signed) for end in (low, high)]
    return middle if ends == [middle, middle] else f"{middle} ({ends[0]} to {ends[1]})"


def counted(number: int, one: str, more: str = "") -> str:
    """Write a count with its noun.

    Example
    -------
    >>> counted(1, "row"), counted(1200, "row"), counted(2, "is", "are")
    ('1 row', '1,200 rows', '2 are')
    """
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def in_days(number: int) -> str:
    """Write how far ahead a day is.

    Example
    -------
    >>> in_days(0), in_days(1), in_days(1200)
    ('today', 'tomorrow', 'in 1,200 days')
    """
    return {0: "today", 1: "tomorrow"}.get(number, f"in {number:,} days")


def times(number: int) -> str:
    """Write how often something happened.

    Example
    -------
    >>> times(1), times(2), times(5)
    ('once', 'twice', '5 times')
    """
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")
