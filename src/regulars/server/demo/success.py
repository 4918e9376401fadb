"""What a seeded company agreed with its customers, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A human at a customer and the part they play; ``since`` and ``until`` are epoch days."""

    name: str
    email: str
    phone: str
    title: str
    part: str = ""
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class DemoSaid:
    """What the customer said of an outcome on a day."""

    day: int
    verdict: str
    value: float | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class DemoPromise:
    """What one side promised, by when, and when it was done."""

    side: str
    text: str
    due: int
    done: int | None = None


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """One outcome with what became of it.

    Units
    -----
    Epoch days; ``readings`` are (day, value), ``milestones`` (text, due, done, is go-live).
    """

    key: str
    sentence: str
    why: str
    noted: int
    due: int
    agreed: int | None = None
    measure: str = ""
    unit: str = ""
    baseline: float | None = None
    target: float | None = None
    readings: tuple[tuple[int, float], ...] = ()
    said: tuple[DemoSaid, ...] = ()
    milestones: tuple[tuple[str, int, int | None, bool], ...] = ()
    promises: tuple[DemoPromise, ...] = ()
    dropped: int | None = None


@dataclass(frozen=True, slots=True)
class DemoBlocker:
    """Something in the way; ``clears`` is who can unclog it."""

    text: str
    side: str
    clears: str
    opened: int
    closed: int | None = None


@dataclass(frozen=True, slots=True)
class DemoSuccess:
    """What is agreed with one customer, and what we know of them.

    ``knowledge`` is (kind, text, said by them, day), ``wishes`` (kind, text, test, day).
    """

    people: tuple[DemoPerson, ...] = ()
    outcomes: tuple[DemoOutcome, ...] = ()
    blockers: tuple[DemoBlocker, ...] = ()
    knowledge: tuple[tuple[str, str, bool, int], ...] = ()
    wishes: tuple[tuple[str, str, dict[str, object], int], ...] = field(default=())
    not_yet: tuple[str, int] | None = None
