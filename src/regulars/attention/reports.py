"""Results that reports and Today show, computed after everybody was assessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from django.db.models import Sum

from regulars.attention.expected import expected_today
from regulars.attention.facts import FactsAt, facts_at
from regulars.attention.fitting import KIND
from regulars.attention.models import ContractStanding, FittedModel, PlanStanding, StageCount
from regulars.attention.write.results import store_result
from regulars.insight.cohorts import cohort_cells, cohort_matrix, daily_counts, forecast_check, months_arrow
from regulars.insight.days import purchase_days
from regulars.insight.errors import RegularsError
from regulars.insight.figures import counted, percent
from regulars.insight.lifetime.models import fit_named
from regulars.insight.lifetime.skill import SkillCard
from regulars.insight.lifetime.summary import summaries
from regulars.insight.months import month_text
from regulars.insight.shapes import columns
from regulars.insight.stage import Stage
from regulars.records.money import money_words
from regulars.records.read.company import calendar_date, company

REPORTS = ("cohorts", "forecast", "score", "revenue", "survival", "health_reliability", "health_lift")
"""Results that are drawn."""

HELD_OUT_DAYS = 182
"""The forecast is made from the facts of half a year ago, so that it can be compared with what came."""

SAMPLED_CUSTOMERS = 50_000
SHOWN_MONTHS = 24
FEWEST_CUSTOMERS = 50


def refresh_today(as_of: int) -> None:
    """Compute and store what Today shows beside the next steps."""
    refresh_summary(as_of)
    with facts_at(as_of) as at:
        store_result("expected_today", as_of, expected_today(at, as_of))


def refresh_summary(as_of: int) -> None:
    """Compute and store the one line in which Today says how things stand."""
    store_result("summary", as_of, summary())


def refresh_reports(as_of: int) -> None:
    """Compute and store what the reports show."""
    store_result("score", as_of, score())
    with facts_at(as_of) as at:
        store_result("cohorts", as_of, cohorts(at, as_of))
        store_result("forecast", as_of, forecast(at, as_of))


def summary() -> dict[str, Any]:
    """Return how many bought, came back, are regulars, and did not come when they should."""
    counts = dict(StageCount.objects.values_list("stage", "customers"))
    bought = sum(number for stage, number in counts.items() if stage != Stage.PROSPECT)
    once = counts.get(Stage.FIRST_TIME_BUYER, 0)
    regulars = counts.get(Stage.REGULAR, 0) + counts.get(Stage.FOR_LIFE, 0)
    quiet = counts.get(Stage.GONE_QUIET, 0)
    came_back = bought - once - _lapsed_after_one()
    contracts = ContractStanding.objects.filter(contracts__gt=0)
    return {
        "bought": bought,
        "came_back": came_back,
        "regulars": regulars,
        "quiet": quiet,
        "sentence": contract_sentence()
        if company().buying == "contract" and contracts.exists()
        else (
            f"{bought:,} people bought, {came_back:,} came back, {regulars:,} are regulars; "
            f"{quiet:,} {'regular' if quiet == 1 else 'regulars'} did not come when they should."
        ),
    }


def contract_sentence() -> str:
    """Return where a company stands that sells on contract: confirmed outcomes first, money second."""
    working = PlanStanding.objects.filter(working=True)
    confirmed, without = working.filter(confirmed__gt=0).count(), working.filter(agreed=0).count()
    running = ContractStanding.objects.filter(contracts__gt=0)
    yearly = money_words(running.aggregate(sum=Sum("yearly"))["sum"] or 0, company().currency)
    return (
        f"{confirmed:,} of {counted(working.count(), 'customer')} {_have(confirmed)} confirmed an outcome, "
        f"{without:,} {_have(without)} agreed on none; {yearly} a year "
        f"from {running.count():,} under contract."
    )


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def _lapsed_after_one() -> int:
    from regulars.attention.models import Standing

    return Standing.objects.filter(stage__in=(Stage.LAPSED, Stage.CHURNED), purchase_days=1).count()


def score() -> dict[str, Any]:
    """Return how good the lifetime model was at earlier dates, or why that cannot be said yet."""
    fitted = FittedModel.objects.filter(kind=KIND).order_by("-id").first()
    if fitted is None:
        return {"sentence": "", "rows": [], "n": 0, "refusal": "Nobody has bought yet."}
    why = str(fitted.parameters["why"])
    if not fitted.card or fitted.card.get("refusal"):
        return {"sentence": why, "rows": [], "n": fitted.customers, "refusal": why}
    card = SkillCard.from_json(fitted.card)
    rows = [
        {
            "name": NAMES.get(name, name) if name != "model" else "Our score",
            "brier": one.brier,
            "log_loss": one.log_loss,
            "auc": one.auc,
            "mae": one.mae,
            "bias": one.bias,
        }
        for name, one in card.scored.items()
    ]
    skill = {
        "value": card.skill,
        "low": card.skill_low,
        "high": card.skill_high,
        "n": card.n,
        "as_of": card.as_of,
        "method": "1 - Brier score against the hiatus rule, bootstrap over customers",
        "refusal": "",
    }
    return {
        "sentence": _days_as_counted(card.sentence(), fitted),
        "why": _days_as_counted(why, fitted),
        "rows": rows,
        "model": card.model,
        "skill": skill,
        "n": card.n,
        "customers": card.customers,
        "horizon": card.horizon,
        "refusal": "",
    }


def _days_as_counted(sentence: str, fitted: FittedModel) -> str:
    """Return the sentence with its days named as they were counted."""
    return sentence.replace(" days", " open days") if fitted.parameters.get("in_open_days") else sentence


NAMES = {
    "base rate": "The same for everybody",
    "hiatus": "Bought recently or not",
    "own rate": "As often as until now",
    "logistic": "Another model",
}


def cohorts(at: FactsAt, as_of: int) -> dict[str, Any]:
    """Return how many of each month's first-time buyers bought again in the months after."""
    days = purchase_days(at.facts)
    span = at.collect(days.aggregate(first=days.day.min(), last=days.day.max())).to_pylist()[0]
    if span["first"] is None:
        return {"months": [], "sizes": [], "active": [], "reading": "", "refusal": "Nobody has bought yet."}
    months = at.engine.register("months", months_arrow(span["first"], span["last"]))
    matrix = cohort_matrix(columns(at.collect(cohort_cells(days, months))), as_of)
    shown = slice(max(0, len(matrix.months) - SHOWN_MONTHS), None)
    shares = matrix.shares[shown]
    active = [[round(float(one), 4) for one in row if not np.isnan(one)] for row in shares]
    return {
        "months": [month_text(int(month)) for month in matrix.months[shown]],
        "sizes": matrix.sizes[shown].tolist(),
        "active": active,
        "reading": _cohort_reading(matrix.sizes, matrix.active),
        "refusal": "",
    }


def _cohort_reading(sizes: Any, active: Any) -> str:
    after = 6
    if active.shape[1] <= after:
        return "Six months have not passed since the first purchases."
    ripe = active[:, after] >= 0
    people = int(sizes[ripe].sum())
    if not people:
        return "Six months have not passed since the first purchases."
    still = int(active[ripe, after].sum())
    return (
        f"Of 100 first-time buyers {round(100 * still / people)} bought again in the sixth month after "
        f"their first ({still:,} of {people:,})."
    )


def forecast(at: FactsAt, as_of: int) -> dict[str, Any]:
    """Return weekly repeat purchases: forecast half a year ago, and what happened."""
    days = purchase_days(at.facts)
    buyers = int(at.collect(days.aggregate(n=days.customer.nunique())).column("n")[0].as_py())
    cut = as_of - HELD_OUT_DAYS
    every = max(1, -(-buyers // SAMPLED_CUSTOMERS))
    if every > 1:
        days = days.filter(days.customer % every == 0)
    rows = columns(at.collect(days.select("customer", "day")))
    before = rows["day"] <= cut
    known = int(np.unique(rows["customer"][before]).size)
    if known < FEWEST_CUSTOMERS:
        return _no_forecast(f"Half a year ago {known:,} customers had bought; {FEWEST_CUSTOMERS} are needed.")
    try:
        fitted = fit_named("mbg", summaries(rows["customer"][before], rows["day"][before], cut), "map")
    except RegularsError as error:
        return _no_forecast(error.message)
    summary = summaries(rows["customer"][before], rows["day"][before], cut)
    return _compared(at, days, cut, as_of, every, fitted.expected_new, _known(fitted, summary))


def _known(fitted: Any, summary: Any) -> Callable[[Any], Any]:
    """Return what all known customers are expected to buy within so many days, on weekly knots."""

    def expected(ahead: Any) -> Any:
        knots = np.unique(np.append(np.arange(0, ahead.max() + 7, 7), ahead.max()))
        totals = [float(fitted.scores(summary, float(t)).expected.sum()) if t else 0.0 for t in knots]
        return np.interp(ahead, knots, totals)

    return expected


def _compared(
    at: FactsAt, days: Any, cut: int, as_of: int, every: int, expected_new: Any, expected: Any
) -> dict[str, Any]:
    counts = columns(at.collect(daily_counts(days)))
    first = int(counts["day"].min())
    births, repeats = (np.zeros(as_of - first + 1, dtype=np.int64) for _ in range(2))
    births[counts["day"] - first] = counts["births"]
    repeats[counts["day"] - first] = counts["repeats"]
    check = forecast_check(births, repeats, first, cut, expected_new, expected)
    shown = slice(max(0, len(check.weeks) - 78), None)
    told, came = check.expected[shown] * every, check.happened[shown] * every
    seen = ~check.after_fit[shown] & (told > 0)
    spread = float(np.mean((came[seen] - told[seen]) ** 2 / told[seen])) if seen.any() else 1.0
    half = 1.96 * np.sqrt(max(spread, 1.0) * np.maximum(told, 0.0))
    after = check.after_fit[shown]
    return {
        "weeks": [calendar_date(int(day)).isoformat() for day in check.weeks[shown]],
        "actual": came.tolist(),
        "expected": np.round(told, 1).tolist(),
        "low": np.round(np.maximum(told - half, 0), 1).tolist(),
        "high": np.round(told + half, 1).tolist(),
        "cut": calendar_date(cut).isoformat(),
        "reading": _forecast_reading(float(told[after].sum()), float(came[after].sum())),
        "refusal": "",
    }


def _forecast_reading(told: float, came: float) -> str:
    if not came:
        return "No repeat purchase came in the half year after the forecast."
    off = (told - came) / came
    word = "more" if off > 0 else "fewer"
    return (
        f"Half a year ago the model expected {told:,.0f} repeat purchase days for the time since; "
        f"{came:,.0f} came, so it expected {percent(abs(off))} {word}."
    )


def _no_forecast(why: str) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] for name in ("weeks", "actual", "expected", "low", "high")}
    return {**empty, "cut": "", "reading": "", "refusal": why}
