"""Contracts: the current term, its renewal, and what is expected of it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router

from regulars.api.keys import reader
from regulars.api.v1.pages import ERRORS, Limit, Listed, Page, page_of
from regulars.api.v1.refs import customer_of, date_of
from regulars.attention.models import Contract
from regulars.records.opaque import opaque

router = Router()


class ContractOut(Listed):
    """A contract as its entries tell it today; amounts in minor units of ``currency``.

    ``ends_on`` is the first day no longer covered; ``forecast`` is empty as long as nobody has said.
    """

    customer: str
    number: str
    item: str
    state: str
    currency: str
    amount: int
    monthly: int
    months: int | None
    first_on: date | None
    starts_on: date | None
    ends_on: date | None
    notice_by: date | None
    auto_renews: bool
    terms: int
    target: int
    forecast: int | None
    forecast_on: date | None
    forecast_why: str
    final: int | None
    ended_why: str


_AS_THEY_ARE = (
    "number", "item", "state", "currency", "amount", "monthly", "months", "auto_renews", "terms", "target",
    "forecast", "forecast_why", "final", "ended_why",
)  # fmt: skip


def _out(row: Contract) -> ContractOut:
    return ContractOut(
        id=opaque(row.pk),
        customer=opaque(row.customer_id),
        first_on=date_of(row.first_day),
        starts_on=date_of(row.start_day),
        ends_on=date_of(row.end_day),
        notice_by=date_of(row.notice_day),
        forecast_on=date_of(row.forecast_day),
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
    )


@router.get(
    "/customers/{ref}/contracts", response={200: Page[ContractOut], **ERRORS}, operation_id="contracts"
)
def contracts(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[ContractOut]:
    """The contracts of a customer, the latest term first."""
    reader(request)
    rows = Contract.objects.filter(customer=customer_of(ref)).order_by("-start_day", "-id")
    return page_of([_out(row) for row in rows], limit, after)
