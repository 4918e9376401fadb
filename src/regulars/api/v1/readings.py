"""Readings and confirmations: what was measured of an outcome, and what the customer says of it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from regulars.api.keys import reader, writer
from regulars.api.v1.pages import ERRORS, Day, Limit, Listed, Page, Strict, Words, page_of
from regulars.api.v1.refs import person_of, ref_of, today_on
from regulars.attention.write import success
from regulars.records.models import Confirmation, Outcome, Reading, Verdict
from regulars.records.opaque import opaque
from regulars.records.read.success import answers_of, plan_row, readings_of

router = Router()


class ReadingOut(Listed):
    """One value of an outcome's measure on a day, with what it rests on."""

    outcome: str
    day: date
    value: float
    evidence: str
    by_customer: bool
    by: str


class NewReading(Strict):
    """A value of the measure, of today if no day is given."""

    value: float
    day: Day | None = None
    evidence: Words = ""


class ConfirmationOut(Listed):
    """What the customer said of an outcome: ``confirmed``, ``not_yet`` or ``disputed``."""

    outcome: str
    verdict: str
    value: float | None
    words: str
    evidence: str
    said_by: str | None
    said_by_name: str
    said_on: date
    expires_on: date | None
    on_their_page: bool


class NewConfirmation(Strict):
    """What they said, in their words, noted by hand; ``said_by`` is the id of one of theirs."""

    verdict: Verdict
    said_on: Day | None = None
    value: float | None = None
    words: Words = ""
    evidence: Words = ""
    said_by: str | None = None
    expires_on: Day | None = None


def _reading(row: Reading) -> ReadingOut:
    return ReadingOut(
        id=opaque(row.pk),
        outcome=opaque(row.outcome_id),
        day=row.day,
        value=row.value,
        evidence=row.evidence,
        by_customer=row.by_customer,
        by=row.by.name if row.by else "",
    )


def _confirmation(row: Confirmation) -> ConfirmationOut:
    return ConfirmationOut(
        id=opaque(row.pk),
        outcome=opaque(row.outcome_id),
        verdict=row.verdict,
        value=row.value,
        words=row.words,
        evidence=row.evidence,
        said_by=ref_of(row.said_by_id),
        said_by_name=row.said_by.name if row.said_by else row.said_by_name,
        said_on=row.said_on,
        expires_on=row.expires_on,
        on_their_page=row.share_id is not None,
    )


@router.get("/outcomes/{ref}/readings", response={200: Page[ReadingOut], **ERRORS}, operation_id="readings")
def readings(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[ReadingOut]:
    """What was measured of an outcome, the latest first."""
    reader(request)
    return page_of([_reading(row) for row in readings_of(plan_row(Outcome, ref))], limit, after)


@router.post("/outcomes/{ref}/readings", response={201: ReadingOut, **ERRORS}, operation_id="measure_outcome")
def measure_outcome(request: HttpRequest, ref: str, body: NewReading) -> Status[ReadingOut]:
    """Note a value of an outcome's measure."""
    actor, outcome = writer(request), plan_row(Outcome, ref)
    day = body.day or today_on()
    made = success.measure_outcome(actor, outcome, day, body.value, evidence=body.evidence)
    return Status(201, _reading(made))


@router.get(
    "/outcomes/{ref}/confirmations",
    response={200: Page[ConfirmationOut], **ERRORS},
    operation_id="confirmations",
)
def confirmations(
    request: HttpRequest, ref: str, limit: Limit = 50, after: str = ""
) -> Page[ConfirmationOut]:
    """What the customer said of an outcome, the latest first."""
    reader(request)
    return page_of([_confirmation(row) for row in answers_of(plan_row(Outcome, ref))], limit, after)


@router.post(
    "/outcomes/{ref}/confirmations", response={201: ConfirmationOut, **ERRORS}, operation_id="confirm_outcome"
)
def confirm_outcome(request: HttpRequest, ref: str, body: NewConfirmation) -> Status[ConfirmationOut]:
    """Note by hand what the customer said; a number of theirs becomes a reading too."""
    actor, outcome = writer(request), plan_row(Outcome, ref)
    made = success.confirm_outcome(
        actor, outcome, body.verdict.value, on=body.said_on or today_on(),
        value=body.value, words=body.words, evidence=body.evidence, expires_on=body.expires_on,
        said_by=person_of(outcome.customer_id, body.said_by, "said_by"),
    )  # fmt: skip
    return Status(201, _confirmation(made))
