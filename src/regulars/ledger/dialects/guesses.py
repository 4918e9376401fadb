"""Which field each column of a file probably is: by its name, else by its values. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.ledger.dialects.amounts import looks_like_a_number
from regulars.ledger.dialects.dates import looks_like_a_date, split_moment
from regulars.ledger.dialects.fields import DATES, IGNORE, fields_of
from regulars.ledger.dialects.names import field_named, words_of
from regulars.ledger.dialects.presets import Preset, preset_fields
from regulars.records.never import alarming, refused_name


def guessed_kind(names: Sequence[str]) -> str:
    """Return what a file is probably about, by its columns' names."""
    known = {field_named(name) for name in names}
    if _contract_like(names):
        return "contracts"
    if "date" in known:
        if known & {"amount", "price", "order_number", "quantity"}:
            return "purchases"
        if known & {"channel", "text"}:
            return "touchpoints"
        return "usage" if "item" in known else "purchases"
    if known & {"person_name", "role"} or {"first_name", "last_name"} <= known:
        return "people" if known & {"role", "person_name"} else "customers"
    return "customers" if known & {"customer", "customer_name"} else "purchases"


def _contract_like(names: Sequence[str]) -> bool:
    """Return whether columns name contracts: their numbers with an end, a length or a month's amount."""
    known = {field_named(name, "contracts") for name in names}
    telling = {"months", "monthly", "yearly", "auto_renews", "notice_days", "cancelled_on"}
    return {"contract", "start"} <= known and bool(known & telling or {"end", "amount"} <= known)


def guessed_fields(
    names: Sequence[str], columns: Sequence[Sequence[str]], kind: str, preset: Preset | None, *, header: bool
) -> list[str]:
    """Return a field, or "ignore", for each column; no field twice, nothing for columns never taken."""
    allowed = {field.name for field in fields_of(kind)}
    found = [IGNORE] * len(names)
    if preset is not None and preset.kind == kind:
        for place, target in preset_fields(preset, names).items():
            found[place] = target
        return found
    taken: set[str] = set()
    for place, name in enumerate(names):
        target = _by_name(name, kind)
        if target in allowed and target not in taken and not refused_name(name):
            found[place] = target
            taken.add(target)
    if not header or not taken:
        _by_values(found, taken, columns, allowed)
    if "amount" in taken and "price" in taken:
        found[found.index("price")] = IGNORE
    return found


def _by_name(name: str, kind: str) -> str:
    target = field_named(name, kind)
    if kind in ("people", "customers") and words_of(name) == "name":
        return "person_name" if kind == "people" else "customer_name"
    return target


def _by_values(
    found: list[str], taken: set[str], columns: Sequence[Sequence[str]], allowed: set[str]
) -> None:
    """Guess a file without names: a date, then a customer before it, a quantity and an amount behind."""
    dates = [place for place, column in enumerate(columns) if _mostly(column, looks_like_a_date)]
    numbers = [
        place
        for place, column in enumerate(columns)
        if place not in dates and _mostly(column, looks_like_a_number)
    ]
    if dates and "date" in allowed - taken:
        found[dates[0]] = "date"
    before = [place for place in range(dates[0] if dates else 0) if found[place] == IGNORE]
    if before and "customer" in allowed - taken:
        found[before[0]] = "customer"
        numbers = [place for place in numbers if place != before[0]]
    if numbers and "amount" in allowed - taken:
        found[numbers[-1]] = "amount"
        if len(numbers) > 1 and "quantity" in allowed:
            found[numbers[-2]] = "quantity"


def _mostly(column: Sequence[str], test: object) -> bool:
    filled = [cell for cell in column if cell.strip()]
    return bool(filled) and callable(test) and sum(bool(test(cell)) for cell in filled) >= 0.9 * len(filled)


def refused_column(name: str, column: Sequence[str], field: str, year: int) -> str:
    """Return what a column holds that is never taken, by its name or by its values, or ""."""
    return (
        refused_name(name) or alarming(column) or ("" if field in (*DATES, "time") else _births(column, year))
    )


def _births(column: Sequence[str], year: int) -> str:
    """Tell birth dates by their spread: days of decades long past, no time of day."""
    years: list[int] = []
    filled = [cell.strip() for cell in column if cell.strip()]
    for cell in filled:
        parts = (
            split_moment(cell, "dmy") or split_moment(cell, "mdy")
            if not cell.isdigit() or len(cell) == 8
            else None
        )
        if parts and parts[1] is None:
            years.append(parts[0].year)
    if len(years) < max(3, 0.8 * len(filled)):
        return ""
    years.sort()
    middle, spread = years[len(years) // 2], years[-1] - years[0]
    return "a birth date" if years[0] >= 1900 and middle <= year - 13 and spread >= 5 else ""
