"""The company: its time zone, currency, calendar and thresholds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from regulars.records.models import CompanySetting

EPOCH = date(1970, 1, 1)

DEFAULTS: dict[str, Any] = {
    "name": "",
    "timezone": "UTC",
    "currency": "EUR",
    "buying": "again",
    "daily_number": 7,
    "stake_in_money": True,
    "calendar": {
        "weekdays": [0, 1, 2, 3, 4, 5, 6],
        "closed": [],
        "holidays": [],
        "adverse": [],
        "learn": True,
    },
    "stage_rules": {},
    "horizon_days": 90,
}


@dataclass(frozen=True, slots=True)
class Company:
    """What the company told us about itself, or the defaults.

    ``calendar`` holds ``weekdays`` (open ones, Monday = 0), ``closed`` (list of [from, to] ISO days),
    ``holidays`` and ``adverse`` (ISO days), and ``learn``: whether days on which nobody bought count as
    closed.
    """

    name: str
    timezone: str
    currency: str
    buying: str
    daily_number: int
    stake_in_money: bool
    calendar: dict[str, Any]
    stage_rules: dict[str, Any]
    horizon_days: int
    told: frozenset[str] = field(default_factory=frozenset)

    @property
    def zone(self) -> ZoneInfo:
        """Return the company's time zone."""
        return ZoneInfo(self.timezone)

    def day_of(self, moment: datetime) -> int:
        """Return the company-local epoch day of a moment."""
        return epoch_day(moment.astimezone(self.zone).date())


def company() -> Company:
    """Return the company's settings."""
    stored = {row.key: row.value for row in CompanySetting.objects.filter(key__in=DEFAULTS)}
    return Company(**{**DEFAULTS, **stored}, told=frozenset(stored))


def epoch_day(day: date) -> int:
    """Return days since 1970-01-01."""
    return (day - EPOCH).days


def calendar_date(day: int) -> date:
    """Return the date of an epoch day."""
    return EPOCH + timedelta(days=day)
