"""What rows about touchpoints say beside the day and the words, in the words that our own pages use. Pure."""

from __future__ import annotations

from typing import Any

from regulars.insight.typed import whole_number
from regulars.ledger.dialects.reading import Cells
from regulars.ledger.dialects.words import INBOUND, OUTBOUND, says, yes_no

LONGEST = 24 * 60


def touchpoint_properties(cells: Cells) -> dict[str, list[Any]]:
    """Return the properties of touchpoints by name; "" where a row says nothing that can be read.

    Example
    -------
    >>> touchpoint_properties({"direction": ["Inbound", "?"], "minutes": ["45 min", "x"]})
    {'direction': ['in', ''], 'minutes': [45, '']}
    """
    found: dict[str, list[Any]] = {}
    for name, read in _READ.items():
        if name in cells:
            known = {cell: read(cell) for cell in set(cells[name])}
            found[name] = [known[cell] for cell in cells[name]]
    return found


def _direction(cell: str) -> str:
    if says(cell, INBOUND):
        return "in"
    return "out" if says(cell, OUTBOUND) else ""


def _minutes(cell: str) -> int | str:
    """Return whole minutes from 45, 45 min or 1:30 (hours and minutes)."""
    hours, colon, rest = cell.strip().partition(":")
    if colon:
        told, over = whole_number(hours, LONGEST), whole_number(rest[:2], 99)
        number = None if told is None or over is None else 60 * told + over
    else:
        number = whole_number(cell.strip().split(" ")[0].split(".")[0].split(",")[0], LONGEST)
    return number if number is not None and number <= LONGEST else ""


def _selling(cell: str) -> bool | str:
    told = yes_no(cell)
    return "" if told is None else told


def _as_said(cell: str) -> str:
    return cell[:80]


_READ = {
    "channel": _as_said,
    "direction": _direction,
    "language": _as_said,
    "minutes": _minutes,
    "selling": _selling,
}
TOLD = frozenset(_READ)
"""Fields of touchpoints that facts keep as properties, under the name of the field."""
