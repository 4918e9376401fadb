"""How values are shown: money, days, icons, figures. Templates say ``{% load shown %}``."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from babel.numbers import format_currency, get_currency_precision
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide import _render_icon

from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date, epoch_day

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """Draw an icon; the word beside it carries the meaning."""
    return _icon(str(name), int(size))


@cache
def _icon(name: str, size: int) -> SafeString:
    drawn = _render_icon(name, size, **{"class": "icon", "aria-hidden": "true", "focusable": "false"})
    return mark_safe(drawn)  # noqa: S308 (drawn by the icon wheel from a name of ours)


@cache
def _digits(currency: str) -> int:
    return int(get_currency_precision(currency))


@register.filter
def money(amount: int | None, currency: str) -> str:
    """Write minor units of a currency, whole above 1,000: €12.50, €4,310."""
    if amount is None:
        return ""
    digits = _digits(currency)
    value = amount / 10**digits
    whole = abs(value) >= 1000 or amount % 10**digits == 0
    if not whole:
        return str(format_currency(value, currency, locale="en"))
    return str(format_currency(round(value), currency, "¤#,##0;-¤#,##0", locale="en", currency_digits=False))


@register.filter
def ref(number: int) -> str:
    """Write a row number as the opaque id that addresses carry."""
    return opaque(number)


def day_words(day: int, today: int) -> str:
    """Say how far a day is from today: 'yesterday', 'in 3 days', 'May 2024'."""
    distance = day - today
    if distance in _NEAR:
        return _NEAR[distance]
    if -60 < distance < 0:
        return f"{-distance} days ago"
    if 0 < distance < 60:
        return f"in {distance} days"
    return f"{calendar_date(day):%b %Y}"


_NEAR = {-1: "yesterday", 0: "today", 1: "tomorrow"}


@register.filter
def ago(day: int | None, today: int) -> SafeString | str:
    """Show an epoch day relative to today, with the date itself in the title."""
    if day is None:
        return ""
    then = calendar_date(day)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', then.isoformat(), long_date(day), day_words(day, today)
    )


@register.filter
def long_date(day: int | date | None) -> str:
    """Write a day out: Monday, 3 June 2024."""
    if day is None:
        return ""
    then = calendar_date(day) if isinstance(day, int) else day
    return f"{then:%A}, {then.day} {then:%B %Y}"


@register.filter
def short_date(day: int | date | None) -> str:
    """Write a day briefly: 3 Jun 2024."""
    if day is None:
        return ""
    then = calendar_date(day) if isinstance(day, int) else day
    return f"{then.day} {then:%b %Y}"


@register.filter
def epoch(day: date | None) -> int | None:
    """Turn a date into an epoch day."""
    return None if day is None else epoch_day(day)


@register.filter
def percent(value: float | None) -> str:
    """Write a probability as a whole percentage, with a no-break space."""
    return "" if value is None else f"{round(value * 100)}\N{NO-BREAK SPACE}%"


@register.filter
def clock(minute: int | None) -> str:
    """Write a minute of the day as a time: 08:15."""
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """Look a key up."""
    return mapping.get(key, "")
