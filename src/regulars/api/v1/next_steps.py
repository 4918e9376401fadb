"""Next steps: what Today shows, in its order, and the answers to it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from regulars.api.keys import reader, writer
from regulars.api.v1.pages import ERRORS, Day, Limit, Listed, Page, Strict, Words, page_of
from regulars.api.v1.refs import date_of, ref_of, today
from regulars.attention.models import NextStep
from regulars.attention.read.today import Reason, contacts, is_first_day, reason, reasons
from regulars.attention.write import answers
from regulars.records.opaque import opaque
from regulars.records.read.company import company, epoch_day
from regulars.records.read.success import plan_row

router = Router()


class ContactOut(Schema):
    """Whom to call or write to."""

    name: str
    phone: str
    email: str


class StepOut(Listed):
    """One reason to spend time on a customer, or on the whole base where ``customer`` is empty.

    ``sentence`` follows ``name``; ``top`` are those above the fold, as many as the company chose for a day.
    """

    kind: str
    title: str
    customer: str | None
    name: str
    sentence: str
    opening_line: str
    contact: ContactOut | None
    owed: bool
    state: str
    answer: str
    snoozed_until: date | None
    top: bool


class Answer(Strict):
    """What was learnt, or why not; may be empty."""

    reason: Words = ""


class Snoozed(Strict):
    """Until when it can wait, and why."""

    until: Day
    reason: Words


def _out(shown: Reason, *, top: bool = False) -> StepOut:
    whom = shown.contact
    return StepOut(
        id=opaque(shown.step),
        kind=shown.kind,
        title=shown.title,
        customer=ref_of(shown.customer),
        name=shown.name,
        sentence=shown.sentence,
        opening_line=shown.opening_line,
        contact=ContactOut(name=whom.name, phone=whom.phone, email=whom.email) if whom else None,
        owed=shown.owed,
        state=shown.state,
        answer=shown.answer_reason,
        snoozed_until=date_of(shown.snoozed_until),
        top=top,
    )


def _answered(step: NextStep) -> StepOut:
    step.refresh_from_db()
    return _out(reason(step, contacts([step.customer_id])))


@router.get("/next-steps", response={200: Page[StepOut], **ERRORS}, operation_id="next_steps")
def next_steps(request: HttpRequest, limit: Limit = 50, after: str = "") -> Page[StepOut]:
    """The open next steps in the order of Today: lines about the base, the day's own, those below."""
    reader(request)
    ours, day = company(), today()
    found = reasons(ours.daily_number, first_day=is_first_day(day, ours))
    above = [_out(one, top=True) for one in (*found.lines, *found.first)]
    return page_of([*above, *(_out(one) for one in found.below)], limit, after)


@router.post("/next-steps/{ref}/done", response={200: StepOut, **ERRORS}, operation_id="finish_step")
def finish_step(request: HttpRequest, ref: str, body: Answer) -> StepOut:
    """Mark a next step as done."""
    actor, step = writer(request), plan_row(NextStep, ref)
    answers.finish_step(actor, step, body.reason)
    return _answered(step)


@router.post("/next-steps/{ref}/later", response={200: StepOut, **ERRORS}, operation_id="snooze_step")
def snooze_step(request: HttpRequest, ref: str, body: Snoozed) -> StepOut:
    """Put a next step off to a day, with the reason."""
    actor, step = writer(request), plan_row(NextStep, ref)
    until = epoch_day(body.until)
    answers.snooze_step(actor, step, until_day=until, reason=body.reason, today=today())
    return _answered(step)


@router.post("/next-steps/{ref}/not-useful", response={200: StepOut, **ERRORS}, operation_id="dismiss_step")
def dismiss_step(request: HttpRequest, ref: str, body: Answer) -> StepOut:
    """Say that a next step was not useful; steps of its kind are proposed with less weight."""
    actor, step = writer(request), plan_row(NextStep, ref)
    answers.dismiss_step(actor, step, body.reason)
    return _answered(step)
