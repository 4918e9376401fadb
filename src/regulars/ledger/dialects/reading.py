"""How the rows of one file are read, and what a batch of them becomes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from regulars.ledger.checks import Fault
from regulars.ledger.columns import FactColumns

REMEMBERED = 200_000
Cells = dict[str, list[str]]
"""Cells of a batch by field, all of the same length."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of one file are read.

    ``ticks`` are (column name, field) in the order of the batch's columns; ``last_day`` is the last
    company-local epoch day that is not in the future; ``currency_said`` whether a person named the currency;
    ``waiting`` the fields that are kept only from a later moment on.
    """

    kind: str
    ticks: tuple[tuple[str, str], ...]
    identity: tuple[str, ...]
    date_order: str
    decimal: str
    currency: str
    currency_said: bool
    ours: tzinfo
    zone: tzinfo
    last_day: int
    waiting: frozenset[str] = frozenset()

    def column_for(self, target: str) -> str:
        """Return the name of the column that was ticked for a field."""
        return next((name for name, known in self.ticks if known == target), target)


@dataclass(slots=True)
class Profile:
    """What a row says about a customer beside what happened."""

    name: str = ""
    kind: str = ""
    parent: str = ""
    owner: str = ""
    person: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""


@dataclass(slots=True)
class Read:
    """What a batch of rows became.

    ``rows`` are the places in the batch that became ``facts``; ``extra`` are facts that rows carry beside
    their own, such as a refund; ``faults`` are the other places with what is wrong there.
    """

    facts: FactColumns
    rows: Sequence[int]
    extra: FactColumns = field(default_factory=FactColumns)
    profiles: dict[str, list[Profile]] = field(default_factory=dict)
    faults: list[tuple[int, Fault]] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    anonymous: int = 0


PROFILE_FIELD = {
    "kind": "kind_of_customer",
    "parent": "parent",
    "owner": "owner",
    "person": "person_name",
    "role": "role",
    "email": "email",
    "phone": "phone",
}


def profiles_of(cells: Cells, who: Sequence[str]) -> dict[str, list[Profile]]:
    """Return what rows say about customers and people, by customer, each thing once."""
    present = {name: cells[target] for name, target in PROFILE_FIELD.items() if target in cells}
    if not present:
        return {}
    if "customer_name" in cells:
        present["name"] = cells["customer_name"]
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for row in zip(who, *present.values(), strict=True):
        if row[0] and any(row[1:]):
            found.setdefault(row[0], {})[row[1:]] = None
    return {
        customer: [Profile(**dict(zip(present, row, strict=True))) for row in rows]
        for customer, rows in found.items()
    }


def without_faults(found: Sequence[Any], faults: dict[int, Fault]) -> list[Any]:
    """Return values with faults taken out, each noted under its place."""
    if Fault not in set(map(type, found)):
        return list(found)
    for place, value in enumerate(found):
        if isinstance(value, Fault):
            faults.setdefault(place, value)
    return [None if isinstance(value, Fault) else value for value in found]
