"""Keeps what is never taken out of columns that were ticked. Pure."""

from __future__ import annotations

from collections import Counter

from regulars.ledger.dialects.dates import split_moment
from regulars.records.never import alarm

REMEMBERED = 100_000
GROWN = 13
# Where a date by itself can only be somebody's.
WORDS = frozenset(
    {
        "text",
        "reason",
        "item",
        "property",
        "customer_name",
        "person_name",
        "first_name",
        "last_name",
        "role",
        "kind_of_customer",
    }
)


class Screen:
    """Drops values that look like what is never taken; counts them by the column's name.

    Parameters
    ----------
    year
        The present year: a date older than 13 years in a column of words is taken for a birth date.
    numbers
        Columns of identifiers in which a card's check digit turns up no more often than by chance.
    """

    def __init__(self, year: int, numbers: frozenset[str] = frozenset()) -> None:
        self._year = year
        self._numbers = numbers
        self._fine: dict[str, set[str]] = {}

    def clean(self, name: str, target: str, column: list[str], dropped: Counter[str]) -> list[str]:
        """Return the column with such values emptied."""
        fine = self._fine.setdefault(name, set())
        new = set(column) - fine
        alarms = {
            value: reason for value in new if len(value) > 5 and (reason := self._reason(name, target, value))
        }
        if len(fine) > REMEMBERED:
            fine.clear()
        fine |= new.difference(alarms)
        if not alarms:
            return column
        for value in column:
            if value in alarms:
                dropped[f"{name}: {alarms[value]}"] += 1
        return ["" if value in alarms else value for value in column]

    def _reason(self, name: str, target: str, value: str) -> str:
        reason = alarm(value)
        if reason == "a card number" and name in self._numbers:
            return ""
        if reason or target not in WORDS or len(value) > 24 or not value[-1:].isdigit():
            return reason
        parts = split_moment(value, "dmy") or split_moment(value, "mdy")
        return "a birth date" if parts and 1900 <= parts[0].year <= self._year - GROWN else ""
