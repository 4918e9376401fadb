"""How good the forecasts of renewals were; what nobody forecast stays unknown and is counted as such."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy.stats import t as student

from regulars.insight.errors import RegularsError
from regulars.insight.estimate import Estimate, refuse
from regulars.insight.terms import FAR, Bools, Ints

UNKNOWN = -1
AHEAD = (30, 60, 90)
FEWEST = 5
"""No mean error of fewer renewals."""
_SPAN, _BEFORE = 1 << 34, -FAR


@dataclass(frozen=True, slots=True)
class Renewals:
    """One row per renewal that is or was due.

    Units
    -----
    ``due`` is the epoch day on which the term ends. ``final`` is the amount of the next term in minor units,
    -1 where unknown; a renewal with a final amount, 0 where they left, is closed.

    Raises
    ------
    RegularsError
        ``bad-renewals`` when lengths differ or an amount is below -1.
    """

    contract: Ints
    due: Ints
    final: Ints

    def __post_init__(self) -> None:
        _check_rows(self, "final")


@dataclass(frozen=True, slots=True)
class Forecasts:
    """One row per forecast that anybody ever made of a contract's next renewal, in any order.

    Units
    -----
    ``day`` is the day it was made, ``received`` the day it was recorded, ``entry`` the id of the entry, which
    orders forecasts of one day. ``amount`` in minor units, -1 where a forecast was withdrawn.

    Raises
    ------
    RegularsError
        ``bad-renewals`` when lengths differ or an amount is below -1.
    """

    contract: Ints
    day: Ints
    amount: Ints
    forecaster: Ints
    entry: Ints
    received: Ints

    def __post_init__(self) -> None:
        _check_rows(self, "amount")


def _check_rows(rows: Any, amount: str) -> None:
    if len({getattr(rows, name).shape for name in rows.__slots__}) > 1:
        raise RegularsError("bad-renewals", "Renewals and forecasts need one value per row in every column.")
    if (getattr(rows, amount) < UNKNOWN).any():
        raise RegularsError(
            "bad-renewals", "An amount of a renewal is 0 or more, or -1 where it is not known."
        )


def standing_forecasts(
    forecasts: Forecasts, renewals: Renewals, ahead: int, *, known_then: bool = False
) -> Ints:
    """Return, for each renewal, the place of the forecast that stood so many days before it was due, or -1.

    A forecast made before the contract's renewal before that one spoke of that one.

    Parameters
    ----------
    known_then
        Whether a forecast must also have been recorded by then.
    """
    if not len(forecasts.contract) or not len(renewals.contract):
        return np.full(len(renewals.contract), -1, dtype=np.int64)
    both = np.concatenate([forecasts.contract, renewals.contract])
    place = np.unique(both, return_inverse=True)[1]
    of_forecast = place[: len(forecasts.contract)] * _SPAN
    of_renewal = place[len(forecasts.contract) :] * _SPAN
    # In order of contract, day and entry a later place means a later forecast, so the latest is a maximum.
    order = np.lexsort((forecasts.entry, forecasts.day, of_forecast))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    heard = np.maximum(forecasts.day, forecasts.received) if known_then else forecasts.day
    by_heard = np.argsort(of_forecast + heard, kind="stable")
    latest = np.maximum.accumulate(rank[by_heard])
    until = np.searchsorted((of_forecast + heard)[by_heard], of_renewal + renewals.due - ahead, "right") - 1
    found = order[latest[np.maximum(until, 0)]]
    theirs = (until >= 0) & (forecasts.contract[found] == renewals.contract)
    theirs &= forecasts.day[found] >= _due_before(of_renewal, renewals.due)
    theirs &= forecasts.amount[found] != UNKNOWN
    return np.where(theirs, found, -1)


def _due_before(group: Ints, due: Ints) -> Ints:
    """Return the day on which each contract's renewal before was due."""
    order = np.argsort(group + due, kind="stable")
    before = np.full(len(due), _BEFORE, dtype=np.int64)
    same = np.flatnonzero(np.diff(group[order]) == 0)
    before[order[same + 1]] = due[order[same]]
    return before


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How forecasts of one lead compare with what became of the renewals.

    Units
    -----
    Minor units. An error is forecast - final: above 0 promised too much. ``signed`` and ``absolute`` are its
    sums, ``final`` the sum of what came, all over the renewals of ``contracts``; ``mean_signed`` is per
    renewal, with Student's interval. ``unknown`` are closed renewals without a forecast at that time.
    """

    ahead: int
    signed: int
    absolute: int
    final: int
    mean_signed: Estimate
    contracts: Ints
    unknown: Ints

    @property
    def n(self) -> int:
        """How many renewals had a forecast so long before."""
        return len(self.contracts)


@dataclass(frozen=True, slots=True)
class ForecastRecord:
    """The accuracy of one lead: of all, and by who made the forecast."""

    overall: Accuracy
    by_forecaster: dict[int, Accuracy]


def forecast_accuracy(
    forecasts: Forecasts,
    renewals: Renewals,
    as_of: int,
    *,
    ahead: tuple[int, ...] = AHEAD,
    known_then: bool = False,
) -> dict[int, ForecastRecord]:
    """Return, for each lead, the errors of the forecasts as they stood so many days before the term's end.

    Only renewals that are closed and were due by ``as_of`` count. Who made no forecast has no error; by
    forecaster there is no ``unknown``, since nobody made it.

    Raises
    ------
    RegularsError
        ``bad-renewals`` for a lead below 0.
    """
    if min(ahead, default=0) < 0:
        raise RegularsError("bad-renewals", "A lead counts the days before the end of a term, from 0.")
    return {days: _record(forecasts, renewals, days, as_of, known_then=known_then) for days in ahead}


def _record(
    forecasts: Forecasts, renewals: Renewals, ahead: int, as_of: int, *, known_then: bool
) -> ForecastRecord:
    standing = standing_forecasts(forecasts, renewals, ahead, known_then=known_then)
    closed = (renewals.final != UNKNOWN) & (renewals.due <= as_of)
    told = closed & (standing >= 0)

    def over(rows: Bools) -> Accuracy:
        judged = rows & told
        error = forecasts.amount[standing[judged]] - renewals.final[judged]
        return Accuracy(
            ahead,
            int(error.sum()),
            int(np.abs(error).sum()),
            int(renewals.final[judged].sum()),
            _mean(error, ahead, as_of),
            np.sort(renewals.contract[judged]),
            np.sort(renewals.contract[rows & ~told]),
        )

    who = np.full(len(closed), _BEFORE, dtype=np.int64)
    who[told] = forecasts.forecaster[standing[told]]
    return ForecastRecord(
        over(closed), {int(name): over(told & (who == name)) for name in np.unique(who[told])}
    )


def _mean(errors: Ints, ahead: int, as_of: int) -> Estimate:
    """Return a mean with Student's interval, refused below 5."""
    n, method = len(errors), "mean, Student's interval"
    if n < FEWEST:
        words = f"Not enough data yet: {n} renewals had a forecast {ahead} days before, {FEWEST} are needed."
        return refuse(words, n=n, as_of=as_of, method=method)
    mean = float(errors.mean())
    reach = float(student.ppf(0.975, n - 1)) * float(errors.std(ddof=1)) / sqrt(n)
    return Estimate(mean, mean - reach, mean + reach, n, as_of, method)
