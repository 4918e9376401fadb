"""Lines of the search index: customers and people as folded text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection

from regulars.records.many import among, begins
from regulars.records.read.spellings import Word, words_beginning
from regulars.records.words import SHORTEST, words_of

MANY = 200
"""So many lines are enough to choose from."""
_RARE = 3_000
"""A word in no more lines than this is read whole, and other words are looked for in the text."""
_DUE = 2_000
_ENOUGH = 12
"""Letters of a part that the trigram index is asked for; the text itself tells the rest for less."""


class Line(NamedTuple):
    """One customer or one person of the index, as folded text; not yet indexed lines have a negative id."""

    id: int
    customer: int | None
    person: int | None
    text: str


def lines_beginning(start: str, limit: int) -> list[Line]:
    """Return customers whose name begins with a text, in the order of names; the very same name is first."""
    condition, values = begins("name_folded", start)
    rows = _rows(
        f"SELECT id, name_folded FROM customer WHERE {condition} ORDER BY name_folded LIMIT %s",
        [*values, limit],
    )
    return [Line(-customer, customer, None, name) for customer, name in rows]


def lines_with(sets: Sequence[Sequence[Word]]) -> list[Line]:
    """Return lines that have a word of each set, at most `MANY`.

    The rarest words lead, so that what is common is never read whole.
    """
    ordered = sorted(sets, key=lambda words: sum(word.uses for word in words))
    if not ordered or not ordered[0]:
        return []
    rarest, others = ordered[0], ordered[1:]
    if not others or sum(word.uses for word in rarest) <= _RARE:
        return _with_words(_linked(rarest, [], _RARE if others else MANY), others)
    return _with_words(_linked(rarest, others[0], MANY), others[1:])


def lines_containing(parts: Sequence[str]) -> list[Line]:
    """Return lines that contain each part, at most `MANY`; parts too short for the index begin a word."""
    long = [part for part in parts if len(part) >= SHORTEST]
    short = [part for part in parts if len(part) < SHORTEST]
    if not long:
        return _with_short(short)
    columns = "SELECT l.id, l.customer_id, l.person_id, l.text FROM search_line l"
    if connection.vendor == "sqlite":
        match = " ".join('"' + part[:_ENOUGH].replace('"', '""') + '"' for part in long)
        checked = short + [part for part in long if len(part) > _ENOUGH]
        also = "".join(" AND instr(l.text, %s) > 0" for _ in checked)
        source = "JOIN search_text t ON t.rowid = l.id WHERE t.search_text MATCH %s"
        rows = _rows(f"{columns} {source}{also} LIMIT {MANY}", [match, *checked])
    else:
        conditions = " AND ".join(["l.text LIKE %s"] * len(parts))
        rows = _rows(f"{columns} WHERE {conditions} LIMIT {MANY}", [f"%{_escaped(part)}%" for part in parts])
    return [Line(*row) for row in rows]


def lines_due(parts: Sequence[str]) -> list[Line]:
    """Return matching customers and people that are new or renamed and not in the index yet."""
    names = _rows(
        "SELECT c.id, c.name_folded FROM search_due d JOIN customer c ON c.id = d.subject "
        f"WHERE d.kind = 0 LIMIT {_DUE}"
    )
    people = _rows(
        "SELECT p.id, p.name_folded || ' ' || lower(p.email) FROM search_due d "
        f"JOIN person p ON p.id = d.subject WHERE d.kind = 1 LIMIT {_DUE}"
    )
    lines = [Line(-customer, customer, None, name) for customer, name in names]
    lines += [Line(-(2**40) - person, None, person, text.strip()) for person, text in people]
    return [line for line in lines if all(part in line.text for part in parts)]


def _with_short(parts: Sequence[str]) -> list[Line]:
    letters = [part for part in parts if part.isalpha()]
    others = [part for part in parts if not part.isalpha()]
    lines = lines_with([words_beginning(part) for part in letters])
    return [line for line in lines if all(part in line.text for part in others)]


def _linked(words: Sequence[Word], others: Sequence[Word], limit: int) -> list[Line]:
    """Return lines that have one of these words, and one of the others if there are any."""
    condition, wanted = among(word.id for word in words)
    links, values = f"SELECT k.line_id FROM search_link k WHERE k.word_id {condition}", [wanted]
    if others:
        also, more = among(word.id for word in others)
        values.append(more)
        links += (
            f" INTERSECT SELECT line_id FROM search_link WHERE word_id {also}"
            if len(others) > 3
            else f" AND EXISTS (SELECT 1 FROM search_link o WHERE o.line_id = k.line_id AND o.word_id {also})"
        )
    rows = _rows(
        "SELECT l.id, l.customer_id, l.person_id, l.text "
        f"FROM ({links} LIMIT {limit}) few JOIN search_line l ON l.id = few.line_id",
        values,
    )
    return [Line(*row) for row in rows]


def _with_words(lines: Iterable[Line], sets: Sequence[Sequence[Word]]) -> list[Line]:
    texts = [{word.text for word in words} for words in sets]
    return [line for line in lines if all(not own.isdisjoint(words_of(line.text)) for own in texts)][:MANY]


def _escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _rows(statement: str, values: Sequence[Any] = ()) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())
