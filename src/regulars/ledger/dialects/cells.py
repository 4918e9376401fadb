"""Cells by field: stripped, screened, filled down the rows of an order, and who each row is about. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from regulars.ledger.dialects.fields import DATES, MONEY, PROPERTY
from regulars.ledger.dialects.reading import Cells, Reading
from regulars.ledger.dialects.screen import Screen
from regulars.ledger.dialects.words import ANONYMOUS

NUMBERS = frozenset({*DATES, *MONEY, "time", "quantity", "currency", "months", "minutes"})
# What many shops write only on the first row of an order.
FILLED_DOWN = ("date", "time", "who", "customer_name", "currency", "email", "phone", "status", "channel")


class CellReader:
    """Sorts the columns of a batch into fields, remembering the last row for the next batch."""

    def __init__(self, reading: Reading, screen: Screen) -> None:
        self._reading = reading
        self._screen = screen
        self._last: dict[str, str] = {}
        self._places: dict[str, list[int]] = {}
        for place, (_, target) in enumerate(reading.ticks):
            self._places.setdefault(target, []).append(place)

    def cells(self, columns: Sequence[list[str]], length: int, dropped: Counter[str]) -> Cells:
        """Return cells by field, "who" among them; what is never taken is dropped and counted."""
        cells = {
            target: self._joined([self._clean(place, columns[place], dropped) for place in places])
            for target, places in self._places.items()
            if target != PROPERTY
        }
        if "first_name" in cells or "last_name" in cells:
            cells.setdefault("customer_name", whole_names(cells, length))
        cells["who"] = self._who(cells, length)
        if "order_number" in cells:
            self._fill_down(cells)
        return cells

    def properties(
        self, columns: Sequence[list[str]], dropped: Counter[str]
    ) -> tuple[list[str], list[list[str]]]:
        """Return names and cells of the columns that are kept under their own name."""
        places = self._places.get(PROPERTY, [])
        names = [self._reading.ticks[place][0] for place in places]
        return names, [self._clean(place, columns[place], dropped) for place in places]

    def _clean(self, place: int, column: list[str], dropped: Counter[str]) -> list[str]:
        name, target = self._reading.ticks[place]
        stripped = list(map(str.strip, column))
        if target in NUMBERS:
            return stripped
        if "\n'" in "\n".join(["", *stripped]):
            stripped = list(map(unescaped, stripped))
        return self._screen.clean(name, target, stripped, dropped)

    def _joined(self, parts: list[list[str]]) -> list[str]:
        if len(parts) == 1:
            return parts[0]
        return [" · ".join(filter(None, row)) for row in zip(*parts, strict=True)]

    def _who(self, cells: Cells, length: int) -> list[str]:
        who = named(cells["customer"]) if "customer" in cells else [""] * length
        # An address that has to wait must not come in as an identifier either.
        if "email" in cells and "email" not in self._reading.waiting:
            who = [known or mail.lower() for known, mail in zip(who, cells["email"], strict=True)]
        elif "customer" not in cells and "customer_name" in cells:
            who = named(cells["customer_name"])
        return who

    def _fill_down(self, cells: Cells) -> None:
        orders = cells["order_number"]
        for target in FILLED_DOWN:
            column = cells.get(target)
            if column and "" in column:
                _fill(column, orders, self._last.get("order_number", ""), self._last.get(target, ""))
        if orders:
            self._last = {target: column[-1] for target, column in cells.items()}


def _fill(column: list[str], orders: Sequence[str], last_order: str, last: str) -> None:
    for place, order in enumerate(orders):
        if not column[place] and order and order == last_order:
            column[place] = last
        last_order, last = order, column[place]


def named(column: Sequence[str]) -> list[str]:
    """Return identifiers, "" for those words that say there is none."""
    strangers = {cell for cell in set(column) if cell.casefold() in ANONYMOUS}
    return ["" if cell in strangers else cell for cell in column] if strangers else list(column)


def whole_names(cells: Cells, length: int) -> list[str]:
    """Return first and last names joined."""
    nothing = [""] * length
    first, last = cells.get("first_name", nothing), cells.get("last_name", nothing)
    return [f"{one} {two}".strip() for one, two in zip(first, last, strict=True)]


def unescaped(cell: str) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from running it.

    Example
    -------
    >>> unescaped("'=1+2"), unescaped("'s-Hertogenbosch")
    ('=1+2', "'s-Hertogenbosch")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell
