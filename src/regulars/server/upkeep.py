"""What the worker keeps up: standings, next steps, reports, drawings, segments."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from regulars.attention.board import refresh_board
from regulars.attention.models import ContractStanding, StoredResult
from regulars.attention.read.freshness import last_whole_day
from regulars.attention.reassess import Outcome, reassess_all, reassess_due
from regulars.attention.reports import REPORTS, refresh_reports, refresh_summary, refresh_today
from regulars.attention.revenue import refresh_revenue
from regulars.attention.score_record import refresh_score_record, score_record_due
from regulars.attention.write.results import store_drawing
from regulars.ledger.due import newcomers, unclaimed
from regulars.ledger.models import Fact
from regulars.ledger.seal import seal_facts
from regulars.records.models import Customer
from regulars.records.read.company import company
from regulars.records.write.api_answers import forget_answers
from regulars.records.write.company import change_company
from regulars.records.write.proposals import propose_merges
from regulars.records.write.search_index import index_due
from regulars.web.charts import draw_both

log = logging.getLogger("regulars.worker")

MANY_CUSTOMERS, MANY_CONTRACTS = 100_000, 5_000
"""Up to so many, what all come to is computed anew whenever there is news, else each night."""
OF_CONTRACTS = ("revenue", "survival")
WHOLE_FROM_SHARE = 0.2
"""When more of the base than this has news, assessing everybody at once is cheaper and refits the base."""


def keep_up() -> bool:
    """Index new names, then assess who has news, or everybody on a new day; return whether anybody was.

    Whom another worker assesses right now is none of our business.
    """
    index_due()
    due = unclaimed().count()
    today = company().day_of(timezone.now())
    last = last_whole_day()
    customers = Customer.objects.count() if due or last != today else 0
    if not customers:
        return False
    propose_merges(newcomers())
    _take_up_currency()
    forget_answers(timezone.now())
    if last != today or due > max(50, WHOLE_FROM_SHARE * customers):
        reassess_everything()
        return True
    outcome = reassess_due(today)
    if outcome.customers:
        log.info("assessed %s", outcome)
        _refresh_with_news(today)
    return outcome.customers > 0


def _refresh_with_news(today: int) -> None:
    """Compute anew what Today, Revenue and the board say of all, where that takes no longer than a moment.

    Larger bases wait for the night, and the pages say as of when they are.
    """
    if Customer.objects.count() <= MANY_CUSTOMERS:
        refresh_summary(today)
    if ContractStanding.objects.count() <= MANY_CONTRACTS:
        before = _results(OF_CONTRACTS)
        refresh_revenue(today)
        refresh_board(today)
        # Most news moves no contract, and drawing takes longest.
        draw_reports([key for key, result in _results(OF_CONTRACTS).items() if result != before.get(key)])


def _results(keys: Sequence[str]) -> dict[str, Any]:
    return dict(StoredResult.objects.filter(key__in=keys).values_list("key", "result"))


def _take_up_currency() -> None:
    """Take the currency of the first facts for the company's, as long as nobody has told us another."""
    if "currency" in company().told:
        return
    first = Fact.objects.exclude(currency="").order_by("id").values_list("currency", flat=True).first()
    if first is not None:
        change_company(None, {"currency": first})


def reassess_everything(as_of: int | None = None) -> Outcome:
    """Assess all customers as of a day (today), refresh the reports and draw them; seal what came in."""
    outcome = reassess_first(as_of)
    refresh_revenue(outcome.as_of)
    refresh_board(outcome.as_of)
    refresh_reports(outcome.as_of)
    if score_record_due(outcome.as_of):
        refresh_score_record(outcome.as_of)
    draw_reports()
    return outcome


def reassess_first(as_of: int | None = None) -> Outcome:
    """Assess all customers and refresh Today: what a person needs first, the reports later."""
    day = company().day_of(timezone.now()) if as_of is None else as_of
    seal_facts()
    outcome = reassess_all(day)
    log.info("assessed everybody: %s", outcome)
    refresh_today(day)
    return outcome


def draw_reports(keys: Sequence[str] = REPORTS) -> None:
    """Draw the reports that have a drawing, beside the figures they show."""
    for row in StoredResult.objects.filter(key__in=keys):
        store_drawing(row.key, "" if row.result.get("refusal") else draw_both(row.key, row.result))
