"""Touchpoints by hand: one entry, several facts, one transaction, and one way back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction

from regulars.attention.touchpoint import CHANNELS, LINES, TURFS, Line, TouchpointEntry, counted_words
from regulars.attention.write.blockers import open_blocker, undo_blocker
from regulars.insight.errors import RegularsError
from regulars.ledger.by_hand import Told, record_told
from regulars.ledger.undo_told import undo_told
from regulars.records.models import AuditEntry, Colleague, Note, Role, ToDo
from regulars.records.opaque import opaque
from regulars.records.read.company import epoch_day
from regulars.records.write import knowledge, notes, todos
from regulars.records.write.audit import moved_on, record_entry, require
from regulars.records.write.blockers import NewBlocker
from regulars.records.write.notes import said

LONGEST = 2000
MOST_MINUTES = 24 * 60
_FACTS = {
    "praise": "praise",
    "complaint": "complaint",
    "request": "request",
    "idea": "feedback",
    "characteristic": "characteristic_noted",
}
"""Lines that become facts, and of which kind."""


def record_touchpoint(actor: Colleague | None, entry: TouchpointEntry, *, today: date) -> AuditEntry:
    """Record one entry by hand with all that came of it, all of it or nothing.

    What was told becomes facts; to-dos, cards and blockers become theirs. An entry without a channel keeps
    its text as a note. The returned audit entry says in ``detail["words"]`` what was recorded, and
    `undo_touchpoint` takes all of it back.

    Raises
    ------
    RegularsError
        ``forbidden``, ``day-in-future``, ``touchpoint-unfit``, ``text-missing``, ``text-too-long``, and what
        the parts raise.
    """
    require(actor, "write")
    _fit(entry, today)
    group = secrets.token_hex(8)
    with transaction.atomic():
        told = [
            Told(entry.customer, message_id=f"{group}-{place}", day=epoch_day(entry.on), **given)
            for place, given in enumerate(_told(actor, entry))
        ]
        if told:
            record_told(told)
        kept: dict[str, Any] = {"todos": [], "entries": [], "notes": []}
        if not entry.channel:
            kept["notes"].append(notes.add_note(actor, entry.customer, entry.text, entry.on).pk)
        for line in entry.lines:
            _keep(actor, entry, line, kept)
        detail = {"messages": [one.message_id for one in told], "words": counted_words(entry.kinds), **kept}
        return record_entry(actor, "record_touchpoint", f"customer {entry.customer}", detail)


def undo_touchpoint(actor: Colleague | None, entry: AuditEntry) -> None:
    """Take back everything one entry recorded, in the caller's transaction.

    Raises
    ------
    RegularsError
        ``not-undoable`` when part of it moved on: a card was changed, a to-do done, a blocker cleared.
    """
    todos_left = list(ToDo.objects.select_for_update().filter(pk__in=entry.detail["todos"]))
    if any(todo.done_at for todo in todos_left) or _reworded(entry):
        raise moved_on()
    undo_told(entry.detail["messages"])
    for todo in todos_left:
        todos.drop_todo(actor, todo)
    for note in Note.objects.filter(pk__in=entry.detail["notes"]):
        notes.remove_note(actor, note)
    for inner in AuditEntry.objects.filter(pk__in=entry.detail["entries"]):
        if inner.action in knowledge.UNDOABLE:
            knowledge.undo_knowledge(actor, inner)
        else:
            undo_blocker(actor, inner)


def _reworded(entry: AuditEntry) -> bool:
    """Return whether somebody put other words into a to-do or a note since an entry recorded it."""
    since = AuditEntry.objects.filter(pk__gt=entry.pk, action__in=["change_todo", "change_note"])
    kept = {("todo", pk) for pk in entry.detail["todos"]} | {("note", pk) for pk in entry.detail["notes"]}
    return any(not kept.isdisjoint(detail.items()) for detail in since.values_list("detail", flat=True))


def _fit(entry: TouchpointEntry, today: date) -> None:
    # That we met somebody of theirs, and how, is worth an entry without a further word.
    if entry.text.strip() or not (entry.channel and entry.people):
        said(entry.text, at_most=LONGEST)
    if entry.on > today:
        sentence = "This day is still to come. Choose today or a day before it."
        raise RegularsError("day-in-future", sentence, fields={"on": sentence})
    known = entry.channel in ("", *CHANNELS) and entry.turf in ("", *TURFS)
    if not known or any(line.kind not in LINES for line in entry.lines):
        raise RegularsError("touchpoint-unfit", "Choose how you met from the list.")
    if entry.minutes is not None and not 0 < entry.minutes <= MOST_MINUTES:
        sentence = "Between 1 minute and a day."
        raise RegularsError("touchpoint-unfit", sentence, fields={"minutes": sentence})
    there = set(Role.objects.filter(customer_id=entry.customer).values_list("person_id", flat=True))
    if not there.issuperset(entry.people):
        raise RegularsError("not-found", "This person is not here any more.", 404)


def _told(actor: Colleague | None, entry: TouchpointEntry) -> Iterator[dict[str, Any]]:
    """Yield what becomes facts: the touchpoint itself, then the lines."""
    people = " ".join(opaque(person) for person in entry.people)
    if entry.channel:
        given = {
            "channel": entry.channel,
            "person": people,
            "turf": entry.turf,
            "selling": entry.selling,
            "minutes": entry.minutes,
            "department": actor.department if actor else "",
        }
        properties = {name: value for name, value in given.items() if value not in (None, "")}
        yield {"kind": "touchpoint", "text": entry.text.strip(), "properties": properties}
    for line in entry.lines:
        if line.kind in _FACTS:
            yield _told_line(line, people)


def _told_line(line: Line, people: str) -> dict[str, Any]:
    properties = {"person": people} if people else {}
    if line.kind == "characteristic":
        return {"kind": _FACTS[line.kind], "item": _short(line, 200), "properties": properties}
    item = "idea" if line.kind == "idea" else ""
    return {"kind": _FACTS[line.kind], "text": _short(line, LONGEST), "item": item, "properties": properties}


def _short(line: Line, at_most: int) -> str:
    return said(line.text, at_most=at_most, field=line.kind)


def _keep(actor: Colleague | None, entry: TouchpointEntry, line: Line, kept: dict[str, Any]) -> None:
    """Keep a line that is no fact of its own."""
    if line.kind == "todo":
        todo = todos.add_todo(actor, line.text, due_on=line.due_on, customer=entry.customer)
        kept["todos"].append(todo.pk)
    elif line.kind == "knowledge":
        by = entry.people[0] if len(entry.people) == 1 else None
        card = knowledge.note_knowledge(
            actor, entry.customer, line.of, line.text, said_by_them=line.said_by_them, noted_on=entry.on,
            said_by=by,
        )  # fmt: skip
        kept["entries"].append(card.pk)
    elif line.kind == "blocker":
        new = NewBlocker(line.text, side=line.of or "theirs")
        kept["entries"].append(open_blocker(actor, entry.customer, new, entry.on).pk)
