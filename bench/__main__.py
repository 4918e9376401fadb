"""All comparisons in one run, side by side: ``python -m bench [--small] [--only NAME]``."""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from typing import Any

# One thread each, so that both sides of a ratio have the same.
os.environ.setdefault("OMP_NUM_THREADS", "1")

NAMES = ("summaries", "fit", "scoring", "imports", "search", "reassess")
"""Modules whose ``run(small)`` returns lines; ``pages`` prints its own table."""


def show(rows: list[dict[str, Any]], *, judged: bool) -> None:
    """Print lines: what, seconds of both sides, ratio, budget, and whether it was missed."""
    for row in rows:
        ours, theirs = row.get("ours_s"), row.get("theirs_s")
        seconds = f"{ours:10.3f} {theirs:10.3f}" if ours is not None and theirs is not None else " " * 21
        budget = row.get("budget")
        against = f"{budget:6.2f}" if budget is not None else "      "
        verdict = "  MISSED" if judged and not row.get("met", True) else ""
        print(f"{row['what'][:76]:76} {seconds} {row.get('ratio') or 0:8.2f} {against}{verdict}", flush=True)
        if row.get("note"):
            print(f"    {row['note']}", flush=True)


def main() -> int:
    """Run the chosen comparisons; exit 1 when a budget is missed, which small data cannot tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--small", action="store_true", help="small data: three minutes instead of ten, and no verdict"
    )
    parser.add_argument("--only", choices=[*NAMES, "pages"], help="one comparison")
    chosen = parser.parse_args()
    print(f"{'':76} {'ours s':>10} {'theirs s':>10} {'ratio':>8} {'budget':>6}")
    kept = True
    for name in NAMES if chosen.only is None else (chosen.only,):
        if name == "pages":
            continue
        rows = importlib.import_module(f"bench.{name}").run(chosen.small)
        show(rows, judged=not chosen.small)
        kept &= chosen.small or all(row.get("met", True) for row in rows)
    if chosen.only in (None, "pages"):
        size = ["--customers", "5000", "--facts", "50000"] if chosen.small else []
        kept &= subprocess.call([sys.executable, "-m", "bench.pages", *size]) == 0 or chosen.small
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
