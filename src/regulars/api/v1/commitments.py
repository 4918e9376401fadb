"""Commitments: what each side promised, kept or missed."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from regulars.api.keys import reader, writer
from regulars.api.v1.pages import ERRORS, Day, Limit, Listed, Page, Strict, Words, page_of
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
from regulars.attention.read.success import promise, success_plan
from regulars.attention.write import success_steps
from regulars.records.models import Commitment, Side
from regulars.records.opaque import opaque
from regulars.records.read.success import plan_row

router = Router()


class CommitmentOut(Listed):
    """A promise; ``words`` say what became of it by its dates alone."""

    customer: str
    outcome: str | None
    side: str
    text: str
    colleague: str
    person: str | None
    due_on: date | None
    done_on: date | None
    missed_on: date | None
    by_customer: bool
    words: str


class NewCommitment(Strict):
    """A promise to keep in mind: ours names a colleague by e-mail, theirs a person by id."""

    side: Side
    text: Words
    outcome: str | None = None
    due_on: Day | None = None
    colleague: Words | None = None
    person: str | None = None


class Closed(Strict):
    """On which day, today if left out."""

    on: Day | None = None


def _out(row: Commitment, day: int) -> CommitmentOut:
    return CommitmentOut(
        id=opaque(row.pk),
        customer=opaque(row.customer_id),
        outcome=ref_of(row.outcome_id),
        side=row.side,
        text=row.text,
        colleague=row.colleague.name if row.colleague else "",
        person=ref_of(row.person_id),
        due_on=row.due_on,
        done_on=row.done_on,
        missed_on=row.missed_on,
        by_customer=row.ticked_by_customer,
        words=promise(row, day).words,
    )


@router.get(
    "/customers/{ref}/commitments", response={200: Page[CommitmentOut], **ERRORS}, operation_id="commitments"
)
def commitments(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[CommitmentOut]:
    """What both sides promised: for each outcome, then for none."""
    reader(request)
    day = today()
    plan = success_plan(customer_of(ref).pk, day)
    promises = [one for outcome in plan.outcomes for one in outcome.promises]
    return page_of([_out(one.row, day) for one in (*promises, *plan.promises)], limit, after)


@router.post(
    "/customers/{ref}/commitments", response={201: CommitmentOut, **ERRORS}, operation_id="make_commitment"
)
def make_commitment(request: HttpRequest, ref: str, body: NewCommitment) -> Status[CommitmentOut]:
    """Note what one side promises."""
    actor, customer = writer(request), customer_of(ref).pk
    with told_as(commitment="text"):
        made = success_steps.make_commitment(
            actor, customer, body.side.value, body.text, on=today_on(), due_on=body.due_on,
            outcome=outcome_of(customer, body.outcome),
            colleague=colleague_of(body.colleague, "colleague"),
            person=person_of(customer, body.person, "person"),
        )  # fmt: skip
    return Status(201, _out(made, today()))


@router.post(
    "/commitments/{ref}/tick", response={200: CommitmentOut, **ERRORS}, operation_id="tick_commitment"
)
def tick_commitment(request: HttpRequest, ref: str, body: Closed) -> CommitmentOut:
    """Mark a promise as kept."""
    actor, row = writer(request), plan_row(Commitment, ref)
    with told_as(done_on="on"):
        return _out(success_steps.tick_commitment(actor, row, body.on or today_on()), today())


@router.post(
    "/commitments/{ref}/miss", response={200: CommitmentOut, **ERRORS}, operation_id="miss_commitment"
)
def miss_commitment(request: HttpRequest, ref: str, body: Closed) -> CommitmentOut:
    """Mark a promise as missed: given up, or too late to matter."""
    actor, row = writer(request), plan_row(Commitment, ref)
    with told_as(missed_on="on"):
        return _out(success_steps.miss_commitment(actor, row, body.on or today_on()), today())
