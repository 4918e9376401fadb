"""Rows about customers and people: profiles, not facts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from regulars.ledger.checks import LENGTHS, Fault
from regulars.ledger.columns import FactColumns
from regulars.ledger.dialects.cells import named, unescaped, whole_names
from regulars.ledger.dialects.reading import Cells, Profile, Read, profiles_of
from regulars.ledger.dialects.screen import Screen


class PersonReader:
    """Reads rows that say who customers are, or who works there."""

    def __init__(self, kind: str, ticks: Sequence[tuple[str, str]], screen: Screen) -> None:
        self._kind = kind
        self._ticks = ticks
        self._screen = screen

    def read(self, columns: Sequence[list[str]], length: int) -> Read:
        """Return what a batch of rows says about customers and people."""
        dropped: Counter[str] = Counter()
        cells: Cells = {}
        for (name, target), column in zip(self._ticks, columns, strict=True):
            plain = [unescaped(cell.strip()) for cell in column]
            cells[target] = self._screen.clean(name, target, plain, dropped)
        self._join_names(cells, length)
        cells["who"] = self._who(cells, length)
        faults = [(place, fault) for place, who in enumerate(cells["who"]) if (fault := self._fault(who))]
        keep = sorted(set(range(length)).difference(place for place, _ in faults))
        if faults:
            cells = {target: [column[place] for place in keep] for target, column in cells.items()}
        return Read(FactColumns(), keep, profiles=self._profiles(cells), faults=faults, dropped=dropped)

    def _profiles(self, cells: Cells) -> dict[str, list[Profile]]:
        profiles = profiles_of(cells, cells["who"])
        names = cells.get("customer_name") or [""] * len(cells["who"])
        for who, name in zip(cells["who"], names, strict=True):
            entries = profiles.setdefault(who, [Profile()])
            entries[0].name = entries[0].name or name
        return profiles

    def _join_names(self, cells: Cells, length: int) -> None:
        if "first_name" in cells or "last_name" in cells:
            whole = whole_names(cells, length)
            cells.setdefault("person_name", whole)
            if self._kind == "customers":
                given = cells.get("customer_name") or [""] * length
                cells["customer_name"] = [name or person for name, person in zip(given, whole, strict=True)]

    def _who(self, cells: Cells, length: int) -> list[str]:
        for target in ("customer", "email", "customer_name"):
            if target in cells:
                found = named(cells[target])
                return [cell.lower() for cell in found] if target == "email" else found
        return [""] * length

    def _fault(self, who: str) -> Fault | None:
        column = next((name for name, target in self._ticks if target == "customer"), "customer")
        if not who:
            message = "Nothing says which customer this is. Fill in the customer number."
            return Fault("customer-missing", message, column)
        if len(who) > LENGTHS["who"]:
            message = f"The cell has {len(who)} characters where {LENGTHS['who']} are allowed. Shorten it."
            return Fault("too-long", message, column)
        return None
