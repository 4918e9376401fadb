"""The bridge, worked out by hand and against a plain count; it closes whatever the contracts."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.insight.proportion import wilson
from regulars.insight.revenue import Bridge, Movement, bridge, mrr_at
from regulars.insight.terms import Terms, month_bounds, terms_of
from tests.insight.agreed import START, agreed, day, made_up

JANUARY, FEBRUARY, MARCH, APRIL = range(4)
FIRST = 648  # January 2024
MOVES = [Movement.NEW, Movement.RETURNED, Movement.EXPANSION, Movement.CONTRACTION, Movement.LOST]


@pytest.fixture(scope="module")
def found() -> Bridge:
    return bridge(agreed(), month_bounds(FIRST, FIRST + 3), currency="EUR", as_of=day("2024-04-30"))


def test_the_bridge_by_hand(found: Bridge) -> None:
    # 31 December: 1 pays 1000, 2 2000, 3 3000, 4 1500, 7 600, 8 800                                = 8900
    # January:  5 is new with 400; 7 adds a contract of 300; 3 is between terms, within the grace    = 9600
    # February: 2 renews 500 higher; 6 is back with 900; 8 swaps contracts of equal value; 3 renews = 11000
    # March:    1 renews flat; 5 pays 150 less; 4 is lost with 1500; 10 was cancelled before        =  9350
    # April:    nothing
    assert found.start.tolist() == [8900, 9600, 11000, 9350]
    assert found.end.tolist() == [9600, 11000, 9350, 9350]
    assert {movement.name: found.total(movement).tolist() for movement in MOVES} == {
        "NEW": [400, 0, 0, 0],
        "RETURNED": [0, 900, 0, 0],
        "EXPANSION": [300, 500, 0, 0],
        "CONTRACTION": [0, 0, 150, 0],
        "LOST": [0, 0, 1500, 0],
    }
    assert found.months.tolist() == [FIRST, FIRST + 1, FIRST + 2, FIRST + 3]
    assert [(left.currency, left.contracts) for left in found.left_out] == [("USD", 1)]


def test_every_cell_opens_to_its_customers(found: Bridge) -> None:
    cells = {
        (JANUARY, Movement.NEW): ([5], [400]),
        (JANUARY, Movement.EXPANSION): ([7], [300]),
        (FEBRUARY, Movement.EXPANSION): ([2], [500]),
        (FEBRUARY, Movement.RETURNED): ([6], [900]),
        (MARCH, Movement.CONTRACTION): ([5], [150]),
        (MARCH, Movement.LOST): ([4], [1500]),
        (APRIL, Movement.LOST): ([], []),
    }
    for (month, movement), expected in cells.items():
        behind = found.behind(month, movement)
        assert (behind.customers.tolist(), behind.amounts.tolist()) == expected
    opening = found.behind_close(0)
    assert opening.customers.tolist() == [3, 2, 4, 1, 8, 7]
    assert opening.amounts.tolist() == [3000, 2000, 1500, 1000, 800, 600]


def test_retention_by_hand(found: Bridge) -> None:
    by_month = [found.retention(month) for month in range(4)]
    assert [each.grr.value for each in by_month] == [1.0, 1.0, 9350 / 11000, 1.0]
    assert [each.nrr.value for each in by_month] == [9200 / 8900, 10100 / 9600, 9350 / 11000, 1.0]
    # Eight pay at the end of February, one of them is gone at the end of March.
    march = by_month[MARCH]
    assert (march.logo_churn.value, march.logo_churn.n) == (1 / 8, 8)
    assert (march.logo_churn.low, march.logo_churn.high) == wilson(1, 8)
    assert (march.there.tolist(), march.gone.tolist()) == ([1, 2, 3, 4, 5, 6, 7, 8], [4])
    assert (march.grr.low, march.grr.n, march.grr.as_of) == (None, 8, day("2024-03-31"))


def test_retention_over_a_quarter_compares_its_two_ends(found: Bridge) -> None:
    # Of the six of 31 December with 8900: 4 took 1500 away, 2 added 500, 7 added 300. 5 and 6 came later.
    quarter = found.retention(JANUARY, MARCH)
    assert (quarter.start, quarter.lost, quarter.contraction, quarter.expansion) == (8900, 1500, 0, 800)
    assert (quarter.grr.value, quarter.nrr.value) == (7400 / 8900, 8200 / 8900)
    assert (quarter.logo_churn.value, quarter.there.tolist()) == (1 / 6, [1, 2, 3, 4, 7, 8])


def test_retention_by_kind_and_by_cohort(found: Bridge) -> None:
    by_kind = found.retention_by(found.kind, MARCH)
    # Kind 1: 1000 + 2500 + 400 + 900, of which 150 went; kind 2: 3000 + 1500 + 900 + 800, of which 1500 went.
    assert {kind: each.grr.value for kind, each in by_kind.items()} == {1: 4650 / 4800, 2: 4700 / 6200}
    assert by_kind[2].logo_churn.value == 1 / 4
    assert by_kind[2].gone.tolist() == [4]
    by_cohort = found.retention_by(found.cohort, MARCH)
    # First paid months, January 1970 = 0: customer 6 came in June 2022, 4 in April 2023, 5 in January 2024.
    assert {cohort: each.there.tolist() for cohort, each in by_cohort.items()} == {
        629: [6], 636: [3], 637: [2], 638: [1], 639: [4], 640: [7], 641: [8], 648: [5],
    }  # fmt: skip
    assert [by_cohort[cohort].grr.value for cohort in (639, 648, 636)] == [0.0, 250 / 400, 1.0]
    assert found.retention(MARCH, among=found.kind == 2).nrr == by_kind[2].nrr


def test_without_grace_a_late_renewal_is_a_loss_and_a_return() -> None:
    strict = bridge(
        agreed(), month_bounds(FIRST, FIRST + 1), currency="EUR", as_of=day("2024-04-30"), grace=0
    )
    assert strict.total(Movement.LOST).tolist() == [3000, 0]
    assert strict.total(Movement.RETURNED).tolist() == [0, 3900]
    assert strict.end.tolist() == [6600, 11000]


def test_a_term_just_ended_counts_until_its_grace_is_over() -> None:
    bounds = month_bounds(FIRST + 4, FIRST + 4)
    waiting = bridge(agreed(), bounds, currency="EUR", as_of=day("2024-05-10"))
    assert waiting.end.tolist() == [9350]
    assert waiting.closes.tolist() == [day("2024-04-30"), day("2024-05-10")]
    over = bridge(agreed(), bounds, currency="EUR", as_of=day("2024-05-31"))
    assert over.end.tolist() == [8750]
    assert over.total(Movement.CONTRACTION).tolist() == [600]


def test_what_we_knew_then_has_the_loss_heard_of_later_still_running() -> None:
    then = day("2024-03-31")
    bounds = month_bounds(FIRST + 2, FIRST + 2)
    happened = bridge(agreed(), bounds, currency="EUR", as_of=then)
    knew = bridge(agreed(), bounds, currency="EUR", as_of=then, known_then=True)
    assert (happened.end.tolist(), knew.end.tolist()) == ([9350], [10850])
    assert knew.behind(0, Movement.LOST).customers.tolist() == []


def test_what_recurs_on_a_day() -> None:
    now = mrr_at(agreed(), day("2024-04-30"), currency="EUR")
    assert (now.monthly, now.yearly) == (9350, 112_200)
    assert now.customers.tolist() == [1, 2, 3, 5, 6, 7, 8]
    assert now.contracts.tolist() == [1, 2, 3, 5, 7, 8, 9, 11]
    assert mrr_at(agreed(), day("2024-02-01"), currency="EUR", as_of=day("2024-04-30")).monthly == 9600
    assert mrr_at(agreed(), day("2024-02-01"), currency="EUR").pending.tolist() == [3]
    assert mrr_at(agreed(), day("2024-04-30"), currency="USD").monthly == 5000


def test_nothing_agreed_is_a_bridge_of_nothing() -> None:
    empty = terms_of({name: [] for name in ("contract", "customer", "start", "end", "monthly")}, "EUR")
    nothing = bridge(empty, month_bounds(FIRST, FIRST), currency="EUR", as_of=day("2024-01-31"))
    assert (nothing.start.tolist(), nothing.end.tolist()) == ([0], [0])
    told = nothing.retention(0)
    assert (told.grr.refusal, told.logo_churn.refusal) == (
        "nothing was running at the start",
        "nobody was counted",
    )
    assert nothing.retention_by(nothing.kind, 0) == {}


@pytest.mark.parametrize("bounds", [[], [day("2024-01-01")], [10, 5], [day("2024-05-01"), day("2024-06-01")]])
def test_months_that_cannot_be_bridged_are_refused(bounds: list[int]) -> None:
    with pytest.raises(RegularsError) as refused:
        bridge(agreed(), np.array(bounds), currency="EUR", as_of=day("2024-04-30"))
    assert refused.value.code == "bad-months"


BOUNDS = month_bounds(636, 663)
AS_OF = START + 820


def plain(found: Bridge) -> list[object]:
    """Return all of a bridge's figures as plain values."""
    return [getattr(found, name).tolist() for name in ("customers", "cohort", "kind", "held", "moves")]


@given(terms=made_up(), grace=st.integers(0, 60), random=st.randoms())
@settings(max_examples=100, deadline=None)
def test_the_bridge_closes_and_rows_may_come_in_any_order(terms: Terms, grace: int, random: Random) -> None:
    found = bridge(terms, BOUNDS[:27], currency="EUR", as_of=AS_OF, grace=grace)
    sums = {movement: found.total(movement) for movement in MOVES}
    gains = sums[Movement.NEW] + sums[Movement.RETURNED] + sums[Movement.EXPANSION]
    assert (found.start + gains - sums[Movement.CONTRACTION] - sums[Movement.LOST] == found.end).all()
    assert (found.end[:-1] == found.start[1:]).all()
    order = list(range(len(terms)))
    random.shuffle(order)
    shuffled = bridge(terms.where(order), BOUNDS[:27], currency="EUR", as_of=AS_OF, grace=grace)
    assert plain(shuffled) == plain(found)


@given(terms=made_up(), factor=st.integers(2, 1000))
@settings(max_examples=50, deadline=None)
def test_amounts_times_a_number_are_figures_times_that_number(terms: Terms, factor: int) -> None:
    once = bridge(terms, BOUNDS[:27], currency="EUR", as_of=AS_OF)
    scaled = replace(terms, monthly=terms.monthly * factor)
    often = bridge(scaled, BOUNDS[:27], currency="EUR", as_of=AS_OF)
    assert (often.held == once.held * factor).all()
    assert (often.moves == once.moves).all()
    for movement in MOVES:
        assert (often.total(movement) == once.total(movement) * factor).all()
    assert [often.retention(month).nrr for month in range(26)] == [
        once.retention(month).nrr for month in range(26)
    ]


@given(terms=made_up())
@settings(max_examples=60, deadline=None)
def test_without_grace_it_is_the_plain_sum_of_what_runs(terms: Terms) -> None:
    found = bridge(terms, BOUNDS[:27], currency="EUR", as_of=AS_OF, grace=0)
    for close, held in zip(found.closes.tolist(), found.held.T, strict=True):
        for customer, amount in zip(found.customers.tolist(), held.tolist(), strict=True):
            runs = (terms.customer == customer) & (terms.start <= close)
            runs &= (terms.end == -1) | (terms.end > close)
            assert amount == terms.monthly[runs].sum()


@given(terms=made_up(), grace=st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_what_recurs_on_a_close_is_the_bridge_at_that_close(terms: Terms, grace: int) -> None:
    found = bridge(terms, BOUNDS[:27], currency="EUR", as_of=AS_OF, grace=grace)
    for close, end in zip(found.closes.tolist(), found.held.sum(axis=0).tolist(), strict=True):
        assert mrr_at(terms, close, currency="EUR", as_of=AS_OF, grace=grace).monthly == end


@given(terms=made_up())
@settings(max_examples=40, deadline=None)
def test_somebody_is_new_once_and_returns_only_after_that(terms: Terms) -> None:
    found = bridge(terms, BOUNDS[:27], currency="EUR", as_of=AS_OF)
    for moves in found.moves:
        kinds = [move for move in moves.tolist() if move in (Movement.NEW, Movement.RETURNED, Movement.LOST)]
        assert kinds.count(Movement.NEW) <= 1
        assert Movement.NEW not in kinds[1:]


def test_every_field_of_terms_is_permuted_together() -> None:
    terms = agreed()
    turned = terms.where(slice(None, None, -1))
    assert all(
        getattr(turned, each.name).tolist() == getattr(terms, each.name)[::-1].tolist()
        for each in fields(terms)
    )
