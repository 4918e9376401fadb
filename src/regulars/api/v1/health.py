"""Health: the score over what is known, its parts, and how it was."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from regulars.api.keys import reader
from regulars.api.v1.pages import ERRORS, Limit, Listed, Page, page_of
from regulars.api.v1.refs import customer_of
from regulars.attention.models import HealthHistory, HealthStanding
from regulars.insight.errors import RegularsError
from regulars.insight.health import UNITS, Band
from regulars.insight.health_profile import DEAL_BREAKERS, INPUTS, WHOLE
from regulars.insight.health_profile_text import parse_profile
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date

router = Router()


class Part(Schema):
    """What one input gives or a cap takes away, in points; no points where it is not known."""

    key: str
    words: str
    points: float | None


class Score(Listed):
    """A score from 0 to 100 over what is known; ``based_on`` and ``not_known`` are per cent of the points.

    The points of what is known sum up to the score, which is rounded down.
    """

    day: date
    score: int | None
    band: str
    based_on: int
    not_known: int
    contributions: list[Part]
    profile: str


def _out(row: HealthStanding | HealthHistory) -> Score:
    return Score(
        id=opaque(row.pk),
        day=calendar_date(row.day),
        score=row.score,
        band=Band(row.band).name.lower(),
        based_on=row.based_on,
        not_known=WHOLE - row.based_on,
        contributions=_parts(row),
        profile=str(row.profile),
    )


def _parts(row: HealthStanding | HealthHistory) -> list[Part]:
    """Return the contributions, and without points the inputs of the profile that are not known."""
    known = {key: units for key, units in row.contributions.items() if units is not None}
    wanted = [one.key for one in parse_profile(row.profile.text).inputs]
    missing = [key for key in wanted if key not in known or key not in row.inputs]
    told = [(key, units / UNITS) for key, units in known.items() if key not in missing]
    words = {**INPUTS, **DEAL_BREAKERS}
    return [
        Part(key=key, words=words.get(key, "success is not agreed"), points=points)
        for key, points in (*told, *((key, None) for key in missing))
    ]


@router.get("/customers/{ref}/health", response={200: Score, **ERRORS}, operation_id="health")
def health(request: HttpRequest, ref: str) -> Score:
    """How a customer fares, and what that rests on; 404 `not-enough-data` where nothing is scored yet."""
    reader(request)
    row = HealthStanding.objects.filter(customer=customer_of(ref)).select_related("profile").first()
    if row is None:
        raise RegularsError(
            "not-enough-data", "There is no score of this customer yet: too little is known.", 404
        )
    return _out(row)


@router.get(
    "/customers/{ref}/health/history", response={200: Page[Score], **ERRORS}, operation_id="health_history"
)
def health_history(request: HttpRequest, ref: str, limit: Limit = 50, after: str = "") -> Page[Score]:
    """How it was, the latest first: a row whenever score, band or what is known changed."""
    reader(request)
    rows = HealthHistory.objects.filter(customer=customer_of(ref)).select_related("profile")
    return page_of([_out(row) for row in rows.order_by("-day", "-id")], limit, after)
