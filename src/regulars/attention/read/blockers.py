"""Blockers: what stands in the way at a customer, and how long such things usually take, by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.insight.estimate import Estimate
from regulars.insight.unclog import BlockerSpan, age_days, time_to_unclog
from regulars.records.models import Blocker, Side
from regulars.records.read.company import calendar_date, epoch_day
from regulars.records.read.knowing import written_by

CLEARED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ShownBlocker:
    """One blocker with its age, or how long it stood.

    Units
    -----
    ``age`` in days.
    """

    row: Blocker
    age: int
    whose: str
    clears: str


@dataclass(frozen=True, slots=True)
class Blockers:
    """The open and the cleared blockers of one customer, the oldest open and the last cleared first."""

    standing: tuple[ShownBlocker, ...]
    cleared: tuple[ShownBlocker, ...]


def blockers(customer: int, as_of: int, *, known_by: int | None = None) -> Blockers:
    """Return what stood and what was cleared at a customer as of a day.

    Parameters
    ----------
    known_by
        Leaves out what was written down after that day.

    Units
    -----
    Epoch days.
    """
    on = calendar_date(as_of)
    found = Blocker.objects.filter(customer=customer, opened_on__lte=on).order_by("opened_on", "id")
    rows = written_by(found.select_related("person", "colleague", "outcome"), known_by)
    cleared = [row for row in rows if row.closed_on is not None and row.closed_on <= on]
    cleared.sort(key=lambda row: (row.closed_on, row.pk), reverse=True)
    return Blockers(
        tuple(_shown(row, as_of) for row in rows if row.closed_on is None or row.closed_on > on),
        tuple(_shown(row, as_of) for row in cleared[:CLEARED_SHOWN]),
    )


def unclog_times(as_of: int) -> Mapping[str, Estimate]:
    """Return the usual days from opening to clearing over the whole base, for each side.

    Units
    -----
    ``as_of`` is an epoch day.
    """
    rows = Blocker.objects.filter(opened_on__lte=calendar_date(as_of))
    spans = [
        BlockerSpan(side, epoch_day(opened), None if closed is None else epoch_day(closed))
        for side, opened, closed in rows.values_list("side", "opened_on", "closed_on")
    ]
    return {side: time_to_unclog(spans, side, as_of) for side in Side.values}


def unclog_words(estimate: Estimate) -> str:
    """Return a usual time in words, with its interval or why there is none.

    Example
    -------
    >>> unclog_words(Estimate(12, 4, 31, 14, 20_000, "median"))
    'half are cleared within 12 days (95 % interval 4 to 31, 14 cleared)'
    """
    if estimate.value is None:
        return estimate.refusal
    low = "0" if estimate.low is None else f"{estimate.low:g}"
    high = "open" if estimate.high is None else f"{estimate.high:g}"
    return (
        f"half are cleared within {estimate.value:g} day{'s' if estimate.value != 1 else ''} "
        f"(95 % interval {low} to {high}, {estimate.n} cleared)"
    )


def _shown(row: Blocker, as_of: int) -> ShownBlocker:
    closed = None if row.closed_on is None else epoch_day(row.closed_on)
    span = BlockerSpan(row.side, epoch_day(row.opened_on), closed)
    return ShownBlocker(row, age_days(span, as_of), _whose(row), row.get_clears_display())


def _whose(row: Blocker) -> str:
    return "on our side" if row.side == Side.OURS else "on their side"
