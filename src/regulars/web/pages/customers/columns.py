"""The columns of the list and how each is sorted."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.web.pages.customers.address import Address


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its words, the address that sorts by it (if any), and how it is sorted now."""

    key: str
    word: str
    address: str = ""
    sorted: str = ""
    number: bool = False


COLUMNS = (
    ("name", "Customer", True, False),
    ("stage", "Where they stand", False, False),
    ("rhythm", "Last half year", False, False),
    ("last", "Last purchase", True, False),
    ("gap", "Usual gap", False, True),
    ("due", "Expected", True, False),
    ("value", "Value", True, True),
    ("p_buy", "Buys in {} days", True, True),
    ("step", "Next step", False, False),
    ("owner", "Owner", False, False),
)
REVEALED = ("reveal", "What happened", False, False)
LARGEST_FIRST = frozenset({"last", "value", "p_buy"})


def headings(address: Address, horizon: int, *, revealed: bool) -> tuple[Heading, ...]:
    """Return the columns of the list in their order."""
    chosen = [*COLUMNS[:2], REVEALED, *COLUMNS[2:8], COLUMNS[9]] if revealed else list(COLUMNS)
    return tuple(_heading(address, key, word.format(horizon), *how) for key, word, *how in chosen)


def _heading(address: Address, key: str, word: str, sortable: bool, number: bool) -> Heading:  # noqa: FBT001
    if not sortable:
        return Heading(key, word, number=number)
    current = address.sort == key
    descending = not address.descending if current else key in LARGEST_FIRST
    sorted_now = ("descending" if address.descending else "ascending") if current else ""
    link = address.changed(sort=key, dir="desc" if descending else "asc")
    return Heading(key, word, link, sorted_now, number)
