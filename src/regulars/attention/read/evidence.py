"""What a next step rests on: figures in words, and the entries themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.attention.models import NextStep
from regulars.insight.stage_words import day_words
from regulars.ledger.models import Fact

WORDS: Mapping[str, tuple[str, str]] = {
    "silence_open_days": ("Silent for", "{} open days"),
    "usual_gap_open_days": ("Usual gap", "{} open days"),
    "away_open_days": ("Away for", "{} open days"),
    "purchase_days": ("Rests on", "{} purchase days"),
    "low_demand_visits": ("In our slowest weeks", "{} visits"),
    "missed_us": ("Came or asked in vain", "{} times"),
    "customers": ("Concerns", "{} customers"),
    "order_number": ("Order", "{}"),
    "outcome_state": ("The outcome is", "{}"),
    "days_late": ("Behind by, in days", "{}"),
    "yearly": ("Worth a year", "{}"),
    "said_day": ("Said", "{}"),
    "opened_day": ("Open since", "{}"),
    "promised_day": ("Was promised for", "{}"),
    "renewal_day": ("Renews", "{}"),
    "left_day": ("Left", "{}"),
    "look_again_day": ("Look again", "{}"),
    "first_day": ("First purchase", "{}"),
    "last_day": ("Last purchase", "{}"),
    "due_day": ("Was expected", "{}"),
    "last_touchpoint_day": ("Last touchpoint", "{}"),
    "last_missed_day": ("Last time in vain", "{}"),
}
"""Name of a figure to its word and how its value is said."""

MOST_ENTRIES = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the evidence, in words."""

    word: str
    value: str


def figures(evidence: Mapping[str, Any]) -> tuple[Figure, ...]:
    """Return the figures of a step's evidence in the order in which they convince."""
    return tuple(
        Figure(word, form.format(_said(name, evidence[name])))
        for name, (word, form) in WORDS.items()
        if evidence.get(name) not in (None, "")
    )


def _said(name: str, value: Any) -> str:
    if name.endswith("_day"):
        return day_words(int(value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def entries_of(step: NextStep) -> Sequence[Fact]:
    """Return the entries a step rests on, newest first, at most MOST_ENTRIES."""
    facts = Fact.objects.select_related("source")
    if "facts" in step.evidence:
        chosen = facts.filter(pk__in=step.evidence["facts"])
    elif step.customer_id is not None:
        kinds = step.evidence.get("fact_kinds", ["purchase"])
        chosen = facts.filter(customer=step.customer_id, kind__in=kinds, day__lte=step.opened_day)
    else:
        return []
    return list(chosen.order_by("-day", "-id")[:MOST_ENTRIES])
