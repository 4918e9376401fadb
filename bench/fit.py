"""BG/NBD and MBG/NBD: our fit, compression and standard errors included, beside lifetimes, in one run."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: both sides get one thread

import argparse
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from regulars.insight.lifetime import mbg, simulate
from regulars.insight.lifetime.scoring import Parameters
from regulars.insight.lifetime.summary import PurchaseSummary, summaries

TRUTH = Parameters(0.55, 70.0, 0.8, 2.5)
START, END = 19_000, 20_095  # three years
BUDGET = 40.0


def base(n: int) -> PurchaseSummary:
    """Return the summary of n simulated customers who came over three years."""
    log = simulate.purchases(TRUTH, simulate.first_days(n, START, END - 1, seed=1), END, seed=2)
    return summaries(log.customer, log.day, END)


def side_by_side(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> tuple[float, float]:
    """Return both median wall times of runs that alternate, ours twice a round, after one unmeasured run."""
    ours()
    mine, other = [], []
    for _ in range(rounds):
        mine.append(_seconds(ours))
        other.append(_seconds(theirs))
        mine.append(_seconds(ours))
    return statistics.median(mine), statistics.median(other)


def _seconds(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def theirs(model: str, summary: PurchaseSummary) -> Callable[[], dict[str, float]]:
    """Return lifetimes' fit of the same rows: its own start, no penalty."""
    import lifetimes

    fitter = lifetimes.BetaGeoFitter if model == "bg" else lifetimes.ModifiedBetaGeoFitter

    def work() -> dict[str, float]:
        fitted = fitter().fit(summary.x, summary.t_x, summary.T)
        return {name: float(fitted.params_[name]) for name in ("r", "alpha", "a", "b")}

    return work


def row(model: mbg.ModelName, summary: PurchaseSummary, rounds: int) -> dict[str, Any]:
    """Return one line: both times, their ratio and how far apart the optima are."""

    def work() -> mbg.FittedMBG:
        return mbg.fit(summary, model=model, estimate="mle")

    rival = theirs(model, summary)
    mine, other = side_by_side(work, rival, rounds)
    fitted, their = work(), rival()
    apart = max(abs(fitted.parameters[name] / value - 1) for name, value in their.items())
    return {
        "what": f"{model.upper()}/NBD fit, {len(summary):,} customers",
        "ours_s": mine,
        "theirs_s": other,
        "against": "lifetimes",
        "ratio": other / mine,
        "budget": BUDGET,
        "met": other / mine >= BUDGET,
        "note": f"{len(summary.compress().x):,} unique rows; optima {apart:.1e} apart; "
        f"log-likelihood {fitted.log_likelihood:.2f} per day",
    }


def run(small: bool) -> list[dict[str, Any]]:
    """Return one line per model and size: 100k customers, and 1M unless `small`."""
    np.seterr(all="ignore")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sizes = [(100_000, 3)] if small else [(100_000, 5), (1_000_000, 2)]
        return [
            row(model, summary, rounds)
            for n, rounds in sizes
            for summary in [base(n)]
            for model in ("bg", "mbg")
        ]


def show(rows: list[dict[str, Any]]) -> None:
    """Print the lines side by side."""
    for line in rows:
        verdict = "met" if line["met"] else "NOT MET"
        print(
            f"{line['what']:<46} ours {line['ours_s'] * 1000:9.1f} ms   {line['against']} "
            f"{line['theirs_s'] * 1000:10.1f} ms   {line['ratio']:7.1f}x   "
            f"(budget {line['budget']:g}x: {verdict})"
        )
        print(f"    {line['note']}")


def main() -> int:
    """Run from the command line; 1 when a budget is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="100k customers only")
    rows = run(parser.parse_args().small)
    show(rows)
    return 0 if all(line["met"] for line in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
