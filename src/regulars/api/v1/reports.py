"""Reports: revenue and the board page, as the worker stored them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from regulars.api.keys import reader
from regulars.api.v1.pages import ERRORS
from regulars.attention.read.today import stored
from regulars.insight.errors import RegularsError
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date, company

router = Router()


class Report(Schema):
    """A report as of a day; amounts in minor units. ``refusal`` says why there is none."""

    as_of: date
    currency: str
    refusal: str
    report: dict[str, Any]


def _report(key: str) -> Report:
    found = stored(key)
    if found is None:
        raise RegularsError("not-enough-data", "This report is not made yet. It is made each night.", 404)
    report, as_of = found
    refusal = str(report.pop("refusal", ""))
    return Report(
        as_of=calendar_date(as_of), currency=company().currency, refusal=refusal, report=_named(report)
    )


def _named(told: Any) -> Any:
    """Return what was stored with the ids of customers as they are outside."""
    if isinstance(told, list):
        return [_named(one) for one in told]
    if not isinstance(told, dict):
        return told
    return {
        name: opaque(one) if name == "customer" and isinstance(one, int) else _named(one)
        for name, one in told.items()
    }


@router.get("/reports/revenue", response={200: Report, **ERRORS}, operation_id="revenue")
def revenue(request: HttpRequest) -> Report:
    """How recurring revenue moved, and how much of it stays."""
    reader(request)
    return _report("revenue")


@router.get("/reports/board", response={200: Report, **ERRORS}, operation_id="board")
def board(request: HttpRequest) -> Report:
    """What the board reads: confirmed outcomes, money, renewals, risks, why they left, what they say."""
    reader(request)
    return _report("board")
