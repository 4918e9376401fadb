"""Reveal: of those a past day named, who never came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from regulars.attention.base import Base, laid_out
from regulars.attention.facts import FactsAt
from regulars.attention.write.standings import Columns
from regulars.insight.days import as_of, purchase_days
from regulars.insight.rewind import Replay, Reveal, horizons, next_days, reveal
from regulars.insight.shapes import columns
from regulars.insight.stage import Stage
from regulars.records.read.company import company

IN_QUESTION = (Stage.REGULAR, Stage.FOR_LIFE, Stage.GONE_QUIET)
"""Those with a rhythm of their own, of whom a silence can be said to be unusual."""


@dataclass(frozen=True)
class Revealed:
    """What became of a rewound list.

    Shape
    -----
    ``never_came_back`` is aligned with the list, masked where the time is not over or nobody asked.
    """

    told: dict[str, Any]
    never_came_back: npt.NDArray[np.bool_]


def revealed(at: FactsAt, base: Base, stood: Columns) -> Revealed:
    """Return what became of those who stood in question on the day, by what is on record today.

    Units
    -----
    Open days of the calendar as it is known today.
    """
    size = stood["customer"].size if stood else 0
    asked = np.flatnonzero(np.isin(stood["stage"], IN_QUESTION)) if size else np.zeros(0, dtype=np.int64)
    unknown = np.ma.masked_array(np.zeros(size, dtype=bool), mask=True)
    if not asked.size:
        return Revealed({"named": 0, "sentence": "Nobody had a rhythm yet on that day."}, unknown)
    today = company().day_of(timezone.now())
    later, _ = laid_out(as_of(at.everything, today), at.collect, company(), max(today, base.as_of + 1))
    replay = _replay(at, base, stood, asked, later)
    found = reveal(replay, today)
    gone = np.ma.masked_array(replay.gone, mask=~replay.ripe)
    unknown[asked] = gone
    return Revealed(_told(found, replay, stood["customer"][asked], base.as_of, today), unknown)


def _replay(at: FactsAt, base: Base, stood: Columns, asked: npt.NDArray[np.int64], later: Base) -> Replay:
    came = columns(at.collect(next_days(purchase_days(as_of(at.everything, later.as_of)), base.as_of)))
    customers = stood["customer"][asked].astype(np.int64)
    order = np.argsort(came["customer"])
    ids, days = came["customer"][order], came["next_day"][order]
    place = np.minimum(np.searchsorted(ids, customers), max(ids.size - 1, 0))
    here = ids[place] == customers if ids.size else np.zeros(customers.size, dtype=bool)
    then = int(later.calendar.index_at(base.as_of))
    waited = np.full(customers.size, -1.0)
    if ids.size:
        waited[here] = later.calendar.index_at(days[place[here]]) - then
    last = np.ma.getdata(stood["last_day"])[asked]
    return Replay(
        named=stood["stage"][asked] == Stage.GONE_QUIET,
        silence=np.maximum(base.open_now - base.calendar.index_at(last), 0).astype(np.float64),
        waited=waited,
        horizon=horizons(np.nan_to_num(stood["usual_gap"][asked].astype(np.float64), nan=7.0)),
        seen=float(later.open_now - then),
    )


def _told(
    found: Reveal, replay: Replay, customers: npt.NDArray[np.int64], day: int, today: int
) -> dict[str, Any]:
    named = replay.named & replay.ripe
    return {
        "named": found.named,
        "gone": found.never_back,
        "share": found.rate.to_json(),
        "chance": found.chance.to_json(),
        "hiatus": found.hiatus.to_json(),
        "over_chance": found.over_chance.to_json(),
        "over_hiatus": found.over_hiatus.to_json(),
        "horizon_days": int(np.median(replay.horizon[named])) if named.any() else 0,
        "sentence": found.sentence(),
        "missed": customers[list(found.overlooked)].tolist(),
        "returned": customers[list(found.returned)].tolist(),
        "unripe": found.unripe,
        "days_since": today - day,
    }
