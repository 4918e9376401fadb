"""Not yet: whom not to sell to until something is so, and when to look again."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from regulars.api.keys import reader, writer
from regulars.api.v1.pages import ERRORS, Day, Limit, Listed, Page, Strict, Words, page_of
from regulars.api.v1.refs import customer_of, today_on
from regulars.records.models import NotYet
from regulars.records.opaque import opaque
from regulars.records.read.knowing import not_yets
from regulars.records.read.success import plan_row
from regulars.records.write import not_yet as write

router = Router()


class NotYetOut(Listed):
    """What must be so before we sell to a customer."""

    customer: str
    until: str
    look_again_on: date
    said_by: str
    ended_on: date | None


class NewNotYet(Strict):
    """What must be so first, and the day on which to look again."""

    until: Words
    look_again_on: Day


def _out(row: NotYet) -> NotYetOut:
    return NotYetOut(
        id=opaque(row.pk),
        customer=opaque(row.customer_id),
        until=row.until,
        look_again_on=row.look_again_on,
        said_by=row.by.name if row.by else "",
        ended_on=row.ended_on,
    )


@router.get("/customers/{ref}/not-yet", response={200: Page[NotYetOut], **ERRORS}, operation_id="not_yet")
def not_yet(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[NotYetOut]:
    """What stands against selling to a customer, the first to look at again first."""
    reader(request)
    return page_of([_out(row) for row in not_yets(customer_of(ref).pk)], limit, after)


@router.post("/customers/{ref}/not-yet", response={201: NotYetOut, **ERRORS}, operation_id="say_not_yet")
def say_not_yet(request: HttpRequest, ref: str, body: NewNotYet) -> Status[NotYetOut]:
    """Say that nobody sells to a customer until something is so."""
    actor, customer = writer(request), customer_of(ref).pk
    entry = write.say_not_yet(actor, customer, body.until, body.look_again_on, today=today_on())
    return Status(201, _out(plan_row(NotYet, opaque(entry.detail["not_yet"]))))


@router.post("/not-yet/{ref}/end", response={200: NotYetOut, **ERRORS}, operation_id="end_not_yet")
def end_not_yet(request: HttpRequest, ref: str) -> NotYetOut:
    """Say that selling to a customer is fine again."""
    write.end_not_yet(writer(request), plan_row(NotYet, ref), today_on())
    return _out(plan_row(NotYet, ref))
