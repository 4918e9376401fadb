"""Contracts: the current term, its renewal, what is expected of it, and what is noted of it by hand."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from regulars.api.keys import reader, writer
from regulars.api.v1.pages import ERRORS, Day, Limit, Listed, Page, Strict, Words, page_of
from regulars.api.v1.refs import customer_of, date_of, today, told_as
from regulars.attention.models import Contract
from regulars.attention.read.contracts import contract as access_contract
from regulars.attention.read.contracts import contracts_of
from regulars.attention.write import contracts as write
from regulars.attention.write.contracts import TermTold
from regulars.insight.errors import RegularsError
from regulars.records.opaque import opaque
from regulars.records.read.company import company, epoch_day

router = Router()

Money = Annotated[int, Field(ge=-(2**53), le=2**53)]
"""Minor units, as far as JSON carries whole numbers."""

Small = Annotated[int, Field(ge=0, le=100_000)]


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


class Term(Strict):
    """A term; ``amount`` is of the whole term, or of a month where neither months nor a last day is given.

    ``last_on`` is covered still.
    """

    starts_on: Day
    months: Small | None = None
    last_on: Day | None = None
    item: Words = ""
    auto_renews: bool | None = None
    notice_days: Small | None = None


class NewContract(Term):
    """A new contract; in the company's currency if none is given."""

    number: Words
    amount: Money
    currency: Words | None = None


class Renewed(Term):
    """Another term of a contract; the amount stays as it is if none is given."""

    amount: Money | None = None


class Changed(Renewed):
    """How a contract runs from a day on; what is left out stays as it is."""

    reason: Words = ""


class Cancelled(Strict):
    """The first day on which a contract no longer runs, and why."""

    on: Day
    reason: Words


class Forecast(Strict):
    """What the next renewal will bring, 0 when it will be lost, and why."""

    amount: Money
    reason: Words


FORM = {"start": "starts_on", "ends": "last_on", "notice": "notice_days"}

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


def _shown(customer: int, number: str) -> ContractOut:
    for row in contracts_of([customer]).get(customer, []):
        if row.number == number:
            return _out(row)
    raise RegularsError("not-found", "There is no such contract.", 404)


def _term(number: str, body: Renewed | NewContract, currency: str) -> TermTold:
    return TermTold(
        number=number,
        start=epoch_day(body.starts_on),
        amount=body.amount,
        currency=currency,
        months=body.months,
        last_day=None if body.last_on is None else epoch_day(body.last_on),
        item=body.item,
        auto_renews=body.auto_renews,
        notice_days=body.notice_days,
        reason=body.reason if isinstance(body, Changed) else "",
    )


@router.get(
    "/customers/{ref}/contracts", response={200: Page[ContractOut], **ERRORS}, operation_id="contracts"
)
def contracts(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[ContractOut]:
    """The contracts of a customer, the next to end first."""
    reader(request)
    customer = customer_of(ref).pk
    return page_of([_out(row) for row in contracts_of([customer]).get(customer, [])], limit, after)


@router.get("/contracts/{ref}", response={200: ContractOut, **ERRORS}, operation_id="contract")
def contract(request: HttpRequest, ref: str) -> ContractOut:
    """One contract."""
    reader(request)
    return _out(access_contract(ref))


@router.post(
    "/customers/{ref}/contracts", response={201: ContractOut, **ERRORS}, operation_id="note_contract"
)
def note_contract(request: HttpRequest, ref: str, body: NewContract) -> Status[ContractOut]:
    """Note a new contract."""
    actor, customer = writer(request), customer_of(ref).pk
    number, currency = body.number.strip(), body.currency or company().currency
    with told_as(**FORM):
        write.note_contract(actor, customer, _term(number, body, currency), today())
    return Status(201, _shown(customer, number))


@router.post("/contracts/{ref}/renew", response={200: ContractOut, **ERRORS}, operation_id="note_renewal")
def note_renewal(request: HttpRequest, ref: str, body: Renewed) -> ContractOut:
    """Note that a contract goes on for another term."""
    actor, row = writer(request), access_contract(ref)
    with told_as(**FORM):
        write.note_renewal(actor, row, _term(row.number, body, row.currency), today())
    return _shown(row.customer_id, row.number)


@router.post("/contracts/{ref}/change", response={200: ContractOut, **ERRORS}, operation_id="note_change")
def note_change(request: HttpRequest, ref: str, body: Changed) -> ContractOut:
    """Note that a contract changes within its term."""
    actor, row = writer(request), access_contract(ref)
    with told_as(**FORM):
        write.note_change(actor, row, _term(row.number, body, row.currency), today())
    return _shown(row.customer_id, row.number)


@router.post(
    "/contracts/{ref}/cancel", response={200: ContractOut, **ERRORS}, operation_id="note_cancellation"
)
def note_cancellation(request: HttpRequest, ref: str, body: Cancelled) -> ContractOut:
    """Note that a contract no longer runs from a day on, which may be ahead."""
    actor, row = writer(request), access_contract(ref)
    with told_as(day="on"):
        write.note_cancellation(actor, row, epoch_day(body.on), body.reason, today())
    return _shown(row.customer_id, row.number)


@router.post("/contracts/{ref}/forecast", response={200: ContractOut, **ERRORS}, operation_id="note_forecast")
def note_forecast(request: HttpRequest, ref: str, body: Forecast) -> ContractOut:
    """Note what the next renewal will bring."""
    actor, row = writer(request), access_contract(ref)
    write.note_forecast(actor, row, body.amount, body.reason, today())
    return _shown(row.customer_id, row.number)
