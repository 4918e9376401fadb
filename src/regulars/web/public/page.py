"""What a customer may see of their plan: an allow-list, from which every public page is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import F, Model, prefetch_related_objects

from regulars.insight.outcome import OutcomeRecord, OutcomeState, Said, outcome_standing
from regulars.records.models import (
    Acknowledgement,
    Commitment,
    Confirmation,
    Outcome,
    ShareLink,
    Side,
)
from regulars.records.opaque import opaque
from regulars.records.read.company import company, epoch_day
from regulars.web.public.held import Holding, held_about

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True)
class PublicSaid:
    """What somebody of theirs said of an outcome on a shared page."""

    verdict: str
    name: str
    day: date
    value: float | None
    words: str


@dataclass(frozen=True, slots=True)
class PublicCommitment:
    """One promise of either side; only theirs can be ticked."""

    key: str
    text: str
    due_on: date | None
    done_on: date | None
    missed: bool
    theirs: bool


@dataclass(frozen=True, slots=True)
class PublicOutcome:
    """One agreed outcome as the customer sees it.

    ``counted`` is the last value of the measure, ``said`` what they said last on a shared page.
    """

    key: str
    version: int
    sentence: str
    why: str
    due_on: date | None
    measure: str
    unit: str
    baseline: float | None
    target: float | None
    counted: float | None
    counted_on: date | None
    state: str
    said: PublicSaid | None
    ours: tuple[PublicCommitment, ...]
    theirs: tuple[PublicCommitment, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What the customer is asked to fill in, by the names of its fields."""
        lacks = {
            "why": not self.why,
            "due": self.due_on is None,
            "target": bool(self.measure) and self.target is None,
        }
        return tuple(name for name, lacking in lacks.items() if lacking)


@dataclass(frozen=True, slots=True)
class PublicRead:
    """Who on their side has read the plan on this page, and whether they agreed."""

    name: str
    day: date
    agreed: bool


@dataclass(frozen=True, slots=True)
class PublicPlan:
    """Everything that leaves for a public page, and nothing else.

    It holds words, numbers and days, never a row of ours: what is not named here cannot be shown.
    """

    company: str
    customer: str
    reader: str
    until: date
    outcomes: tuple[PublicOutcome, ...]
    read_by: tuple[PublicRead, ...]
    held: tuple[Holding, ...]


def shown_outcomes(customer: int) -> Sequence[Outcome]:
    """Return the outcomes that a customer sees: agreed ones that nobody gave up, never drafts."""
    rows = Outcome.objects.filter(customer_id=customer, agreed_on__isnull=False, dropped_on=None)
    return list(rows.order_by(F("due_on").asc(nulls_last=True), "pk"))


def public_plan(share: ShareLink, on: date) -> PublicPlan:
    """Return the plan that a link opens, as of a day."""
    rows = [row for row in shown_outcomes(share.customer_id) if row.noted_on <= on]
    prefetch_related_objects(
        rows, "readings", "confirmations__said_by", "commitments", "milestones", "acknowledgements__person"
    )
    told = company()
    return PublicPlan(
        company=told.name,
        customer=share.customer.name,
        reader=reader_of(share),
        until=share.expires_at.astimezone(told.zone).date(),
        outcomes=tuple(_outcome(row, on) for row in rows),
        read_by=_read_by(rows),
        held=held_about(share),
    )


def reader_of(share: ShareLink) -> str:
    """Return the name that answers carry: whom the link was made for, or who answered by it last."""
    if share.person is not None:
        return share.person.name
    if share.pk is None:  # a preview: nobody has answered by it
        return ""
    last = Confirmation.objects.filter(share=share).exclude(said_by_name="").order_by("-pk").first()
    return last.said_by_name if last else ""


def _outcome(row: Outcome, on: date) -> PublicOutcome:
    counted = _last([one for one in row.readings.all() if one.day <= on], lambda one: one.day)
    promised = [_commitment(one) for one in sorted(row.commitments.all(), key=_by_due)]
    return PublicOutcome(
        key=opaque(row.pk),
        version=row.version,
        sentence=row.sentence,
        why=row.why,
        due_on=row.due_on,
        measure=row.measure,
        unit=row.unit,
        baseline=row.baseline,
        target=row.target,
        counted=counted.value if counted else None,
        counted_on=counted.day if counted else None,
        state=_state(row, on).name.lower(),
        said=_said(row),
        ours=tuple(one for one in promised if not one.theirs),
        theirs=tuple(one for one in promised if one.theirs),
    )


def _by_due(row: Commitment) -> tuple[date, int]:
    return row.due_on or date.max, row.pk


def _last(rows: Sequence[_Row], day_of: Callable[[_Row], date]) -> _Row | None:
    """Return the newest row; of those of one day, the one that was written last."""
    return max(rows, default=None, key=lambda row: (day_of(row), row.pk))


def _commitment(row: Commitment) -> PublicCommitment:
    return PublicCommitment(
        key=opaque(row.pk),
        text=row.text,
        due_on=row.due_on,
        done_on=row.done_on,
        missed=row.missed_on is not None,
        theirs=row.side == Side.THEIRS,
    )


def _said(row: Outcome) -> PublicSaid | None:
    """Return what was said last on a shared page; what a colleague noted may hold words of their own."""
    own = [one for one in row.confirmations.all() if one.share_id is not None and one.noted_by_id is None]
    last = _last(own, lambda one: one.said_on)
    if last is None:
        return None
    name = last.said_by.name if last.said_by else last.said_by_name
    return PublicSaid(last.verdict, name, last.said_on, last.value, last.words)


def _state(row: Outcome, on: date) -> OutcomeState:
    said = sorted(row.confirmations.all(), key=lambda one: (-one.said_on.toordinal(), -one.pk))
    readings = sorted(row.readings.all(), key=lambda one: (-one.day.toordinal(), -one.pk))
    record = OutcomeRecord(
        noted_day=epoch_day(row.noted_on),
        agreed_day=_day(row.agreed_on),
        due_day=_day(row.due_on),
        baseline=row.baseline,
        target=row.target,
        readings=[(epoch_day(one.day), one.value) for one in readings],
        milestones=[(_day(one.due_on), _day(one.done_on)) for one in row.milestones.all()],
        said=[Said(epoch_day(one.said_on), one.verdict, _day(one.expires_on)) for one in said],
    )
    return outcome_standing(record, epoch_day(on)).state


def _day(day: date | None) -> int | None:
    return None if day is None else epoch_day(day)


def _read_by(rows: Sequence[Outcome]) -> tuple[PublicRead, ...]:
    """Return who of theirs has read the newest version of everything on the page."""
    found: dict[str, list[Acknowledgement]] = {}
    for row in rows:
        for one in row.acknowledgements.all():
            if one.colleague_id is None and one.version == row.version:
                found.setdefault(one.person.name if one.person else one.name, []).append(one)
    return tuple(
        PublicRead(name, max(one.seen_on for one in acts), all(one.agreed_on for one in acts))
        for name, acts in found.items()
        if len({one.outcome_id for one in acts}) == len(rows)
    )
