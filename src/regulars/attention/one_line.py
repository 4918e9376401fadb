"""A touchpoint typed as one line: 'called Ida, she loves it; wants oat deliveries; todo send prices friday'.

Pure. The first clause is what happened; its first word says how we met. Further clauses, after semicolons,
say what came of it: a word of ours before them decides ('praise', 'todo', …), else how they begin ('wants',
'complains', …); a clause that says neither belongs to what happened. Nothing is guessed from feelings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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

_NOUNS = "call|meeting|visit|mail|e-?mail|chat|event"
_MET_WHOM = re.compile(
    rf"^\s*(?P<how>(?:an?\s+)?(?:phone\s+)?(?:{_NOUNS}))\s+(?:(?:with|to|from|at|by|for)\s+)?(?P<who>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
"""How we met before about whom: 'call Café Nord', 'a meeting with Café Nord'."""

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


WEEK = timedelta(days=7)
_NEAR = {"today": 0, "yesterday": 1, "the day before yesterday": 2}
_MARK = re.compile(r"[,:]|\.(?=\s|$)")
_BEFORE = re.compile(
    r"\b(?:on\s+)?(?P<day>the day before yesterday|yesterday|today|\d{1,3}\s+(?:day|week)s?\s+ago"
    r"|a\s+week\s+ago|\d{4}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)
_ON_WEEKDAY = re.compile(rf"\b(?:on\s+|last\s+)*(?P<day>{'|'.join(_WEEKDAYS)})\b", re.IGNORECASE)
_FIRST_WORD = re.compile(r"^\s*[\w-]+")
_BETWEEN = frozenset({"with", "to", "at", "and"})
"""Words between how we met and whom."""


@dataclass(frozen=True, slots=True)
class AskedToRecord:
    """A line that asks to record: about whom, and what (empty while it is still being typed)."""

    who: str
    line: str

    @property
    def met(self) -> AskedToRecord | None:
        """The same where how we met stands before whom, None where it does not.

        A customer may be called Call Centre: whoever asks looks for that name first.

        Example
        -------
        >>> AskedToRecord("call Café Nord", "they like it").met
        AskedToRecord(who='Café Nord', line='call: they like it')
        """
        found = _MET_WHOM.match(self.who)
        if found is None:
            return None
        how = found["how"].split()[-1]
        return AskedToRecord(found["who"].strip(), f"{how}: {self.line}" if self.line else "")


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
    >>> entry = entry_of("met Mira yesterday, she likes it", 1, date(2026, 3, 3), {4: "Mira Falke"})
    >>> entry.on, entry.text
    (datetime.date(2026, 3, 2), 'she likes it')
    """
    first, *clauses = [part for clause in line.split(";") if (part := clause.strip())] or [""]
    lines: list[Line] = []
    words = re.findall(r"[\w-]+", first.lower())
    channel = _CHANNEL_OF.get(words[0], "") if words else ""
    whom = _named(first, people or {})
    on, said = _opening(first, [(people or {})[one] for one in whom], today) if channel else (today, first)
    told = [said]
    for clause in clauses:
        kind, text = _kind_of(clause)
        if not kind:
            told.append(clause)
        elif kind == "todo":
            lines.append(todo_of(text, today))
        else:
            lines.append(Line(kind, text, of="need" if kind == "knowledge" else ""))
    minutes = _MINUTES.search(first)
    text = "; ".join(part for part in told if part)
    return TouchpointEntry(
        customer=customer,
        on=on,
        # Whom we met and how is an entry by itself; without a name the typed words are all there is.
        text=text or ("" if whom else first),
        channel=channel,
        people=whom,
        minutes=int(minutes[1]) if minutes and int(minutes[1]) else None,
        lines=tuple(lines),
    )


def _opening(clause: str, names: Sequence[str], today: date) -> tuple[date, str]:
    """Return on which day we met, and what a first clause says beside how, whom and when.

    "met Mira yesterday" says no more than that; "called Ida about oats" stays as it is.
    """
    mark = _MARK.search(clause)
    piece, said = (clause[: mark.start()], clause[mark.start() :]) if mark else (clause, "")
    rest = said.lstrip(",:. ")
    on, piece = _day_of(piece, names, today)
    left = _beside(piece, names)
    return on, rest if not left and (rest or names) else f"{piece}{said}"


def _day_of(piece: str, names: Sequence[str], today: date) -> tuple[date, str]:
    """Return the day that the opening of a line names, and the opening without it; today where it names none.

    A weekday is the last of its name, and only where nothing but whom we met stands before it: "called Ida
    about Friday" was today.
    """
    found = _BEFORE.search(piece)
    day = _day_before(found["day"].lower(), today) if found else None
    if day is None:
        found = _ON_WEEKDAY.search(piece)
        if found is None or _beside(piece[: found.start()], names, unknown=True):
            return today, piece
        day = today - timedelta(days=(today.weekday() - _WEEKDAYS.index(found["day"].lower()) - 1) % 7 + 1)
    if found is None or day > today:
        return today, piece
    return day, f"{piece[: found.start()].rstrip()} {piece[found.end() :].lstrip()}".strip()


def _day_before(words: str, today: date) -> date | None:
    number = next(iter(re.findall(r"\d+", words)), "")
    if words.endswith("ago"):
        return today - timedelta(days=int(number) * (7 if "week" in words else 1)) if number else today - WEEK
    if words in _NEAR:
        return today - timedelta(days=_NEAR[words])
    return day_meant(words, today)


def _beside(piece: str, names: Sequence[str], *, unknown: bool = False) -> list[str]:
    """Return the words of an opening that are neither how we met nor whom.

    Parameters
    ----------
    unknown
        A word with a capital may be somebody we do not know.
    """
    known = {part for name in names for part in _WORD.findall(folded(name))} | _BETWEEN
    words = _WORD.findall(_FIRST_WORD.sub("", piece))
    return [one for one in words if folded(one) not in known and not (unknown and one[:1].isupper())]


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
