"""Customers whose truth is known, and their facts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from regulars.insight.calendar import CalendarDays, OpeningCalendar

EMPTY = {
    "fact_id": pa.int64(),
    "source_id": pa.int32(),
    "customer": pa.int64(),
    "kind": pa.string(),
    "day": pa.int32(),
    "minute": pa.int16(),
    "received_day": pa.int32(),
    "amount": pa.int64(),
    "currency": pa.string(),
    "item": pa.string(),
    "quantity": pa.float64(),
    "order_number": pa.string(),
}
FACTS_ARROW = pa.schema(list(EMPTY.items()))
START = 18_993  # 1 January 2022


def facts(rows: list[dict[str, object]]) -> pa.Table:
    """A FACTS table from what matters of each row; the rest is filled in."""
    full = []
    for number, row in enumerate(rows):
        filled = dict.fromkeys(EMPTY) | {
            "fact_id": number,
            "source_id": 1,
            "kind": "purchase",
            "currency": "EUR",
        }
        filled |= {"amount": 500 if row.get("kind", "purchase") == "purchase" else None}
        filled |= row
        filled.setdefault("received_day", None)
        if filled["received_day"] is None:
            filled["received_day"] = filled["day"]
        full.append(filled)
    return pa.Table.from_pylist(full, schema=FACTS_ARROW)


def purchase_facts(customer, day, *, amount=500) -> pa.Table:
    """Purchases from two arrays; customer -1 is anonymous."""
    n = len(customer)
    customer = np.asarray(customer, dtype=np.int64)
    columns = {name: pa.nulls(n, kind) for name, kind in EMPTY.items()}
    columns |= {
        "fact_id": pa.array(np.arange(n)),
        "source_id": pa.array(np.ones(n, np.int32)),
        "customer": pa.array(customer, mask=customer < 0),
        "kind": pa.array(["purchase"] * n),
        "day": pa.array(np.asarray(day, dtype=np.int32)),
        "received_day": pa.array(np.asarray(day, dtype=np.int32)),
        "amount": pa.array(np.broadcast_to(np.asarray(amount, np.int64), n).copy()),
    }
    return pa.table(columns, schema=FACTS_ARROW)


@dataclass(frozen=True)
class Base:
    """A simulated base: who bought when, and on which open index each stopped for good."""

    calendar: OpeningCalendar
    laid_out: CalendarDays
    customer: np.ndarray
    day: np.ndarray
    died: np.ndarray  # epoch day after which they never buy
    mean_gap: np.ndarray
    shape: np.ndarray

    @property
    def facts(self) -> pa.Table:
        return purchase_facts(self.customer, self.day)


def base(
    seed: int,
    n: int = 500,
    *,
    calendar: OpeningCalendar | None = None,
    years: int = 3,
    shape: tuple[float, float] = (0.8, 4.0),
    gaps: tuple[float, float] = (np.log(9), 0.8),
    leave: float = 0.03,
) -> Base:
    """Customers with gamma gaps in open days, shapes and means of their own, who leave after a purchase."""
    rng = np.random.default_rng(seed)
    opening = calendar or OpeningCalendar()
    laid = opening.between(START, START + 365 * years)
    horizon = int(laid.open_index[-1])
    mean = np.exp(rng.normal(*gaps, n))
    k = rng.uniform(*shape, n)
    entry = rng.uniform(0, horizon * 0.7, n)
    customers, indexes, died = [], [], np.full(n, np.inf)
    for i in range(n):
        at = entry[i]
        while at < horizon:
            customers.append(i)
            indexes.append(at)
            if rng.random() < leave:
                died[i] = at
                break
            at += rng.gamma(k[i], mean[i] / k[i])
    day = laid.day_at(np.floor(indexes).astype(int) + 1)
    stopped = np.where(
        np.isinf(died), 2**31, laid.day_at(np.floor(np.where(np.isinf(died), 0, died)).astype(int) + 1)
    )
    return Base(opening, laid, np.array(customers), day, stopped, mean, k)
