"""People: who is who at a customer. Contact details are where the pages show them too."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router

from regulars.api.keys import reader
from regulars.api.v1.pages import ERRORS, Limit, Listed, Page, page_of
from regulars.api.v1.refs import customer_of
from regulars.records.models import Role
from regulars.records.opaque import opaque
from regulars.records.read.people import roles

router = Router()


class RoleOut(Listed):
    """What a person is to a customer, from when to when; ``person`` names them in other calls."""

    person: str
    name: str
    title: str
    part: str
    email: str
    phone: str
    since: date | None
    until: date | None


def _out(row: Role) -> RoleOut:
    return RoleOut(
        id=opaque(row.pk),
        person=opaque(row.person_id),
        name=row.person.name,
        title=row.title,
        part=row.part,
        email=row.person.email,
        phone=row.person.phone,
        since=row.since,
        until=row.until,
    )


@router.get("/customers/{ref}/people", response={200: Page[RoleOut], **ERRORS}, operation_id="people")
def people(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[RoleOut]:
    """Who is who at a customer; those who left come last."""
    reader(request)
    return page_of([_out(row) for row in roles(customer_of(ref).pk)], limit, after)
