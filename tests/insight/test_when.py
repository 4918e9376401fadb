"""Days are read as people write them, and never guessed at."""

from __future__ import annotations

from datetime import date

import pytest

from regulars.insight.when import day_meant

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3m", date(2027, 2, 28)),
        ("90", date(2027, 2, 28)),
        ("90 days", date(2027, 2, 28)),
        ("in 3 months", date(2027, 2, 28)),
        ("2 weeks", date(2026, 12, 14)),
        ("a year", date(2027, 11, 30)),
        ("1q", date(2027, 2, 28)),
        ("Tomorrow", date(2026, 12, 1)),
        ("2027-03-01", date(2027, 3, 1)),
        ("1.3.2027", date(2027, 3, 1)),
        ("1st March 2027", date(2027, 3, 1)),
        ("mar 2027", date(2027, 3, 31)),
        ("0", TODAY),
    ],
)
def test_a_day_is_read(text: str, meant: date) -> None:
    assert day_meant(text, TODAY) == meant


@pytest.mark.parametrize(
    "text",
    ["", "soon", "03/04/2027", "2027-02-30", "31.2.2027", "9999y", "31 feb 2027", "-3", "0001-01-01", "²"],
)
def test_what_may_mean_two_days_or_none_is_not_guessed(text: str) -> None:
    assert day_meant(text, TODAY) is None
