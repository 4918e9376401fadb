"""What the lifetime models know of a customer: repeat purchase days, recency and age, in whole days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from regulars.insight.errors import RegularsError

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Compressed:
    """Unique (x, t_x, T) rows, sorted by x then t_x then T, and how many customers share each.

    Units
    -----
    ``t_x`` and ``T`` are days; ``weight`` counts customers.
    """

    x: Ints
    t_x: Ints
    T: Ints
    weight: Floats


@dataclass(frozen=True, slots=True)
class PurchaseSummary:
    """One row per customer: x repeat purchase days, t_x = last - first day, T = as of - first day.

    Shape
    -----
    Every array has one entry per customer; ``customer``, ``spend`` and ``log_gaps`` may be absent.

    Units
    -----
    ``t_x`` and ``T`` are whole days. ``spend`` is the mean of the repeat purchase days in the unit of the
    amounts given, NaN where x = 0. ``log_gaps`` is the sum of the logs of a customer's gaps in days.

    Raises
    ------
    RegularsError
        ``bad-summary`` when lengths differ, a value is negative, t_x > T, or x = 0 disagrees with t_x = 0.
    """

    x: Ints
    t_x: Ints
    T: Ints
    customer: NDArray[Any] | None = None
    spend: Floats | None = None
    log_gaps: Floats | None = None

    def __post_init__(self) -> None:
        for name in ("x", "t_x", "T"):
            object.__setattr__(self, name, whole_numbers(getattr(self, name), name))
        _check_rows(self.x, self.t_x, self.T)

    def __len__(self) -> int:
        return len(self.x)

    @property
    def repeat_buyers(self) -> int:
        """How many customers bought on more than one day."""
        return int(np.count_nonzero(self.x))

    @property
    def repeats(self) -> int:
        """How many repeat purchase days there are in all."""
        return int(self.x.sum())

    def compress(self) -> Compressed:
        """Return the unique rows with weights, by sorting one packed integer per customer.

        Source
        ------
        Fader, Hardie & Lee (2005): the likelihood depends on a customer only through (x, t_x, T).
        """
        if not len(self):
            nothing = np.zeros(0, dtype=np.int64)
            return Compressed(nothing, nothing, nothing, np.zeros(0))
        bits = max(1, int(self.T.max()).bit_length())
        if int(self.x.max()).bit_length() + 2 * bits > 62:
            return self._compress_slowly()
        keys = np.sort((self.x << (2 * bits)) | (self.t_x << bits) | self.T)
        starts = run_starts(keys)
        unique = keys[starts]
        mask = (1 << bits) - 1
        weight = np.diff(starts, append=len(keys)).astype(np.float64)
        return Compressed(unique >> (2 * bits), (unique >> bits) & mask, unique & mask, weight)

    def _compress_slowly(self) -> Compressed:
        rows = np.stack([self.x, self.t_x, self.T], axis=1)
        unique, counts = np.unique(rows, axis=0, return_counts=True)
        x, t_x, T = np.ascontiguousarray(unique.T)
        return Compressed(x, t_x, T, counts.astype(np.float64))


def whole_numbers(values: ArrayLike, name: str) -> Ints:
    """Return the values as int64, or refuse those that are not whole numbers."""
    array = np.asarray(values)
    if array.dtype.kind in "iu":
        return np.ascontiguousarray(array, dtype=np.int64)
    whole = array.astype(np.int64) if np.isfinite(array).all() else None
    if whole is None or not np.array_equal(whole, array):
        raise RegularsError("bad-summary", f"{name} holds values that are not whole numbers; count in days.")
    return whole


def _check_rows(x: Ints, t_x: Ints, T: Ints) -> None:
    if x.ndim != 1 or not len(x) == len(t_x) == len(T):
        raise RegularsError("bad-summary", "x, t_x and T need one value per customer each.")
    if len(x) and (x.min() < 0 or t_x.min() < 0 or (t_x > T).any()):
        raise RegularsError("bad-summary", "Every row needs x >= 0 and 0 <= t_x <= T.")
    if ((x == 0) != (t_x == 0)).any():
        raise RegularsError(
            "bad-summary", "t_x is 0 exactly for customers with no repeat purchase day (x = 0)."
        )


def run_starts(ordered: Ints) -> Ints:
    """Return where each run of equal values begins in a sorted array."""
    fresh = np.empty(len(ordered), dtype=bool)
    fresh[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return np.flatnonzero(fresh)


def summaries(
    customer: ArrayLike,
    day: ArrayLike,
    as_of: int,
    amount: ArrayLike | None = None,
    *,
    log_gaps: bool = False,
) -> PurchaseSummary:
    """Return one row per customer from purchases in any order; several on one day count once.

    Parameters
    ----------
    customer
        Whole numbers or text, one per purchase.
    day
        Epoch day of each purchase. Days after `as_of` are left out: they had not happened by then.
    amount
        Amounts to be summed per day; gives ``spend``.
    log_gaps
        Also sum the logs of the gaps, which the likelihood of CNBD-k asks for.

    Shape
    -----
    Customers come back in ascending order.

    Example
    -------
    >>> rows = summaries([7, 7, 7, 9], [10, 24, 24, 12], as_of=40)
    >>> rows.x.tolist(), rows.t_x.tolist(), rows.T.tolist()
    ([1, 0], [14, 0], [30, 28])
    """
    who, names = coded(np.asarray(customer))
    days = whole_numbers(day, "day")
    known = days <= as_of
    amounts = None if amount is None else np.asarray(amount, dtype=np.float64)
    if not known.all():
        who, days = who[known], days[known]
        amounts = None if amounts is None else amounts[known]
    if not len(days):
        nothing = np.zeros(0, dtype=np.int64)
        return PurchaseSummary(nothing, nothing, nothing)
    return _summaries_of(who, days, as_of, amounts, names, log_gaps=log_gaps)


def coded(customer: NDArray[Any]) -> tuple[Ints, NDArray[Any] | None]:
    """Return customers as integers: themselves when they are, else places in the sorted names returned."""
    if customer.dtype.kind in "iu":
        return customer.astype(np.int64, copy=False), None
    names, codes = np.unique(customer, return_inverse=True)
    return codes.astype(np.int64).reshape(-1), names


def _summaries_of(
    who: Ints,
    days: Ints,
    as_of: int,
    amounts: Floats | None,
    names: NDArray[Any] | None,
    *,
    log_gaps: bool,
) -> PurchaseSummary:
    first_code, first_day = int(who.min()), int(days.min())
    bits = max(1, (int(days.max()) - first_day).bit_length())
    if (int(who.max()) - first_code).bit_length() + bits > 62:
        sparse, who = np.unique(who, return_inverse=True)
        return _summaries_of(who, days, as_of, amounts, sparse, log_gaps=log_gaps)
    # One sort of one integer per purchase: customer in the high bits, day in the low ones.
    keys = np.sort(((who - first_code) << bits) | (days - first_day))
    keys = keys[run_starts(keys)]
    holders = keys >> bits
    starts = run_starts(holders)
    ends = np.append(starts[1:], len(keys)) - 1
    mask = (1 << bits) - 1
    first, last = (keys[starts] & mask) + first_day, (keys[ends] & mask) + first_day
    x = ends - starts
    codes = holders[starts]
    return PurchaseSummary(
        x,
        last - first,
        as_of - first,
        customer=codes + first_code if names is None else names[codes + first_code],
        spend=None
        if amounts is None
        else _mean_repeat_spend(who - first_code, days, amounts, codes, first, x),
        log_gaps=_sums_of_log_gaps(keys & mask, starts) if log_gaps else None,
    )


def ordered_summaries(who: Ints, day: Ints, as_of: int, *, log_gaps: bool = False) -> PurchaseSummary:
    """Return one row per customer from distinct (customer, day) pairs that are already in that order."""
    if not len(who):
        return PurchaseSummary(who, who, who, customer=who)
    starts = run_starts(who)
    ends = np.append(starts[1:], len(who)) - 1
    first, last = day[starts], day[ends]
    return PurchaseSummary(
        ends - starts,
        last - first,
        as_of - first,
        customer=who[starts],
        log_gaps=_sums_of_log_gaps(day, starts) if log_gaps else None,
    )


def _mean_repeat_spend(who: Ints, days: Ints, amounts: Floats, codes: Ints, first: Ints, x: Ints) -> Floats:
    place = _places(who, codes)
    later = days != first[place]
    totals = np.bincount(place[later], weights=amounts[later], minlength=len(codes))
    spend = np.full(len(codes), np.nan)
    np.divide(totals, x, out=spend, where=x > 0)
    return spend


def _places(who: Ints, codes: Ints) -> Ints:
    """Return the row of each purchase's customer: a table when codes are dense, a search when not."""
    span = int(codes[-1]) + 1
    if span > 8 * len(who) + 1024:
        return np.searchsorted(codes, who)
    table = np.empty(span, dtype=np.int64)
    table[codes] = np.arange(len(codes))
    return table[who]


def _sums_of_log_gaps(days: Ints, starts: Ints) -> Floats:
    gaps = np.diff(days, prepend=0)
    gaps[starts] = 1  # a first purchase has no gap: ln 1 = 0
    logs: Floats = np.log(gaps)
    return np.add.reduceat(logs, starts)
