"""The tables insight works on: columns, types, and the declaration of what takes and gives which."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., Any])

FACTS: ibis.Schema = ibis.schema(
    {
        "fact_id": "int64",
        "source_id": "int32",
        "customer": "int64",  # null: demand without a name
        "kind": "string",
        "day": "int32",  # company-local epoch day
        "minute": "int16",  # company-local minute of the day
        "received_day": "int32",
        "amount": "int64",  # minor units of the company's currency
        "currency": "string",
        "item": "string",
        "quantity": "float64",
        "order_number": "string",
    }
)
"""One row per fact, whatever its kind."""

CALENDAR: ibis.Schema = ibis.schema(
    {"day": "int32", "open": "boolean", "open_index": "int32", "adverse": "boolean"}
)
"""One row per calendar day; ``open_index`` is the ordinal of the last open day up to and including it."""

LEDGER: ibis.Schema = ibis.schema(
    {
        "customer": "int64",
        "day": "int32",
        "gross": "int64",
        "refunded": "int64",
        "purchases": "int64",
        "minute": "int16",
        "counted": "boolean",
    }
)
"""One row per customer and day with a purchase or a refund; only ``counted`` ones are purchase days."""

DAYS: ibis.Schema = ibis.schema(
    {
        "customer": "int64",
        "day": "int32",
        "amount": "int64",
        "refunded": "int64",
        "purchases": "int64",
        "minute": "int16",
    }
)
"""One row per purchase day of a customer; ``amount`` is net of refunds, ``minute`` is the day's first."""

BASE_DAYS: ibis.Schema = ibis.schema(
    {
        "day": "int32",
        "purchases": "int64",
        "anonymous": "int64",
        "amount": "int64",
    }
)
"""One row per day on which the whole base, named or not, bought something."""

RHYTHM: ibis.Schema = ibis.schema(
    {
        "customer": "int64",
        "first_day": "int32",
        "last_day": "int32",
        "regular_day": "int32",
        "days": "int64",
        "purchases": "int64",
        "amount": "int64",
        "amount_repeat": "int64",
        "gaps": "int64",
        "median_gap": "float64",
        "mean_gap": "float64",
        "mean_log_gap": "float64",
        "first_open": "int32",
        "last_open": "int32",
        "last_gap": "int32",
        "gap_before": "int32",
        "longest_gap": "int32",
        "longest_gap_end": "int32",
        "days_to_longest": "int32",
        "hard_days": "int64",
    }
)
"""One row per customer with a purchase day: when, how often and how evenly they come.

``regular_day`` is the fourth purchase day, null before it. ``gaps`` counts repeat purchase days. All gaps
are in open days, at least 1; ``mean_log_gap`` averages ln(gap - 1/2), since a whole day stands for any
moment within it. ``longest_gap_end`` is the open index of the purchase that ended the longest
gap (the latest of equals) and ``days_to_longest`` the number of purchase days up to and including it; both
0 without a gap. ``last_gap`` and ``gap_before`` are 0 where there is none. ``hard_days`` counts repeat
purchase days that fell on the calendar's adverse days.
"""

SIGNS: ibis.Schema = ibis.schema(
    {
        "customer": "int64",
        "facts": "int64",
        "touchpoints": "int64",
        "last_touchpoint_day": "int32",
        "missed_us": "int64",
        "last_missed_day": "int32",
        "praises": "int64",
        "referrals": "int64",
        "ideas": "int64",
        "usages": "int64",
        "last_usage_day": "int32",
        "renewals": "int64",
        "contract_day": "int32",
        "contract_end_day": "int32",
    }
)
"""One row per customer with a fact other than a purchase or refund; days are null where there is none."""

STANDINGS: ibis.Schema = ibis.schema(
    dict(RHYTHM.items()) | {name: kind for name, kind in SIGNS.items() if name != "customer"}
)
"""RHYTHM and SIGNS side by side: one row per customer with any fact. Counts are 0 where there is nothing."""


TIMES: ibis.Schema = ibis.schema({"weekday": "int8", "half_hour": "int8", "purchases": "int64"})
"""Purchases of the whole base by weekday (Monday = 0) and half hour of the day, -1 where unknown."""

MONTHS: ibis.Schema = ibis.schema({"day": "int32", "month": "int32"})
"""The month of each epoch day, counted from January 1970."""

COHORTS: ibis.Schema = ibis.schema({"cohort": "int32", "since": "int32", "customers": "int64"})
"""Customers of each first month that bought so many months later."""

NEXT: ibis.Schema = ibis.schema({"customer": "int64", "next_day": "int32"})
"""The first purchase day after some day, for those who had one."""

HABITS: ibis.Schema = ibis.schema(
    {
        "customer": "int64",
        "item": "string",
        "orders": "int64",
        "mean_log": "float64",
        "mean_square_log": "float64",
        "most": "float64",
    }
)
"""How often and in which quantities a customer (null: the whole base) takes an item; logs of quantities."""


def shaped(
    *, takes: ibis.Schema | tuple[ibis.Schema, ...], gives: ibis.Schema
) -> Callable[[Function], Function]:
    """Declare the shapes of the tables that a function takes, in order, and of the one it gives.

    A test builds unbound tables of ``takes``, calls the function and compares the schema of its answer with
    ``gives``; nothing is checked at run time.

    Example
    -------
    >>> @shaped(takes=CALENDAR, gives=CALENDAR)
    ... def open_days(calendar):
    ...     return calendar.filter(calendar.open)
    >>> open_days.takes == (CALENDAR,)
    True
    """

    def declare(function: Function) -> Function:
        function.takes = takes if isinstance(takes, tuple) else (takes,)  # type: ignore[attr-defined]
        function.gives = gives  # type: ignore[attr-defined]
        return function

    return declare


def columns(table: Any) -> dict[str, NDArray[Any]]:
    """Return an Arrow table's columns as arrays; a missing whole number becomes -1, a missing fraction NaN.

    Example
    -------
    >>> import pyarrow as pa
    >>> columns(pa.table({"day": pa.array([3, None], pa.int32())}))["day"].tolist()
    [3, -1]
    """
    return {name: _array(table.column(name)) for name in table.column_names}


def _array(column: Any) -> NDArray[Any]:
    filled = column.fill_null(-1) if pa.types.is_integer(column.type) else column
    return np.asarray(filled.to_numpy())


def conform(table: ir.Table, shape: ibis.Schema) -> ir.Table:
    """Return the table with exactly the columns and types of the shape, in its order."""
    return table.select(**{name: table[name].cast(kind) for name, kind in shape.items()})
