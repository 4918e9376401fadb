"""What a typed line would record, for the palette and for the page without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from regulars.attention.one_line import AskedToRecord, asked_to_record, entry_of
from regulars.attention.read.names import names_of
from regulars.attention.touchpoint import counted_words
from regulars.records.folding import folded
from regulars.records.search import Hit, find
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
    asked, hits = _about(asked)
    customers = list(dict.fromkeys(hit.customer for hit in hits))
    names = names_of(customers)
    kinds = entry_of(asked.line, 0, today).kinds if asked.line else []
    return tuple(
        WouldRecord(one, names[one], asked.line, counted_words(kinds), *record_addresses(one))
        for one in customers
        if one in names
    )


def _about(asked: AskedToRecord) -> tuple[AskedToRecord, list[Hit]]:
    """Return who is meant: 'call' before a name says how we met, unless somebody's name begins with it."""
    hits, met = find(asked.who, limit=CANDIDATES), asked.met
    if met is None or any(folded(hit.label).startswith(folded(asked.who)) for hit in hits):
        return asked, hits
    return met, find(met.who, limit=CANDIDATES)
