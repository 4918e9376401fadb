"""The chances of one customer, as estimates: with intervals, what they rest on, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.attention.assess import summary_of
from regulars.attention.base import YEAR, base_from_json
from regulars.attention.models import StoredResult
from regulars.attention.read.customers import StandingRow
from regulars.insight.estimate import Estimate
from regulars.insight.lifetime.chance import chance_of_purchase, expected_purchases
from regulars.records.read.company import company


@dataclass(frozen=True, slots=True)
class Chances:
    """What to expect of one customer, as of the day everybody was assessed.

    Units
    -----
    ``buys`` is the probability of a purchase within the company's horizon, ``purchases`` are purchase days
    within a year.
    """

    buys: Estimate
    purchases: Estimate


def chances_of(row: StandingRow) -> Chances | None:
    """Return the chances behind a standing; None for who has not bought, or before any assessment."""
    if row.first_day is None or row.last_day is None:
        return None
    stored = StoredResult.objects.filter(key="base").values_list("result", "as_of").first()
    if stored is None:
        return None
    base = base_from_json(stored[0], company(), stored[1])
    first, last = np.array([row.first_day]), np.array([row.last_day])
    rows = {
        "days": np.array([row.purchase_days]),
        "first_day": first,
        "last_day": last,
        "first_open": base.calendar.index_at(first),
        "last_open": base.calendar.index_at(last),
    }
    summary, bought = summary_of(base, rows)
    if not bought.size:
        return None
    x, t_x, age = (int(column[0]) for column in (summary.x, summary.t_x, summary.T))
    return Chances(
        chance_of_purchase(base.model, x, t_x, age, base.ahead(base.horizon), as_of=base.as_of),
        expected_purchases(base.model, x, t_x, age, base.ahead(YEAR), as_of=base.as_of),
    )
