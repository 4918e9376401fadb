"""The day it is for the company; the one place where pages look at a clock."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from regulars.insight.errors import RegularsError
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
        ``date-unreadable``
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        sentence = f"{text!r} is not a day. Write it as 2026-03-01."
        raise RegularsError("date-unreadable", sentence, fields={field: sentence}) from error


def typed_day(text: str, field: str) -> int | None:
    """Return the epoch day a form field holds, None when it is empty."""
    typed = typed_date(text, field)
    return None if typed is None else epoch_day(typed)
