"""Outcomes: what customers want to reach, noted, agreed, changed by several at once, given up."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status
from pydantic import Field

from regulars.api.errors import KeptAside
from regulars.api.keys import reader, writer
from regulars.api.v1.pages import ERRORS, Day, Limit, Listed, Page, Strict, Words, page_of
from regulars.api.v1.refs import colleague_of, customer_of, person_of, ref_of, today, today_on, told_as
from regulars.attention.read.success import OutcomeShown, success_plan
from regulars.attention.write import success
from regulars.insight.errors import RegularsError
from regulars.records.models import Outcome, OutcomeEdit
from regulars.records.opaque import opaque
from regulars.records.read.success import plan_row
from regulars.records.write import outcomes as write

router = Router()
Version = Field(ge=1, le=2_147_483_647)


class OutcomeOut(Listed):
    """An outcome and where it stands today, which follows from readings, milestones and what they said.

    ``progress`` is the share of the way from ``baseline`` to ``target``; ``edits`` are changes kept aside,
    still to be settled.
    """

    customer: str
    sentence: str
    why: str
    measure: str
    unit: str
    baseline: float | None
    target: float | None
    noted_on: date
    due_on: date | None
    agreed_on: date | None
    dropped_on: date | None
    dropped_why: str
    owner: str
    their_owner: str | None
    said_by: str | None
    from_sale: bool
    version: int
    state: str
    words: str
    days_late: int
    progress: float | None
    value: float | None
    edits: list[str]


def _out(shown: OutcomeShown) -> OutcomeOut:
    row, standing = shown.outcome, shown.standing
    return OutcomeOut(
        id=opaque(row.pk),
        customer=opaque(row.customer_id),
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
        owner=row.owner.name if row.owner else "",
        their_owner=ref_of(row.their_owner_id),
        said_by=ref_of(row.said_by_id),
        state=standing.state.name.lower(),
        words=standing.words,
        days_late=standing.days_late,
        progress=standing.progress,
        value=standing.value,
        edits=[opaque(edit.pk) for edit in shown.rows.aside],
    )


_AS_THEY_ARE = (
    "sentence", "why", "measure", "unit", "baseline", "target", "noted_on", "due_on", "agreed_on",
    "dropped_on", "dropped_why", "from_sale", "version",
)  # fmt: skip


def _shown(outcome: Outcome) -> OutcomeOut:
    plan = success_plan(outcome.customer_id, today())
    for one in plan.outcomes:
        if one.outcome.pk == outcome.pk:
            return _out(one)
    raise RegularsError("not-found", "There is no such outcome, or it was noted for a day to come.", 404)


class OutcomeChange(Strict):
    """What may be written into an outcome; colleagues are named by e-mail, people of theirs by id."""

    sentence: Words = ""
    why: Words = ""
    due_on: Day | None = None
    measure: Words = ""
    unit: Words = ""
    baseline: float | None = None
    target: float | None = None
    owner: Words | None = None
    their_owner: str | None = None
    said_by: str | None = None


class NewOutcome(OutcomeChange):
    """An outcome to note: one sentence is enough, a date makes it testable."""

    sentence: Words
    agreed: bool = False
    from_sale: bool = False


class ChangedOutcome(OutcomeChange):
    """Fields to change, as they were seen in ``version``; those left out stay as they are."""

    version: int = Version


def _typed(customer: int, body: OutcomeChange) -> dict[str, Any]:
    """Return the columns that a body fills."""
    given = body.dict(exclude_unset=True, exclude={"version", "agreed", "owner", "their_owner", "said_by"})
    if "owner" in body.model_fields_set:
        owner = colleague_of(body.owner, "owner")
        given["owner_id"] = owner.pk if owner else None
    for name in ("their_owner", "said_by"):
        if name in body.model_fields_set:
            person = person_of(customer, getattr(body, name), name)
            given[f"{name}_id"] = person.pk if person else None
    return given


@router.get("/customers/{ref}/outcomes", response={200: Page[OutcomeOut], **ERRORS}, operation_id="outcomes")
def outcomes(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[OutcomeOut]:
    """What a customer wants to reach, first what needs somebody most."""
    reader(request)
    plan = success_plan(customer_of(ref).pk, today())
    return page_of([_out(one) for one in plan.outcomes], limit, after)


@router.get("/outcomes/{ref}", response={200: OutcomeOut, **ERRORS}, operation_id="outcome")
def outcome(request: HttpRequest, ref: str) -> OutcomeOut:
    """One outcome, where it stands today."""
    reader(request)
    return _shown(plan_row(Outcome, ref))


@router.post("/customers/{ref}/outcomes", response={201: OutcomeOut, **ERRORS}, operation_id="note_outcome")
def note_outcome(request: HttpRequest, ref: str, body: NewOutcome) -> Status[OutcomeOut]:
    """Note what a customer wants, agreed with them or as a draft; the key's colleague owns it."""
    actor, customer = writer(request), customer_of(ref).pk
    typed = {"owner_id": actor.pk, **_typed(customer, body)}
    sentence = typed.pop("sentence")
    made = success.start_outcome(actor, customer, sentence, on=today_on(), agreed=body.agreed, **typed)
    return Status(201, _shown(made))


@router.patch("/outcomes/{ref}", response={200: OutcomeOut, **ERRORS}, operation_id="change_outcome")
def change_outcome(request: HttpRequest, ref: str, body: ChangedOutcome) -> OutcomeOut:
    """Change an outcome. What somebody else changed since ``version`` stays; yours is kept aside (409)."""
    actor, row = writer(request), plan_row(Outcome, ref)
    merged = write.change_outcome(actor, row, body.version, _typed(row.customer_id, body))
    if merged.aside is not None:
        raise _kept_aside(merged.aside)
    return _shown(row)


def _kept_aside(edit: OutcomeEdit) -> KeptAside:
    told = RegularsError(
        "kept-aside",
        "Somebody changed the same words since that version. Theirs stand, yours are kept beside them; what "
        "nobody else had touched is taken over. Settle the edit, or leave that to a colleague.",
        409,
    )
    for name in edit.changes:
        told.fields[name.removesuffix("_id")] = "Changed by somebody else since."
    return KeptAside(told, opaque(edit.pk))


class Settled(Strict):
    """Whether what was kept aside is taken over."""

    take: bool


@router.post("/edits/{ref}/settle", response={200: OutcomeOut, **ERRORS}, operation_id="settle_edit")
def settle_edit(request: HttpRequest, ref: str, body: Settled) -> OutcomeOut:
    """Settle a change that was kept aside: take it over, or leave what stands."""
    return _shown(write.settle_edit(writer(request), plan_row(OutcomeEdit, ref), take=body.take).outcome)


class Agreed(Strict):
    """On which day both sides agreed, today if left out, and who of theirs said yes."""

    on: Day | None = None
    person: str | None = None


@router.post("/outcomes/{ref}/agree", response={200: OutcomeOut, **ERRORS}, operation_id="agree_outcome")
def agree_outcome(request: HttpRequest, ref: str, body: Agreed) -> OutcomeOut:
    """Note that both sides agreed."""
    actor, row = writer(request), plan_row(Outcome, ref)
    person = person_of(row.customer_id, body.person, "person")
    with told_as(agreed_on="on", due_on=""):
        return _shown(success.agree_outcome(actor, row, body.on or today_on(), person=person))


class Dropped(Strict):
    """Why both sides gave it up."""

    why: Words


@router.post("/outcomes/{ref}/drop", response={200: OutcomeOut, **ERRORS}, operation_id="drop_outcome")
def drop_outcome(request: HttpRequest, ref: str, body: Dropped) -> OutcomeOut:
    """Note that both sides gave an outcome up."""
    actor, row = writer(request), plan_row(Outcome, ref)
    with told_as(dropped_why="why"):
        write.drop_outcome(actor, row, today_on(), body.why)
    return _shown(row)
