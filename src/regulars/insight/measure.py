"""Readings of an outcome's measure that follow from what happened, by a declared rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WHATS = ("sum", "count", "last", "distinct_days")
LONGEST_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry a rule may read.

    Units
    -----
    ``day`` is an epoch day.
    """

    kind: str
    item: str
    day: int
    quantity: float | None


@dataclass(frozen=True, slots=True)
class Read:
    """A value that a rule read, the day of the last entry it rests on, and on how many entries."""

    value: float
    day: int
    entries: int


def rule_fault(rule: Mapping[str, Any]) -> str:
    """Return what is wrong with a rule, and nothing when it can be read.

    Example
    -------
    >>> rule_fault({"kind": "usage", "item": "Invoices", "what": "sum", "days": 30})
    ''
    >>> rule_fault({"kind": "usage", "what": "average", "days": 30})
    'A rule reads sum, count, last or distinct_days, not average.'
    """
    unknown = set(rule) - {"kind", "item", "what", "days"}
    if unknown:
        return f"A rule has a kind, an item, a what and days; {sorted(unknown)[0]} is none of them."
    if not isinstance(rule.get("kind"), str) or not rule["kind"]:
        return "Say which kind of entry the rule reads, such as usage."
    if not isinstance(rule.get("item", ""), str):
        return "The item of a rule is its name, as the entries have it."
    if rule.get("what") not in WHATS:
        return f"A rule reads sum, count, last or distinct_days, not {rule.get('what')}."
    days = rule.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= LONGEST_DAYS:
        return f"Say over how many days the rule reads: a whole number from 1 to {LONGEST_DAYS}."
    return ""


def read_by_rule(rule: Mapping[str, Any], happened: Sequence[Happened], as_of: int) -> Read | None:
    """Return what a rule reads on a day from the entries of its last ``days`` days; None without any.

    No entry is no reading: a tool nobody told us about is not a tool nobody used.

    Parameters
    ----------
    happened
        In the order in which they happened.

    Example
    -------
    >>> entries = [Happened("usage", "Invoices", 95, 4), Happened("usage", "Invoices", 99, 8)]
    >>> read_by_rule({"kind": "usage", "item": "Invoices", "what": "sum", "days": 30}, entries, 100)
    Read(value=12, day=99, entries=2)
    """
    item = str(rule.get("item", ""))
    read = [
        one
        for one in happened
        if one.kind == rule["kind"]
        and (not item or one.item == item)
        and as_of - int(rule["days"]) < one.day <= as_of
    ]
    if not read:
        return None
    return Read(_value(str(rule["what"]), read), max(one.day for one in read), len(read))


def _value(what: str, read: Sequence[Happened]) -> float:
    quantities = [1.0 if one.quantity is None else one.quantity for one in read]
    if what == "sum":
        return sum(quantities)
    if what == "last":
        return quantities[-1]
    if what == "count":
        return len(read)
    return len({one.day for one in read})
