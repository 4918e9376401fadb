"""Lives of contracts: worked out by hand, in both modes, and recovered from simulated renewals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from regulars.insight.lifetime import contract
from regulars.insight.lives import Lives, lives_of
from regulars.insight.terms import Terms, month_bounds, terms_of
from tests.insight.agreed import START, agreed, day, made_up

AS_OF = day("2024-04-30")


def of(lives: Lives, owner: int) -> list[tuple[int, int, int, bool]]:
    rows = np.flatnonzero(lives.owner == owner)
    columns = (lives.end - lives.start, lives.away, lives.months, lives.lost)
    return [tuple(column[row].item() for column in columns) for row in rows]  # type: ignore[misc]


def test_lives_by_hand() -> None:
    lives = lives_of(agreed(), AS_OF)
    # Renewed once and running: from 1 March 2023 through 30 April 2024 are 427 days.
    assert of(lives, 1) == [(427, 0, 12, False)]
    # Renewed 21 days late.
    assert of(lives, 3) == [(AS_OF + 1 - day("2023-01-20"), 21, 12, False)]
    # Left within the first year: the agreed length is not known here, so it is that of what ran.
    assert of(lives, 4) == [(349, 0, 11, True)]
    assert of(lives, 6) == [(365, 0, 12, True)]
    assert 13 not in lives.owner
    assert 12 in lives.owner
    periods = lives.periods(12)
    told = dict(
        zip(
            lives.owner[lives.months == 12].tolist(),
            zip(periods.survived.tolist(), periods.lost.tolist(), strict=True),
            strict=True,
        )
    )
    assert told[1] == (1, False)
    assert told[3] == (1, False)
    assert told[6] == (0, True)
    assert told[8] == (0, False)


def test_a_customer_outlives_a_swapped_contract_and_starts_anew_after_a_gap() -> None:
    lives = lives_of(agreed(), AS_OF, of="customer")
    assert of(lives, 8) == [(AS_OF + 1 - day("2023-06-01"), 0, 8, False)]
    assert [(length, lost) for length, _, _, lost in of(lives, 6)] == [
        (365, True),
        (AS_OF + 1 - day("2024-02-20"), False),
    ]
    swapped = lives_of(agreed(), AS_OF)
    assert [lost for *_, lost in of(swapped, 10)] == [True]


def test_what_we_knew_then_has_the_loss_heard_of_later_still_running() -> None:
    then = day("2024-03-31")
    assert of(lives_of(agreed(), then), 4)[0][3] is True
    assert of(lives_of(agreed(), then, known_then=True), 4) == [(then + 1 - day("2023-04-01"), 0, 11, False)]


def test_a_renewal_still_open_is_neither_made_nor_lost() -> None:
    rows = {
        "contract": [1],
        "customer": [1],
        "start": [day("2023-01-01")],
        "end": [day("2024-01-01")],
        "monthly": [5],
    }
    waiting = lives_of(terms_of(rows), day("2024-01-20"))
    assert (waiting.periods(12).survived.tolist(), waiting.lost.tolist()) == ([0], [False])
    assert (waiting.end - waiting.start).tolist() == [365]
    over = lives_of(terms_of(rows), day("2024-01-31"))
    assert (over.periods(12).survived.tolist(), over.lost.tolist()) == ([0], [True])


@pytest.mark.parametrize(
    ("start", "end", "months", "survived"),
    [
        ("2024-01-15", "2024-02-15", 1, 0),
        ("2024-01-15", "2024-04-15", 1, 2),
        ("2024-01-15", "2024-04-16", 1, 3),
        ("2022-03-01", "2025-03-01", 12, 2),
        ("2022-03-01", "2023-09-01", 12, 1),
        ("2023-01-01", "2024-01-01", 6, 1),
    ],
)
def test_a_life_lost_counts_the_renewals_before_its_last_term(
    start: str, end: str, months: int, survived: int
) -> None:
    rows = {
        "contract": [1],
        "customer": [1],
        "start": [day(start)],
        "end": [day(end)],
        "monthly": [5],
        "months": [months],
    }
    periods = lives_of(terms_of(rows), day("2026-01-01")).periods(months)
    assert (periods.survived.tolist(), periods.lost.tolist()) == ([survived], [True])


@given(terms=made_up())
@settings(max_examples=80, deadline=None)
def test_lives_do_not_overlap_and_neither_order_matters(terms: Terms) -> None:
    lives = lives_of(terms, START + 820)
    again = lives_of(terms.where(slice(None, None, -1)), START + 820)
    for name in ("owner", "start", "end", "away", "lost", "months"):
        assert getattr(again, name).tolist() == getattr(lives, name).tolist()
    assert (lives.end > lives.start).all()
    assert (lives.away >= 0).all()
    same = np.diff(lives.owner) == 0
    assert (lives.start[1:][same] - lives.end[:-1][same] > 30).all()
    assert lives.lost[:-1][same].all()
    assert sum(lives.lengths().values()) == len(lives)


def test_renewals_year_by_year_give_back_the_chances_they_were_drawn_from() -> None:
    rng = np.random.default_rng(5)
    n, alpha, beta = 6000, 0.7, 2.4
    leaving = rng.beta(alpha, beta, n)
    years = rng.geometric(leaving)
    bounds = month_bounds(552, 552 + 12 * 20)
    begun = rng.integers(0, 60, n)
    rows = [
        (who, bounds[begun[who] + 12 * year], bounds[begun[who] + 12 * (year + 1)])
        for who in range(n)
        for year in range(min(years[who], 11))
    ]
    who, start, end = (np.array(column) for column in zip(*rows, strict=True))
    terms = terms_of(
        {"contract": who, "customer": who, "start": start, "end": end, "monthly": np.full(len(who), 5)}
    )
    lives = lives_of(terms, int(bounds[100]))
    assert lives.lengths() == {12: int((bounds[begun] <= bounds[100]).sum())}
    fitted = contract.fit(lives.periods(12))
    spread = np.sqrt(np.diag(np.array(fitted.fit.covariance)))
    assert (np.abs(fitted.fit.log_array() - np.log([alpha, beta])) < 4 * spread).all()
    curve = lives.curve(12)
    # The two ways to say how many are there after a year and a day agree.
    after = curve.at(366)
    assert after.value is not None
    assert float(fitted.survival(1)) == pytest.approx(after.value, abs=0.02)


def test_nothing_agreed_has_no_lives() -> None:
    empty = terms_of({name: [] for name in ("contract", "customer", "start", "end", "monthly")})
    lives = lives_of(empty, 100)
    assert (len(lives), len(lives.periods(12)), lives.curve().n, lives.lengths()) == (0, 0, 0, {})
