"""Cohorts: how many of each first month come back, and what was forecast against what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from regulars.insight.estimate import Estimate
from regulars.insight.months import month_of, months_of
from regulars.insight.proportion import share
from regulars.insight.rhythm import Columns
from regulars.insight.shapes import COHORTS, DAYS, MONTHS, conform, shaped

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
WEEK = 7


def months_arrow(first: int, last: int) -> pa.Table:
    """Return the month of every day from ``first`` to ``last`` in the MONTHS shape."""
    days = np.arange(first, last + 1, dtype=np.int32)
    return pa.table({"day": days, "month": months_of(days).astype(np.int32)})


@shaped(takes=(DAYS, MONTHS), gives=COHORTS)
def cohort_cells(days: ir.Table, months: ir.Table) -> ir.Table:
    """Return how many customers of each first month bought again so many months later.

    ``months`` (`months_arrow`) must reach over all days.

    Shape
    -----
    DAYS and MONTHS in, COHORTS out; the cell ``since`` = 0 holds the size of the cohort.
    """
    dated = days.inner_join(months, "day")
    active = dated.select("customer", "month").distinct()
    whole = ibis.window(group_by="customer")
    placed = active.mutate(cohort=active.month.min().over(whole))
    cells = placed.group_by("cohort", since=placed.month - placed.cohort).aggregate(
        customers=lambda t: t.count()
    )
    return conform(cells, COHORTS)


@dataclass(frozen=True, slots=True)
class CohortMatrix:
    """Share of each first month's customers that bought in each later month.

    Units
    -----
    ``months`` are first months since January 1970, ``sizes`` their customers; ``active[i, j]`` counts who of
    cohort i bought j months later, -1 for months not over by ``as_of``.
    """

    months: Ints
    sizes: Ints
    active: Ints
    as_of: int

    @property
    def shares(self) -> Floats:
        """The shares, NaN where the month is not over."""
        known = np.where(self.active >= 0, self.active.astype(np.float64), np.nan)
        return np.asarray(known / np.maximum(self.sizes, 1)[:, None])

    def estimate(self, cohort: int, since: int) -> Estimate:
        """Return one cell with its Wilson interval."""
        return share(int(self.active[cohort, since]), int(self.sizes[cohort]), self.as_of)


def cohort_matrix(cells: Columns, as_of: int) -> CohortMatrix:
    """Return the matrix of cells; a month still running counts as not over.

    Shape
    -----
    The columns of COHORTS.
    """
    if not len(cells["cohort"]):
        return CohortMatrix(*(np.zeros(0, dtype=np.int64),) * 2, np.zeros((0, 0), dtype=np.int64), as_of)
    running = month_of(as_of)
    over = running if month_of(as_of + 1) == running else running + 1
    first = int(cells["cohort"].min())
    count = max(int((cells["cohort"] + cells["since"]).max()), over - 1) - first + 1
    active = np.zeros((count, count), dtype=np.int64)
    active[cells["cohort"] - first, cells["since"]] = cells["customers"]
    months = np.arange(first, first + count)
    sizes = active[:, 0].copy()
    unfinished = months[:, None] + np.arange(count)[None, :] >= over
    active[unfinished] = -1
    return CohortMatrix(months, sizes, active, as_of)


@dataclass(frozen=True, slots=True)
class ForecastCheck:
    """Weekly repeat purchases: what the model expected and what happened.

    Units
    -----
    ``weeks`` are the first days of whole weeks; ``expected`` and ``happened`` count repeat purchase days;
    ``after_fit`` marks weeks the model had not seen. ``bias`` is the summed error of those over what
    happened: .1 means ten in a hundred too many, NaN where nothing happened.
    """

    weeks: Ints
    expected: Floats
    happened: Ints
    after_fit: NDArray[np.bool_]
    bias: float


def forecast_check(
    births: Ints,
    repeats: Ints,
    first: int,
    fitted_until: int,
    expected_new: Callable[[Floats], Floats],
    expected: Callable[[Floats], Floats] | None = None,
) -> ForecastCheck:
    """Return the weekly forecast against what happened.

    Until the fit the model speaks of newcomers by their age; after it, where ``expected`` is given, of the
    customers it knew, and of newcomers as before.

    Units
    -----
    ``births[i]`` and ``repeats[i]`` count first and repeat purchase days on epoch day ``first + i``;
    ``expected_new(ages)`` is the expected repeats of one newcomer by that age in days, ``expected(days)``
    those of all known customers within so many days after ``fitted_until``.
    """
    n = len(births)
    by_age = np.asarray(expected_new(np.arange(n + 1, dtype=np.float64)), dtype=np.float64)
    known = int(np.clip(fitted_until - first + 1, 0, n))
    born = births.astype(np.float64)
    if expected is None:
        daily = _of_newcomers(born, by_age)
    else:
        daily = _of_newcomers(np.where(np.arange(n) < known, born, 0.0), by_age)
        ahead = np.asarray(expected(np.arange(n - known + 1, dtype=np.float64)), dtype=np.float64)
        daily[known:] = np.diff(ahead)
        daily += _of_newcomers(np.where(np.arange(n) >= known, born, 0.0), by_age)
    weeks = n // WEEK
    starts = first + WEEK * np.arange(weeks)
    whole = daily[: weeks * WEEK].reshape(weeks, WEEK).sum(axis=1)
    happened = repeats[: weeks * WEEK].astype(np.int64).reshape(weeks, WEEK).sum(axis=1)
    after = starts > fitted_until
    seen = float(happened[after].sum())
    bias = float(whole[after].sum() - seen) / seen if seen else float("nan")
    return ForecastCheck(starts, whole, happened, after, bias)


def _of_newcomers(born: Floats, by_age: Floats) -> Floats:
    """Return each day's expected repeats of all newcomers: births folded with the rate of each age."""
    n = len(born)
    rate = np.diff(by_age)[:n]
    size = 1 << (2 * n).bit_length()
    folded = np.fft.irfft(np.fft.rfft(born, size) * np.fft.rfft(rate, size), size)[:n]
    # Somebody born on a day can repeat from the next day on.
    return np.concatenate(([0.0], folded[: n - 1])) if n else born


def daily_counts(days: ir.Table) -> ir.Table:
    """Return first and repeat purchase days per day: the input of `forecast_check`.

    Shape
    -----
    DAYS in; ``day``, ``births``, ``repeats`` out.
    """
    firsts = days.group_by("customer").aggregate(first_day=lambda t: t.day.min())
    births = firsts.group_by(day=firsts.first_day).aggregate(births=lambda t: t.count())
    visits = days.group_by("day").aggregate(visits=lambda t: t.count())
    both = visits.left_join(births, "day")
    filled = both.births.coalesce(0)
    return both.select(
        day=both.day.cast("int32"),
        births=filled.cast("int64"),
        repeats=(both.visits - filled).cast("int64"),
    )
