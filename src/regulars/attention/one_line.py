"""A touchpoint typed as one line: 'called Ida, she loves it; wants oat deliveries; todo send prices friday'.

Pure. The first clause is what happened; its first word says how we met. Further clauses, after semicolons,
say what came of it: a word of ours before them decides ('praise', 'todo', …), else how they begin ('wants',
'complains', …); a clause that says neither belongs to what happened. Nothing is guessed from feelings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from regulars.attention.touchpoint import Line, TouchpointEntry
from regulars.insight.when import day_meant
from regulars.records.folding import folded

ASKED = re.compile(
    r"^\s*(?:note|record|log)\s+(?P<who>[^:]+?)\s*(?::\s*(?P<line>.*))?$", re.IGNORECASE | re.DOTALL
)
"""What is typed to record rather than to find: the customer, then, after a colon, the line."""

_CHANNELS = {
    "call": ("call", "called", "phoned", "rang", "phone", "spoke", "talked"),
    "meeting": ("meeting", "met", "meet"),
    "visit": ("visit", "visited"),
    "mail": ("mail", "mailed", "email", "e-mail", "emailed", "wrote"),
    "chat": ("chat", "chatted", "texted", "messaged"),
    "event": ("event",),
}
_CHANNEL_OF = {word: channel for channel, words in _CHANNELS.items() for word in words}

_NAMED = {
    "praise": ("praise",),
    "complaint": ("complaint",),
    "request": ("request",),
    "idea": ("idea",),
    "characteristic": ("characteristic",),
    "todo": ("todo", "to-do"),
    "blocker": ("blocker", "blocked"),
    "knowledge": ("learnt", "learned"),
}
_BEGINS = {
    "praise": ("praises", "praised"),
    "complaint": ("complains", "complained"),
    "request": ("wants", "wanted", "asks", "asked", "would like"),
    "idea": ("suggests", "suggested", "proposes", "proposed"),
}
_NAME_OF = {word: kind for kind, words in _NAMED.items() for word in words}
_BEGIN_OF = {word: kind for kind, words in _BEGINS.items() for word in words}

_WORD = re.compile(r"\w+")
_MINUTES = re.compile(r"\b(\d{1,3})\s*min(?:utes?|s)?\b", re.IGNORECASE)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DUE = re.compile(
    r"[\s,]+(?:(?:on|by|until)\s+)?(\d{4}-\d{2}-\d{2}|today|tomorrow|next week|in\s+\d{1,3}\s+(?:day|week)s?|"
    + "|".join(_WEEKDAYS)
    + r")\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AskedToRecord:
    """A line that asks to record: about whom, and what (empty while it is still being typed)."""

    who: str
    line: str


def asked_to_record(typed: str) -> AskedToRecord | None:
    """Return what a line asks to record, None when it only asks to find somebody.

    Example
    -------
    >>> asked_to_record("note Café Nord: called Ida")
    AskedToRecord(who='Café Nord', line='called Ida')
    >>> asked_to_record("Café Nord") is None
    True
    """
    found = ASKED.match(typed)
    return None if found is None else AskedToRecord(found["who"], (found["line"] or "").strip())


def entry_of(
    line: str, customer: int, today: date, people: Mapping[int, str] | None = None
) -> TouchpointEntry:
    """Return the entry that a line means.

    Parameters
    ----------
    people
        Row number and name of those of theirs who may be named in the first clause.

    Example
    -------
    >>> entry = entry_of("called Ida, loves it; wants oats; todo send prices friday", 1, date(2026, 3, 3))
    >>> entry.channel, [(line.kind, line.text, line.due_on) for line in entry.lines]
    ('call', [('request', 'wants oats', None), ('todo', 'send prices', datetime.date(2026, 3, 6))])
    """
    first, *clauses = [part for clause in line.split(";") if (part := clause.strip())] or [""]
    told, lines = [first], []
    for clause in clauses:
        kind, text = _kind_of(clause)
        if not kind:
            told.append(clause)
        elif kind == "todo":
            lines.append(todo_of(text, today))
        else:
            lines.append(Line(kind, text, of="need" if kind == "knowledge" else ""))
    words = re.findall(r"[\w-]+", first.lower())
    minutes = _MINUTES.search(first)
    return TouchpointEntry(
        customer=customer,
        on=today,
        text="; ".join(told),
        channel=_CHANNEL_OF.get(words[0], "") if words else "",
        people=_named(first, people or {}),
        minutes=int(minutes[1]) if minutes and int(minutes[1]) else None,
        lines=tuple(lines),
    )


def _kind_of(clause: str) -> tuple[str, str]:
    """Return what a clause is and its words; no kind when it only goes on with what happened."""
    head, _, rest = clause.partition(" ")
    kind = _NAME_OF.get(head.lower().rstrip(":,"), "")
    if kind and rest.strip():
        return kind, rest.strip().removeprefix("by ").removeprefix("that ")
    lower = clause.lower()
    begun = next(
        (kind for word, kind in _BEGIN_OF.items() if re.match(rf"(?:(?!we |i )\w+ )?{word}\b", lower)), ""
    )
    return begun, clause


def todo_of(text: str, today: date) -> Line:
    """Return a to-do, its date taken from how it ends: 'friday', 'by 2026-03-06', 'in 2 weeks'.

    Example
    -------
    >>> todo_of("send prices in 2 weeks", date(2026, 3, 3))
    Line(kind='todo', text='send prices', due_on=datetime.date(2026, 3, 17), of='', said_by_them=True)
    """
    plain = Line("todo", text)
    found = _DUE.search(text)
    due = _due(found[1].lower(), today) if found else None
    return plain if found is None or due is None else replace(plain, text=text[: found.start()], due_on=due)


def _due(words: str, today: date) -> date | None:
    if words in _WEEKDAYS:
        # A weekday is the next one of its name, never today.
        return today + timedelta(days=(_WEEKDAYS.index(words) - today.weekday() - 1) % 7 + 1)
    return day_meant("1 week" if words == "next week" else words, today)


def _named(clause: str, people: Mapping[int, str]) -> tuple[int, ...]:
    """Return the people whose whole or first name stands in a clause, unless two of them share it."""
    text = f" {' '.join(_WORD.findall(folded(clause)))} "
    by_name: dict[str, set[int]] = {}
    for person, name in people.items():
        parts = _WORD.findall(folded(name))
        for known in {" ".join(parts), parts[0] if parts else ""} - {""}:
            by_name.setdefault(known, set()).add(person)
    found = {min(them) for name, them in by_name.items() if f" {name} " in text and len(them) == 1}
    return tuple(sorted(found))
