"""The day it is for the company; the one place where pages look at a clock."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.insight.typed import is_day
from regulars.records.read.company import Company, calendar_date, epoch_day


def moment() -> datetime:
    """Return the moment it is now."""
    return timezone.now()


def today_of(company: Company) -> int:
    """Return the company-local epoch day of now."""
    return company.day_of(timezone.now())


def date_of(company: Company) -> date:
    """Return the company-local date of now."""
    return calendar_date(today_of(company))


def typed_date(text: str, field: str) -> date | None:
    """Return the date a form field holds, None when it is empty.

    Raises
    ------
    RegularsError
        ``date-unreadable``, also for a day of nobody's life.
    """
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or not is_day(found):
        sentence = f"{text.strip()[:40]!r} is not a day between 1900 and 2200. Write it as 2026-03-01."
        raise RegularsError("date-unreadable", sentence, fields={field: sentence})
    return found


def typed_day(text: str, field: str) -> int | None:
    """Return the epoch day a form field holds, None when it is empty."""
    typed = typed_date(text, field)
    return None if typed is None else epoch_day(typed)
