"""Blockers: what is in the way at a customer, on whose side, and since when."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from regulars.api.keys import reader, writer
from regulars.api.v1.pages import ERRORS, Limit, Listed, Page, Strict, Words, page_of
from regulars.api.v1.refs import (
    colleague_of,
    customer_of,
    outcome_of,
    person_of,
    ref_of,
    today,
    today_on,
    told_as,
)
from regulars.attention.read.blockers import Blockers, ShownBlocker
from regulars.attention.read.blockers import blockers as blockers_at
from regulars.attention.write import blockers as write
from regulars.insight.errors import RegularsError
from regulars.records.models import Blocker, Side
from regulars.records.opaque import opaque
from regulars.records.read.success import plan_row
from regulars.records.write.blockers import NewBlocker as Told

router = Router()


class BlockerOut(Listed):
    """Something in the way; ``days`` is its age, or how long it stood."""

    customer: str
    outcome: str | None
    text: str
    side: str
    clears: str
    person: str | None
    colleague: str
    opened_on: date
    closed_on: date | None
    cleared_by: str
    cleared_how: str
    days: int


class NewBlocker(Strict):
    """Something in the way, who can clear it there or here; a colleague is named by e-mail."""

    text: Words
    side: Side = Side.THEIRS
    clears: Blocker.Clears = Blocker.Clears.OTHER
    person: str | None = None
    colleague: Words | None = None
    outcome: str | None = None


class Cleared(Strict):
    """Which side cleared it, and how."""

    cleared_by: Side
    how: Words = ""


def _out(shown: ShownBlocker) -> BlockerOut:
    row = shown.row
    return BlockerOut(
        id=opaque(row.pk),
        customer=opaque(row.customer_id),
        outcome=ref_of(row.outcome_id),
        text=row.text,
        side=row.side,
        clears=row.clears,
        person=ref_of(row.person_id),
        colleague=row.colleague.name if row.colleague else "",
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        cleared_by=row.cleared_by,
        cleared_how=row.cleared_how,
        days=shown.age,
    )


def _shown(customer: int, blocker: int) -> BlockerOut:
    found: Blockers = blockers_at(customer, today())
    for one in (*found.standing, *found.cleared):
        if one.row.pk == blocker:
            return _out(one)
    raise RegularsError("not-found", "This blocker is gone.", 404)


@router.get("/customers/{ref}/blockers", response={200: Page[BlockerOut], **ERRORS}, operation_id="blockers")
def blockers(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[BlockerOut]:
    """What is in the way, the oldest first, then the last ten that were cleared."""
    reader(request)
    found = blockers_at(customer_of(ref).pk, today())
    return page_of([_out(one) for one in (*found.standing, *found.cleared)], limit, after)


@router.post("/customers/{ref}/blockers", response={201: BlockerOut, **ERRORS}, operation_id="open_blocker")
def open_blocker(request: HttpRequest, ref: str, body: NewBlocker) -> Status[BlockerOut]:
    """Note that something is in the way."""
    actor, customer = writer(request), customer_of(ref).pk
    person = person_of(customer, body.person, "person")
    outcome, colleague = outcome_of(customer, body.outcome), colleague_of(body.colleague, "colleague")
    told = Told(
        body.text, body.side.value, body.clears.value, person.pk if person else None,
        colleague.pk if colleague else None, outcome.pk if outcome else None,
    )  # fmt: skip
    with told_as(blocker="text"):
        entry = write.open_blocker(actor, customer, told, today_on())
    return Status(201, _shown(customer, int(entry.detail["blocker"])))


@router.post("/blockers/{ref}/close", response={200: BlockerOut, **ERRORS}, operation_id="close_blocker")
def close_blocker(request: HttpRequest, ref: str, body: Cleared) -> BlockerOut:
    """Note that a blocker is out of the way."""
    actor, row = writer(request), plan_row(Blocker, ref)
    write.close_blocker(actor, row, cleared_by=body.cleared_by.value, how=body.how, on=today_on())
    return _shown(row.customer_id, row.pk)
