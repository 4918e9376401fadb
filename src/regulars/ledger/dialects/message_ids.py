"""Which rows are the same row again: message ids for sources that give none. Pure.

A row with an order number and a line is known by both and the day: many tills begin again at 1 every morning
or every year. A row with an order number alone is known by the day, the order, its content and how often that
content occurred in the order. Any other row is known by its moment, its content and how often that content
occurred then: two equal sales of one minute are two, and the same two in next week's file are the same two.

A day and a moment are those that the file writes, of UTC where it writes an offset: they stay the same when
the company moves to another time zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from regulars.ledger.columns import FactColumns
from regulars.ledger.dialects.dates import Written
from regulars.ledger.dialects.occurrences import Occurrences
from regulars.ledger.dialects.reading import Cells

APART, WITHIN, LINE = "\x1f", "\x1d", "\x1e"


class MessageIds:
    """Names the rows of one file, batch after batch."""

    def __init__(self, identity: Sequence[str], occurrences: Occurrences) -> None:
        self._identity = tuple(identity)
        self._occurrences = occurrences

    def of(self, facts: FactColumns, cells: Cells, written: Sequence[Written | None]) -> list[str]:
        """Return a message id for each fact; it begins with the day: a log in order stays in order."""
        if not len(facts.who):
            return []
        said = {name: self._said(name, facts, cells) for name in self._identity}
        places, moments = _named(facts, written)
        contents = list(map(APART.join, zip(facts.kind, moments, *said.values(), strict=True)))
        if any(facts.order_number):
            self._by_order(contents, places, facts, cells, said)
        digests = [blake2b(content.encode(), digest_size=15).digest() for content in contents]
        numbers = self._occurrences.number(
            np.frombuffer(b"".join(digest[:8] for digest in digests), dtype="<u8").astype(np.uint64)
        ).tolist()
        lines = cells.get("line")
        if lines and any(facts.order_number):
            numbers = [
                1 if line and order else number
                for line, order, number in zip(lines, facts.order_number, numbers, strict=True)
            ]
        return [
            f"{place}.{digest.hex()}" if number == 1 else f"{place}.{digest.hex()}.{number}"
            for place, digest, number in zip(places, digests, numbers, strict=True)
        ]

    def _by_order(
        self,
        contents: list[str],
        places: list[str],
        facts: FactColumns,
        cells: Cells,
        said: dict[str, list[str]],
    ) -> None:
        """Name rows of orders by day and order; who bought may become known later, so it does not count."""
        lines = cells.get("line") or [""] * len(contents)
        within = [column for name, column in said.items() if name != "customer"]
        rows = zip(facts.order_number, lines, places, facts.kind, *within, strict=True)
        for place, (order, line, day, *content) in enumerate(rows):
            if order:
                contents[place] = (
                    LINE.join((order, line, day)) if line else WITHIN.join((order, day, *content))
                )

    def _said(self, name: str, facts: FactColumns, cells: Cells) -> list[str]:
        if name == "amount":
            amounts = {
                pair: f"{pair[0]}{pair[1]}" for pair in set(zip(facts.amount, facts.currency, strict=True))
            }
            return [amounts[pair] for pair in zip(facts.amount, facts.currency, strict=True)]
        if name == "quantity":
            numbers = {number: "" if number is None else f"{number:g}" for number in set(facts.quantity)}
            return [numbers[number] for number in facts.quantity]
        if name == "customer":
            return list(facts.who)
        return cells.get(name) or [""] * len(facts.who)


def _named(facts: FactColumns, written: Sequence[Written | None]) -> tuple[list[str], list[str]]:
    """Return the names of the days and of the moments of facts."""
    names = {day: f"{day:x}" for day in set(facts.day)}
    places = list(map(names.__getitem__, facts.day))
    moments = [
        place if minute is None else f"{place}.{minute}"
        for place, minute in zip(places, facts.minute, strict=True)
    ]
    known = {one: _name(one) for one in set(written) if one is not None}
    for at, one in enumerate(written) if known else ():
        if one is not None:
            places[at], moments[at] = known[one]
    return places, moments


def _name(written: Written) -> tuple[str, str]:
    day, minute, utc = written
    moment = f"{day:x}.{minute}"
    # A day of UTC may hold two receipts of one number, of two of the company's days: the minute tells them.
    return (f"{moment}z", f"{moment}z") if utc else (f"{day:x}", moment)
