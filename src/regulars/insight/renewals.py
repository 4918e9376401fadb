"""Renewals: what is due, how it changed against its target, and how good the forecasts of it were.

No forecast is not a forecast of the target: what nobody forecast stays unknown and is counted as such.
"""

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
    ``due`` is the epoch day on which the term ends. ``target``, ``forecast`` (the latest) and ``final`` are
    amounts of the next term in minor units, -1 where unknown; a renewal with a final amount, 0 where they
    left, is closed. ``kind`` is the kind of customer.

    Raises
    ------
    RegularsError
        ``bad-renewals`` when lengths differ or an amount is below -1.
    """

    contract: Ints
    due: Ints
    target: Ints
    forecast: Ints
    final: Ints
    kind: Ints

    def __post_init__(self) -> None:
        _check_rows(self, ("target", "forecast", "final"))


@dataclass(frozen=True, slots=True)
class RenewalsDue:
    """What is due in a period.

    Units
    -----
    Minor units. ``due`` is the sum of the targets. ``change`` is the sum of final - target of closed renewals
    and of forecast - target of open ones that have a forecast; those of ``unknown`` have none, and count
    toward nothing but ``due``. ``without_target`` have no target. All id arrays name contracts.
    """

    due: int
    change: int
    closed: Ints
    open: Ints
    unknown: Ints
    without_target: Ints

    @property
    def n(self) -> int:
        """How many renewals are due."""
        return sum(len(part) for part in (self.closed, self.open, self.unknown, self.without_target))


def renewals_due(renewals: Renewals, first: int, last: int) -> RenewalsDue:
    """Return what is due from day ``first`` through ``last``.

    Example
    -------
    >>> one = [np.array([value]) for value in (1, 10, 1200, 1000, -1, 0)]
    >>> renewals_due(Renewals(*one), 0, 30).change
    -200
    """
    within = (renewals.due >= first) & (renewals.due <= last)
    aimed = within & (renewals.target != UNKNOWN)
    closed = aimed & (renewals.final != UNKNOWN)
    opened = aimed & ~closed & (renewals.forecast != UNKNOWN)
    change = (renewals.final - renewals.target)[closed].sum()
    change += (renewals.forecast - renewals.target)[opened].sum()

    def named(rows: Bools) -> Ints:
        return np.sort(renewals.contract[rows])

    return RenewalsDue(
        int(renewals.target[aimed].sum()),
        int(change),
        named(closed),
        named(opened),
        named(aimed & ~closed & ~opened),
        named(within & ~aimed),
    )


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
        _check_rows(self, ("amount",))


def _check_rows(rows: Any, amounts: tuple[str, ...]) -> None:
    if len({getattr(rows, name).shape for name in rows.__slots__}) > 1:
        raise RegularsError("bad-renewals", "Renewals and forecasts need one value per row in every column.")
    if any((getattr(rows, name) < UNKNOWN).any() for name in amounts):
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
    sums, ``final`` the sum of what came, all over the renewals of ``contracts``; ``mean_signed`` and
    ``mean_absolute`` are per renewal, with Student's interval. ``unknown`` are closed renewals without a
    forecast at that time.
    """

    ahead: int
    signed: int
    absolute: int
    final: int
    mean_signed: Estimate
    mean_absolute: Estimate
    contracts: Ints
    unknown: Ints

    @property
    def n(self) -> int:
        """How many renewals had a forecast so long before."""
        return len(self.contracts)


@dataclass(frozen=True, slots=True)
class ForecastRecord:
    """The accuracy of one lead: of all, by who made the forecast, and by kind of customer."""

    overall: Accuracy
    by_forecaster: dict[int, Accuracy]
    by_kind: dict[int, Accuracy]


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
            _mean(np.abs(error), ahead, as_of),
            np.sort(renewals.contract[judged]),
            np.sort(renewals.contract[rows & ~told]),
        )

    who = np.full(len(closed), _BEFORE, dtype=np.int64)
    who[told] = forecasts.forecaster[standing[told]]
    return ForecastRecord(
        over(closed),
        {int(name): over(told & (who == name)) for name in np.unique(who[told])},
        {int(name): over(closed & (renewals.kind == name)) for name in np.unique(renewals.kind[closed])},
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


@dataclass(frozen=True, slots=True)
class Expansions:
    """One row per expansion somebody works on.

    Units
    -----
    ``opened`` and ``closed`` are epoch days, ``closed`` -1 while it is open; ``desk`` is the id of the
    colleague it lies with; ``amount`` in minor units a month.
    """

    expansion: Ints
    customer: Ints
    opened: Ints
    closed: Ints
    desk: Ints
    amount: Ints


@dataclass(frozen=True, slots=True)
class Outcomes:
    """One row per outcome agreed with a customer.

    Units
    -----
    Epoch days, -1 where not yet: ``agreed``, ``reached``, ``confirmed`` by the customer and ``disputed``.
    """

    customer: Ints
    agreed: Ints
    reached: Ints
    confirmed: Ints
    disputed: Ints


@dataclass(frozen=True, slots=True)
class ExpansionWarning:
    """An open expansion for a customer who has not got what they came for.

    Units
    -----
    ``agreed`` counts the outcomes agreed with them, ``disputed`` those they say were not reached.
    """

    expansion: int
    customer: int
    desk: int
    amount: int
    agreed: int
    disputed: int

    def sentence(self) -> str:
        """Return why this is a warning."""
        if not self.agreed:
            return "Selling more before anybody agreed with them what success is."
        said = f", and they dispute {self.disputed}" if self.disputed else ""
        outcomes = "outcome is" if self.agreed == 1 else "outcomes are"
        return f"Selling more before an outcome is reached: {self.agreed} {outcomes} agreed{said}."


def expansion_warnings(
    expansions: Expansions, outcomes: Outcomes, as_of: int
) -> tuple[ExpansionWarning, ...]:
    """Return the open expansions of customers without an outcome reached or confirmed by a day.

    An outcome that the customer disputes counts as not reached, unless they confirmed it since. Largest
    amount first.
    """
    agreed = _by_then(outcomes.agreed, as_of)
    confirmed, disputed = _by_then(outcomes.confirmed, as_of), _by_then(outcomes.disputed, as_of)
    disputed &= ~confirmed | (outcomes.disputed > outcomes.confirmed)
    got = (_by_then(outcomes.reached, as_of) | confirmed) & ~disputed
    opened = (expansions.opened <= as_of) & ~_by_then(expansions.closed, as_of)
    early = opened & ~np.isin(expansions.customer, outcomes.customer[got])
    rows = np.flatnonzero(early)
    rows = rows[np.lexsort((expansions.expansion[rows], -expansions.amount[rows]))]
    counts = [_counts(outcomes.customer[kept], expansions.customer[rows]) for kept in (agreed, disputed)]
    columns = (expansions.expansion, expansions.customer, expansions.desk, expansions.amount)
    told = [column[rows].tolist() for column in columns] + [count.tolist() for count in counts]
    return tuple(ExpansionWarning(*each) for each in zip(*told, strict=True))


def _by_then(day: Ints, as_of: int) -> Bools:
    return np.asarray((day != UNKNOWN) & (day <= as_of))


def _counts(ids: Ints, asked: Ints) -> Ints:
    """Return how often each asked id occurs."""
    ordered = np.sort(ids)
    return np.asarray(np.searchsorted(ordered, asked, "right") - np.searchsorted(ordered, asked, "left"))
