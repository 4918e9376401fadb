"""How good the forecasts of renewals were: each as it stood so many days before the term's end."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import numpy as np

from regulars.attention.contracts import CustomerContract, customer_contracts
from regulars.insight.figures import percent
from regulars.insight.renewals import (
    AHEAD,
    UNKNOWN,
    Accuracy,
    ForecastRecord,
    Forecasts,
    Renewals,
    forecast_accuracy,
)
from regulars.insight.typed import LARGEST_ROW, whole_number
from regulars.ledger.told import told_facts
from regulars.records.models import Colleague, Customer
from regulars.records.read.company import company

NOBODY = -1
ALWAYS_FROM = 2
"""So many renewals that all came lower than foreseen make a customer worth naming."""
NAMED = 8


def forecast_record(as_of: int) -> dict[str, Any]:
    """Return errors 30, 60 and 90 days ahead, by who made them, and who was always foreseen too high.

    Units
    -----
    Minor units of the company's currency; above 0 promised too much.
    """
    currency = company().currency
    found = [
        one for one in customer_contracts(as_of) if any(row.currency == currency for row in one.told.renewals)
    ]
    renewals, forecasts = _renewals(found, currency), _forecasts(found, as_of)
    record = forecast_accuracy(forecasts, renewals, as_of)
    return {
        "leads": [_lead(record[ahead]) for ahead in AHEAD],
        "people": _people(record[AHEAD[0]]),
        "always": _always(found, currency, as_of),
        "sentence": _sentence(record[AHEAD[0]].overall),
    }


def _renewals(found: list[CustomerContract], currency: str) -> Renewals:
    rows = [
        (place, one.due, UNKNOWN if one.final is None else one.final)
        for place, contract in enumerate(found)
        for one in contract.told.renewals
        if one.currency == currency
    ]
    return Renewals(*np.array(rows, dtype=np.int64).reshape(-1, 3).T)


def _forecasts(found: list[CustomerContract], as_of: int) -> Forecasts:
    places = {(one.customer, one.number): place for place, one in enumerate(found)}
    owners = dict(Customer.objects.exclude(owner=None).values_list("pk", "owner_id"))
    rows = [
        (
            place,
            fact.day,
            UNKNOWN if fact.amount is None else fact.amount,
            _by(fact.properties, owners.get(fact.customer)),
            fact.fact,
            fact.received_day,
        )
        for fact in told_facts(["renewal_forecast"], until_day=as_of)
        if (place := places.get((fact.customer, fact.subject))) is not None
    ]
    return Forecasts(*np.array(rows, dtype=np.int64).reshape(-1, 6).T)


def _by(properties: str, owner: int | None) -> int:
    """Return who made a forecast: who is on record with it, else who looks after the customer."""
    said = str(json.loads(properties).get("colleague", "")) if len(properties) > 2 else ""
    found = whole_number(said, LARGEST_ROW)
    return (owner or NOBODY) if found is None else found


def _lead(record: ForecastRecord) -> dict[str, Any]:
    return _told(record.overall) | {
        "ahead": record.overall.ahead,
        "unknown": int(record.overall.unknown.size),
    }


def _told(one: Accuracy) -> dict[str, Any]:
    return {
        "n": one.n,
        "signed": one.signed,
        "absolute": one.absolute,
        "final": one.final,
        "mean": one.mean_signed.to_json(),
    }


def _people(record: ForecastRecord) -> list[dict[str, Any]]:
    names = dict(Colleague.objects.values_list("pk", "name"))
    rows = [
        {"name": names.get(who, "not on record"), **_told(one)} for who, one in record.by_forecaster.items()
    ]
    return sorted(rows, key=lambda row: -row["n"])


def _sentence(overall: Accuracy) -> str:
    if overall.n == 0:
        return "No renewal with a forecast has come to its end yet."
    if not overall.final:
        return f"{overall.n:,} renewals were forecast a month before, and none of them came."
    off = overall.signed / overall.final
    word = "too much" if off > 0 else "too little"
    return (
        f"A month before, {overall.n:,} renewals were forecast {percent(abs(off))} {word} in sum; "
        f"each was off by {percent(overall.absolute / overall.final)} on average."
    )


def _always(found: list[CustomerContract], currency: str, as_of: int) -> list[dict[str, Any]]:
    """Return the customers whose every closed renewal came lower than foreseen, the largest excess first."""
    excess: dict[int, list[int]] = defaultdict(list)
    for contract in found:
        for one in contract.told.renewals:
            if (
                one.currency == currency
                and one.final is not None
                and one.forecast is not None
                and one.due <= as_of
            ):
                excess[contract.customer].append(one.forecast - one.final)
    rows = [
        {"customer": customer, "times": len(over), "excess": sum(over)}
        for customer, over in excess.items()
        if len(over) >= ALWAYS_FROM and min(over) > 0
    ]
    return sorted(rows, key=lambda row: -row["excess"])[:NAMED]
