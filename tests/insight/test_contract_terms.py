"""A contract from its entries: terms, state, renewals, and what is known ahead."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.insight.contract_term import ContractEntry, monthly_amount
from regulars.insight.contract_terms import ContractTold, contract_told
from regulars.insight.months import add_months, months_between


def day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def entry(
    kind: str, on: str, amount: int | None = 120_000, noted: str = "", **fields: object
) -> ContractEntry:
    given = {"currency": "EUR", **fields}
    return ContractEntry(kind, day(on), day(noted or on), amount, **given)  # type: ignore[arg-type]


def started(on: str = "2024-01-01", amount: int = 120_000, **fields: object) -> ContractEntry:
    return entry("contract_started", on, amount, **{"months": 12, **fields})


def told(*entries: ContractEntry, on: str) -> ContractTold:
    found = contract_told(entries, day(on))
    assert found is not None
    return found


def test_a_running_term_has_its_end_its_month_and_an_open_renewal() -> None:
    one = told(started(), on="2024-06-01")
    assert (one.state, one.monthly, one.end) == ("active", 10_000, day("2025-01-01"))
    assert one.next_renewal is not None
    assert (one.next_renewal.target, one.next_renewal.forecast, one.next_renewal.final) == (
        120_000,
        None,
        None,
    )


def test_a_term_that_ran_out_is_expected_for_a_while_and_then_ended() -> None:
    assert told(started(), on="2025-01-10").state == "late"
    ended = told(started(), on="2025-02-15")
    assert (ended.state, ended.final, ended.next_renewal) == ("ended", 0, None)


def test_notice_can_be_given_as_long_as_something_agreed_is_ahead() -> None:
    agreed, gone = started(notice_days=30), entry("contract_cancelled", "2024-12-31", None)
    assert told(agreed, on="2024-06-01").notice_day == day("2024-12-01")
    assert told(started(), on="2024-06-01").notice_day is None
    assert told(agreed, on="2025-02-15").notice_day is None, "it ended"
    assert told(agreed, gone, on="2024-12-31").notice_day is None, "it was cancelled"


def test_a_forecast_says_what_is_expected_why_and_by_whom() -> None:
    doubted = entry("renewal_forecast", "2024-11-01", 60_000, words="Half the seats.", colleague=7)
    due = told(started(), doubted, on="2024-12-01").next_renewal
    assert due is not None
    assert (due.forecast, due.forecast_why, due.forecast_by) == (60_000, "Half the seats.", 7)


def test_a_forecast_is_about_the_renewal_that_was_ahead_when_it_was_made() -> None:
    said = entry("renewal_forecast", "2024-11-01", 100_000)
    one = told(started(), said, entry("contract_renewed", "2025-01-01", 90_000), on="2025-03-01")
    first, second = one.renewals
    assert (first.target, first.forecast, first.final) == (120_000, 100_000, 90_000)
    assert (second.target, second.forecast, second.final) == (90_000, None, None)
    assert one.final == 90_000


def test_a_renewal_takes_over_what_is_not_said_anew() -> None:
    one = told(
        started(auto_renews=False, notice_days=30, item="Roaster care"),
        entry("contract_renewed", "2025-01-01", None),
        on="2025-03-01",
    )
    assert (one.current.amount, one.current.months, one.current.item, one.current.notice_days) == (
        120_000, 12, "Roaster care", 30,
    )  # fmt: skip
    assert [term.kind for term in one.terms] == ["started", "renewed"]


def test_a_contract_that_renews_itself_goes_on_until_it_is_cancelled() -> None:
    one = told(started("2024-01-31", 1_000, months=1, auto_renews=True), on="2024-06-15")
    assert [date.fromordinal(term.start + date(1970, 1, 1).toordinal()).day for term in one.terms] == [
        31, 29, 31, 30, 31,
    ]  # fmt: skip
    gone = entry("contract_cancelled", "2024-05-31", None, words="Moved away")
    over = told(started("2024-01-31", 1_000, months=1, auto_renews=True), gone, on="2024-06-15")
    assert (over.state, over.end, over.ended_why) == ("ended", day("2024-05-31"), "Moved away")
    assert over.final == 0


@pytest.mark.parametrize("late", ["2025-01-02", "2025-01-20"])
def test_a_renewal_told_after_the_contract_went_on_by_itself_is_that_one_renewal(late: str) -> None:
    agreed = entry("contract_renewed", late, months=12)
    for entries in ((agreed,), (agreed, agreed)):  # two sources that know it do not double it either
        one = told(started(auto_renews=True), *entries, on="2025-06-01")
        assert [(term.start, term.end, term.kind) for term in one.terms] == [
            (day("2024-01-01"), day("2025-01-01"), "started"),
            (day("2025-01-01"), add_months(day(late), 12), "renewed"),
        ]
        assert (one.monthly, one.final) == (10_000, 120_000)
        assert [(piece.start, piece.end) for piece in one.pieces] == [
            (term.start, term.end) for term in one.terms
        ]
        after = told(started(auto_renews=True), *entries, on="2026-03-01")
        assert [term.start for term in after.terms][1:] == [day("2025-01-01"), add_months(day(late), 12)]


def test_a_cancellation_told_after_the_contract_went_on_by_itself_is_no_renewal_before_it() -> None:
    gone = entry("contract_cancelled", "2025-01-02", None, words="Too dear")
    one = told(started(auto_renews=True), gone, on="2025-06-01")
    assert [(term.start, term.end) for term in one.terms] == [(day("2024-01-01"), day("2025-01-01"))]
    assert (one.state, one.final, one.ended_why) == ("ended", 0, "Too dear")
    assert [(due.due, due.final) for due in one.renewals] == [(day("2025-01-01"), 0)]
    later = entry("contract_cancelled", "2025-06-01", None)
    assert [due.final for due in told(started(auto_renews=True), later, on="2025-07-01").renewals] == [
        120_000,
        0,
    ]


def test_until_a_late_renewal_the_old_amount_runs_on() -> None:
    agreed = entry("contract_renewed", "2025-01-20", 144_000, months=12, words="Second site")
    one = told(started(auto_renews=True), agreed, on="2025-06-01")
    assert [(piece.start, piece.monthly, piece.kind) for piece in one.pieces] == [
        (day("2024-01-01"), 10_000, "started"),
        (day("2025-01-01"), 10_000, "renewed"),
        (day("2025-01-20"), 12_000, "renewed"),
    ]
    assert (one.final, one.renewals[0].why, one.renewals[-1].target) == (144_000, "Second site", 144_000)
    cheaper = entry("contract_renewed", "2025-01-20", 132_000, months=12, words="Corrected")
    corrected = told(started(auto_renews=True), agreed, cheaper, on="2025-06-01")
    assert [piece.monthly for piece in corrected.pieces] == [10_000, 10_000, 11_000]
    assert (corrected.final, len(corrected.terms)) == (132_000, 2)


def test_a_renewal_in_the_middle_of_a_term_that_went_on_by_itself_is_another() -> None:
    one = told(started(auto_renews=True), entry("contract_renewed", "2025-05-01", months=12), on="2025-06-01")
    assert [term.start for term in one.terms] == [day("2024-01-01"), day("2025-01-01"), day("2025-05-01")]
    monthly = started("2024-01-01", 1_000, months=1, auto_renews=True)
    one = told(monthly, entry("contract_renewed", "2024-03-20", months=12), on="2024-04-01")
    assert [term.start for term in one.terms] == [
        day("2024-01-01"), day("2024-02-01"), day("2024-03-01"), day("2024-03-20"),
    ]  # fmt: skip


def test_a_cancellation_for_a_later_day_still_runs_and_is_decided() -> None:
    notice = entry("contract_cancelled", "2025-01-01", None, noted="2024-10-01")
    one = told(started(auto_renews=True), notice, on="2024-11-01")
    assert (one.state, one.end, one.final) == ("active", day("2025-01-01"), 0)


def test_a_cancellation_takes_back_the_renewal_that_was_agreed_before_it() -> None:
    ahead = entry("contract_renewed", "2025-01-01", noted="2024-10-01")
    notice = entry("contract_cancelled", "2025-01-01", None, noted="2024-11-01")
    assert len(told(started(), ahead, notice, on="2024-12-01").terms) == 1
    assert len(told(started(), ahead, on="2024-12-01").terms) == 2


def test_a_change_within_a_term_parts_it() -> None:
    more = entry("contract_changed", "2024-07-01", 240_000, words="Second site")
    one = told(started(), more, on="2024-08-01")
    assert [(piece.start, piece.monthly, piece.kind) for piece in one.pieces] == [
        (day("2024-01-01"), 10_000, "started"), (day("2024-07-01"), 20_000, "changed"),
    ]  # fmt: skip
    assert one.monthly == 20_000
    assert told(started(), more, on="2024-06-01").monthly == 10_000, "not before it takes effect"
    assert one.next_renewal is not None
    assert one.next_renewal.target == 240_000


def test_a_contract_that_begins_again_after_its_end_is_new() -> None:
    gone = entry("contract_cancelled", "2025-01-01", None)
    one = told(started(), gone, started("2026-01-01"), on="2026-02-01")
    assert [term.kind for term in one.terms] == ["started", "started"]
    assert (one.state, one.cancelled, one.renewals[0].final) == ("active", None, 0)


def test_two_sources_that_know_a_term_do_not_double_it() -> None:
    one = told(started(), started(amount=132_000), on="2024-06-01")
    assert (len(one.terms), one.monthly) == (1, 11_000)


def test_an_older_term_that_becomes_known_late_comes_before() -> None:
    one = told(started("2025-01-01"), started("2024-01-01", 100_000), on="2025-06-01")
    assert [(term.start, term.kind) for term in one.terms] == [
        (day("2024-01-01"), "started"), (day("2025-01-01"), "renewed"),
    ]  # fmt: skip


def test_an_early_renewal_ends_the_term_before_it() -> None:
    one = told(started(), entry("contract_renewed", "2024-10-01"), on="2024-11-01")
    assert [(term.start, term.end) for term in one.terms] == [
        (day("2024-01-01"), day("2024-10-01")), (day("2024-10-01"), day("2025-10-01")),
    ]  # fmt: skip


def test_without_an_end_a_contract_runs_until_cancelled_and_has_no_renewal() -> None:
    one = told(entry("contract_started", "2024-01-01", 5_000), on="2030-01-01")
    assert (one.state, one.end, one.monthly, one.renewals) == ("active", None, 5_000, ())


def test_a_contract_to_come_says_so() -> None:
    one = told(started("2025-01-01", noted="2024-11-01"), on="2024-12-01")
    assert (one.state, one.current.start) == ("coming", day("2025-01-01"))


@pytest.mark.parametrize(
    ("amount", "months", "days", "monthly"),
    [(120_000, 12, 365, 10_000), (100, 3, 90, 33), (5, 2, 60, 2), (7, 2, 60, 4), (3_000, None, 30, 3_044)],
)
def test_the_month_of_an_amount(amount: int, months: int | None, days: int, monthly: int) -> None:
    assert monthly_amount(amount, months, 0, days) == monthly


@given(st.integers(-10_000, 60_000), st.integers(1, 120))
def test_months_ahead_are_counted_back(start: int, months: int) -> None:
    end = add_months(start, months)
    assert end > start
    found = months_between(start, end)
    assert found is not None
    assert add_months(start, found) == end


_KINDS = st.sampled_from(
    ["contract_started", "contract_renewed", "contract_changed", "contract_cancelled", "renewal_forecast"]
)


@given(
    st.lists(
        st.builds(
            ContractEntry,
            kind=_KINDS,
            day=st.integers(19_000, 19_900),
            noted=st.integers(19_000, 19_900),
            amount=st.one_of(st.none(), st.integers(0, 10**9)),
            currency=st.just("EUR"),
            months=st.one_of(st.none(), st.integers(1, 36)),
            ends=st.none(),
            auto_renews=st.one_of(st.none(), st.booleans()),
            notice_days=st.one_of(st.none(), st.integers(0, 200)),
        ),
        max_size=8,
    ),
    st.integers(19_000, 21_000),
)
@settings(max_examples=400)
def test_whatever_is_told_terms_never_overlap_and_pieces_lie_within(
    entries: list[ContractEntry], as_of: int
) -> None:
    found = contract_told(entries, as_of)
    if found is None:
        return
    for one, after in zip(found.terms, found.terms[1:], strict=False):
        assert one.end is not None
        assert one.start < after.start
        assert one.end <= after.start
    for piece, after in zip(found.pieces, found.pieces[1:], strict=False):
        assert piece.end is not None
        assert piece.start < piece.end <= after.start
    assert all(one.final is not None for one in found.renewals[:-1])
    if found.state == "ended":
        assert found.end is not None
    if found.cancelled is not None:
        assert all(term.end is not None and term.end <= found.cancelled for term in found.terms)


def test_a_change_that_takes_effect_before_one_agreed_already_holds_until_then() -> None:
    more = entry("contract_changed", "2024-07-01", 144_000, noted="2024-01-10")
    less = entry("contract_changed", "2024-03-01", 108_000, noted="2024-01-20", words="One site closed")
    one = told(started(), more, less, on="2024-04-01")
    assert [(piece.start, piece.end, piece.monthly) for piece in one.pieces] == [
        (day("2024-01-01"), day("2024-03-01"), 10_000),
        (day("2024-03-01"), day("2024-07-01"), 9_000),
        (day("2024-07-01"), day("2025-01-01"), 12_000),
    ]
    assert (one.monthly, one.current.amount) == (9_000, 144_000)


def test_a_first_entry_corrected_later_leaves_what_was_changed_since() -> None:
    more = entry("contract_changed", "2024-07-01", 240_000)
    one = told(started(), more, started(amount=132_000), on="2024-08-01")
    assert [piece.monthly for piece in one.pieces] == [11_000, 20_000]
    assert one.current.amount == 240_000


def test_what_is_changed_after_it_was_cancelled_ends_all_the_same() -> None:
    notice = entry("contract_cancelled", "2024-07-01", None, noted="2024-02-01")
    longer = entry("contract_changed", "2024-03-01", 240_000, months=24)
    one = told(started(), notice, longer, on="2024-08-01")
    assert (one.state, one.end) == ("ended", day("2024-07-01"))


def test_until_cancelled_the_target_is_a_month_whatever_the_price_was_before() -> None:
    dearer = entry("contract_changed", "2024-07-01", 60_000)
    gone = entry("contract_cancelled", "2025-01-01", None)
    one = told(started(amount=50_000, months=None), dearer, gone, on="2025-02-01")
    assert [renewal.target for renewal in one.renewals] == [60_000]
