"""P(at least one purchase) and expected purchases for everybody, beside lifetimes, in one run."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: both sides get one thread

import argparse
import sys
import warnings
from typing import Any

import numpy as np

from bench.fit import base, show, side_by_side
from regulars.insight.lifetime import mbg
from regulars.insight.lifetime.mbg import FittedMBG, ModelName
from regulars.insight.lifetime.summary import PurchaseSummary

HORIZON = 365
BUDGET = 3.0


def theirs(model: ModelName, fitted: FittedMBG) -> Any:
    """Return a lifetimes model that holds our parameters, so that both score with the same ones."""
    import lifetimes
    import pandas as pd

    fitter = lifetimes.BetaGeoFitter() if model == "bg" else lifetimes.ModifiedBetaGeoFitter()
    fitter.params_ = pd.Series(fitted.parameters)
    return fitter


def row(model: ModelName, summary: PurchaseSummary, rounds: int) -> dict[str, Any]:
    """Return one line: P(alive), P(buy) and expected purchases by us; P(alive) and expected by lifetimes."""
    fitted = mbg.fit(summary, model=model, estimate="mle")
    rival = theirs(model, fitted)

    def ours() -> Any:
        return fitted.scores(summary, HORIZON)

    def other() -> Any:
        alive = rival.conditional_probability_alive(summary.x, summary.t_x, summary.T)
        count = rival.conditional_expected_number_of_purchases_up_to_time(
            HORIZON, summary.x, summary.t_x, summary.T
        )
        return alive, count

    mine = ours()
    _, count = other()
    mine_s, took = side_by_side(ours, other, rounds)
    known = np.isfinite(count)
    apart = float(np.max(np.abs(mine.expected[known] / np.asarray(count)[known] - 1)))
    return {
        "what": f"{model.upper()}/NBD scores, {len(summary):,} customers",
        "ours_s": mine_s,
        "theirs_s": took,
        "against": "lifetimes",
        "ratio": took / mine_s,
        "budget": BUDGET,
        "met": took / mine_s >= BUDGET,
        "note": "ours adds P(at least one purchase), which lifetimes lacks; "
        f"expected {apart:.1e} apart where lifetimes has a number; without one: "
        f"{int((~known).sum()):,} customers there, {int((~np.isfinite(mine.expected)).sum())} here",
    }


def run(small: bool) -> list[dict[str, Any]]:
    """Return one line per model: 1M customers, 100k when `small`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        summary = base(100_000 if small else 1_000_000)
        return [row(model, summary, 5) for model in ("bg", "mbg")]


def main() -> int:
    """Run from the command line; 1 when a budget is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="100k customers")
    rows = run(parser.parse_args().small)
    show(rows)
    return 0 if all(line["met"] for line in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
