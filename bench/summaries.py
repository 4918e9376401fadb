"""Purchase log to one row per customer, beside lifetimes' and a plain pandas way, in one run."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: all sides get one thread

import argparse
import sys
import warnings
from functools import partial
from typing import Any

import numpy as np

from bench.fit import END, START, TRUTH, show, side_by_side
from regulars.insight.lifetime import simulate
from regulars.insight.lifetime.summary import Floats, Ints, summaries

BUDGET = 1.0


def shuffled_log(n: int) -> tuple[Ints, Ints, Floats]:
    """Return purchases of n customers in no order, with amounts."""
    log = simulate.purchases(TRUTH, simulate.first_days(n, START, END - 1, seed=1), END, seed=2)
    order = np.random.default_rng(3).permutation(len(log.day))
    amount = np.round(np.random.default_rng(4).gamma(6.0, 5.0, len(order)), 2)
    return log.customer[order], log.day[order], amount


def by_lifetimes(frame: Any) -> Any:
    """Return lifetimes' summary of the log."""
    from lifetimes.utils import summary_data_from_transaction_data

    until = np.datetime64(END, "D")
    return summary_data_from_transaction_data(
        frame, "customer", "date", monetary_value_col="amount", observation_period_end=until
    )


def by_pandas(frame: Any) -> Any:
    """Return the summary by two group-bys: customer and day, then customer."""
    daily = frame.groupby(["customer", "day"], as_index=False)["amount"].sum()
    by = daily.groupby("customer")
    found = by["day"].agg(["count", "min", "max"])
    total, first = by["amount"].sum(), by["amount"].first()
    x = found["count"] - 1
    spend = (total - first) / x.where(x > 0)
    return x, found["max"] - found["min"], END - found["min"], spend


def run(small: bool) -> list[dict[str, Any]]:
    """Return one line per rival: 1M customers, 100k when `small`."""
    import pandas as pd

    customer, day, amount = shuffled_log(100_000 if small else 1_000_000)
    date = day.astype("datetime64[D]").astype("datetime64[s]")
    frame = pd.DataFrame({"customer": customer, "day": day, "date": date, "amount": amount})
    rounds = 3

    def ours() -> Any:
        return summaries(customer, day, END, amount)

    found = ours()
    lines = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, way in (("lifetimes", by_lifetimes), ("pandas group-bys", by_pandas)):
            mine, took = side_by_side(ours, partial(way, frame), rounds)
            lines.append(_line(name, mine, took, len(day), _same(found, way(frame))))
    return lines


def _same(found: Any, other: Any) -> bool:
    x, t_x, age, spend = (
        (other["frequency"], other["recency"], other["T"], other["monetary_value"])
        if hasattr(other, "columns")
        else other
    )
    spend = np.nan_to_num(np.asarray(spend, dtype=np.float64))
    return (
        np.array_equal(found.x, np.asarray(x, dtype=np.int64))
        and np.array_equal(found.t_x, np.asarray(t_x, dtype=np.int64))
        and np.array_equal(found.T, np.asarray(age, dtype=np.int64))
        and np.allclose(np.nan_to_num(found.spend), spend)
    )


def _line(name: str, mine: float, took: float, rows: int, same: bool) -> dict[str, Any]:
    return {
        "what": f"log to summaries, {rows:,} purchases",
        "ours_s": mine,
        "theirs_s": took,
        "against": name,
        "ratio": took / mine,
        "budget": BUDGET,
        "met": took / mine >= BUDGET and same,
        "note": "the same figures for every customer" if same else "FIGURES DIFFER",
    }


def main() -> int:
    """Run from the command line; 1 when slower than a rival or when figures differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="100k customers")
    rows = run(parser.parse_args().small)
    show(rows)
    return 0 if all(line["met"] for line in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
