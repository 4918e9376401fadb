"""What is typed is read as meant, or refused: never another number, never an error of ours."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.typed import LARGEST, is_day, is_number, number_meant, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), (" 12 ", 12), ("0099", 99), ("0" * 9_000 + "7", 7), ("100", None), ("9" * 5_000, None), ("²", None),
        ("٣", None), ("1_0", None), ("-1", None), ("+1", None), ("1.0", None), ("", None), ("1 2", None),
    ],
)  # fmt: skip
def test_a_whole_number_is_plain_digits_within_its_bound(text: str, number: int | None) -> None:
    assert whole_number(text, 99) == number


@given(st.text(max_size=40), st.integers(0, 2**63))
def test_no_text_breaks_the_readers(text: str, most: int) -> None:
    found = whole_number(text, most)
    assert found is None or 0 <= found <= most
    meant = number_meant(text)
    assert meant is None or is_number(meant)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,000", 12_000), ("1,234,567", 1_234_567), ("1.234.567", 1_234_567), ("1,234.5", 1234.5),
        ("1.234,5", 1234.5), ("1 000", 1000), ("1\N{NARROW NO-BREAK SPACE}000,5", 1000.5), ("1'000.5", 1000.5),
        ("12,5", 12.5), ("0,125", 0.125), ("0.125", 0.125), ("12.345000", 12.345), (".5", 0.5), ("12 %", 12),
        ("-3,5", -3.5), ("-12,000", -12_000),
        ("12.000", None), ("1_000", None), ("1e5", None), ("nan", None), ("inf", None), ("9" * 40, None),
        ("1,23,456", None), ("12 5", None), ("twelve", None), ("", None), ("٣", None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_meant_or_not_at_all(text: str, number: float | None) -> None:
    assert number_meant(text) == number


@given(st.integers(-(10**15), 10**15))
def test_what_our_pages_write_is_read_as_it_was(value: int) -> None:
    assert number_meant(f"{value:,}") == value
    assert number_meant(f"{value:.6f}") == value


def test_bounds_hold_all_of_a_life_and_no_more() -> None:
    assert is_number(LARGEST) and is_number(-LARGEST)
    assert not any(map(is_number, (2 * LARGEST, float("nan"), float("inf"))))
    assert is_day(date(1900, 1, 1)) and is_day(date(2200, 1, 1))
    assert not is_day(date.min) and not is_day(date.max)
