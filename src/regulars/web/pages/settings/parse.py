"""What people type into settings, read strictly and refused in words."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from babel.numbers import list_currencies

from regulars.insight.errors import RegularsError

BUYING = (
    ("again", "again and again, when they like"),
    ("contract", "on contract, until they cancel"),
    ("both", "both"),
)


@cache
def time_zones() -> tuple[str, ...]:
    """Return the names of the world's time zones, by place."""
    return tuple(sorted(name for name in zoneinfo.available_timezones() if "/" in name or name == "UTC"))


@cache
def currencies() -> frozenset[str]:
    """Return the codes of the world's currencies."""
    return frozenset(list_currencies())


def refuse(field: str, message: str) -> RegularsError:
    """Return the error of one field."""
    return RegularsError("setting-unreadable", message, 422, {field: message})


def zone_of(text: str) -> str:
    """Return a time zone's name, or refuse."""
    if text not in time_zones():
        raise refuse("timezone", f"{text or 'Nothing'} is not a time zone. Choose one such as Europe/Berlin.")
    return text


def currency_of(text: str) -> str:
    """Return a currency's code, or refuse."""
    code = text.strip().upper()
    if code not in currencies():
        raise refuse(
            "currency", f"{text or 'Nothing'} is not a currency. Write its three letters, such as EUR."
        )
    return code


def whole_number(post: Mapping[str, Any], field: str, low: int, high: int, what: str) -> int:
    """Return a whole number between two bounds, or refuse."""
    try:
        value = int(str(post.get(field, "")).strip())
    except ValueError:
        raise refuse(field, f"{what} is a whole number from {low} to {high}.") from None
    if not low <= value <= high:
        raise refuse(field, f"{what} is a whole number from {low} to {high}.")
    return value


def share(post: Mapping[str, Any], field: str, low: int, high: int, what: str) -> float:
    """Return a percentage between two bounds as a share, or refuse."""
    return whole_number(post, field, low, high, what) / 100


def _day(text: str, field: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise refuse(
            field, f"{text.strip()} is not a day. Write days as year-month-day, such as 2026-12-24."
        ) from None


def days(text: str, field: str) -> list[str]:
    """Return one day per line, in order and once, or refuse the first line that is none."""
    return sorted({_day(line, field) for line in text.splitlines() if line.strip()})


def ranges(text: str, field: str) -> list[list[str]]:
    """Return one range per line, "first to last", or refuse the first line that is none."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        first, _, last = line.partition(" to ")
        pair = [_day(first, field), _day(last or first, field)]
        if pair[0] > pair[1]:
            raise refuse(field, f"{line.strip()} ends before it begins.")
        found.append(pair)
    return sorted(found)
