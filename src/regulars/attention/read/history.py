"""A customer's history: one stream of what happened, what we noted and where they stood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby

from regulars.attention.models import NextStep, StandingHistory
from regulars.attention.read.fact_words import CONTRACTS, SUCCESS, entry_words, people_named, said_not_yet
from regulars.attention.rules.registry import TITLES
from regulars.insight.stage import Stage
from regulars.ledger.models import Fact
from regulars.records.models import Confirmation, Note, ToDo
from regulars.records.read.company import Company, epoch_day
from regulars.records.registry import BY_HAND

PAGE = 60
DAY_AT_MOST = 500
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "all": ("Everything", ()),
    "purchases": ("Purchases", ("purchase", "refund", "missed_us")),
    "touchpoints": ("Touchpoints", ("touchpoint",)),
    "said": (
        "What they said",
        ("praise", "complaint", "feedback", "referral", "request", "survey_answer", "correction_asked"),
    ),
    "success": ("Success", SUCCESS),
    "contracts": ("Contracts", CONTRACTS),
    "notes": ("Notes", ()),
    "stages": ("Where they stood", ()),
}
"""Filter chips: word, and the kinds of facts they let through."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history.

    Units
    -----
    ``day`` and ``learnt_day`` are epoch days (the second only where it was learnt later), ``minute`` of the
    day, ``amount`` minor units of ``currency``.
    """

    day: int
    minute: int | None
    kind: str
    words: str
    said: str = ""
    amount: int | None = None
    currency: str = ""
    source: str = ""
    learnt_day: int | None = None
    note: int | None = None
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day, latest first."""

    day: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some days of the history, and the day on which the next page begins (None at its end)."""

    days: tuple[Day, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """Which part of whose history is asked for.

    ``known_by`` leaves out what was received after that day; ``until`` what happened after it.
    """

    customer: int
    only: str
    until: int
    known_by: int | None = None


def history(question: Question, company: Company) -> HistoryPage:
    """Return the days of a page, newest first, cut at whole days so that no order is torn apart."""
    facts, before = _facts(question)
    lowest = before + 1 if before is not None else -(2**31)
    entries = [*_order_entries(facts, company.currency), *_others(question, company, lowest)]
    entries.sort(key=lambda entry: (entry.day, entry.minute or 0), reverse=True)
    days = tuple(Day(day, tuple(found)) for day, found in groupby(entries, key=lambda entry: entry.day))
    return HistoryPage(days, before)


def _facts(question: Question) -> tuple[list[Fact], int | None]:
    """Return the facts of one page, and the last day of the next."""
    if question.only in {"notes", "stages"}:
        return [], None
    rows = Fact.objects.filter(customer=question.customer, day__lte=question.until)
    kinds = KINDS[question.only][1]
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if question.known_by is not None:
        rows = rows.filter(received_day__lte=question.known_by)
    ordered = rows.select_related("source").order_by("-day", "-id")
    found = list(ordered[: PAGE + 1])
    if len(found) <= PAGE:
        return found, None
    cut = found[PAGE].day
    if found[0].day == cut:
        return list(ordered.filter(day=cut)[:DAY_AT_MOST]), cut - 1
    return [fact for fact in found if fact.day > cut], cut


def _order_entries(facts: Sequence[Fact], currency: str) -> Iterator[Entry]:
    """Yield one entry for each fact, the item rows of one order in one entry."""
    orders: dict[tuple[int, str, str, int], list[Fact]] = {}
    for fact in facts:
        key = (fact.day, fact.kind, fact.order_number, 0 if fact.order_number else fact.pk)
        orders.setdefault(key, []).append(fact)
    names, own = people_named(facts), _by_link(facts)
    for rows in orders.values():
        yield _entry(rows, currency, names, own)


def _by_link(facts: Sequence[Fact]) -> set[str]:
    """Return the ids of the entries that the customer made on the page of their plan.

    What was said of an outcome is known by its confirmation, other words by the link they came by.
    """
    on_page = {
        fact.message_id for fact in facts if fact.source.slug == BY_HAND and fact.properties.get("share")
    }
    return on_page | _confirmed_by_link(facts)


def _confirmed_by_link(facts: Sequence[Fact]) -> set[str]:
    said = {
        fact.message_id: int(about[2])
        for fact in facts
        if len(about := fact.message_id.split(":")) == 3 and about[1] == "confirmation" and about[2].isdigit()
    }
    if not said:
        return set()
    rows = Confirmation.objects.filter(pk__in=said.values(), noted_by=None, share__isnull=False)
    by_link = set(rows.values_list("pk", flat=True))
    return {message for message, row in said.items() if row in by_link}


def _entry(rows: list[Fact], currency: str, names: Mapping[str, str], own: Set[str]) -> Entry:
    first = rows[-1]
    items = ", ".join(words for row in reversed(rows) if (words := entry_words(row, names)))
    amounts = [row.amount for row in rows if row.amount is not None]
    total = sum(amounts)
    return Entry(
        day=first.day,
        minute=first.minute,
        kind="not_yet" if said_not_yet(first) else first.kind,
        words=items,
        said=" ".join(row.text for row in rows if row.text),
        amount=(-abs(total) if first.kind == "refund" else total) if amounts else None,
        currency=first.currency or currency,
        source="said on their page" if first.message_id in own else first.source.name,
        learnt_day=first.received_day if first.received_day > first.day + 1 else None,
        order_number=first.order_number,
    )


def _others(question: Question, company: Company, lowest: int) -> Iterator[Entry]:
    """Yield notes, stages, kept to-dos and answered steps of the page's days."""
    wanted = question.only
    span = range(lowest, question.until + 1)
    if wanted in {"all", "notes"}:
        yield from (entry for entry in _notes(question.customer) if entry.day in span)
    if wanted in {"all", "stages"}:
        yield from (entry for entry in _stages(question.customer) if entry.day in span)
    if wanted == "all":
        yield from (entry for entry in _done(question.customer, company) if entry.day in span)


def _notes(customer: int) -> Iterator[Entry]:
    notes = Note.objects.filter(customer=customer, removed_at=None).select_related("author")
    for note in notes:
        author = note.author.name if note.author else ""
        yield Entry(epoch_day(note.noted_on), None, "note", "", note.text, source=author, note=note.pk)


def _stages(customer: int) -> Iterator[Entry]:
    for row in StandingHistory.objects.filter(customer=customer):
        was = f"was {Stage(row.was).word}" if row.was is not None else ""
        yield Entry(row.day, None, "stage", Stage(row.stage).word, was, source="Regulars")


def _done(customer: int, company: Company) -> Iterator[Entry]:
    todos = ToDo.objects.filter(customer=customer).exclude(done_at=None).select_related("owner")
    for todo in todos:
        if todo.done_at is not None:
            who = todo.owner.name if todo.owner else ""
            yield Entry(company.day_of(todo.done_at), None, "todo", todo.text, source=who)
    answered = NextStep.objects.filter(customer=customer).exclude(answered_at=None)
    for step in answered.select_related("answered_by"):
        if step.answered_at is not None:
            who = step.answered_by.name if step.answered_by else ""
            words = (
                f"{TITLES.get(step.kind, step.kind)}: {step.get_state_display().lower().replace('_', ' ')}"
            )
            day = company.day_of(step.answered_at)
            yield Entry(day, None, "answer", words, step.answer_reason, source=who)
