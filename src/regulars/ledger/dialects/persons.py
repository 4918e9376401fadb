"""Rows about customers and people: profiles, not facts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from regulars.ledger.checks import Fault
from regulars.ledger.columns import FactColumns
from regulars.ledger.dialects.rows import Profile, Read, profiles_of
from regulars.ledger.dialects.screen import Screen
from regulars.ledger.dialects.words import ANONYMOUS

LONGEST = 200


class PersonReader:
    """Reads rows that say who customers are, or who works there."""

    def __init__(self, kind: str, ticks: Sequence[tuple[str, str]], screen: Screen) -> None:
        self._kind = kind
        self._ticks = ticks
        self._screen = screen

    def read(self, columns: Sequence[list[str]], length: int) -> Read:
        """Return what a batch of rows says about customers and people."""
        dropped: Counter[str] = Counter()
        cells: dict[str, list[str]] = {}
        for (name, target), column in zip(self._ticks, columns, strict=True):
            cells[target] = self._screen.clean(name, target, list(map(str.strip, column)), dropped)
        self._join_names(cells, length)
        who = self._who(cells, length)
        faults = [
            (place, self._fault(cell)) for place, cell in enumerate(who) if not cell or len(cell) > LONGEST
        ]
        keep = [bool(cell) and len(cell) <= LONGEST for cell in who]
        if not all(keep):
            cells = {
                target: [cell for cell, good in zip(column, keep, strict=True) if good]
                for target, column in cells.items()
            }
            who = [cell for cell, good in zip(who, keep, strict=True) if good]
        profiles = profiles_of(cells, who)
        names = cells.get("customer_name") or [""] * len(who)
        for one, name in zip(who, names, strict=True):
            profiles.setdefault(one, [Profile()])
            if name:
                profiles[one][0].name = name
        return Read(
            FactColumns(),
            [place for place, good in enumerate(keep) if good],
            profiles=profiles,
            faults=faults,
            dropped=dropped,
        )

    def _join_names(self, cells: dict[str, list[str]], length: int) -> None:
        if "first_name" in cells or "last_name" in cells:
            first, last = cells.get("first_name") or [""] * length, cells.get("last_name") or [""] * length
            whole = [f"{one} {two}".strip() for one, two in zip(first, last, strict=True)]
            cells.setdefault("person_name", whole)
            if self._kind == "customers":
                given = cells.get("customer_name") or [""] * length
                cells["customer_name"] = [name or person for name, person in zip(given, whole, strict=True)]

    def _who(self, cells: dict[str, list[str]], length: int) -> list[str]:
        for target in ("customer", "email", "customer_name"):
            if target in cells:
                found = ["" if cell.casefold() in ANONYMOUS else cell for cell in cells[target]]
                return [cell.lower() for cell in found] if target == "email" else found
        return [""] * length

    def _fault(self, cell: str) -> Fault:
        column = next((name for name, target in self._ticks if target == "customer"), "customer")
        if cell:
            return Fault(
                "too-long", f"The identifier has {len(cell)} characters where {LONGEST} are allowed.", column
            )
        return Fault(
            "customer-missing", "Nothing says which customer this is. Fill in the customer number.", column
        )
