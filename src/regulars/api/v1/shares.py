"""Shares: links by which customers read and confirm what they want to reach."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Router
from ninja.responses import Status

from regulars.api.keys import reader, writer
from regulars.api.once import shown_once
from regulars.api.v1.pages import ERRORS, Limit, Listed, Page, Strict, page_of
from regulars.api.v1.refs import customer_of, person_of, ref_of
from regulars.records.models import ShareLink
from regulars.records.opaque import opaque
from regulars.records.read.shares import opens, shares_of
from regulars.records.read.success import plan_row
from regulars.records.write import shares as write

router = Router()


class ShareOut(Listed):
    """A link to a customer's plan, without its secret; ``opens`` until it expires or is revoked."""

    customer: str
    person: str | None
    language: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opens: bool
    first_answered_on: date | None
    last_answered_on: date | None


class MadeShare(ShareOut):
    """A link that was just made. ``link`` is shown once and kept nowhere."""

    link: str


class NewShare(Strict):
    """For whom the link is made, in which language, and for how many days it opens."""

    person: str | None = None
    language: Literal["", "en", "de", "fr", "es", "pt"] = ""
    days: int = 90


def _columns(row: ShareLink, now: datetime) -> dict[str, object]:
    return {
        "id": opaque(row.pk),
        "customer": opaque(row.customer_id),
        "person": ref_of(row.person_id),
        "language": row.language,
        "made_by": row.created_by.name if row.created_by else "",
        "made_at": row.created_at,
        "expires_at": row.expires_at,
        "revoked_at": row.revoked_at,
        "opens": opens(row, row.scope, now),
        "first_answered_on": row.first_seen_on,
        "last_answered_on": row.last_seen_on,
    }


@router.get("/customers/{ref}/shares", response={200: Page[ShareOut], **ERRORS}, operation_id="shares")
def shares(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[ShareOut]:
    """The links made for a customer, the newest first."""
    reader(request)
    now = timezone.now()
    rows = [ShareOut.model_validate(_columns(row, now)) for row in shares_of(customer_of(ref).pk)]
    return page_of(rows, limit, after)


@router.post("/customers/{ref}/shares", response={201: MadeShare, **ERRORS}, operation_id="share_plan")
@shown_once
def share_plan(request: HttpRequest, ref: str, body: NewShare) -> Status[MadeShare]:
    """Make a link; the answer shows it once."""
    actor, customer = writer(request), customer_of(ref).pk
    person = person_of(customer, body.person, "person")
    row, token = write.share_plan(
        actor, customer, person=person.pk if person else None, language=body.language, days=body.days
    )
    link = f"{settings.REGULARS_URL}{reverse('link', args=[token])}"
    return Status(201, MadeShare.model_validate({**_columns(row, timezone.now()), "link": link}))


@router.post("/shares/{ref}/revoke", response={200: ShareOut, **ERRORS}, operation_id="revoke_share")
def revoke_share(request: HttpRequest, ref: str) -> ShareOut:
    """End a link at once, also for whoever has it open."""
    write.revoke_share(writer(request), plan_row(ShareLink, ref))
    return ShareOut.model_validate(_columns(plan_row(ShareLink, ref), timezone.now()))
