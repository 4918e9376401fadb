"""Terms: lengths and amounts per month, what was known when, and late renewals against a walk day by day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.insight.terms import (
    FAR,
    Terms,
    in_currency,
    known,
    month_bounds,
    months_and_days,
    run_of,
    term_months,
    terms_of,
)
from tests.insight.agreed import START, agreed, day, made_up


@pytest.mark.parametrize(
    ("start", "end", "whole", "left"),
    [
        ("2024-01-01", "2025-01-01", 12, 0),
        ("2024-01-15", "2024-02-14", 0, 30),
        ("2024-01-31", "2024-02-29", 0, 29),
        ("2024-01-31", "2024-03-01", 1, 0),
        ("2024-01-31", "2024-03-31", 2, 0),
        ("2024-02-29", "2025-02-28", 11, 30),
        ("2023-12-10", "2024-01-09", 0, 30),
    ],
)
def test_months_are_calendar_months(start: str, end: str, whole: int, left: int) -> None:
    found = months_and_days(day(start), day(end))
    assert (int(found[0]), int(found[1])) == (whole, left)


def test_a_term_has_a_length_of_whole_months() -> None:
    ends = ["2024-01-05", "2024-02-01", "2024-04-01", "2025-01-01", "2025-01-16", "2026-12-31"]
    starts = [day("2024-01-01")] * len(ends)
    assert term_months(starts, [day(end) for end in ends]).tolist() == [1, 1, 3, 12, 13, 36]


def test_bounds_are_the_first_days_of_months() -> None:
    found = month_bounds(648, 650).tolist()
    assert found == [day("2024-01-01"), day("2024-02-01"), day("2024-03-01"), day("2024-04-01")]


def test_what_was_not_known_then_is_left_open() -> None:
    terms, then = agreed(), day("2024-03-31")
    ends = {
        mode: known(terms, then, known_then=mode)
        .end[known(terms, then, known_then=mode).contract == 4]
        .tolist()
        for mode in (False, True)
    }
    assert ends == {False: [day("2024-03-15")], True: [-1]}
    later = known(terms, day("2024-04-10"), known_then=True)
    assert later.end[later.contract == 4].tolist() == [day("2024-03-15")]
    assert later.reason[later.contract == 4].tolist() == [3]


def test_terms_learnt_of_later_were_not_known_then() -> None:
    terms = terms_of(
        {"contract": [1], "customer": [1], "start": [10], "end": [400], "monthly": [5], "received": [50]}
    )
    assert [len(known(terms, 20, known_then=mode)) for mode in (False, True)] == [1, 0]
    assert len(known(terms, 9)) == 0


def test_other_currencies_are_counted_apart() -> None:
    own, left = in_currency(agreed(), "EUR")
    assert (len(own), [(each.currency, each.contracts, each.customers, each.terms) for each in left]) == (
        16,
        [("USD", 1, 1, 1)],
    )


def test_a_late_renewal_counts_through_its_gap_only_within_the_grace() -> None:
    terms = agreed()
    at = day("2024-03-01")
    for grace, until in ((21, "2024-02-10"), (20, "2024-01-20")):
        run = run_of(known(terms, at), at, grace)
        old = (run.terms.contract == 3) & (run.terms.start == day("2023-01-20"))
        assert run.until[old].tolist() == [day(until)]


def test_a_term_that_just_ended_waits_for_its_renewal_unless_it_was_cancelled_or_followed() -> None:
    ended, at = 1000, 1010
    rows = {
        "contract": [1, 2, 3, 4],
        "customer": [1, 2, 3, 3],
        "start": [600, 600, 600, ended - 5],
        "end": [ended, ended, ended, 1400],
        "monthly": [5, 5, 5, 5],
        "reason": [-1, 0, -1, -1],
    }
    run = run_of(terms_of(rows), at, 30)
    assert run.pending.tolist() == [True, False, False, False]
    assert run.until.tolist() == [at + 1, ended, ended, 1400]
    assert not run_of(terms_of(rows), ended + 30, 30).pending.any()
    short = terms_of(
        {"contract": [1], "customer": [1], "start": [ended - 28], "end": [ended], "monthly": [5]}
    )
    assert run_of(short, at, 30).pending.tolist() == [True]


def _walked(group: np.ndarray, start: np.ndarray, end: np.ndarray, grace: int) -> np.ndarray:
    """Move ends up to the next start, finding the gaps by walking through every day."""
    moved = end.copy()
    for name in set(group.tolist()):
        rows = np.flatnonzero(group == name)
        last = START + 1300
        covered = np.zeros(last - START, dtype=bool)
        for row in rows:
            covered[start[row] - START : min(end[row], last) - START] = True
        for row in rows:
            if end[row] >= last or covered[end[row] - START]:
                continue
            after = np.flatnonzero(covered[end[row] - START :])
            if len(after) and after[0] <= grace:
                moved[row] = end[row] + after[0]
    return moved


@given(terms=made_up(), grace=st.integers(0, 120))
@settings(max_examples=150, deadline=None)
def test_late_renewals_agree_with_a_walk_day_by_day(terms: Terms, grace: int) -> None:
    far = START + 3000
    run = run_of(terms, far, grace)
    own = np.where(run.terms.end < 0, FAR, run.terms.end)
    by_contract = _walked(run.terms.contract, run.terms.start, own, grace)
    assert run.until.tolist() == _walked(run.terms.customer, run.terms.start, by_contract, grace).tolist()
    assert not run.pending.any()


@pytest.mark.parametrize("wrong", [{"monthly": [-1]}, {"months": [0]}, {"kind": [1, 2]}, {"received": []}])
def test_terms_that_cannot_be_are_refused(wrong: dict[str, list[int]]) -> None:
    rows = {"contract": [1], "customer": [1], "start": [10], "end": [400], "monthly": [5]}
    with pytest.raises(RegularsError) as refused:
        terms_of(rows | wrong)
    assert refused.value.code == "bad-terms"
    with pytest.raises(RegularsError, match="0 days or more"):
        run_of(terms_of(rows), 20, -1)
