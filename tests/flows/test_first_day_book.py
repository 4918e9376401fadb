"""The first day with a book of sixty accounts: ten to start with, one line about the rest, never sixty cards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from regulars.ledger import imports
from regulars.ledger.plans import Plan, Tick
from regulars.records.models import Customer
from regulars.records.write.outcomes import note_outcome
from regulars.server.worker import work_once

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = ("customer", "customer_name", "contract", "start", "months", "amount", "currency")


def book_of(accounts: int, today: date) -> str:
    rows = [
        (
            f"K{one}", f"Account {one:02d}", f"C-{one}", (today - timedelta(days=30 + 4 * one)).isoformat(), "12",
            f"{1_200 + 100 * one}", "EUR",
        )
        for one in range(accounts)
    ]  # fmt: skip
    return "\n".join(",".join(row) for row in (COLUMNS, *rows)) + "\n"


def test_sixty_imported_accounts_are_ten_to_start_with(as_ana: Any, tmp_path: Any) -> None:
    path = tmp_path / "book.csv"
    path.write_text(book_of(60, timezone.localdate()), encoding="utf-8")
    run = imports.open_path(None, path, "contracts")
    ticks = tuple(Tick(place, name, name, "Know when they renew") for place, name in enumerate(COLUMNS, 1))
    imports.plan_import(None, run, Plan("contracts", "crm", ticks), path)
    done = imports.run_import(imports.begin_run(None, run, path).pk, path=path)
    assert (done.recorded, done.rejected) == (60, 0)
    while work_once():
        pass
    page = as_ana.get("/")
    shown = page.context["page"]
    assert shown.title == "Start with these ten"
    assert len(shown.reasons.first) == 10
    assert len({one.customer for one in shown.reasons.first}) == 10
    [line] = [one for one in shown.reasons.lines if one.kind == "no_agreed_success"]
    assert line.sentence.startswith("We work for 60 customers and have agreed with 0 what success is.")
    html = page.content.decode()
    assert html.count("write down one sentence and a date") <= 10


def test_sixty_bare_names_are_ten_to_start_with_too(as_ana: Any, tmp_path: Any) -> None:
    path = tmp_path / "names.csv"
    path.write_text("customer,name\n" + "".join(f"K{one},Account {one:02d}\n" for one in range(60)))
    run = imports.open_path(None, path, "customers")
    ticks = (
        Tick(1, "customer", "customer", "Tell them apart"),
        Tick(2, "name", "customer_name", "Call them"),
    )
    imports.plan_import(None, run, Plan("customers", "crm", ticks), path)
    imports.run_import(imports.begin_run(None, run, path).pk, path=path)
    while work_once():
        pass
    page = as_ana.get("/")
    html = page.content.decode()
    assert page.context["page"].title == "Start with these ten"
    assert [f"Account {one:02d}" in html for one in range(12)] == [True] * 10 + [False] * 2
    assert "Well kept" not in html
    note_outcome(
        None, Customer.objects.get(name="Account 00").pk, "Open on Sundays", noted_on=timezone.localdate()
    )
    shown = as_ana.get("/").context["page"].beginning
    assert [one.name for one in shown][:2] == ["Account 01", "Account 02"], "whoever was asked makes room"
