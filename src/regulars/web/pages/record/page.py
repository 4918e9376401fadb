"""The form by which one entry is recorded by hand, and what was typed into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict

from regulars.attention.read.knowing import kinds_of_card, knowing
from regulars.attention.touchpoint import CHANNELS, LINES, TURFS, Line, TouchpointEntry
from regulars.insight.errors import RegularsError
from regulars.insight.knowing import Question
from regulars.insight.typed import whole_number
from regulars.records.models import Customer, Role
from regulars.records.opaque import number, opaque
from regulars.records.read.company import epoch_day
from regulars.records.read.people import roles
from regulars.web.clock import typed_date

HINTS = {
    "praise": "In their words.",
    "complaint": "In their words.",
    "request": "What they ask for, in their words.",
    "idea": "In their words.",
    "characteristic": "What they said of themselves or do, never a judgement.",
    "todo": "What we promised.",
    "blocker": "What is in the way of their success.",
}
"""The lines that are ticked, in their order, each with what belongs in it; the card has its own question."""


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line to tick, with what was typed into it."""

    kind: str
    word: str
    hint: str
    ticked: bool
    text: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Everything the form shows: the customer, who can have been there, what was typed and what was wrong."""

    customer: Customer
    today: date
    people: Sequence[Role]
    chosen: frozenset[str]
    typed: Mapping[str, str]
    lines: Sequence[FormLine]
    channels: Mapping[str, str]
    turfs: Mapping[str, str]
    kinds: Sequence[tuple[str, str]]
    question: Question | None
    error: RegularsError | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


def record_form(
    customer: Customer, typed: QueryDict, today: date, error: RegularsError | None = None
) -> RecordPage:
    """Return the form with what was typed, empty at first."""
    ticked = set(typed.getlist("tick"))
    question = knowing(customer.pk, epoch_day(today)).question
    return RecordPage(
        customer=customer,
        today=today,
        people=[role for role in roles(customer.pk) if role.until is None],
        chosen=frozenset(typed.getlist("person")),
        typed={name: str(text) for name, text in typed.items()},
        lines=[
            FormLine(kind, LINES[kind], hint, kind in ticked, str(typed.get(kind, "")))
            for kind, hint in HINTS.items()
        ],
        channels=CHANNELS,
        turfs=TURFS,
        kinds=kinds_of_card(),
        question=question,
        error=error,
        errors=dict(error.fields) if error else {},
    )


def typed_entry(customer: int, typed: QueryDict, today: date) -> TouchpointEntry:
    """Return the entry that was typed.

    Raises
    ------
    RegularsError
        ``date-unreadable``, ``minutes-unreadable`` or ``channel-missing``.
    """
    channel = typed.get("channel", "")
    if not channel:
        sentence = "Choose how you met. What only we should know is a note, on their page."
        raise RegularsError("channel-missing", sentence, fields={"channel": sentence})
    return TouchpointEntry(
        customer=customer,
        on=typed_date(typed.get("on", ""), "on") or today,
        text=typed.get("text", ""),
        channel=channel,
        people=tuple(number(ref) for ref in typed.getlist("person")),
        turf=typed.get("turf", ""),
        selling=typed.get("selling") == "on",
        minutes=_minutes(typed.get("minutes", "")),
        lines=tuple(_lines(typed)),
    )


def _minutes(text: str) -> int | None:
    if not text.strip():
        return None
    found = whole_number(text, 99_999)
    if found is None:
        sentence = f"{text.strip()[:20]!r} is not a number of minutes. Write it as 20."
        raise RegularsError("minutes-unreadable", sentence, fields={"minutes": sentence})
    return found


def _lines(typed: QueryDict) -> Sequence[Line]:
    """Return the ticked lines in the order of the form; the last question counts when it is answered."""
    ticked = set(typed.getlist("tick"))
    found = [_line(kind, typed) for kind in HINTS if kind in ticked]
    learnt = str(typed.get("learnt", ""))
    if learnt.strip():
        by_them = typed.get("said", "them") == "them"
        found.append(Line("knowledge", learnt, of=str(typed.get("learnt_kind", "")), said_by_them=by_them))
    return found


def _line(kind: str, typed: QueryDict) -> Line:
    due = typed_date(typed.get("todo_due", ""), "todo_due") if kind == "todo" else None
    of = str(typed.get("blocker_side", "theirs")) if kind == "blocker" else ""
    return Line(kind, str(typed.get(kind, "")), due_on=due, of=of)


def prefilled(entry: TouchpointEntry) -> QueryDict:
    """Return a form filled in with what a typed line means."""
    filled = QueryDict(mutable=True)
    filled["text"], filled["channel"] = entry.text, entry.channel
    filled["on"] = entry.on.isoformat()
    filled["minutes"] = str(entry.minutes or "")
    filled.setlist("person", [opaque(person) for person in entry.people])
    filled.setlist("tick", [line.kind for line in entry.lines if line.kind in HINTS])
    for line in entry.lines:
        name = "learnt" if line.kind == "knowledge" else line.kind
        filled[name] = f"{filled[name]}; {line.text}" if name in filled else line.text
        if line.due_on:
            filled["todo_due"] = line.due_on.isoformat()
    return filled
