"""What one entry by hand can say: a touchpoint and what came of it. Pure words and shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

CHANNELS = {
    "call": "Call",
    "meeting": "Meeting",
    "visit": "Visit",
    "mail": "Mail",
    "chat": "Chat",
    "event": "Event",
}
"""How we met; kept as the property ``channel`` of a touchpoint."""

TURFS = {"theirs": "at theirs", "ours": "at ours", "elsewhere": "elsewhere"}
"""On whose ground; kept as the property ``turf``."""

LINES = {
    "praise": "Praise",
    "complaint": "Complaint",
    "request": "Request",
    "idea": "Idea",
    "characteristic": "Characteristic",
    "todo": "To-do",
    "blocker": "Blocker",
    "knowledge": "What we learnt",
}
"""What can come of a touchpoint beside itself, each with its word."""

_COUNTED = {
    "praise": ("praise", "praises"),
    "complaint": ("complaint", "complaints"),
    "request": ("request", "requests"),
    "idea": ("idea", "ideas"),
    "characteristic": ("characteristic", "characteristics"),
    "todo": ("to-do", "to-dos"),
    "blocker": ("blocker", "blockers"),
    "knowledge": ("card", "cards"),
    "note": ("note", "notes"),
    "mail": ("mail", "mails"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that came of a touchpoint.

    ``of`` is the kind of a card or the side of a blocker; ``due_on`` the date of a to-do.
    """

    kind: str
    text: str
    due_on: date | None = None
    of: str = ""
    said_by_them: bool = True


@dataclass(frozen=True, slots=True)
class TouchpointEntry:
    """One entry by hand. Without a channel nobody was met: then it is a note, which never becomes a fact.

    ``people`` are the row numbers of those of theirs who were there; ``selling`` is None where nobody said.
    """

    customer: int
    on: date
    text: str
    channel: str = ""
    people: tuple[int, ...] = ()
    turf: str = ""
    selling: bool | None = None
    minutes: int | None = None
    lines: tuple[Line, ...] = ()

    @property
    def kinds(self) -> list[str]:
        """What it records, one word each: the channel or ``note``, then its lines."""
        return [self.channel or "note", *(line.kind for line in self.lines)]


def counted_words(kinds: Sequence[str]) -> str:
    """Return what is recorded, counted.

    Example
    -------
    >>> counted_words(["call", "praise", "todo", "todo"])
    '1 call, 1 praise, 2 to-dos'
    """
    return ", ".join(f"{times} {_word(kind, times)}" for kind, times in Counter(kinds).items())


def _word(kind: str, times: int) -> str:
    one, many = _COUNTED.get(kind, (kind, f"{kind}s"))
    return one if times == 1 else many
