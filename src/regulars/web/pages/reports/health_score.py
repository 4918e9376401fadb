"""Is our score right, for customers under contract: the stored record in words, tables and cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulars.attention.models import ContractStanding, StoredResult
from regulars.attention.read.names import names_of
from regulars.attention.score_record import DRAWN, KEY
from regulars.insight.figures import percent_between
from regulars.insight.loss_forecasts import BASE_RATE, POINTS, SILENCE, TENURE, WORDS
from regulars.insight.months import month_words
from regulars.web.pages.reports.page import Report, reports

SHOWN_CASES = 60


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One who left: who, when, what they scored so long before, and what was known then.

    ``verdict`` is "seen" where the score had put them into the lowest third, "missed" where not, "" where
    there was no score.
    """

    customer: int
    name: str
    until: int
    score: str
    verdict: str
    known: str


@dataclass(frozen=True, slots=True)
class HealthScorePage:
    """Everything the section shows; ``state`` is "absent", "refused" or "told"."""

    state: str
    told: Mapping[str, Any]
    lead: str = ""
    ways: tuple[tuple[str, ...], ...] = ()
    weights: tuple[tuple[str, ...], ...] = ()
    loud: tuple[str, ...] = ()
    cases: tuple[CaseLine, ...] = ()
    left: int = 0
    drawn: tuple[Report, ...] = ()
    as_of: int = 0
    computed_at: datetime | None = None

    @property
    def since(self) -> str:
        """The first month that was tested, in words."""
        told = str(self.told.get("tested_from") or "")
        return month_words(told) if told else ""


def health_score_page() -> HealthScorePage | None:
    """Return the record of the health score; nothing where nobody is or was under contract."""
    row = StoredResult.objects.filter(key=KEY).first()
    if not ContractStanding.objects.exists():
        return None
    if row is None:
        return HealthScorePage("absent", {})
    told = row.result
    return HealthScorePage(
        state="refused" if told["refusal"] else "told",
        told=told,
        lead=lead_words(told["ways"]),
        ways=tuple(_way(way) for way in told["ways"]),
        weights=tuple(_weight(weight) for weight in told["weights"]),
        loud=tuple(_month(month) for month in told["months"] if month["loud"]),
        cases=_cases(told["cases"]),
        left=len(told["cases"]),
        drawn=() if told["refusal"] else tuple(reports(*DRAWN)),
        as_of=row.as_of,
        computed_at=row.computed_at,
    )


_RULES = {
    BASE_RATE: "saying the same of everybody",
    TENURE: "counting only how long somebody has been a customer",
    SILENCE: "counting only how long nobody has heard of them",
}


def lead_words(ways: Sequence[Mapping[str, Any]]) -> str:
    """Return in a plain sentence whether our score foresees losses better than the simple rules do."""
    skill = {way["name"]: way["skill"] for way in ways if way["skill"]["value"] is not None}
    ours = skill.get(POINTS)
    rules = [name for name in _RULES if name in skill]
    if ours is None or not rules:
        return ""
    best = max(rules, key=lambda name: float(skill[name]["value"]))
    rule = _RULES[best]
    if _surely_more(skill[best], ours):
        return f"{rule.capitalize()} foresees losses better than our score does."
    if _surely_more(ours, skill[best]):
        return f"Our score foresees losses better than {rule} does."
    return f"Our score and {rule} foresee losses about equally well: nobody can tell yet which is better."


def _surely_more(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether each lies outside the other's interval, the first above."""
    low = one["value"] if one["low"] is None else one["low"]
    high = other["value"] if other["high"] is None else other["high"]
    return bool(low > other["value"] and one["value"] > high)


def _way(way: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one way of telling: its words, what everybody can read, then what is for statisticians."""
    return (
        WORDS.get(way["name"], way["name"]),
        _share(way["skill"]),
        _interval(way["lift"], ".1f"),
        _interval(way["auc"], ".2f"),
        _interval(way["average_precision"], ".2f"),
        f"{way['brier']:.4f}",
        f"{way['log_score']:.3f}",
    )


def _interval(one: Mapping[str, Any], how: str) -> str:
    """Return a figure with its interval: 3.2 (2.4 to 4.1)."""
    if one["value"] is None:
        return "not defined"
    middle = format(one["value"], how)
    if one["low"] is None or one["high"] is None:
        return middle
    ends = [format(end, how) for end in (one["low"], one["high"])]
    return middle if ends == [middle, middle] else f"{middle} ({ends[0]} to {ends[1]})"


def _share(one: Mapping[str, Any]) -> str:
    """Return a share with its interval: +5 % (+1 % to +9 %)."""
    if one["value"] is None:
        return "not defined"
    return percent_between(one["value"], one["low"], one["high"], signed=True)


def _weight(weight: Mapping[str, Any]) -> tuple[str, ...]:
    se = "" if weight["se"] is None else f" ± {weight['se']:.2f}"
    said = f"{-weight['prior']:+.2f}" if weight["prior"] else "not said"
    points = f"{weight['points_per_unit']:+.1f}" if weight["points_per_unit"] else "0"
    learnt = f"{-weight['beta'] or 0.0:+.2f}{se}"
    return weight["words"], *(_minus(one) for one in (learnt, said, points)), weight["note"]


def _minus(figure: str) -> str:
    return figure.replace("-", "\N{MINUS SIGN}")


def _month(month: Mapping[str, Any]) -> str:
    return f"{month_words(month['month'])}: {month['lost']:,} lost, {month['expected']:.1f} expected"


def _cases(cases: Sequence[Mapping[str, Any]]) -> tuple[CaseLine, ...]:
    """Return the latest cases; who was erased since is left out."""
    shown = sorted(cases, key=lambda case: -case["until"])[:SHOWN_CASES]
    names = names_of([case["customer"] for case in shown])
    return tuple(
        CaseLine(
            case["customer"],
            names[case["customer"]],
            case["until"],
            "" if case["points"] is None else f"{case['points']:.0f}",
            "" if case["in_lowest"] is None else "seen" if case["in_lowest"] >= _HALF else "missed",
            case["known"],
        )
        for case in shown
        if case["customer"] in names
    )


_HALF = 0.5
