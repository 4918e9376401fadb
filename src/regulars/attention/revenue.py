"""Recurring revenue and how long contracts last: computed from contract terms, stored for the report."""

from __future__ import annotations

from typing import Any

import numpy as np

from regulars.attention.contracts import ContractTerms, contract_terms
from regulars.attention.forecast_record import forecast_record
from regulars.attention.write.results import store_result
from regulars.insight.estimate import Estimate
from regulars.insight.figures import counted, percent
from regulars.insight.lifetime import contract as models
from regulars.insight.lifetime.renewals_kept import Periods
from regulars.insight.lives import Lives, lives_of
from regulars.insight.months import month_of, month_text
from regulars.insight.revenue import Bridge, Movement, Retention, bridge, mrr_at
from regulars.insight.terms import LeftOut, Terms, month_bounds, terms_of
from regulars.records.models import KindOfCustomer
from regulars.records.read.company import company

MONTHS = 24
MOST_BEHIND = 300
"""Customers kept behind one figure, the largest first; the rest are counted."""
YEARS_AHEAD = 6

MOVEMENTS = {
    Movement.NEW: "new",
    Movement.RETURNED: "returned",
    Movement.EXPANSION: "expansion",
    Movement.CONTRACTION: "contraction",
    Movement.LOST: "lost",
}
NO_CONTRACTS = "No contract has begun yet. Bring contracts in under Data, or note one on a customer's page."


def refresh_revenue(as_of: int) -> None:
    """Compute and store the report on revenue, what is behind each of its figures, and the survival curve."""
    told = contract_terms(as_of)
    terms = terms_of(told.columns)
    begun = terms.start[terms.ran & (terms.start <= as_of)]
    if not begun.size:
        for key in ("revenue", "survival"):
            store_result(key, as_of, {"refusal": NO_CONTRACTS})
        for key in ("revenue_behind", "forecast_record"):
            store_result(key, as_of, {})
        return
    currency = company().currency
    found = bridge(terms, _bounds(int(begun.min()), as_of), currency=currency, as_of=as_of)
    store_result("revenue", as_of, revenue(terms, found, currency, as_of))
    store_result("revenue_behind", as_of, behind(found, told))
    store_result("forecast_record", as_of, forecast_record(as_of))
    store_result("survival", as_of, survival(lives_of(terms, as_of)))


def _bounds(first_day: int, as_of: int) -> Any:
    last = month_of(as_of)
    return month_bounds(max(month_of(first_day), last - MONTHS + 1), last)


def revenue(terms: Terms, found: Bridge, currency: str, as_of: int) -> dict[str, Any]:
    """Return the bridge month by month, what runs now, and how much of a year ago's stayed.

    Units
    -----
    Amounts a month in minor units, ``yearly`` a year.
    """
    now = mrr_at(terms, as_of, currency=currency)
    year = max(0, len(found.months) - 12)
    kept = found.retention(year, len(found.months) - 1)
    return {
        "currency": currency,
        "months": [month_text(int(month)) for month in found.months],
        "start": found.start.tolist(),
        **{name: found.total(movement).tolist() for movement, name in MOVEMENTS.items()},
        "end": found.end.tolist(),
        "yearly": now.yearly,
        "customers": int(now.customers.size),
        "contracts": int(now.contracts.size),
        "pending": int(now.pending.size),
        "left_out": [_left_out(one) for one in now.left_out],
        "over": len(found.months) - year,
        "kept": _kept(kept),
        "monthly_kept": [_kept(found.retention(place)) for place in range(len(found.months))],
        "kinds": _by_kind(found, year),
        "cohorts": _by_cohort(found, year),
        "sentence": _sentence(kept, len(found.months) - year),
        "refusal": "",
    }


def _left_out(one: LeftOut) -> dict[str, Any]:
    return {"currency": one.currency, "contracts": int(one.contracts)}


def _kept(one: Retention) -> dict[str, Any]:
    return {
        "grr": one.grr.to_json(),
        "nrr": one.nrr.to_json(),
        "churn": one.logo_churn.to_json(),
        "lost": one.gone.size,
    }


def _by_kind(found: Bridge, first: int) -> list[dict[str, Any]]:
    names = dict(KindOfCustomer.objects.values_list("pk", "name"))
    by = found.retention_by(found.kind, first, len(found.months) - 1)
    rows = [{"name": names.get(kind, "no kind noted"), **_kept(one)} for kind, one in by.items()]
    return sorted(rows, key=lambda row: -row["churn"]["n"])


def _by_cohort(found: Bridge, first: int) -> list[dict[str, Any]]:
    """Return what stayed by the year customers began in: months are too few people each."""
    years = found.cohort // 12 + 1970
    by = found.retention_by(years, first, len(found.months) - 1)
    return [{"name": f"since {year}", **_kept(one)} for year, one in sorted(by.items())]


def _sentence(kept: Retention, months: int) -> str:
    if kept.grr.value is None or kept.nrr.value is None:
        return "Nothing ran long enough ago to say how much of it stays."
    over = "a year" if months == 12 else f"{months} months"
    return (
        f"Of what ran {over} ago, {percent(kept.grr.value)} is still paid; with what the same customers "
        f"added it is {percent(kept.nrr.value)}. {kept.gone.size:,} of "
        f"{counted(len(kept.there), 'customer')} left."
    )


def behind(found: Bridge, told: ContractTerms) -> dict[str, Any]:
    """Return who is behind each figure of the bridge: by "2026-05:lost", and "2026-05:end" for a close."""
    numbers: dict[int, list[str]] = {}
    for customer, number in told.contracts:
        numbers.setdefault(customer, []).append(number)
    rows: dict[str, Any] = {}
    for place, month in enumerate(found.months.tolist()):
        moved = [(name, found.behind(place, movement)) for movement, name in MOVEMENTS.items()]
        for name, one in (*moved, ("end", found.behind_close(place + 1))):
            if one.customers.size:
                shown = zip(
                    one.customers[:MOST_BEHIND].tolist(), one.amounts[:MOST_BEHIND].tolist(), strict=True
                )
                rows[f"{month_text(month)}:{name}"] = {
                    "all": int(one.customers.size),
                    "rows": [
                        [customer, amount, ", ".join(numbers.get(customer, [])[:3])]
                        for customer, amount in shown
                    ],
                }
    return rows


def survival(lives: Lives) -> dict[str, Any]:
    """Return the survival curve of contracts, by days and by the model where the data carry one."""
    curve = lives.curve()
    lengths = lives.lengths()
    common = max(lengths, key=lambda months: (lengths[months], months))
    fitted, why = _fitted(lives.periods(common))
    half = curve.median()
    points = [0, *range(30, int(curve.time[-1]) + 1, 30)] if len(curve.time) else [0]
    estimates = [curve.at(day) for day in points]
    told = [(day, one) for day, one in zip(points, estimates, strict=True) if one.value is not None]
    return {
        "days": [day for day, _ in told],
        "value": [one.value for _, one in told],
        "low": [one.low for _, one in told],
        "high": [one.high for _, one in told],
        "lives": len(lives),
        "lost": int(lives.lost.sum()),
        "months": common,
        "model": fitted,
        "model_refusal": why,
        "reading": _survival_reading(lives, half, fitted, common),
        "refusal": "" if told else "Not enough data yet: fewer than 5 contracts were watched for a month.",
    }


def _fitted(periods: Periods) -> tuple[list[dict[str, Any]], str]:
    """Return the renewals to come by the better model, or why there is none."""
    short = models.shortfall(periods)
    if short:
        return [], short
    best = models.fit_best(periods)
    rows = [best.survival_estimate(number) for number in range(1, YEARS_AHEAD + 1)]
    return [
        {"renewal": number, **one.to_json()} for number, one in enumerate(rows, 1) if not one.refused
    ], best.announcement


def _survival_reading(lives: Lives, half: Estimate, fitted: list[dict[str, Any]], months: int) -> str:
    lost = int(lives.lost.sum())
    start = f"{len(lives):,} contracts began, {lost:,} ended."
    middle = (
        f" Half of them end within {half.value / 365.25:.1f} years."
        if half.value is not None
        else " More than half are still running."
    )
    if not fitted:
        return start + middle
    first = fitted[0]
    return (
        f"{start}{middle} Of 100 with terms of {months} months about {100 * first['value']:.0f} "
        f"renew the first time ({100 * first['low']:.0f} to {100 * first['high']:.0f})."
    )


def last_quarter(stored: dict[str, Any]) -> dict[str, Any]:
    """Return the bridge of the last three months as one: what the board reads."""
    if stored.get("refusal") or not stored.get("months"):
        return {}
    rows = slice(-3, None)
    return {
        "from": stored["months"][rows][0],
        "until": stored["months"][-1],
        "start": stored["start"][rows][0],
        **{name: int(np.sum(stored[name][rows])) for name in MOVEMENTS.values()},
        "end": stored["end"][-1],
    }
