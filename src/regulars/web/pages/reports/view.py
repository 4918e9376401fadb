"""Reports: retention, and whether our score was right. Each opens to its data."""

from __future__ import annotations

import csv
import io

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from regulars.attention.models import StoredResult
from regulars.attention.read.base import only_contracts
from regulars.attention.read.knowing import base_knowledge
from regulars.insight.errors import RegularsError
from regulars.records.read.company import company
from regulars.records.spreadsheet import plain_cell
from regulars.web.access import ColleagueRequest, access
from regulars.web.clock import today_of
from regulars.web.pages.reports.health_score import health_score_page
from regulars.web.pages.reports.page import ROWS, reports, skill


@access("read")
def retention_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show who bought again; where all are on contract and nobody buys, the board page comes first."""
    if only_contracts():
        return redirect("reports_board")
    why = base_knowledge(today_of(company()))
    return render(request, "pages/reports/page.html", {"reports": reports("cohorts", "forecast"), "why": why})


@access("read")
def score_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show whether our score was right, against chance and against the simple rules."""
    report = reports("score")[0]
    shown = {
        "report": report,
        "skill": skill(),
        "health": health_score_page(),
        "on_contract": company().buying == "contract",
        "of_purchases": not only_contracts(),
    }
    return render(request, "pages/reports/score.html", shown)


@access("read")
def report_file(request: ColleagueRequest, key: str) -> HttpResponseBase:
    """Answer the figures of one report as CSV."""
    row = StoredResult.objects.filter(key=key).first() if key in ROWS else None
    if row is None or row.result.get("refusal"):
        raise RegularsError("not-found", "There are no figures for this report yet.", 404)
    text = io.StringIO()
    writer = csv.writer(text)
    for cells in ROWS[key](row.result):
        writer.writerow([plain_cell(cell) for cell in cells])
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="regulars-{key}.csv"'
    return response
