"""Milestones: the steps on the way to an outcome, and those of onboarding."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from regulars.api.keys import reader, writer
from regulars.api.v1.pages import ERRORS, Day, Limit, Listed, Page, Strict, Words, page_of
from regulars.api.v1.refs import customer_of, outcome_of, ref_of, today_on, told_as
from regulars.attention.write import success_steps
from regulars.records.models import Milestone
from regulars.records.opaque import opaque
from regulars.records.read.success import plan_row, plan_rows
from regulars.records.write import plan

router = Router()


class MilestoneOut(Listed):
    """A step on the way; without an outcome it belongs to the onboarding."""

    customer: str
    outcome: str | None
    text: str
    due_on: date | None
    done_on: date | None
    onboarding: bool
    go_live: bool


class NewMilestone(Strict):
    """A step to put on the way."""

    text: Words
    outcome: str | None = None
    due_on: Day | None = None
    go_live: bool = False


class Reached(Strict):
    """On which day, today if left out."""

    on: Day | None = None


def _out(row: Milestone) -> MilestoneOut:
    return MilestoneOut(
        id=opaque(row.pk),
        customer=opaque(row.customer_id),
        outcome=ref_of(row.outcome_id),
        text=row.text,
        due_on=row.due_on,
        done_on=row.done_on,
        onboarding=row.onboarding,
        go_live=row.go_live,
    )


@router.get(
    "/customers/{ref}/milestones", response={200: Page[MilestoneOut], **ERRORS}, operation_id="milestones"
)
def milestones(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[MilestoneOut]:
    """The steps of a customer: those of each outcome, then those of none."""
    reader(request)
    customer = customer_of(ref).pk
    rows = plan_rows([customer])[customer]
    steps = [step for one in rows.outcomes for step in one.milestones]
    return page_of([_out(step) for step in (*steps, *rows.milestones)], limit, after)


@router.post(
    "/customers/{ref}/milestones", response={201: MilestoneOut, **ERRORS}, operation_id="add_milestone"
)
def add_milestone(request: HttpRequest, ref: str, body: NewMilestone) -> Status[MilestoneOut]:
    """Put a step on the way to an outcome, or without one into the onboarding."""
    actor, customer = writer(request), customer_of(ref).pk
    outcome = outcome_of(customer, body.outcome)
    with told_as(milestone="text"):
        made = plan.add_milestone(
            actor, customer, body.text, outcome=outcome, due_on=body.due_on, onboarding=outcome is None,
            go_live=body.go_live,
        )  # fmt: skip
    return Status(201, _out(made))


@router.post(
    "/milestones/{ref}/reach", response={200: MilestoneOut, **ERRORS}, operation_id="reach_milestone"
)
def reach_milestone(request: HttpRequest, ref: str, body: Reached) -> MilestoneOut:
    """Mark a step as reached."""
    actor, row = writer(request), plan_row(Milestone, ref)
    with told_as(done_on="on"):
        success_steps.reach_milestone(actor, row, body.on or today_on())
    return _out(row)
