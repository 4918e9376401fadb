"""Files of contracts: one row a contract or one a term, and each later file adds only what changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from regulars.attention.models import Contract, ContractStanding
from regulars.attention.write.contract_standings import refresh_contracts
from regulars.insight.errors import RegularsError
from regulars.ledger import imports
from regulars.ledger.contract_entries import contract_entry
from regulars.ledger.dialects.fields import field_of
from regulars.ledger.models import Fact, ImportRun, Rejection
from regulars.ledger.plans import Plan, Tick
from regulars.records.models import FieldDecision
from tests.web.factories import today

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "Account,Contract number,Start date,End date,Amount,Currency,Product,Auto-renew,Notice period,Status,Cancelled on,Reason"
MAPPING = {
    "Account": "customer", "Contract number": "contract", "Start date": "start", "End date": "end", "Amount": "amount",
    "Currency": "currency", "Product": "item", "Auto-renew": "auto_renews", "Notice period": "notice_days",
    "Status": "status", "Cancelled on": "cancelled_on", "Reason": "reason",
}  # fmt: skip
Bring = Callable[..., ImportRun]


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bring:
    """Return what imports lines below a header as contracts of the source Finance."""
    monkeypatch.setattr(settings, "REGULARS_HOME", tmp_path / "home")
    (tmp_path / "home").mkdir()

    def bring(*lines: str, head: str = HEAD, mapping: dict[str, str] = MAPPING, **options: Any) -> ImportRun:
        path = tmp_path / "contracts.csv"
        path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
        run = imports.open_path(None, path, "contracts")
        names = head.split(",")
        ticks = tuple(
            Tick(names.index(name) + 1, name, field, field_of("contracts", field).purpose or "Needed")
            for name, field in mapping.items()
            if name in names
        )
        source = options.pop("source", "Finance")
        imports.plan_import(None, run, Plan("contracts", source, ticks, **options), path)
        return imports.run_import(imports.begin_run(None, run, path).pk, path=path)

    return bring


def row(start: str, end: str, amount: str = "1200.00", **cells: str) -> str:
    given = {
        "account": "A1", "number": "C-1", "currency": "EUR", "item": "Care", "auto": "no", "notice": "30", "status": "active",
        "gone": "", "why": "",
    } | cells  # fmt: skip
    return ",".join(
        (given["account"], given["number"], start, end, amount, given["currency"], given["item"], given["auto"],
         given["notice"], given["status"], given["gone"], given["why"])
    )  # fmt: skip


def counts(run: ImportRun) -> tuple[int, int, int]:
    return run.recorded, run.repeated, run.rejected


def kinds() -> list[str]:
    return list(Fact.objects.order_by("id").values_list("kind", flat=True))


def codes() -> list[str]:
    return list(Rejection.objects.order_by("id").values_list("code", flat=True))


def iso(days: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=today() + days)).isoformat()


def test_a_far_end_is_no_end_and_no_far_start_stops_the_others(bring: Bring) -> None:
    run = bring(
        row("2024-01-01", "9999-12-31", number="never", gone="9999-12-31"),
        row("9999-01-01", "9999-12-31", number="far"),
        row("9998-01-01", "", number="far too"),
        row("0001-01-01", "2026-12-31", number="long ago"),
        row("2026-01-01", "2026-12-31"),
    )
    assert counts(run) == (1, 0, 4)
    assert codes() == ["length-missing", "date-unlikely", "date-unlikely", "date-unlikely"]
    assert Fact.objects.get().serial == "C-1"
    head, mapping = HEAD.replace("Amount", "Monthly"), {**MAPPING, "Monthly": "monthly"}
    del mapping["Amount"]
    run = bring(
        row("2024-01-01", "9999-12-31", "100.00", number="M-1", gone="9999-12-31"),
        row("2024-01-01", "2200-01-01", "100.00", number="M-2"),
        head=head, mapping=mapping, source="Billing",
    )  # fmt: skip
    assert counts(run) == (2, 0, 0)
    refresh_contracts(None, today())
    ends = Contract.objects.filter(number__startswith="M").values_list("end_day", "state")
    assert list(ends) == [(None, "active"), (None, "active")]


def test_a_notice_in_odd_digits_is_refused(bring: Bring) -> None:
    assert counts(bring(row("2026-01-01", "2026-12-31", notice="²"))) == (0, 0, 1)
    assert codes() == ["length-unreadable"]


def test_a_row_becomes_a_contract_with_what_was_ticked_of_it(bring: Bring) -> None:
    run = bring(row("2026-01-01", "2026-12-31", auto="yes", notice="3 months"))
    assert counts(run) == (1, 0, 0)
    fact = Fact.objects.get()
    assert (fact.kind, fact.serial, fact.amount, fact.item, str(fact.occurred_at.date())) == (
        "contract_started", "C-1", 120_000, "Care", "2026-01-01",
    )  # fmt: skip
    assert fact.properties == {"ends_on": "2026-12-31", "auto_renews": True, "notice_days": 90}
    refresh_contracts(None, today())
    one = Contract.objects.get()
    assert (one.monthly, one.months, one.auto_renews) == (10_000, 12, True)
    kept = FieldDecision.objects.filter(place="finance", decision="keep")
    assert kept.get(field="Notice period").purpose == "Know by when notice must be given"


def test_an_end_may_be_named_by_its_last_day_or_by_the_day_of_the_renewal(bring: Bring) -> None:
    bring(row("2026-01-01", "2026-12-31"), row("2026-01-01", "2027-01-01", number="C-2"))
    refresh_contracts(None, today())
    assert len(set(Contract.objects.values_list("end_day", flat=True))) == 1


def test_the_same_file_again_adds_nothing(bring: Bring) -> None:
    lines = [row("2025-01-01", "2025-12-31"), row("2026-01-01", "2026-12-31", "1300.00")]
    assert counts(bring(*lines)) == (2, 0, 0)
    assert kinds() == ["contract_started", "contract_renewed"]
    assert counts(bring(*lines)) == (0, 2, 0)
    assert counts(bring(*reversed(lines))) == (0, 2, 0)
    assert Fact.objects.count() == 2


def test_terms_may_stand_in_any_order(bring: Bring) -> None:
    bring(row("2026-01-01", "2026-12-31", "1300.00"), row("2025-01-01", "2025-12-31"))
    refresh_contracts(None, today())
    one = Contract.objects.get()
    assert (one.terms, one.amount, one.final) == (2, 130_000, 130_000)


def test_a_later_file_whose_start_moved_on_is_a_renewal(bring: Bring) -> None:
    bring(row("2025-01-01", "2025-12-31"))
    assert counts(bring(row("2026-01-01", "2026-12-31", "1500.00"))) == (1, 0, 0)
    assert kinds() == ["contract_started", "contract_renewed"]


def test_a_later_file_whose_end_moved_on_is_a_renewal_once(bring: Bring) -> None:
    head, mapping = "Account,Contract,Start,End,ARR", {
        "Account": "customer", "Contract": "contract", "Start": "start", "End": "end", "ARR": "yearly",
    }  # fmt: skip
    bring("A1,C-1,2025-01-01,2025-12-31,1200", head=head, mapping=mapping)
    for expected in ((1, 0, 0), (0, 1, 0)):
        run = bring("A1,C-1,2025-01-01,2026-12-31,1500", head=head, mapping=mapping)
        assert counts(run) == expected
    refresh_contracts(None, today())
    one = Contract.objects.get()
    assert (one.terms, one.monthly, one.target) == (2, 12_500, 150_000)


def test_a_change_within_a_term_counts_from_the_day_it_was_seen(bring: Bring) -> None:
    start, end = iso(-100), iso(264)
    bring(row(start, end))
    assert counts(bring(row(start, end, "2400.00"))) == (1, 0, 0)
    assert counts(bring(row(start, end, "2400.00"))) == (0, 1, 0)
    assert kinds() == ["contract_started", "contract_changed"]
    assert Fact.objects.get(kind="contract_changed").day == today()
    assert counts(bring(row(start, end))) == (1, 0, 0), "back to the old amount is a change too"
    assert counts(bring(row(start, end))) == (0, 1, 0)


def test_a_cancellation_in_a_later_file_is_the_news_of_its_row(bring: Bring) -> None:
    bring(row("2025-01-01", "2025-12-31"), row("2026-01-01", "2026-12-31", number="C-2"))
    gone = row("2025-01-01", "2025-12-31", status="cancelled", gone="2025-07-01", why="Moved away")
    assert counts(bring(gone, row("2026-01-01", "2026-12-31", number="C-2"))) == (1, 1, 0)
    assert counts(bring(gone)) == (0, 1, 0)
    refresh_contracts(None, today())
    one = Contract.objects.get(number="C-1")
    assert (one.state, one.ended_why, one.final) == ("ended", "Moved away", 0)


def test_a_cancellation_without_a_day_ends_with_the_term_and_is_told_once(bring: Bring) -> None:
    gone = row(iso(-100), iso(264), status="gekündigt")
    assert counts(bring(gone)) == (1, 0, 0)
    assert kinds() == ["contract_started", "contract_cancelled"]
    assert counts(bring(gone)) == (0, 1, 0)
    refresh_contracts(None, today())
    one = Contract.objects.get()
    assert (one.state, one.final, one.end_day) == ("active", 0, today() + 265)


def test_a_contract_to_come_carries_its_start_and_has_not_begun(bring: Bring) -> None:
    bring(row(iso(30), iso(394)))
    fact = Fact.objects.get()
    assert (fact.day, fact.properties["starts_on"]) == (today(), iso(30))
    refresh_contracts(None, today())
    assert Contract.objects.get().state == "coming"
    assert ContractStanding.objects.get().yearly == 0


def test_what_cannot_be_a_contract_is_refused_with_a_remedy_and_the_rest_comes_in(bring: Bring) -> None:
    run = bring(
        row("2026-01-01", "2026-12-31"),
        row("2026-06-01", "2027-05-31"),
        row("2027-01-01", "2027-12-31", currency="USD"),
        row("2026-12-31", "2026-01-01", number="C-2"),
        row("2026-01-01", "2026-12-31", "", number="C-3"),
        row("2026-01-01", "2026-12-31", number="C-4", currency="QQQ"),
        row("2026-01-01", "", number="C-5"),
        row("someday", "2026-12-31", number="C-6"),
        row("2026-01-01", "2026-12-31", number="", account="A2"),
        row("2026-01-01", "2026-12-31", number="C-8", account=""),
        row("2026-01-01", "2026-12-31", number="C-9", notice="soon"),
        row("2026-02-01", "2027-01-31", number="C-10", account="A3"),
    )
    assert counts(run) == (2, 0, 10)
    assert codes() == [
        "terms-overlap", "currency-changed", "ends-before-start", "amount-missing", "currency-unknown", "length-missing",
        "date-unreadable", "contract-missing", "customer-missing", "length-unreadable",
    ]  # fmt: skip
    assert all(one.message.endswith(".") for one in Rejection.objects.all())
    lines = list(imports.rejected_csv(run))
    assert len(lines) == 11
    assert "Two terms of C-1 overlap" in lines[1]


@pytest.mark.parametrize("field", ["amount", "monthly", "yearly"])
def test_a_contract_worth_less_than_nothing_is_refused(bring: Bring, field: str) -> None:
    mapping = {**MAPPING, "Amount": field}
    run = bring(
        row("2026-01-01", "2026-12-31", "-5"),
        row("2026-01-01", "2026-12-31", "0", number="C-2"),
        mapping=mapping,
    )
    assert counts(run) == (1, 0, 1)
    refused = Rejection.objects.get()
    assert (refused.code, refused.column) == ("amount-negative", "Amount")


def test_a_column_kept_under_its_own_name_never_says_what_a_contract_is(bring: Bring) -> None:
    head = HEAD.replace("Reason", "months")
    for name in ("months", "ends_on", "starts_on", "auto_renews", "notice_days", "reason", "colleague"):
        with pytest.raises(RegularsError) as raised:
            bring(
                row("2026-01-01", "2026-12-31", why="7"),
                head=head.replace("months", name),
                mapping={**MAPPING, name: "property"},
            )
        assert (raised.value.code, list(raised.value.fields)) == ("name-taken", [name])
    mapping = {**MAPPING, "Months": "property"}
    bring(row("2026-01-01", "2026-12-31", why="7"), head=head.replace("months", "Months"), mapping=mapping)
    assert Fact.objects.get().properties["Months"] == "7"


@pytest.mark.parametrize(
    ("name", "most"), [("months", 1_200), ("notice_days", 3_660), ("colleague", 2**63 - 1)]
)
def test_numbers_about_a_contract_beyond_what_can_be_meant_say_nothing(name: str, most: int) -> None:
    def said(value: object) -> int | None:
        fact = Fact(kind="contract_started", day=0, properties=json.dumps({name: value}))
        found: int | None = getattr(contract_entry(fact), name)
        return found

    assert [said(most), said("7"), said(0)] == [most, 7, 0]
    assert [said(value) for value in (most + 1, -1, "9" * 6_000, "soon", "", True, 1.5)] == [None] * 7


def test_the_amount_of_a_month_serves_a_contract_without_an_end(bring: Bring) -> None:
    head = "Account,Contract,Start,MRR"
    mapping = {"Account": "customer", "Contract": "contract", "Start": "start", "MRR": "monthly"}
    assert counts(bring("A1,C-1,2025-01-01,99.90", head=head, mapping=mapping)) == (1, 0, 0)
    assert counts(bring("A1,C-1,2025-01-01,99.90", head=head, mapping=mapping)) == (0, 1, 0)
    refresh_contracts(None, today())
    one = Contract.objects.get()
    assert (one.state, one.monthly, one.end_day) == ("active", 9_990, None)


def test_a_dry_run_says_what_an_import_would_do_and_undo_takes_it_back(bring: Bring) -> None:
    run = bring(row("2026-01-01", "2026-12-31"))
    imports.undo_import(None, run.pk)
    assert not Fact.objects.exists()
    assert counts(bring(row("2026-01-01", "2026-12-31"))) == (1, 0, 0)


def test_a_contract_whose_first_file_was_undone_comes_back_with_the_second(bring: Bring) -> None:
    start, end = iso(-100), iso(264)
    first = bring(row(start, end))
    assert counts(bring(row(start, end, "1500.00"))) == (1, 0, 0)
    imports.undo_import(None, first.pk)
    assert counts(bring(row(start, end, "1500.00"))) == (1, 0, 0)
    assert counts(bring(row(start, end, "1500.00"))) == (0, 1, 0)
    assert counts(bring(row(start, end, "1800.00"))) == (1, 0, 0), "a change that is told anew is news"
    assert kinds() == ["contract_changed", "contract_started", "contract_changed"]
    refresh_contracts(None, today())
    assert Contract.objects.get().amount == 180_000


def test_nobody_imports_in_the_name_of_our_own_pages(bring: Bring) -> None:
    with pytest.raises(RegularsError) as raised:
        bring(row("2026-01-01", "2026-12-31"), source="By hand")
    assert raised.value.code == "source-ours"


def test_contracts_need_an_amount_of_some_kind(bring: Bring) -> None:
    mapping = {name: field for name, field in MAPPING.items() if field != "amount"}
    with pytest.raises(RegularsError) as raised:
        bring(row("2026-01-01", "2026-12-31"), mapping=mapping)
    assert raised.value.code == "field-missing"


def test_columns_of_contracts_are_known_by_name(tmp_path: Path) -> None:
    path = tmp_path / "contracts.csv"
    path.write_text(f"{HEAD}\n{row('2026-01-01', '2026-12-31')}\n", encoding="utf-8")
    look = imports.look(imports.open_path(None, path, ""), path=path)
    assert look.kind == "contracts"
    assert {column.name: column.field for column in look.columns} == MAPPING
    assert not look.questions


def test_days_that_only_the_end_makes_clear_are_not_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "contracts.csv"
    path.write_text("Account,Contract,Start,End,MRR\nA1,C-1,01/02/2025,31/01/2026,10\n", encoding="utf-8")
    assert not imports.look(imports.open_path(None, path, "contracts"), path=path).questions
    path.write_text("Account,Contract,Start,End,MRR\nA1,C-1,01/02/2025,01/02/2026,10\n", encoding="utf-8")
    [question] = imports.look(imports.open_path(None, path, "contracts"), path=path).questions
    assert question.code == "date-order-ambiguous"


def test_touchpoints_bring_channel_direction_language_minutes_and_selling(
    bring: Bring, tmp_path: Path
) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(
        "Customer,Date,Channel,Direction,Language,Duration,Selling,Note\n"
        "A1,2026-01-05,phone,inbound,de,45 min,no,Asked about cups\n"
        "A1,2026-01-06,visit,??,,1:30,ja,\n",
        encoding="utf-8",
    )
    run = imports.open_path(None, path, "touchpoints")
    look = imports.look(run, kind="touchpoints", path=path)
    ticks = tuple(Tick(one.number, one.name, one.field, one.purpose) for one in look.columns)
    imports.plan_import(None, run, Plan("touchpoints", "phones", ticks), path)
    assert counts(imports.run_import(imports.begin_run(None, run, path).pk, path=path)) == (2, 0, 0)
    first, second = Fact.objects.order_by("day").values_list("properties", flat=True)
    assert first == {"channel": "phone", "direction": "in", "language": "de", "minutes": 45, "selling": False}
    assert second == {"channel": "visit", "minutes": 90, "selling": True}
