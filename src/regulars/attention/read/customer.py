"""One customer: where they stand and what is usual for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.attention.models import NextStep, Rewind, RewoundStanding, Standing
from regulars.attention.read.customers import StandingRow, standing_row
from regulars.attention.read.opening import opening_days
from regulars.insight.calendar import CalendarDays
from regulars.insight.stage import Stage
from regulars.insight.stage_words import silence_on
from regulars.insight.usual import Usual, usual, visits
from regulars.ledger.models import Fact

PATH = (Stage.PROSPECT, Stage.FIRST_TIME_BUYER, Stage.REPEAT_CUSTOMER, Stage.REGULAR, Stage.FOR_LIFE)
LAST_FACTS = 400
"""What is usual is read from so many last entries: habits change."""


@dataclass(frozen=True, slots=True)
class PathStop:
    """One stop on the way from first purchase to customer for life."""

    word: str
    reached: bool
    here: bool


@dataclass(frozen=True, slots=True)
class Stood:
    """Where one customer stands on a day, or stood.

    Units
    -----
    ``as_of`` is an epoch day, ``silence`` open days since the last purchase.
    """

    row: StandingRow
    as_of: int
    silence: int | None
    path: tuple[PathStop, ...]
    beside: str


def stood(customer: int, as_of: int, rewind: Rewind | None = None) -> Stood | None:
    """Return where a customer stands, on a rewound day if one is given; None before any assessment."""
    found = _row(customer, rewind)
    if found is None:
        return None
    calendar = opening_days(as_of)
    row = standing_row(found, as_of, calendar)
    path, beside = stage_path(row)
    return Stood(row, as_of, _silence(row, as_of, calendar), path, beside)


def _row(customer: int, rewind: Rewind | None) -> Standing | RewoundStanding | None:
    with_names = ("customer__owner", "customer__kind")
    if rewind is None:
        return Standing.objects.filter(customer=customer).select_related(*with_names).first()
    rows = RewoundStanding.objects.filter(rewind=rewind, customer=customer)
    return rows.select_related(*with_names).first()


def _silence(row: StandingRow, as_of: int, calendar: CalendarDays | None) -> int | None:
    return None if row.last_day is None else silence_on(row.last_day, as_of, calendar)


def stage_path(row: StandingRow) -> tuple[tuple[PathStop, ...], str]:
    """Return the path with its stops, and the stage beside it for those who left the path for now."""
    on_path = row.stage in PATH
    place = PATH.index(row.stage) if on_path else _reached(row.purchase_days)
    stops = tuple(
        PathStop(stage.word, reached=number <= place, here=on_path and number == place)
        for number, stage in enumerate(PATH)
    )
    return stops, "" if on_path else row.stage.word


def _reached(purchase_days: int) -> int:
    """Return how far on the path purchases alone have taken somebody."""
    if purchase_days >= 4:
        return PATH.index(Stage.REGULAR)
    return min(purchase_days, 2)


def usual_of(customer: int, until: int, known_by: int | None = None) -> Usual:
    """Return what one customer usually does: weekday, time of day, order.

    Units
    -----
    ``until`` and ``known_by`` are epoch days.
    """
    facts = Fact.objects.filter(customer=customer, kind="purchase", day__lte=until)
    if known_by is not None:
        facts = facts.filter(received_day__lte=known_by)
    last = facts.order_by("-day", "-id").values("day", "minute", "item", "quantity")[:LAST_FACTS]
    return usual(visits([dict(row) for row in last]))


def open_steps(customer: int) -> Sequence[NextStep]:
    """Return the open next steps of one customer, most useful first."""
    steps = NextStep.objects.filter(customer=customer, state=NextStep.State.OPEN)
    return list(steps.prefetch_related("customer").order_by("-score", "id"))
