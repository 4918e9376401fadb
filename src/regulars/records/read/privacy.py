"""What is held and why, what we decided not to collect, and what is never taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from regulars.insight.errors import RegularsError
from regulars.records.models import FieldDecision, Source
from regulars.records.never import NAMES
from regulars.records.opaque import number

NOT_BEFORE_WORDS = {
    "prospect": "any time",
    "first_purchase": "the first purchase",
    "repeat": "the second purchase day",
    "contract": "a contract",
}


@dataclass(frozen=True, slots=True)
class HeldField:
    """One field that we keep, with its reasons.

    Units: ``retention_days`` counts from the day the value was learnt; empty means until it is erased.
    """

    id: int
    place: str
    field: str
    purpose: str
    category: str
    lawful_basis: str
    owner: str
    retention_days: int | None
    readers: str
    not_before: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The fields of one place that we decided not to collect."""

    place: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """Something Regulars itself needs to work, apart from what was brought in."""

    what: str
    purpose: str
    until: str


OWN_RECORDS = (
    OwnRecord("Colleagues: name, e-mail, role", "sign in, and know who did what", "until removed"),
    OwnRecord("Sign-ins: kind of device, network, start", "see and end them", "until the next sign-in after"),
    OwnRecord("Notes and to-dos that colleagues write", "remember what was promised", "until removed"),
    OwnRecord("Who changed what, without the values", "find out how something came about", "until removed"),
)  # fmt: skip


def _places() -> dict[str, str]:
    return dict(Source.objects.values_list("slug", "name"))


def held_fields() -> list[HeldField]:
    """Return every field that is kept, by place and name."""
    rows = FieldDecision.objects.filter(decision=FieldDecision.Decision.KEEP).select_related("decided_by")
    places = _places()
    return [held(row, places) for row in rows.order_by("place", "field")]


def held(row: FieldDecision, places: dict[str, str]) -> HeldField:
    """Return one decision as the pages show it."""
    return HeldField(
        id=row.pk,
        place=places.get(row.place, row.place),
        field=row.field,
        purpose=row.purpose,
        category=row.category,
        lawful_basis=row.lawful_basis,
        owner=str(row.decided_by) if row.decided_by else "",
        retention_days=row.retention_days,
        readers=row.readers,
        not_before=NOT_BEFORE_WORDS.get(row.not_before, row.not_before),
        decided_at=row.decided_at,
    )


def field_decision(ref: str) -> FieldDecision:
    """Return the kept field an address means.

    Raises
    ------
    RegularsError
        ``not-found`` when it is not kept (any more).
    """
    row = FieldDecision.objects.filter(pk=number(ref), decision=FieldDecision.Decision.KEEP).first()
    if row is None:
        raise RegularsError("not-found", "This field is not kept, or no longer.", 404)
    return row


def _by_place(rows: Iterable[tuple[str, str]]) -> list[LeftOut]:
    places = _places()
    found: dict[str, list[str]] = {}
    for place, name in rows:
        found.setdefault(places.get(place, place), []).append(name)
    return [LeftOut(place, tuple(names)) for place, names in found.items()]


def left_out() -> list[LeftOut]:
    """Return what we decided not to collect, by place."""
    rows = FieldDecision.objects.filter(decision=FieldDecision.Decision.LEAVE_OUT).order_by("place", "field")
    return _by_place(rows.values_list("place", "field"))


def refused() -> list[LeftOut]:
    """Return the fields that files offered and the never-list refused, by place."""
    rows = FieldDecision.objects.filter(decision=FieldDecision.Decision.NEVER).order_by("place", "field")
    return _by_place(rows.values_list("place", "field"))


def never_taken() -> list[str]:
    """Return in words what is never taken, whoever asks.

    Example
    -------
    >>> never_taken()[0]
    'a birth date'
    """
    return list(NAMES)
