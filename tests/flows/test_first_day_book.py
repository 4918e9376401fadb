"""The first day with a book of sixty accounts: ten to start with, one line about the rest, never sixty cards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from regulars.ledger import imports
from regulars.ledger.plans import Plan, Tick
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
