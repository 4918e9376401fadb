"""What a seeded company consists of, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from regulars.ledger.dialects.incoming import IncomingFact
from regulars.server.demo.success import DemoSuccess


@dataclass(frozen=True, slots=True)
class DemoColleague:
    """One of us."""

    name: str
    email: str
    role: str
    department: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A human at a customer."""

    name: str
    email: str
    phone: str
    title: str


@dataclass(frozen=True, slots=True)
class Buyer:
    """One customer of the company and what is usual for them.

    ``key`` is the identifier in the source ``source``; ``minute`` the usual minute of the day.
    """

    key: str
    name: str
    kind: str
    source: str
    usual: tuple[tuple[str, int], ...] = ()
    minute: int = 600
    owner: str = ""
    contact: Contact | None = None

    @property
    def is_person(self) -> bool:
        """Return whether this is one human rather than an organisation."""
        return self.contact is None and self.source == "till"


@dataclass(frozen=True, slots=True)
class Story:
    """Something planted that a user can find.

    ``step`` is the kind of next step that tells it, or "" when it shows elsewhere.
    """

    slug: str
    customer: str
    step: str
    sees: str


@dataclass(frozen=True, slots=True)
class DemoNote:
    """A note about a customer, by one of us."""

    key: str
    author: str
    day: int
    text: str


@dataclass(frozen=True, slots=True)
class DemoToDo:
    """Something one of us promised."""

    key: str
    owner: str
    due_day: int
    text: str


@dataclass(frozen=True, slots=True)
class DemoSource:
    """Where a part of the facts comes from."""

    slug: str
    name: str
    expected_every_days: int | None = None


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """A whole company, ready to be written.

    ``facts`` holds the facts of each source by the source's slug, oldest first; ``success`` what is agreed
    with whom, by key; ``kept`` the properties that facts may carry.
    """

    today: date
    settings: Mapping[str, object]
    sources: tuple[DemoSource, ...]
    colleagues: tuple[DemoColleague, ...]
    buyers: tuple[Buyer, ...]
    facts: Mapping[str, list[IncomingFact]]
    notes: tuple[DemoNote, ...] = ()
    todos: tuple[DemoToDo, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    success: Mapping[str, DemoSuccess] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    stories: tuple[Story, ...] = ()
