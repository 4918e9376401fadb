"""What the Success tab of a customer shows, and what they want above the fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.attention.read.success import OutcomeShown, Plan, Promise, WishShown
from regulars.insight.wish import CHANNELS, WishState
from regulars.ledger.dialects.incoming import KINDS
from regulars.records.models import (
    Acknowledgement,
    Colleague,
    Milestone,
    Outcome,
    OutcomeEdit,
    OutcomeTemplate,
    WishKind,
)
from regulars.records.opaque import opaque
from regulars.records.read.company import epoch_day
from regulars.records.read.people import Named
from regulars.records.read.success import outcome_templates
from regulars.web.pages.customer.success_drawing import Way, number_words, way
from regulars.web.templatetags.shown import OUTCOME_LOOK, short_date

OPEN_AT_ONCE = 3
"""So many outcomes are shown in full at once; of more, one is, and the others are a line each."""

LINES_AT_ONCE = 12
"""So many others stand below, the most urgent first; the rest are a step away."""

WISH_TONES = {
    WishState.UNMET: ("bad", "circle-x"),
    WishState.UNKNOWN: ("unknown", "circle-question-mark"),
    WishState.MET: ("good", "circle-check"),
}
FIELD_WORDS = {
    "sentence": "What they want", "why": "Why", "due_on": "By", "measure": "Measured by", "unit": "Unit",
    "baseline": "From", "target": "To", "reading_rule": "Read from entries", "owner_id": "Our owner",
    "their_owner_id": "Their owner", "said_by_id": "Said by",
}  # fmt: skip
RULE_WHATS = (
    ("sum", "sum of quantities"), ("count", "number of entries"), ("last", "last quantity"),
    ("distinct_days", "days with an entry"),
)  # fmt: skip
READINGS_SHOWN = 6
SUGGESTED_TESTS = (*CHANNELS, "1 day", "2 days", "en", "de", "fr", "es", "pt", "no selling")


@dataclass(frozen=True, slots=True)
class Aside:
    """A change kept aside: who wrote it, and field by field what stands and what they wrote."""

    edit: OutcomeEdit
    who: str
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One outcome as it is drawn, in full or on one line."""

    shown: OutcomeShown
    way: Way | None
    tone: str
    icon: str
    is_open: bool
    aside: tuple[Aside, ...]
    seen: tuple[str, ...]
    measured: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """The outcome itself."""
        return self.shown.outcome

    @property
    def ref(self) -> str:
        """How addresses name it."""
        return opaque(self.outcome.pk)

    @property
    def rule(self) -> str:
        """The rule its measure is read by, in words."""
        return rule_words(self.outcome.reading_rule)


@dataclass(frozen=True, slots=True)
class WishCard:
    """One wish with its tone and icon."""

    shown: WishShown
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class SuccessTab:
    """Everything the Success tab shows.

    ``more`` outcomes are not among the cards. ``colleagues`` are offered wherever a field asks for one.
    """

    cards: tuple[Card, ...]
    more: int
    milestones: Sequence[Milestone]
    promises: Sequence[Promise]
    wishes: tuple[WishCard, ...]
    colleagues: Sequence[Colleague]
    templates: Sequence[OutcomeTemplate]

    @property
    def wish_kinds(self) -> list[tuple[str, str]]:
        """What a wish may be about."""
        return [(str(value), str(word)) for value, word in WishKind.choices]

    @property
    def rule_whats(self) -> tuple[tuple[str, str], ...]:
        """What a rule may read of the entries."""
        return RULE_WHATS

    @property
    def suggested_tests(self) -> tuple[str, ...]:
        """What touchpoints can tell, to choose from."""
        return SUGGESTED_TESTS

    @property
    def entry_kinds(self) -> list[str]:
        """Kinds of entries that a measure can be read from."""
        return sorted(KINDS)


def success_tab(plan: Plan, chosen: str, people: Sequence[Named], owners: Sequence[Colleague]) -> SuccessTab:
    """Return the tab of a plan.

    Parameters
    ----------
    chosen
        The outcome that the address names, to be shown in full; ``all`` shows every one on its line.
    """
    names = _names(people, owners)
    refs = [opaque(one.outcome.pk) for one in plan.outcomes]
    opened = set(refs if len(refs) <= OPEN_AT_ONCE else [chosen if chosen in refs else refs[0]])
    most = len(refs) if chosen == "all" else LINES_AT_ONCE + len(opened)
    cards = [
        _card(one, names, is_open=ref in opened, drawn=ref in opened)
        for place, (ref, one) in enumerate(zip(refs, plan.outcomes, strict=True))
        if place < most or ref in opened
    ]
    return SuccessTab(
        cards=tuple(cards),
        more=len(refs) - len(cards),
        milestones=plan.milestones,
        promises=plan.promises,
        wishes=tuple(WishCard(one, *WISH_TONES[one.standing.state]) for one in plan.wishes),
        colleagues=owners,
        templates=list(outcome_templates()),
    )


def card_of(shown: OutcomeShown) -> Card:
    """Return an outcome on one line, for above the fold."""
    return _card(shown, lambda name, value: str(value), is_open=False, drawn=True)


def _card(shown: OutcomeShown, names: Callable[[str, Any], str], *, is_open: bool, drawn: bool) -> Card:
    icon, tone = OUTCOME_LOOK[shown.standing.state]
    return Card(
        shown=shown,
        way=way(shown) if drawn else None,
        tone=tone,
        icon=icon,
        is_open=is_open,
        aside=tuple(_aside(edit, names) for edit in shown.rows.aside),
        seen=tuple(_seen_words(one, shown.outcome.version) for one in shown.rows.seen) if is_open else (),
        measured=_measured(shown) if is_open else (),
    )


def _aside(edit: OutcomeEdit, names: Callable[[str, Any], str]) -> Aside:
    lines = tuple(
        (FIELD_WORDS[name], names(name, pair[0]), names(name, pair[1])) for name, pair in edit.changes.items()
    )
    return Aside(edit, edit.by.name if edit.by else "the customer", lines)


def _names(people: Sequence[Named], owners: Sequence[Colleague]) -> Callable[[str, Any], str]:
    """Return how a changed value is written: people by their names, numbers and days as they are."""
    by_id = {one.person: one.name for one in people}
    ours = {one.pk: one.name for one in owners}

    def words(name: str, value: Any) -> str:
        if value in (None, "", {}):
            return "nothing"
        if name == "reading_rule":
            return rule_words(value)
        if name == "owner_id":
            return ours.get(value, "somebody who left")
        if name.endswith("_id"):
            return by_id.get(value, "somebody who left")
        return number_words(value) if isinstance(value, float) else str(value)

    return words


def rule_words(rule: dict[str, Any]) -> str:
    """Write how a measure is read: sum of usage, Invoices, over 30 days."""
    if not rule:
        return ""
    what = {"sum": "sum of", "count": "number of", "last": "last", "distinct_days": "days with"}[rule["what"]]
    item = f", {rule['item']}" if rule.get("item") else ""
    return f"{what} {str(rule['kind']).replace('_', ' ')}{item}, over {rule['days']} days"


def _seen_words(one: Acknowledgement, version: int) -> str:
    who = one.colleague or one.person or one.name
    verb, on = ("agreed", one.agreed_on) if one.agreed_on else ("seen", one.seen_on)
    older = "" if one.version == version else f", version {one.version} of {version}"
    return f"{who}: {verb} {short_date(on)}{older}"


def _measured(shown: OutcomeShown) -> tuple[str, ...]:
    """Return the last readings in words, newest first, the one by rule before them."""
    unit, lines = shown.outcome.unit, []
    if shown.by_rule is not None:
        number = f"{shown.by_rule.entries} entr{'y' if shown.by_rule.entries == 1 else 'ies'}"
        last = short_date(shown.by_rule.day)
        lines.append(
            f"{number_words(shown.by_rule.value, unit)} today, read from {number}, the last of {last}"
        )
    for one in shown.rows.readings[:READINGS_SHOWN]:
        who = "the customer" if one.by_customer else one.by or "us"
        evidence = f": {one.evidence}" if one.evidence else ""
        lines.append(
            f"{number_words(one.value, unit)} on {short_date(epoch_day(one.day))}, by {who}{evidence}"
        )
    return tuple(lines)
