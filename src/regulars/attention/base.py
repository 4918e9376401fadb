"""What every assessment needs to know of the whole base: its calendar, its rhythm, its lifetime model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from regulars.insight.calendar import CalendarDays, OpeningCalendar, learnt
from regulars.insight.days import base_days
from regulars.insight.lifetime import models
from regulars.insight.rainy_day import Demand, demand, hard_days
from regulars.insight.rhythm import UNKNOWN_BASE, BaseRhythm
from regulars.insight.shapes import columns
from regulars.insight.silence import SilenceRules
from regulars.insight.stage import StageRules
from regulars.records.models import Customer
from regulars.records.read.company import Company, epoch_day

Collect = Callable[[ir.Table], pa.Table]

YEAR = 365
AHEAD = 366
"""Days laid out beyond the day itself, so that a planned closure moves what is due within it."""
NOT_YET_IMPORTED = 3
"""Days."""

MANY = 10
"""From so many customers on a silence of all is closing time, and not their own."""
LATELY, LONGEST_BREAK = 730, 270
"""Days."""
OPEN_DAYS_ABOVE = 0.15
"""Where more days than this are closed, lifetime models count open days throughout."""


@dataclass(frozen=True)
class Base:
    """The whole base as of one day.

    ``calendar`` ends on the day itself and marks the hard days; ``coming`` goes on for a year.

    Units
    -----
    ``as_of``, ``first_day`` are epoch days; ``horizon`` calendar days. ``model`` has ``p_buy`` and
    ``expected`` over days, open days where ``in_open_days``.
    """

    as_of: int
    first_day: int
    opening: OpeningCalendar
    calendar: CalendarDays
    coming: CalendarDays
    rhythm: BaseRhythm
    rules: StageRules
    model: Any
    in_open_days: bool
    horizon: int
    customers: int
    quiet_sentence: str = ""

    @property
    def open_now(self) -> int:
        """Return the open index of the day."""
        return int(self.calendar.index_at(self.as_of))

    def ahead(self, days: int) -> float:
        """Return how many days the model must look ahead for so many calendar days, at least one."""
        if not self.in_open_days:
            return float(days)
        return max(1.0, days * (1 - closed_lately(self.calendar, self.first_day, self.as_of)))

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return {
            "first_day": self.first_day,
            "opening": self.opening.to_json(),
            "hard_days": np.flatnonzero(self.calendar.adverse).tolist(),
            "rhythm": self.rhythm.to_json(),
            "model": self.model.to_json() if self.model is not None else None,
            "customers": self.customers,
            "quiet_sentence": self.quiet_sentence,
        }


def closed_lately(calendar: CalendarDays, first: int, as_of: int) -> float:
    """Return the share of closed days since the first purchase, of the last two years at most.

    A silence of the better part of a year is no closing time that comes again: it lies between a purchase
    with a mistaken date, or an earlier life of the shop, and what matters now.
    """
    since = max(first, as_of - LATELY)
    opened = np.flatnonzero(calendar.open[since - calendar.first : as_of - calendar.first + 1])
    gaps = np.flatnonzero(np.diff(opened) > LONGEST_BREAK)
    if gaps.size:
        since += int(opened[gaps[-1] + 1])
    elif opened.size and opened[0] > LONGEST_BREAK:
        since += int(opened[0])
    open_days = int(calendar.index_at(as_of)) - int(calendar.index_at(since))
    return 1 - open_days / (as_of - since) if as_of > since else 0.0


def base_from_json(stored: dict[str, Any], company: Company, as_of: int) -> Base:
    """Return the base that was stored, laid out up to this day."""
    opening = OpeningCalendar.from_json(stored["opening"])
    first = min(stored["first_day"], as_of)
    calendar = opening.between(first, as_of)
    marked = np.array([day for day in stored["hard_days"] if day < len(calendar.open)], dtype=np.int64)
    adverse = calendar.adverse.copy()
    adverse[marked] = True
    model = models.from_json(stored["model"]) if stored["model"] else None
    return Base(
        as_of=as_of,
        first_day=stored["first_day"],
        opening=opening,
        calendar=calendar.with_adverse(adverse),
        coming=opening.between(first, as_of + AHEAD),
        rhythm=BaseRhythm.from_json(stored["rhythm"]),
        rules=stage_rules(company),
        model=model,
        in_open_days=closed_lately(calendar, first, as_of) > OPEN_DAYS_ABOVE,
        horizon=company.horizon_days,
        customers=stored["customers"],
        quiet_sentence=stored.get("quiet_sentence", ""),
    )


@dataclass(frozen=True)
class Together:
    """What the whole base bought: per day, and smoothed per week."""

    days: dict[str, Any]
    weeks: Demand


def laid_out(facts: ir.Table, collect: Collect, company: Company, as_of: int) -> tuple[Base, Together]:
    """Return the base before anything is fitted, its calendar with the hard days, and what it bought.

    Shape
    -----
    ``facts`` in the FACTS shape, already cut at the day.
    """
    days = columns(collect(base_days(facts)))
    first = int(days["day"].min()) if days["day"].size else as_of
    opening = _opening(company, days, as_of)
    calendar = opening.between(first, as_of)
    weeks = demand(days, calendar)
    base = Base(
        as_of=as_of,
        first_day=first,
        opening=opening,
        calendar=calendar.with_adverse(hard_days(weeks, calendar)),
        coming=opening.between(first, as_of + AHEAD),
        rhythm=UNKNOWN_BASE,
        rules=stage_rules(company),
        model=None,
        in_open_days=closed_lately(calendar, first, as_of) > OPEN_DAYS_ABOVE,
        horizon=company.horizon_days,
        customers=0,
    )
    return base, Together(days, weeks)


def stage_rules(company: Company) -> StageRules:
    """Return the company's thresholds of the stages."""
    told = dict(company.stage_rules)
    silence = SilenceRules(**told.pop("silence", {}))
    return StageRules(silence=silence, **told)


def _told_until(days: dict[str, Any], as_of: int) -> int:
    """Return up to which day silence says that the company was closed.

    The last days without a purchase have mostly not been imported yet; after a few of them it was closed.
    """
    last = int(days["day"].max()) if days["day"].size else as_of
    return last if as_of - last <= NOT_YET_IMPORTED else as_of - 1


def _many_buy(days: dict[str, Any]) -> bool:
    """Return whether so many buy that the silence of all of them is no coincidence."""
    return bool(days["anonymous"].any()) or Customer.objects.all()[:MANY].count() >= MANY


def _opening(company: Company, days: dict[str, Any], as_of: int) -> OpeningCalendar:
    told, until = company.calendar, _told_until(days, as_of)
    adverse = frozenset(_day(text) for text in told["adverse"])
    if told.get("learn", True) and "calendar" not in company.told:
        return learnt(days["day"], days["purchases"], until, adverse, spells=_many_buy(days))
    spoken = OpeningCalendar(
        weekdays=frozenset(told["weekdays"]),
        closed=tuple((_day(first), _day(last)) for first, last in told["closed"]),
        holidays=frozenset(_day(text) for text in told["holidays"]),
        adverse=adverse,
    )
    if not told.get("learn", True):
        return spoken
    found = learnt(days["day"], days["purchases"], until, adverse, spells=_many_buy(days))
    return OpeningCalendar(
        weekdays=spoken.weekdays,
        closed=spoken.closed + found.closed,
        holidays=spoken.holidays,
        adverse=adverse,
    )


def _day(text: str) -> int:
    return epoch_day(date.fromisoformat(text))
