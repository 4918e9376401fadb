"""What a customer may see of their plan: an allow-list, from which every public page is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from regulars.attention.read.success import OutcomeShown, success_plan
from regulars.records.models import (
    Acknowledgement,
    Commitment,
    Confirmation,
    Outcome,
    ShareLink,
    Side,
)
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date, company, epoch_day
from regulars.records.read.success import OutcomeRows
from regulars.web.public.held import Holding, held_about


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

    link: str
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
    return list(rows.order_by("pk"))


def public_plan(share: ShareLink, on: date) -> PublicPlan:
    """Return the plan that a link opens, as of a day: where it stands is what colleagues see too."""
    plan = success_plan(share.customer_id, epoch_day(on))
    shown = [one for one in plan.outcomes if one.outcome.agreed_on and one.outcome.dropped_on is None]
    shown.sort(key=lambda one: (one.outcome.due_on or date.max, one.outcome.pk))
    told = company()
    return PublicPlan(
        link=opaque(share.pk) if share.pk else "",
        company=told.name,
        customer=share.customer.name,
        reader=reader_of(share),
        until=share.expires_at.astimezone(told.zone).date(),
        outcomes=tuple(_outcome(one, on) for one in shown),
        read_by=_read_by([one.rows for one in shown]),
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


def _outcome(shown: OutcomeShown, on: date) -> PublicOutcome:
    row, (counted, counted_on) = shown.outcome, _counted(shown, on)
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
        counted=counted,
        counted_on=counted_on,
        state="behind" if shown.standing.behind else shown.standing.state.name.lower(),
        said=_said(shown.rows.said),
        ours=tuple(_commitment(one.row) for one in shown.ours),
        theirs=tuple(_commitment(one.row) for one in shown.theirs),
    )


def _counted(shown: OutcomeShown, on: date) -> tuple[float | None, date | None]:
    """Return the value that the state rests on, with its day: typed in, or read from entries by a rule."""
    typed = next((one for one in shown.rows.readings if one.day <= on), None)
    if shown.by_rule is not None and (typed is None or typed.day < calendar_date(shown.by_rule.day)):
        return shown.by_rule.value, calendar_date(shown.by_rule.day)
    return (None, None) if typed is None else (typed.value, typed.day)


def _commitment(row: Commitment) -> PublicCommitment:
    return PublicCommitment(
        key=opaque(row.pk),
        text=row.text,
        due_on=row.due_on,
        done_on=row.done_on,
        missed=row.missed_on is not None,
        theirs=row.side == Side.THEIRS,
    )


def _said(newest_first: Sequence[Confirmation]) -> PublicSaid | None:
    """Return what was said last on a shared page; what a colleague noted may hold words of their own."""
    own = (one for one in newest_first if one.share_id is not None and one.noted_by_id is None)
    last = next(own, None)
    if last is None:
        return None
    name = last.said_by.name if last.said_by else last.said_by_name
    return PublicSaid(last.verdict, name, last.said_on, last.value, last.words)


def _read_by(shown: Sequence[OutcomeRows]) -> tuple[PublicRead, ...]:
    """Return who of theirs has read the newest version of everything on the page."""
    found: dict[str, list[Acknowledgement]] = {}
    for rows in shown:
        for one in rows.seen:
            if one.colleague_id is None and one.version == rows.outcome.version:
                found.setdefault(one.person.name if one.person else one.name, []).append(one)
    return tuple(
        PublicRead(name, max(one.seen_on for one in acts), all(one.agreed_on for one in acts))
        for name, acts in found.items()
        if len({one.outcome_id for one in acts}) == len(shown)
    )
