"""Customers: where each one stands, and why."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from regulars.api.keys import reader
from regulars.api.v1.pages import ERRORS, Limit, Page
from regulars.attention.read.customers import StandingRow, standing_page
from regulars.attention.read.standing_list import Cursor, ListQuery, sorted_by
from regulars.insight.errors import RegularsError
from regulars.insight.stage import Stage
from regulars.records.opaque import number, opaque
from regulars.records.read.company import calendar_date, company
from regulars.records.read.customers import customer as access_customer

router = Router()
STAGES = {stage.name.lower(): stage for stage in Stage}


class CustomerOut(Schema):
    """A customer and where they stand today. Money in minor units of the company's currency."""

    id: str
    name: str
    kind: str
    owner: str
    stage: str
    reason: str
    first_purchase: date | None
    last_purchase: date | None
    purchases: int
    due: date | None
    value: int
    chance_to_buy: float | None
    known: bool


def _day(day: int | None) -> date | None:
    return None if day is None else calendar_date(day)


def _out(row: StandingRow) -> CustomerOut:
    return CustomerOut(
        id=opaque(row.customer),
        name=row.name,
        kind=row.kind,
        owner=row.owner_name,
        stage=row.stage.name.lower(),
        reason=row.sentence,
        first_purchase=_day(row.first_day),
        last_purchase=_day(row.last_day),
        purchases=row.purchases,
        due=_day(row.due_day),
        value=row.value,
        chance_to_buy=row.p_buy,
        known=row.known,
    )


def _stages(word: str) -> tuple[int, ...]:
    if not word:
        return tuple(int(stage) for stage in Stage)
    if word not in STAGES:
        raise RegularsError("stage-unknown", f"There is no stage {word!r}. Use one of: {', '.join(STAGES)}.")
    return (int(STAGES[word]),)


def _after(cursor: str) -> Cursor | None:
    """Return the row after which a page begins; its sorting value is the name, looked up anew."""
    if not cursor:
        return None
    row = access_customer(cursor)
    return Cursor(row.pk, row.name_folded)


@router.get("", response={200: Page[CustomerOut], **ERRORS}, operation_id="customers")
def customers(request: HttpRequest, stage: str = "", limit: Limit = 50, after: str = "") -> Page[CustomerOut]:
    """Customers by name, a page at a time; one stage, or all."""
    reader(request)
    today = company().day_of(timezone.now())
    query = ListQuery(stages=_stages(stage), sort=sorted_by("name"))
    page = standing_page(query, today, _after(after), limit)
    following = opaque(page.next.customer) if page.next else ""
    return Page[CustomerOut](items=[_out(row) for row in page.rows], next=following)


@router.get("/{ref}", response={200: CustomerOut, **ERRORS}, operation_id="customer")
def customer(request: HttpRequest, ref: str) -> CustomerOut:
    """One customer, by the id that lists and addresses show."""
    reader(request)
    today = company().day_of(timezone.now())
    page = standing_page(ListQuery(only=(number(ref),)), today, None, 1)
    if not page.rows:
        raise RegularsError("not-found", "There is no such customer, or they are not assessed yet.", 404)
    return _out(page.rows[0])
