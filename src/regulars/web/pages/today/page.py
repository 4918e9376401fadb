"""What the page Today shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regulars.attention.read.base import nobody_buys
from regulars.attention.read.freshness import assessed, last_whole_day
from regulars.attention.read.today import (
    FIRST_DAY_NUMBER,
    Asking,
    Beginning,
    Reasons,
    is_first_day,
    question_of,
    reasons,
    stored,
    to_begin_with,
)
from regulars.records.models import Colleague, Customer, Source, ToDo
from regulars.records.read.company import Company
from regulars.records.read.todos import open_todos
from regulars.web.clock import today_of
from regulars.web.frame import address_of


@dataclass(frozen=True, slots=True)
class Expected:
    """One customer who is expected today.

    Units
    -----
    ``minute`` of the day, or None when no hour is usual.
    """

    customer: int
    name: str
    minute: int | None
    sentence: str


@dataclass(frozen=True, slots=True)
class TodayPage:
    """Everything the page Today shows.

    Units
    -----
    ``today`` is an epoch day.
    """

    today: int
    company: str
    summary: str
    reasons: Reasons
    asking: Asking | None
    daily_number: int
    todos: Sequence[ToDo]
    expected: tuple[Expected, ...]
    waiting: str
    assessed_day: int | None
    nobody_buys: bool
    beginning: tuple[Beginning, ...]
    has_demo: bool
    import_address: str
    load_demo_address: str
    remove_demo_address: str

    @property
    def title(self) -> str:
        """What stands above the reasons."""
        first = self.reasons.first if self.reasons.first_day else self.beginning
        if not first or (self.beginning and self.reasons.first):
            return "Today"
        return "Start with these ten" if len(first) == FIRST_DAY_NUMBER else "Start with these"


def waiting_for() -> str:
    """Return what is missing before anything can be said: customers, their assessment, or nothing."""
    if not Customer.objects.exists():
        return "customers"
    return "" if assessed() else "assessment"


def today_shown(company: Company, colleague: Colleague) -> TodayPage:
    """Return what a colleague sees today."""
    today = today_of(company)
    summary = stored("summary")
    shown = reasons(company.daily_number, first_day=is_first_day(today, company))
    unknown = nobody_buys()
    return TodayPage(
        today=today,
        company=company.name,
        summary=_summary(summary[0]) if summary else "",
        reasons=shown,
        asking=question_of(shown.first, today),
        daily_number=company.daily_number,
        todos=list(open_todos(colleague)[:50]),
        expected=_expected(stored("expected_today"), today),
        waiting=waiting_for(),
        assessed_day=last_whole_day(),
        nobody_buys=unknown,
        beginning=to_begin_with() if unknown and not shown.first else (),
        has_demo=Source.objects.filter(demo=True).exists(),
        import_address=address_of("data"),
        load_demo_address=address_of("demo_load"),
        remove_demo_address=address_of("demo_remove"),
    )


SUMMED = ("bought", "came_back", "regulars", "quiet")


def _summary(told: dict[str, Any]) -> str:
    """Return the line that sums the base up, nothing where it would only count to nought."""
    counts = [told[name] for name in SUMMED if name in told]
    return "" if counts and not any(counts) else str(told.get("sentence", ""))


def _expected(found: tuple[dict[str, Any], int] | None, today: int) -> tuple[Expected, ...]:
    if found is None or found[1] != today:
        return ()
    return tuple(_expected_one(row) for row in found[0].get("rows", ()))


def _expected_one(row: dict[str, Any]) -> Expected:
    """Return one expected customer; the name stands before the sentence, so the sentence goes without it."""
    name = str(row["name"])
    words = str(row.get("sentence", "")).removeprefix(name).strip()
    return Expected(int(row["customer"]), name, row.get("minute"), words)
