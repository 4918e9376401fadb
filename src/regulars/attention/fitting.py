"""The lifetime model of the base: chosen, fitted, judged and kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.attention.assess import summary_of
from regulars.attention.base import Base
from regulars.attention.facts import FactsAt
from regulars.attention.models import FittedModel
from regulars.attention.write.results import store_model
from regulars.attention.write.standings import Columns
from regulars.insight.days import purchase_days
from regulars.insight.lifetime import mbg, models
from regulars.insight.lifetime.choice import Choice, choose
from regulars.insight.lifetime.mbg import FittedMBG
from regulars.insight.shapes import columns

IntArray = npt.NDArray[np.int64]

KIND = "chosen"
VERSION = 3
"""Of what is stored; rows of another version are not read."""
STALE_DAYS = 7
GROWN_BY = 0.05
"""Refitted when a week old, or when the base grew by more than this."""

JUDGED_CUSTOMERS = 20_000
"""Customers the skill card is made from: more would not move its third digit."""


def fresh_model(base: Base, buyers: int) -> FittedModel | None:
    """Return the stored model while it is fresh, with the rhythm of the base learnt beside it."""
    kept = FittedModel.objects.filter(kind=KIND, version=VERSION).order_by("-id").first()
    return None if kept is None or _aged(kept, base, buyers) else kept


def fitted_base(base: Base, rows: Columns, at: FactsAt, *, kept: FittedModel | None, keep: bool) -> Base:
    """Return the base with its lifetime model, the stored one while it is fresh.

    With ``keep`` off nothing is written: a past day has its own model.
    """
    buyers = buyers_among(rows)
    if buyers == 0:
        return base
    if kept is not None:
        stored = kept.parameters["model"]
        return replace(base, model=models.from_json(stored) if stored else None)
    choice = chosen(base, at, buyers)
    model = _on_everybody(choice, base, rows, buyers)
    if keep:
        store_model(
            KIND,
            base.as_of,
            parameters={
                "model": model.to_json() if model is not None else None,
                "rhythm": base.rhythm.to_json(),
                "why": choice.why,
                "use": choice.use,
                "horizon": base.horizon,
                "in_open_days": base.in_open_days,
            },
            card=choice.card.to_json() if choice.card is not None else {},
            customers=buyers,
            version=VERSION,
        )
    return replace(base, model=model)


def buyers_among(rows: Columns) -> int:
    """Return how many customers have bought."""
    return int((rows["days"] > 0).sum())


def _aged(kept: FittedModel, base: Base, buyers: int) -> bool:
    told = kept.parameters
    return (
        not 0 <= base.as_of - kept.until_day < STALE_DAYS
        or abs(buyers - kept.customers) > GROWN_BY * kept.customers
        or told.get("horizon") != base.horizon
        or told.get("in_open_days") != base.in_open_days
    )


def chosen(base: Base, at: FactsAt, buyers: int) -> Choice:
    """Return the choice between models, judged on a sample of customers where there are very many."""
    facts = at.facts.filter(at.facts.customer.notnull())
    every = -(-buyers // JUDGED_CUSTOMERS)
    if every > 1:
        facts = facts.filter(facts.customer % every == 0)
    days = columns(at.collect(purchase_days(facts).select("customer", "day")))
    day: IntArray = days["day"].astype(np.int64)
    now, horizon = base.as_of, base.horizon
    if base.in_open_days:
        day, now, horizon = base.calendar.index_at(day), base.open_now, round(base.ahead(base.horizon))
    return choose(days["customer"], day, now, horizon=horizon)


def _on_everybody(choice: Choice, base: Base, rows: Columns, buyers: int) -> Any:
    """Return the chosen model with parameters from everybody, where it was chosen on a sample."""
    model = choice.model
    if buyers <= JUDGED_CUSTOMERS or not isinstance(model, FittedMBG) or model.k != 1:
        return model
    summary, _ = summary_of(base, rows)
    whole = mbg.fit(summary, model="mbg", estimate="map")
    return model if whole.fit.boundary else whole
