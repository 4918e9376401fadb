"""What a typed line would record, for the palette and for the page without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.attention.one_line import asked_to_record, entry_of
from regulars.attention.read.names import names_of
from regulars.attention.touchpoint import counted_words
from regulars.records.search import find
from regulars.web.pages.record.view import record_addresses

CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class WouldRecord:
    """One customer a line may be about, what would be recorded, and where."""

    customer: int
    name: str
    line: str
    words: str
    address: str
    form: str


def would_record(typed: str, today: date) -> tuple[WouldRecord, ...]:
    """Return about whom a typed line can be recorded, the likeliest first; nobody when it only finds."""
    asked = asked_to_record(typed)
    if asked is None:
        return ()
    customers = list(dict.fromkeys(hit.customer for hit in find(asked.who, limit=CANDIDATES)))
    names = names_of(customers)
    kinds = entry_of(asked.line, 0, today).kinds if asked.line else []
    return tuple(
        WouldRecord(one, names[one], asked.line, counted_words(kinds), *record_addresses(one))
        for one in customers
        if one in names
    )
