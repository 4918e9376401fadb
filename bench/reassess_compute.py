"""What it costs to see where every customer stands, against a bare two-level group-by of the same facts.

Run: python -m bench.reassess_compute [CUSTOMERS] [RANGES]. Prints seconds (wall and processor) side by side;
the ratio of processor seconds is the steadier one on a machine that others use too.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.memory import peak_mb
from regulars.insight.calendar import OpeningCalendar
from regulars.insight.days import base_days
from regulars.insight.rainy_day import demand, hard_days, rainy_customers
from regulars.insight.rhythm import base_rhythm, customer_rhythms
from regulars.insight.shapes import columns
from regulars.insight.stage import stages
from regulars.insight.standing_rows import standing_rows

FIRST, DAYS = 18_600, 1_000
KINDS = pa.array(["purchase", "refund", "touchpoint", "praise", "missed_us"])
ITEMS = pa.array([f"item {number}" for number in range(40)])


def _facts(seed: int, low: int, high: int) -> pa.Table:
    """About ten facts for each customer of a range: nine in ten are purchases."""
    rng = np.random.default_rng(seed)
    n = high - low
    first = rng.integers(0, DAYS - 30, n)
    count = np.minimum(rng.poisson(rng.gamma(0.6, 1 / 38, n) * (DAYS - first)), 400) + 1
    customer = np.repeat(np.arange(low, high), count)
    start = np.repeat(first, count)
    moment = rng.random(len(customer))
    moment[np.concatenate(([0], np.cumsum(count)[:-1]))] = 0.0
    day = (FIRST + start + moment * (DAYS - start)).astype(np.int32)
    kind = rng.choice(5, len(customer), p=(0.9, 0.004, 0.08, 0.012, 0.004)).astype(np.int8)
    kind[moment == 0] = 0
    order = pa.array(customer * 1000 + day % 1000).cast(pa.string())
    return pa.table(
        {
            "fact_id": np.arange(len(customer)) + low * 400,
            "source_id": np.ones(len(customer), np.int32),
            "customer": pa.array(customer, mask=rng.random(len(customer)) < 0.02),
            "kind": pa.DictionaryArray.from_arrays(pa.array(kind), KINDS).cast(pa.string()),
            "day": day,
            "minute": rng.integers(400, 1200, len(customer)).astype(np.int16),
            "received_day": day,
            "amount": rng.integers(200, 5000, len(customer)),
            "currency": pa.array(["EUR"] * len(customer)),
            "item": pa.DictionaryArray.from_arrays(
                pa.array(rng.integers(0, 40, len(customer)).astype(np.int8)), ITEMS
            ).cast(pa.string()),
            "quantity": rng.integers(1, 5, len(customer)).astype(float),
            "order_number": order,
        }
    )


def generate(customers: int, folder: str) -> None:
    """Write the facts in order of time, a million to a segment, as sealing does."""
    step = 100_000
    parts = [_facts(low, low, min(low + step, customers)) for low in range(0, customers, step)]
    whole = pa.concat_tables(parts)
    whole = whole.take(pa.array(np.argsort(whole["day"].to_numpy(), kind="stable")))
    for place in range(0, whole.num_rows, 1_000_000):
        path = Path(folder) / f"{place // 1_000_000:04d}.parquet"
        pq.write_table(whole.slice(place, 1_000_000), path, compression="zstd")


def timed(name: str, work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Run once and print what it took."""
    wall, processor = time.perf_counter(), time.process_time()
    answer = work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"  {name:<44} {wall:7.2f} s wall {processor:7.2f} s processor", flush=True)
    return answer, wall, processor


def bare(facts: Any) -> Any:
    """The yardstick: (customer, day), then customer."""
    bought = facts.filter(facts.kind == "purchase", facts.customer.notnull())
    days = bought.group_by("customer", "day").aggregate(
        amount=lambda t: t.amount.sum(), purchases=lambda t: t.count()
    )
    return days.group_by("customer").aggregate(
        first=lambda t: t.day.min(),
        last=lambda t: t.day.max(),
        days=lambda t: t.count(),
        amount=lambda t: t.amount.sum(),
        purchases=lambda t: t.purchases.sum(),
    )


def compute(con: Any, facts: Any, customers: int, ranges: int) -> int:
    """Everything a reassessment computes but the lifetime model: returns how many customers it saw."""
    as_of, seen = FIRST + DAYS, 0
    base = columns(base_days(facts).to_pyarrow())
    calendar = OpeningCalendar(weekdays=frozenset(range(6))).between(FIRST, as_of)
    calendar = calendar.with_adverse(hard_days(demand(base, calendar), calendar))
    marks = con.create_table("marks", calendar.arrow(), overwrite=True)
    usual = None
    for place in range(ranges):
        low, high = place * customers // ranges, (place + 1) * customers // ranges - 1
        part = facts.filter(facts.customer.between(low, high)) if ranges > 1 else facts
        rows = columns(standing_rows(part, marks).to_pyarrow())
        usual = usual or base_rhythm(rows, int(calendar.index_at(as_of)))
        rhythms = customer_rhythms(rows, usual)
        rainy = rainy_customers(rows, base, calendar)
        seen += len(stages(rows, usual, calendar, as_of, rhythms=rhythms, rainy=rainy.sign).stage)
    return seen


def main() -> None:
    """Generate, time, compare."""
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    ranges = int(sys.argv[2]) if len(sys.argv) > 2 else max(customers // 250_000, 1)
    with tempfile.TemporaryDirectory() as folder:
        writer = multiprocessing.get_context("spawn").Process(target=generate, args=(customers, folder))
        writer.start()
        writer.join()
        con = ibis.duckdb.connect(memory_limit="512MB", temp_directory=f"{folder}/spill")
        facts = con.read_parquet(f"{folder}/*.parquet")
        count = facts.count().to_pyarrow().as_py()
        print(f"{customers:,} customers, {count:,} facts, {ranges} ranges of customers, DuckDB within 512 MB")
        _, wall, processor = timed("bare two-level group-by", lambda: bare(facts).to_pyarrow())
        seen, own_wall, own_processor = timed(
            "reassess, compute", lambda: compute(con, facts, customers, ranges)
        )
        peak = peak_mb()
        print(
            f"  {seen:,} standings; {own_wall / wall:.1f}x wall, {own_processor / processor:.1f}x processor"
        )
        print(f"  peak of this process {peak:,.0f} MB")
        con.disconnect()


if __name__ == "__main__":
    main()
