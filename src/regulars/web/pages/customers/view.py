"""Customers: the list, its export, and what is done to many at once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.attention.read.base import only_contracts
from regulars.attention.read.customers import StandingRow, standing_rows
from regulars.attention.read.rewinds import rewind_of
from regulars.attention.read.success_list import Success, success_of
from regulars.attention.write.rewinds import request_rewind
from regulars.insight.errors import RegularsError
from regulars.insight.outcome import OutcomeState
from regulars.insight.typed import whole_number
from regulars.records.money import amount_cell
from regulars.records.read.company import calendar_date, company
from regulars.records.spreadsheet import plain_cell
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.clock import today_of, typed_day
from regulars.web.pages.customers.address import Address, day_text
from regulars.web.pages.customers.page import customers_shown

MOST_DAYS = 36_525
"""So many days at most, a century, does one look back by a number."""


@access("read")
def customers_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show where customers stand."""
    ours = company()
    page = customers_shown(Address.of(request.GET), ours, request.user)
    return render(request, "pages/customers/page.html", {"page": page})


@access("read")
@post_only
def rewind(request: ColleagueRequest) -> HttpResponseBase:
    """Ask for the list as it stood on a past day."""
    today = today_of(company())
    ago = whole_number(request.POST.get("days", ""), MOST_DAYS)
    day = typed_day(request.POST.get("as_of", ""), "as_of") if ago is None else today - ago
    if day is None:
        raise RegularsError("date-missing", "Choose the day to rewind to.", fields={"as_of": "Choose a day."})
    mode = request.POST.get("mode", "happened")
    request_rewind(request.user, day, mode, today=today)
    asked = Address({"as_of": day_text(day), **({"mode": mode} if mode != "happened" else {})})
    return HttpResponseRedirect(_rewound_address(request, asked))


def _rewound_address(request: ColleagueRequest, asked: Address) -> str:
    """Return the list, or the customer from whose page was rewound, on the chosen day."""
    customer = request.POST.get("customer", "")
    if customer:
        return f"{reverse('customer', args=[customer])}?{asked.text()}"
    return asked.changed(view=request.POST.get("view", ""))


class _Line:
    """What a csv writer writes into: it hands the line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


STANDING_COLUMNS = ("customer", "stage", "why at this stage")
PURCHASE_COLUMNS = (
    "last purchase", "purchases", "purchase days", "usual gap (open days)", "expected", "value",
    "chance to buy",
)  # fmt: skip
PERSON_COLUMNS = ("currency", "owner", "kind")


@access("read")
def customers_csv(request: ColleagueRequest) -> HttpResponseBase:
    """Hand out the rows of the list, all pages of it, as a table that no spreadsheet runs."""
    address, ours = Address.of(request.GET), company()
    found = rewind_of(address.day, address.mode) if address.day is not None else None
    if address.day is not None and (found is None or found.state != "done"):
        raise RegularsError("rewind-missing", "Rewind the list to this day first, then export it.")
    as_of = address.day if address.day is not None else today_of(ours)
    lines = _csv_lines(
        address, as_of, found.pk if found else None, _Export(ours.currency, not only_contracts())
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="customers-{day_text(as_of)}.csv"'
    return response


SUCCESS_COLUMNS = (
    "contracts a year", "renewal", "notice until", "renews itself", "same terms", "forecast", "last brought",
    "why this forecast or end", "outcome", "outcome state", "next due", "confirmed", "agreed", "health",
    "health based on",
)  # fmt: skip


def _success_cells(success: Success) -> tuple[Any, ...]:
    held, plan, health = success.contract, success.plan, success.health
    contract: tuple[Any, ...] = ("",) * 8
    if held is not None:
        days = (_date(held.renewal_day), _date(held.notice_day), held.auto_renews)
        amounts = (
            amount_cell(amount, success.currency) for amount in (held.target, held.forecast, success.final)
        )
        contract = (amount_cell(held.yearly, success.currency), *days, *amounts, success.why)
    outcome: tuple[Any, ...] = ("",) * 5
    if plan is not None:
        state = "" if plan.state is None else OutcomeState(plan.state).word
        outcome = (plan.words, state, _date(plan.next_due_day), plan.confirmed, plan.agreed)
    return (*contract, *outcome, *((health.score, health.based_on) if health else ("", "")))


def _some(rows: Iterator[StandingRow], size: int = 500) -> Iterator[list[StandingRow]]:
    while some := list(islice(rows, size)):
        yield some


@dataclass(frozen=True, slots=True)
class _Export:
    """What all rows of a file share: the currency of its amounts, and whether anybody buys at all."""

    currency: str
    purchases: bool

    @property
    def columns(self) -> tuple[str, ...]:
        return (*STANDING_COLUMNS, *(PURCHASE_COLUMNS if self.purchases else ()), *PERSON_COLUMNS)

    def cells(self, row: StandingRow) -> tuple[Any, ...]:
        bought = _purchase_cells(row, self.currency) if self.purchases else ()
        return (row.name, row.stage.word, row.sentence, *bought, self.currency, row.owner_name, row.kind)


def _csv_lines(address: Address, as_of: int, rewind_id: int | None, export: _Export) -> Iterator[str]:
    writer: Any = csv.writer(_Line())
    more = SUCCESS_COLUMNS if rewind_id is None else ()
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + writer.writerow((*export.columns, *more))
    for some in _some(standing_rows(address.query(rewind_id), as_of)):
        success = success_of([row.customer for row in some]) if more else {}
        for row in some:
            cells = (*export.cells(row), *(_success_cells(success[row.customer]) if more else ()))
            yield writer.writerow([plain_cell(cell) for cell in cells])


def _purchase_cells(row: StandingRow, currency: str) -> tuple[Any, ...]:
    return (
        _date(row.last_day), row.purchases, row.purchase_days, row.usual_gap, _date(row.due_day),
        amount_cell(row.value, currency), row.p_buy,
    )  # fmt: skip


def _date(day: int | None) -> str:
    return "" if day is None else calendar_date(day).isoformat()
