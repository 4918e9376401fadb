"""Recurring revenue: what runs now, how it moved month by month, and how much of it stayed.

A movement is a customer's, netted over their contracts: one contract swapped for another of equal value moves
nothing. A customer counts while what they pay a month is above nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from regulars.insight.errors import RegularsError
from regulars.insight.estimate import Estimate, refuse
from regulars.insight.months import months_of
from regulars.insight.proportion import share
from regulars.insight.terms import GRACE, Bools, Ints, LeftOut, Terms, in_currency, known, run_of

COUNTED = "counted, not sampled"
MONTHS_A_YEAR = 12


class Movement(IntEnum):
    """What a customer's amount did in a month."""

    NONE = 0
    NEW = 1
    EXPANSION = 2
    CONTRACTION = 3
    LOST = 4
    RETURNED = 5


@dataclass(frozen=True, slots=True)
class Recurring:
    """What runs on a day.

    Units
    -----
    ``monthly`` in minor units; ``customers`` and ``contracts`` are the ids behind it, ``pending`` those
    contracts that ended within the grace and still count. ``left_out``: contracts in other currencies.
    """

    monthly: int
    customers: Ints
    contracts: Ints
    pending: Ints
    left_out: tuple[LeftOut, ...]

    @property
    def yearly(self) -> int:
        """ARR: twelve times the recurring amount of a month."""
        return MONTHS_A_YEAR * self.monthly


def mrr_at(
    terms: Terms,
    day: int,
    *,
    currency: str,
    as_of: int | None = None,
    grace: int = GRACE,
    known_then: bool = False,
) -> Recurring:
    """Return what recurs a month on a day, by what had happened by ``as_of`` (the day itself by default).

    Example
    -------
    >>> from regulars.insight.terms import terms_of
    >>> given = {"contract": [1], "customer": [7], "start": [0], "end": [365], "monthly": [100]}
    >>> mrr_at(terms_of(given, "EUR"), 10, currency="EUR").yearly
    1200
    """
    at = day if as_of is None else as_of
    own, left_out = in_currency(known(terms, at, known_then=known_then), currency)
    run = run_of(own, at, grace)
    rows = (run.terms.start <= day) & (day < run.until) & (run.terms.monthly > 0)
    return Recurring(
        int(run.terms.monthly[rows].sum()),
        np.unique(run.terms.customer[rows]),
        np.unique(run.terms.contract[rows]),
        np.unique(run.terms.contract[rows & run.pending]),
        left_out,
    )


@dataclass(frozen=True, slots=True)
class Behind:
    """The customers behind one cell, largest amount first, for a person to open.

    Units
    -----
    ``amounts[i]`` is what ``customers[i]`` adds to the cell, in minor units a month.
    """

    customers: Ints
    amounts: Ints


@dataclass(frozen=True, slots=True)
class Retention:
    """How much of what ran at the start still runs at the end, and of how many customers.

    Units
    -----
    Amounts a month in minor units, positive. ``grr`` = (start - contraction - lost) / start; ``nrr`` adds
    expansion; both are counted, so without interval, and ``n`` is the customers there at the start.
    ``logo_churn`` is the share of these that had left, with Wilson's interval. The id arrays name who.
    """

    start: int
    expansion: int
    contraction: int
    lost: int
    grr: Estimate
    nrr: Estimate
    logo_churn: Estimate
    there: Ints
    gone: Ints


@dataclass(frozen=True, slots=True)
class Bridge:
    """Recurring revenue from month to month: start + new + returned + expansion - contraction - lost = end.

    Shape
    -----
    ``months``, ``start``, ``end`` and the totals of `total`: one entry per month. ``held`` and ``moves``: one
    row per customer; ``held`` one column per close, the one before the first month included.

    Units
    -----
    Minor units a month, integers throughout. ``closes`` are the days of the closes, the last no later than
    ``as_of``. ``cohort`` is the month of a customer's first paid day, ``kind`` that of their latest term.
    """

    months: Ints
    closes: Ints
    customers: Ints
    cohort: Ints
    kind: Ints
    held: Ints
    moves: NDArray[np.int8]
    left_out: tuple[LeftOut, ...]
    as_of: int

    @property
    def start(self) -> Ints:
        """What ran at the close before each month."""
        return np.asarray(self.held.sum(axis=0)[:-1])

    @property
    def end(self) -> Ints:
        """What ran at each month's close."""
        return np.asarray(self.held.sum(axis=0)[1:])

    def total(self, movement: Movement) -> Ints:
        """Return one movement per month, as a positive amount."""
        return np.asarray(np.abs(np.where(self.moves == movement, np.diff(self.held), 0).sum(axis=0)))

    def behind(self, month: int, movement: Movement) -> Behind:
        """Return who moved so in a month (its place in ``months``)."""
        amounts = self.held[:, month + 1] - self.held[:, month]
        rows = np.flatnonzero(self.moves[:, month] == movement)
        return self._behind(rows, np.abs(amounts))

    def behind_close(self, close: int) -> Behind:
        """Return who paid at a close: 0 is the one before the first month."""
        amounts = self.held[:, close]
        return self._behind(np.flatnonzero(amounts > 0), amounts)

    def _behind(self, rows: Ints, amounts: Ints) -> Behind:
        ordered = rows[np.lexsort((self.customers[rows], -amounts[rows]))]
        return Behind(self.customers[ordered], amounts[ordered])

    def retention(self, first: int, last: int | None = None, *, among: Bools | None = None) -> Retention:
        """Return what stayed from the close before month ``first`` to that of ``last`` (the same by default).

        Over several months the two closes are compared: who left and was back in between, stayed.

        Parameters
        ----------
        among
            Which customers count, aligned with ``customers``; all by default.
        """
        rows = np.arange(len(self.customers)) if among is None else np.flatnonzero(among)
        return self._retention(rows, first, first if last is None else last)

    def retention_by(self, labels: Ints, first: int, last: int | None = None) -> dict[int, Retention]:
        """Return `retention` for each label that had anybody at the start, such as ``cohort`` or ``kind``."""
        there = np.flatnonzero(self.held[:, first] > 0)
        order = there[np.argsort(labels[there], kind="stable")]
        names, starts = np.unique(labels[order], return_index=True)
        groups = np.split(order, starts[1:]) if len(order) else []
        until = first if last is None else last
        return {
            int(name): self._retention(rows, first, until) for name, rows in zip(names, groups, strict=True)
        }

    def _retention(self, rows: Ints, first: int, last: int) -> Retention:
        base, now = self.held[rows, first], self.held[rows, last + 1]
        there = base > 0
        rows, base, now = rows[there], base[there], now[there]
        change, gone = now - base, now == 0
        start, up = int(base.sum()), int(change[change > 0].sum())
        lost = int(base[gone].sum())
        down = -int(change[(change < 0) & ~gone].sum())
        as_of, n = int(self.closes[last + 1]), len(rows)
        ids = self.customers[rows]
        return Retention(
            start,
            up,
            down,
            lost,
            _ratio(start - down - lost, start, n, as_of),
            _ratio(start - down - lost + up, start, n, as_of),
            share(int(gone.sum()), n, as_of),
            ids,
            ids[gone],
        )


def _ratio(part: int, whole: int, n: int, as_of: int) -> Estimate:
    if not whole:
        return refuse("nothing was running at the start", n=0, as_of=as_of, method=COUNTED)
    return Estimate(part / whole, None, None, n, as_of, COUNTED)


def bridge(
    terms: Terms,
    bounds: Ints,
    *,
    currency: str,
    as_of: int,
    grace: int = GRACE,
    known_then: bool = False,
) -> Bridge:
    """Return the bridge over months, by what had happened by ``as_of``, or by what we knew then.

    Parameters
    ----------
    bounds
        The first day of each month and of the one after the last, as `terms.month_bounds` gives them. A month
        still running is closed at ``as_of``.
    grace
        Days within which a late renewal counts as one; see `terms.run_of`.

    Raises
    ------
    RegularsError
        ``bad-months`` when the bounds do not rise or a month has not begun by ``as_of``.
    """
    bounds = np.asarray(bounds, dtype=np.int64)
    if len(bounds) < 2 or (np.diff(bounds) <= 0).any() or bounds[-2] > as_of:
        raise RegularsError(
            "bad-months", "A bridge needs the first days of months that follow each other and have begun."
        )
    seen, left_out = in_currency(known(terms, as_of, known_then=known_then), currency)
    run = run_of(seen, as_of, grace)
    closes = np.minimum(bounds - 1, as_of)
    paid = run.terms.where(run.terms.monthly > 0)
    until = run.until[run.terms.monthly > 0]
    customers, place = np.unique(paid.customer, return_inverse=True)
    held = _held(place, len(customers), paid, until, closes)
    first = np.full(len(customers), np.iinfo(np.int64).max)
    np.minimum.at(first, place, paid.start)
    return Bridge(
        months_of(bounds[:-1]),
        closes,
        customers,
        months_of(first),
        _latest_kind(place, len(customers), paid),
        held,
        _moves(held, first, bounds[:-1]),
        left_out,
        as_of,
    )


def _held(place: Ints, n: int, terms: Terms, until: Ints, closes: Ints) -> Ints:
    """Return what each customer pays a month at each close."""
    width = len(closes) + 1
    steps = np.zeros(n * width, dtype=np.int64)
    np.add.at(steps, place * width + np.searchsorted(closes, terms.start), terms.monthly)
    np.subtract.at(steps, place * width + np.searchsorted(closes, until), terms.monthly)
    return np.asarray(steps.reshape(n, width).cumsum(axis=1)[:, :-1])


def _moves(held: Ints, first: Ints, month_starts: Ints) -> NDArray[np.int8]:
    """Return the movement of each customer in each month."""
    before, after = held[:, :-1], held[:, 1:]
    moves = np.zeros(before.shape, dtype=np.int8)
    moves[after > before] = Movement.EXPANSION
    moves[after < before] = Movement.CONTRACTION
    moves[(before > 0) & (after == 0)] = Movement.LOST
    begun = (before == 0) & (after > 0)
    fresh = first[:, None] >= month_starts[None, :]
    moves[begun & fresh] = Movement.NEW
    moves[begun & ~fresh] = Movement.RETURNED
    return moves


def _latest_kind(place: Ints, n: int, terms: Terms) -> Ints:
    """Return the kind on each customer's latest term; of several begun that day the highest."""
    lowest = np.iinfo(np.int64).min
    latest, kinds = np.full(n, lowest), np.full(n, lowest)
    np.maximum.at(latest, place, terms.start)
    rows = terms.start == latest[place]
    np.maximum.at(kinds, place[rows], terms.kind[rows])
    return kinds
