"""The renewal calendar: months with what is due, what is expected and what came of it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from regulars.attention.models import StoredResult
from regulars.attention.write.contract_standings import MONTHS
from regulars.insight.renewal_months import RenewalMonth
from regulars.records.money import amount_cell
from regulars.records.read.company import company
from regulars.records.spreadsheet import plain_cell
from regulars.web.access import ColleagueRequest, access
from regulars.web.clock import date_of

BACK, AHEAD = 12, 18


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month: its name, its renewals, and whether it is the present one."""

    name: str
    renewals: RenewalMonth
    current: bool


@dataclass(frozen=True, slots=True)
class RenewalsPage:
    """Everything the renewal calendar shows.

    Units
    -----
    Amounts in minor units of ``currency``; ``as_of`` is an epoch day.
    """

    lines: tuple[MonthLine, ...]
    currency: str
    elsewhere: int
    as_of: int | None


def renewals_page_for(today: date) -> RenewalsPage:
    """Return the calendar from a year back to a year and a half ahead."""
    row = StoredResult.objects.filter(key=MONTHS).first()
    if row is None:
        return RenewalsPage((), company().currency, 0, None)
    now = today.year * 12 + today.month
    lines = []
    for told in row.result["months"]:
        month = RenewalMonth(**told)
        first = date.fromisoformat(f"{month.month}-01")
        if -BACK <= first.year * 12 + first.month - now <= AHEAD:
            lines.append(MonthLine(f"{first:%B %Y}", month, first.year * 12 + first.month == now))
    return RenewalsPage(tuple(lines), row.result["currency"], row.result["elsewhere"], row.as_of)


@access("read")
def renewal_months(request: ColleagueRequest) -> HttpResponseBase:
    """Show the renewal calendar."""
    page = renewals_page_for(date_of(company()))
    return render(request, "pages/reports/renewals.html", {"page": page, "tab": "renewals"})


CSV_COLUMNS = (
    "month", "due", "same terms", "decided", "final", "lost", "forecast for", "forecast", "nobody has said",
    "difference", "currency",
)  # fmt: skip


@access("read")
def renewals_file(request: ColleagueRequest) -> HttpResponseBase:
    """Answer the calendar as CSV."""
    page = renewals_page_for(date_of(company()))
    currency = page.currency
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CSV_COLUMNS)
    for line in page.lines:
        one = line.renewals
        cells = (
            one.month, one.due, amount_cell(one.target, currency), one.decided,
            amount_cell(one.final, currency), one.lost, one.said, amount_cell(one.forecast, currency),
            one.unsaid, amount_cell(one.difference, currency), currency,
        )  # fmt: skip
        writer.writerow([plain_cell(cell) for cell in cells])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="renewals.csv"'
    return response
