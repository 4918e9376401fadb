"""Is our score right? What it said of those who left, and what a scorecard learns from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from regulars.attention.known_then import WORDS
from regulars.attention.models import ContractStanding, StoredResult
from regulars.attention.person_months import PersonMonths, person_months
from regulars.attention.write.results import store_model, store_result
from regulars.insight.estimate import Estimate
from regulars.insight.figures import percent, percent_between
from regulars.insight.looking_back import DAYS_A_MONTH, Case
from regulars.insight.months import month_text
from regulars.insight.person_periods import PersonPeriods
from regulars.insight.score_drift import MonthJudged, feature_drift, monthly_calibration
from regulars.insight.scorecard import Scorecard, fit
from regulars.insight.track_record import TrackRecord, evaluate

KEY = "health_record"
KIND = "scorecard"
VERSION = 1
"""Of what is stored as a fitted model; rows of another version are not read."""
AHEAD = 3
"""Months before a loss at which the score is looked up."""
STALE_DAYS = 7
JUDGED_MONTHS = 12
_DRAWN_FROM = ("fifths", "ways", "lost_share", "horizon_days", "n", "refusal")
LATELY = 3
"""Months whose values are held against those before."""


def score_record_due(as_of: int) -> bool:
    """Return whether anybody is or was under contract and the record is a week old, or missing."""
    row = StoredResult.objects.filter(key=KEY).first()
    fresh = row is not None and 0 <= as_of - row.as_of < STALE_DAYS
    return not fresh and ContractStanding.objects.exists()


def refresh_score_record(as_of: int) -> dict[str, Any]:
    """Judge the score, fit the scorecard, store and return both.

    Below the floor nothing is fitted: the cases are stored with the reason.
    """
    told, card = _judged(as_of)
    if card is not None:
        kept = {name: told[name] for name in ("sentence", "ways", "n", "losses", "horizon_days")}
        store_model(
            KIND, as_of, parameters=card.to_json(), card=kept, customers=card.accounts, version=VERSION
        )
    store_result(KEY, as_of, told)
    for key, reading in DRAWN.items():
        drawn_from = {name: told[name] for name in _DRAWN_FROM}
        store_result(key, as_of, drawn_from | {"reading": "" if told["refusal"] else reading(told)})
    return told


def score_record(as_of: int) -> dict[str, Any]:
    """Return the record by what had happened by a day; nothing is stored."""
    return _judged(as_of)[0]


def _judged(as_of: int) -> tuple[dict[str, Any], Scorecard | None]:
    months = person_months(as_of, ahead=AHEAD)
    record = evaluate(months.rows, as_of, periods=AHEAD)
    told = _told(record, months)
    if record.refusal:
        return told, None
    card = fit(months.rows)
    return told | {"weights": weights_of(card), **_holding(months.rows, as_of)}, card


def _told(record: TrackRecord, months: PersonMonths) -> dict[str, Any]:
    """Return the record as plain values.

    Units
    -----
    ``until`` of a case is the first day no longer covered, an epoch day; ``horizon_days`` days.
    """
    shown, gone = record.shown, [_case(case, months) for case in record.shown.cases]
    return {
        "sentence": record.sentence(),
        "looked_back": shown.sentence() if shown.cases else "Nobody has left yet.",
        "fitted_back": "" if record.refusal else record.fitted.sentence(),
        "found": round(shown.found, 1),
        "seen": len(shown.seen),
        "chance": round(shown.chance, 1),
        "share": _estimate(shown.estimate(record.as_of)),
        "ways": [
            {"name": name, "brier": _plain(one.brier), "log_score": _plain(one.log_score)}
            | {part: _estimate(getattr(one, part)) for part in _ESTIMATES}
            for name, one in record.judged.items()
        ],
        "fifths": {
            name: [{"expected": fifth.expected, "came": _estimate(fifth.came)} for fifth in table]
            for name, table in record.fifths.items()
        },
        "lost_share": record.lost_share,
        "n": record.customers,
        "losses": record.losses,
        "forecasts": record.rows,
        "tested_losses": record.tested_losses,
        "vanished": record.vanished,
        "unseen": months.unseen,
        "tested_from": month_text(min(record.cuts)) if len(record.cuts) else "",
        "horizon_days": AHEAD * DAYS_A_MONTH,
        "weights": [],
        "months": [],
        "moved": [],
        "cases": sorted(gone, key=lambda case: (-case["until"], case["customer"])),
        "refusal": record.refusal,
    }


_ESTIMATES = ("skill", "auc", "average_precision", "lift", "scorecard_gain")


def _case(case: Case, months: PersonMonths) -> dict[str, Any]:
    spell = months.spells[case.account]
    return {
        "customer": spell.customer,
        "until": spell.until,
        "points": case.points,
        "ahead_of": case.ahead_of,
        "in_lowest": case.in_lowest,
        "known": months.known.get(case.account, ""),
    }


def weights_of(card: Scorecard) -> list[dict[str, Any]]:
    """Return each signal's weight in words and figures, with what is sure of it."""
    return [{**asdict(weight), "words": WORDS[weight.key]} for weight in card.weights()]


def _holding(rows: PersonPeriods, as_of: int) -> dict[str, Any]:
    """Return each month's chances against what came, and the signals whose values moved."""
    last = int(rows.month.max())
    judged: list[MonthJudged] = []
    for month in range(max(int(rows.month.min()) + AHEAD, last - JUDGED_MONTHS + 1), last + 1):
        now = rows[rows.month == month]
        if len(now):
            p = fit(rows[rows.month < month]).p_lost(now)
            judged += monthly_calibration(now.month, p, now.lost)
    before, lately = rows[rows.month <= last - LATELY], rows[rows.month > last - LATELY]
    moved = [
        signal.key
        for place, signal in enumerate(rows.signals)
        if feature_drift(signal.key, before.features[:, place], lately.features[:, place], as_of).investigate
    ]
    return {
        "months": [asdict(one) | {"month": month_text(one.month), "loud": one.loud} for one in judged],
        "moved": [WORDS[key] for key in moved],
    }


def _reliability_reading(told: Mapping[str, Any]) -> str:
    last = told["fifths"]["points shown"][-1]
    came = last["came"]
    return (
        f"Of the fifth that the score put lowest, {percent(last['expected'])} were expected to be lost "
        f"within {told['horizon_days']} days; "
        f"{percent_between(came['value'], came['low'], came['high'])} were."
    )


def _lift_reading(told: Mapping[str, Any]) -> str:
    lift = next(way["lift"] for way in told["ways"] if way["name"] == "points shown")
    return (
        f"In the tenth that the score puts lowest, {lift['value']:.1f} times as many were lost as in all "
        f"({lift['low']:.1f} to {lift['high']:.1f}); 1 is chance."
    )


DRAWN: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "health_reliability": _reliability_reading,
    "health_lift": _lift_reading,
}
"""Results that are drawn, with what each says in words."""


def _estimate(one: Estimate) -> dict[str, Any]:
    told = one.to_json()
    return told | {name: _plain(told[name]) for name in ("value", "low", "high")}


def _plain(value: float | None) -> float | None:
    """Return a figure that can be stored; None where it is not defined."""
    return None if value is None or not np.isfinite(value) else float(value)
