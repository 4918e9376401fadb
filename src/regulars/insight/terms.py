"""Contract terms: what was agreed from when to when, what it brings a month, and how long it truly ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.insight.errors import RegularsError

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
OPEN = -1
FAR = 1 << 31
"""The end of what is open: later than any day."""
GRACE = 30
"""Days within which a renewal that comes late still counts as one."""
_SPAN, _MOST_RANKS = 1 << 34, 1 << 28


@dataclass(frozen=True, slots=True)
class Terms:
    """One row per term of a contract, in any order; a renewal or a change of amount is a row of its own.

    Rows of one contract that overlap add up.

    Shape
    -----
    Every array has one entry per row; `terms_of` fills those that may be absent.

    Units
    -----
    ``start`` and ``end`` are epoch days, ``end`` exclusive and -1 where none is agreed; a term whose end is
    not after its start was cancelled before it began and never ran. ``monthly`` is the recurring amount per
    month in minor units of ``currency``. ``months`` is the agreed length of a term, the time after which the
    customer may leave. ``kind`` is the kind of customer. ``reason`` says why a term ended, -1 where nobody
    cancelled it. ``received`` and ``end_received`` are the days on which we learnt of the term and its end.

    Raises
    ------
    RegularsError
        ``bad-terms`` when lengths differ, an amount is negative or a length below one month.
    """

    contract: Ints
    customer: Ints
    start: Ints
    end: Ints
    monthly: Ints
    months: Ints
    kind: Ints
    reason: Ints
    currency: NDArray[np.str_]
    received: Ints
    end_received: Ints

    def __post_init__(self) -> None:
        if any(getattr(self, each.name).shape != self.contract.shape for each in fields(self)):
            raise RegularsError("bad-terms", "Contract terms need one value per row in every column.")
        if (self.monthly < 0).any() or (self.months < 1).any():
            raise RegularsError(
                "bad-terms",
                "A term brings an amount of 0 or more a month and lasts a month at least; record money that "
                "goes back to the customer as a refund.",
            )

    def __len__(self) -> int:
        return len(self.contract)

    @property
    def ran(self) -> Bools:
        """Which rows were not cancelled before they began."""
        return np.asarray((self.end == OPEN) | (self.end > self.start))

    def where(self, rows: Any) -> Terms:
        """Return some of the rows, by mask or by places."""
        if isinstance(rows, np.ndarray) and rows.dtype == np.bool_ and rows.all():
            return self
        return Terms(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})


def terms_of(columns: Mapping[str, ArrayLike], currency: str = "") -> Terms:
    """Return terms from columns; ``contract``, ``customer``, ``start``, ``end``, ``monthly`` must be there.

    Absent ones: ``months`` follow from start and end (1 where open), ``kind`` is 0, ``reason`` -1, every
    currency the one given, everything known from the first day on and each end with its term.

    Example
    -------
    >>> given = {"contract": [1], "customer": [7], "start": [0], "end": [365], "monthly": [100]}
    >>> terms_of(given).months.tolist()
    [12]
    """
    given = {
        name: np.asarray(column, dtype=np.int64) for name, column in columns.items() if name != "currency"
    }
    n = len(given["contract"])
    given.setdefault("kind", np.zeros(n, dtype=np.int64))
    given.setdefault("reason", np.full(n, -1, dtype=np.int64))
    given.setdefault("received", np.full(n, -FAR, dtype=np.int64))
    given.setdefault("end_received", given["received"])
    if "months" not in given:
        fixed = np.where(given["end"] == OPEN, given["start"], given["end"])
        given["months"] = term_months(given["start"], fixed)
    coins = np.asarray(columns.get("currency", np.full(n, currency)), dtype=np.str_)
    return Terms(currency=coins, **given)


def term_months(start: ArrayLike, end: ArrayLike) -> Ints:
    """Return the length of terms in calendar months, 15 days left over counting as one; 1 at least.

    Example
    -------
    >>> term_months([0, 0, 0], [31, 365, 400]).tolist()
    [1, 12, 13]
    """
    whole, left = months_and_days(start, end)
    return np.asarray(np.maximum(whole + (left >= 15), 1))


def months_and_days(start: ArrayLike, end: ArrayLike) -> tuple[Ints, Ints]:
    """Return whole calendar months from start to end (exclusive) and the days left over."""
    (first, first_day), (last, last_day) = _month_and_day(start), _month_and_day(end)
    short = last_day < first_day
    whole = last - first - short
    turned = np.asarray(last - short).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    # Where the month before is too short for the day of the start, its end is as far as it goes.
    following = np.asarray(last - short + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    reached = np.minimum(turned + first_day, following)
    return np.asarray(whole), np.asarray(np.asarray(end, dtype=np.int64) - reached)


def _month_and_day(day: ArrayLike) -> tuple[Ints, Ints]:
    """Return the month since January 1970 and the days since its first."""
    days = np.asarray(day, dtype=np.int64)
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    return months.astype(np.int64), days - months.astype("datetime64[D]").astype(np.int64)


def month_bounds(first: int, last: int) -> Ints:
    """Return the first day of every month from ``first`` to the one after ``last``, in months since 1970.

    Example
    -------
    >>> month_bounds(0, 1).tolist()
    [0, 31, 59]
    """
    months = np.arange(first, last + 2, dtype=np.int64).astype("datetime64[M]")
    return np.asarray(months.astype("datetime64[D]").astype(np.int64))


def known(terms: Terms, as_of: int, *, known_then: bool = False) -> Terms:
    """Return the terms begun by a day; with ``known_then`` only what we had learnt of them by that day.

    An end that we had not learnt of is open then.
    """
    if not known_then:
        return terms.where(terms.start <= as_of)
    seen = terms.where((terms.start <= as_of) & (terms.received <= as_of))
    unheard = seen.end_received > as_of
    return replace(seen, end=np.where(unheard, OPEN, seen.end), reason=np.where(unheard, -1, seen.reason))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is counted apart, since amounts in another currency are never added to the company's."""

    currency: str
    contracts: int
    customers: int
    terms: int


def in_currency(terms: Terms, currency: str) -> tuple[Terms, tuple[LeftOut, ...]]:
    """Return the terms in the company's currency, and how many there are in each other one."""
    own = terms.currency == currency
    left = []
    for other in np.unique(terms.currency[~own]):
        rows = terms.currency == other
        contracts, customers = (len(np.unique(column[rows])) for column in (terms.contract, terms.customer))
        left.append(LeftOut(str(other), contracts, customers, int(rows.sum())))
    return terms.where(own), tuple(left)


@dataclass(frozen=True, slots=True)
class Run:
    """Terms that ran, with the day until which each counts.

    Units
    -----
    ``until`` is exclusive, 2^31 where open. ``pending`` marks rows that ended within the grace without a
    renewal or a cancellation: they count still, through the day asked for.
    """

    terms: Terms
    until: Ints
    pending: Bools


def run_of(terms: Terms, as_of: int, grace: int = GRACE) -> Run:
    """Return how long each term counts, as of a day.

    A term followed by the next of its contract within ``grace`` days counts until then: it was renewed late.
    So does a customer's last term before another contract of theirs begins. A term that ended less than that
    ago, uncancelled and followed by nothing, counts still; should nothing follow, it will have ended on its
    last day after all.

    Raises
    ------
    RegularsError
        ``bad-terms`` for a grace below 0.
    """
    if grace < 0:
        raise RegularsError("bad-terms", f"The grace for late renewals is 0 days or more; {grace} was given.")
    ran = terms.where(terms.ran)
    own = np.where(ran.end == OPEN, FAR, ran.end)
    until = _bridged(ran.contract, ran.start, own, grace)
    until = _bridged(ran.customer, ran.start, until, grace)
    pending = (until <= as_of) & (as_of < until + grace) & (ran.reason < 0)
    waiting = np.flatnonzero(pending)
    if len(waiting):
        pending[waiting] = ~_followed(ran, until, waiting, grace)
    return Run(ran, np.where(pending, as_of + 1, until), pending)


def _bridged(group: Ints, start: Ints, end: Ints, grace: int) -> Ints:
    """Return the ends, moved up to the group's next start where nothing ran for ``grace`` days or less."""
    if not len(group):
        return end
    rank = _ranks(group) * _SPAN
    order = np.argsort(rank + start)
    keys, begun = (rank + end)[order], (rank + start)[order]
    rank = rank[order]
    latest = np.maximum.accumulate(keys)[:-1]
    gap = begun[1:] - latest
    holes = np.flatnonzero((np.diff(rank) == 0) & (gap > 0) & (gap <= grace))
    if not len(holes):
        return end
    place = np.minimum(np.searchsorted(latest[holes], keys), len(holes) - 1)
    moved = end[order]
    meets = latest[holes][place] == keys
    moved[meets] = (begun - rank)[holes[place[meets]] + 1]
    found = np.empty_like(end)
    found[order] = moved
    return found


def _ranks(ids: Ints) -> Ints:
    """Return a number per id in their order, small enough to share an integer with a day."""
    lowest = int(ids.min())
    if int(ids.max()) - lowest < _MOST_RANKS:
        return np.asarray(ids - lowest)
    return np.asarray(np.unique(ids, return_inverse=True)[1].astype(np.int64))


def _followed(terms: Terms, until: Ints, rows: Ints, grace: int) -> Bools:
    """Return which of the rows have another term of their customer that began within the grace of its end."""
    rank = _ranks(terms.customer) * _SPAN
    starts, ends = np.sort(rank + terms.start), (rank + until)[rows]
    near = np.searchsorted(starts, ends + grace, "right") - np.searchsorted(starts, ends - grace, "right")
    itself = terms.start[rows] > until[rows] - grace
    return np.asarray(near - itself > 0)
