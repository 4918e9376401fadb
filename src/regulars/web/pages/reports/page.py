"""What the report pages show: results as the worker stored them, in words, drawings, tables and files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulars.attention.models import StoredResult
from regulars.insight.estimate import Estimate
from regulars.insight.figures import percent
from regulars.insight.loss_forecasts import WORDS
from regulars.insight.months import month_words
from regulars.records.money import amount_cell
from regulars.web.charts import TITLES, figure

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Report:
    """One stored result: its reading first, then the drawing, its twin as a table, and how old it is.

    ``state`` is "absent" (never computed), "refused" (not enough data yet) or "told".
    """

    key: str
    title: str
    state: str
    reading: str = ""
    refusal: str = ""
    drawing: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    as_of: int = 0
    computed_at: datetime | None = None


def cohort_rows(result: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the cohort table: a head, then month, size and the share that bought in each month after."""
    longest = max(map(len, result["active"]), default=1)
    yield ("First bought in", "People", *range(1, longest))
    for month, size, shares in zip(result["months"], result["sizes"], result["active"], strict=True):
        yield (month, size, *shares[1:], *[None] * (longest - len(shares)))


def forecast_rows(result: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the forecast table: a head, then week by week what happened and what was expected."""
    yield ("Week of", "Happened", "Expected", "At least", "At most")
    names = ("weeks", "actual", "expected", "low", "high")
    yield from zip(*(result[name] for name in names), strict=True)


SCORE_HEAD = {
    "name": "Way of telling",
    "brier": "Squared error (Brier)",
    "log_loss": "Surprise (log loss)",
    "auc": "Ranks right (AUC)",
    "mae": "Purchases off by",
    "bias": "Too many, in all",
}


def score_rows(result: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the card: a head, then each way of telling with its figures."""
    yield tuple(SCORE_HEAD.values())
    for row in result["rows"]:
        yield tuple(row.get(name) for name in SCORE_HEAD)


def revenue_rows(result: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the bridge: a head, then month by month what ran, what moved and what runs, and the currency."""
    names = ("start", "new", "returned", "expansion", "contraction", "lost", "end")
    currency = str(result.get("currency", ""))
    yield ("Month", "Start", "New", "Came back", "Grew", "Shrank", "Left", "End", "Currency")
    for month, *amounts in zip(result["months"], *(result[name] for name in names), strict=True):
        yield (month, *(amount_cell(amount, currency) for amount in amounts), currency)


def survival_rows(result: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the survival curve: a head, then the share still running after so many days."""
    yield ("Days", "Still running", "At least", "At most")
    yield from zip(*(result[name] for name in ("days", "value", "low", "high")), strict=True)


def reliability_rows(result: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the fifths: a head, then what each way of telling expected of each and what came."""
    yield ("Way of telling", "Forecasts", "Expected", "Came", "At least", "At most")
    for name, table in result["fifths"].items():
        for fifth in table:
            came = fifth["came"]
            yield (
                WORDS.get(name, name),
                came["n"],
                fifth["expected"],
                came["value"],
                came["low"],
                came["high"],
            )


def lift_rows(result: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the lift: a head, then each way of telling with its interval."""
    yield ("Way of telling", "Times as many", "At least", "At most")
    yield from (
        (WORDS.get(way["name"], way["name"]), *(way["lift"][name] for name in _INTERVAL))
        for way in result["ways"]
    )


_INTERVAL = ("value", "low", "high")

ROWS = {
    "cohorts": cohort_rows,
    "forecast": forecast_rows,
    "score": score_rows,
    "revenue": revenue_rows,
    "survival": survival_rows,
    "health_reliability": reliability_rows,
    "health_lift": lift_rows,
}


def figure_words(key: str, place: int, value: Any) -> str:
    """Return one cell of a table twin as people read it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return month_words(value) if key in {"cohorts", "revenue"} and not place else value
    if (key == "cohorts" and place > 1) or (key == "survival" and place > 0):
        return percent(value)
    if key == "health_reliability" and place > 1:
        return percent(value, digits=1)
    if key == "health_lift":
        return f"{value:.1f}"
    if key == "score":
        return percent(value, signed=True) if place == 5 else f"{value:.3f}"
    return f"{value:,.0f}"


def _told(row: StoredResult) -> Report:
    head, *rows = ROWS[row.key](row.result)
    words = tuple(
        tuple(figure_words(row.key, place, value) for place, value in enumerate(cells)) for cells in rows
    )
    return Report(
        key=row.key,
        title=TITLES[row.key],
        state="told",
        reading=row.result.get("reading") or row.result.get("sentence", ""),
        drawing=figure(row.key, row.drawing),
        head=tuple(str(cell) for cell in head),
        rows=words,
        as_of=row.as_of,
        computed_at=row.computed_at,
    )


def reports(*keys: str) -> list[Report]:
    """Return the stored results of these keys, in this order; what is not there says so."""
    stored = StoredResult.objects.in_bulk(keys)
    return [_report(key, stored.get(key)) for key in keys]


def _report(key: str, row: StoredResult | None) -> Report:
    if row is None:
        return Report(key, TITLES[key], "absent")
    if row.result.get("refusal"):
        return Report(
            key,
            TITLES[key],
            "refused",
            refusal=row.result["refusal"],
            as_of=row.as_of,
            computed_at=row.computed_at,
        )
    return _told(row)


@dataclass(frozen=True, slots=True)
class Skill:
    """How much closer our score was than the simple rule, with its interval."""

    words: str
    on: str
    model: str = ""


def skill() -> Skill | None:
    """Return the skill behind the score's sentence, or nothing when there is none to show."""
    row = StoredResult.objects.filter(key="score").first()
    if row is None or row.result.get("refusal") or not row.result.get("skill"):
        return None
    found = Estimate.from_json(row.result["skill"])
    if found.value is None or found.low is None or found.high is None:
        return None
    better = "closer" if found.value >= 0 else "further off"
    return Skill(
        words=f"{percent(abs(found.value))} {better} than the simple rule, "
        f"{percent(found.low, signed=True)} to {percent(found.high, signed=True)}",
        on=f"{found.n:,} forecasts, each checked {row.result['horizon']} days later",
        model=str(row.result.get("model", "")),
    )
