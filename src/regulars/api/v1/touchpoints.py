"""Touchpoints: one entry by hand with all that came of it, and the way back."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status

from regulars.api.keys import writer
from regulars.api.v1.pages import ERRORS, Day, Strict, Words
from regulars.api.v1.refs import customer_of, today_on, told_as
from regulars.attention.touchpoint import LINES, Line, TouchpointEntry
from regulars.attention.write.touchpoints import record_touchpoint as record
from regulars.attention.write.undo import undo_written
from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry
from regulars.records.opaque import number, opaque
from regulars.records.read.success import plan_row

router = Router()
FORM = ("learnt", "learnt_kind", "side")


class NewLine(Strict):
    """One thing that came of it.

    ``of`` is the kind of what we learnt, or the side of a blocker; ``due_on`` the date of a to-do.
    """

    kind: Literal["praise", "complaint", "request", "idea", "characteristic", "todo", "blocker", "knowledge"]
    text: Words
    due_on: Day | None = None
    of: Words = ""
    said_by_them: bool = True


class NewTouchpoint(Strict):
    """How we met; without a channel nobody was met, and the text is kept as a note.

    ``people`` are the ids of those of theirs who were there.
    """

    text: Words
    on: Day | None = None
    channel: Literal["", "call", "meeting", "visit", "mail", "chat", "event"] = ""
    people: list[str] = []
    turf: Literal["", "theirs", "ours", "elsewhere"] = ""
    selling: bool | None = None
    minutes: int | None = None
    lines: list[NewLine] = []


class Recorded(Schema):
    """What was recorded; ``id`` takes all of it back."""

    id: str
    customer: str
    recorded: str
    undone: bool = False


@router.post(
    "/customers/{ref}/touchpoints", response={201: Recorded, **ERRORS}, operation_id="record_touchpoint"
)
def record_touchpoint(request: HttpRequest, ref: str, body: NewTouchpoint) -> Status[Recorded]:
    """Record one entry with all that came of it, all of it or nothing."""
    actor, customer, today = writer(request), customer_of(ref).pk, today_on()
    entry = TouchpointEntry(
        customer=customer, on=body.on or today, text=body.text, channel=body.channel,
        people=tuple(number(person) for person in body.people), turf=body.turf, selling=body.selling,
        minutes=body.minutes, lines=tuple(Line(**line.dict()) for line in body.lines),
    )  # fmt: skip
    with told_as(**dict.fromkeys((*LINES, *FORM), "lines")):
        written = record(actor, entry, today=today)
    told = Recorded(id=opaque(written.pk), customer=opaque(customer), recorded=written.detail["words"])
    return Status(201, told)


@router.post("/touchpoints/{ref}/undo", response={200: Recorded, **ERRORS}, operation_id="undo_touchpoint")
def undo_touchpoint(request: HttpRequest, ref: str) -> Recorded:
    """Take back everything one entry recorded; only its author, within ten minutes."""
    actor, entry = writer(request), plan_row(AuditEntry, ref)
    if entry.action != "record_touchpoint":
        raise RegularsError("not-found", "There is no such touchpoint.", 404)
    undo_written(actor, entry)
    customer = opaque(int(entry.subject.removeprefix("customer ")))
    return Recorded(id=ref, customer=customer, recorded=entry.detail["words"], undone=True)
