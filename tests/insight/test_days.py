"""Purchase days: once per day, refunds where they belong, two clocks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.insight.days import as_of, base_days, purchase_days
from regulars.insight.errors import RegularsError
from regulars.insight.standing_rows import standing_rows
from tests.insight.simulated import facts


def _days(table: Any, rows: list[dict[str, Any]]) -> list[tuple[int, int, int, int]]:
    found = purchase_days(table(facts(rows))).order_by("customer", "day").to_pyarrow().to_pylist()
    return [(row["customer"], row["day"], row["amount"], row["purchases"]) for row in found]


def test_purchases_of_one_day_count_once_with_amounts_summed_and_raw_counts_kept(table: Any) -> None:
    rows = [
        {"customer": 1, "day": 10, "amount": 300, "minute": 700},
        {"customer": 1, "day": 10, "amount": 200, "minute": 480},
    ]
    assert _days(table, rows) == [(1, 10, 500, 2)]
    found = purchase_days(table(facts(rows))).to_pyarrow().to_pylist()
    assert found[0]["minute"] == 480


def test_purchases_without_a_customer_are_demand_only(table: Any) -> None:
    rows = [{"customer": None, "day": 10}, {"customer": 1, "day": 10}]
    assert _days(table, rows) == [(1, 10, 500, 1)]
    base = base_days(table(facts(rows))).to_pyarrow().to_pylist()
    assert base == [{"day": 10, "purchases": 2, "anonymous": 1, "amount": 1000}]


def test_a_refund_lowers_the_day_of_the_order_it_names(table: Any) -> None:
    rows = [
        {"customer": 1, "day": 10, "amount": 500, "order_number": "A"},
        {"customer": 1, "day": 12, "amount": 900, "order_number": "B"},
        {"customer": 1, "day": 15, "amount": 200, "order_number": "A", "kind": "refund"},
    ]
    assert _days(table, rows) == [(1, 10, 300, 1), (1, 12, 900, 1)]


def test_a_refund_of_somebody_elses_order_number_is_not_theirs(table: Any) -> None:
    rows = [
        {"customer": 1, "day": 10, "order_number": "A"},
        {"customer": 2, "day": 11, "order_number": "B"},
        {"customer": 2, "day": 12, "amount": 200, "order_number": "A", "kind": "refund"},
    ]
    assert _days(table, rows) == [(1, 10, 500, 1), (2, 11, 500, 1)]


def test_a_refund_without_an_order_number_lowers_its_own_day(table: Any) -> None:
    rows = [{"customer": 1, "day": 10}, {"customer": 1, "day": 10, "amount": -100, "kind": "refund"}]
    assert _days(table, rows) == [(1, 10, 400, 1)]


def test_a_day_fully_refunded_does_not_count(table: Any) -> None:
    rows = [
        {"customer": 1, "day": 10, "order_number": "A"},
        {"customer": 1, "day": 11},
        {"customer": 1, "day": 14, "amount": 500, "order_number": "A", "kind": "refund"},
    ]
    assert _days(table, rows) == [(1, 11, 500, 1)]


def test_a_free_purchase_still_counts(table: Any) -> None:
    assert _days(
        table, [{"customer": 1, "day": 10, "amount": 0}, {"customer": 1, "day": 11, "amount": None}]
    ) == [
        (1, 10, 0, 1),
        (1, 11, 0, 1),
    ]


def test_a_refund_that_finds_no_day_only_lowers_the_total(table: Any) -> None:
    rows = [{"customer": 1, "day": 10}, {"customer": 1, "day": 30, "amount": 200, "kind": "refund"}]
    assert _days(table, rows) == [(1, 10, 500, 1)]
    standing = standing_rows(table(facts(rows))).to_pyarrow().to_pylist()[0]
    assert (standing["amount"], standing["days"]) == (300, 1)


def test_the_two_clocks_differ_by_what_was_learnt_late(table: Any) -> None:
    given_facts = table(facts([{"customer": 1, "day": 10}, {"customer": 1, "day": 12, "received_day": 40}]))
    assert as_of(given_facts, 20).count().to_pyarrow().as_py() == 2
    assert as_of(given_facts, 20, "known").count().to_pyarrow().as_py() == 1
    assert as_of(given_facts, 40, "known").count().to_pyarrow().as_py() == 2
    assert as_of(given_facts, 11).count().to_pyarrow().as_py() == 1


def test_an_unknown_mode_is_refused_with_the_two_that_exist(table: Any) -> None:
    with pytest.raises(RegularsError, match="'happened' or 'known'") as refused:
        as_of(table(facts([{"customer": 1, "day": 1}])), 1, "guessed")  # type: ignore[arg-type]
    assert refused.value.code == "unknown-mode"


ROW = st.fixed_dictionaries(
    {
        "customer": st.sampled_from([None, 1, 2, 3]),
        "day": st.integers(100, 130),
        "amount": st.sampled_from([None, 0, 100, 250, 900]),
        "kind": st.sampled_from(["purchase", "purchase", "purchase", "refund", "touchpoint", "missed_us"]),
        "order_number": st.sampled_from([None, None, "A", "B"]),
        "minute": st.sampled_from([None, 480, 600]),
        "received_day": st.integers(130, 150),
    }
)
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)


@pytest.fixture(scope="module")
def standings(con: Any) -> Any:
    """Standings of given rows at a day; each question is compiled once, since compiling takes longest."""
    compiled: dict[tuple[int, str], str] = {}

    def run(rows: list[dict[str, Any]], day: int, mode: Any) -> list[dict[str, Any]]:
        given_facts = con.create_table("given_by_hypothesis", facts(rows), overwrite=True)
        if (day, mode) not in compiled:
            compiled[day, mode] = con.compile(
                standing_rows(as_of(given_facts, day, mode)).order_by("customer")
            )
        return con.con.execute(compiled[day, mode]).to_arrow_table().to_pylist()

    return run


@QUICK
@given(rows=st.lists(ROW, max_size=25), data=st.data())
def test_the_order_of_rows_changes_nothing(standings: Any, rows: list[dict[str, Any]], data: Any) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert standings(rows, 140, "happened") == standings(shuffled, 140, "happened")


@QUICK
@given(rows=st.lists(ROW, max_size=20), late=st.lists(ROW, max_size=10))
def test_later_facts_never_rewrite_what_we_knew_then(
    standings: Any, rows: list[dict[str, Any]], late: list[dict[str, Any]]
) -> None:
    after = [{**row, "received_day": row["received_day"] + 50} for row in late]
    assert standings(rows, 151, "known") == standings(rows + after, 151, "known")


@QUICK
@given(rows=st.lists(ROW, min_size=1, max_size=20), data=st.data())
def test_a_second_purchase_on_the_same_day_adds_no_purchase_day(
    standings: Any, rows: list[dict[str, Any]], data: Any
) -> None:
    bought = [row for row in rows if row["kind"] == "purchase" and row["customer"]]
    if not bought:
        return
    again = dict(data.draw(st.sampled_from(bought)))
    before = {row["customer"]: row for row in standings(rows, 140, "happened")}
    # A day that had been refunded in full may come back by the second purchase: compare where none was.
    if any(row["kind"] == "refund" for row in rows):
        return
    after = {row["customer"]: row for row in standings([*rows, again], 140, "happened")}
    assert {c: row["days"] for c, row in before.items()} == {c: row["days"] for c, row in after.items()}
    assert after[again["customer"]]["purchases"] == before[again["customer"]]["purchases"] + 1
