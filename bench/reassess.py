"""``reassess --all`` end to end on SQLite, and its compute against a bare group-by over the same Parquet.
``python -m bench.reassess [--small] [--home DIR]``: each step runs in its own process, as the worker does.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bench.generate import open_home, ready
from bench.memory import peak_mb

LIMITS = {"all new": 60.0, "only the day moved": 30.0, "nothing changed": 12.0}
COMPUTE_LIMIT = 8.0
MEMORY = 1_200


def step(home: str, day: str, *, bare: bool) -> dict[str, Any]:
    """Assess everybody as of a day, or run the bare two-level group-by, and return what it took."""
    open_home(Path(home))
    from regulars.attention.facts import facts_at
    from regulars.attention.reassess import learnt, reassess_all
    from regulars.ledger.facts import gathered_file
    from regulars.records.read.company import epoch_day

    as_of = epoch_day(date.fromisoformat(day))
    begin, busy = time.perf_counter(), time.process_time()
    told: dict[str, Any] = {}
    if bare:
        with facts_at(as_of) as at:
            begin, busy = time.perf_counter(), time.process_time()
            _bare(at)
            told["bare_s"], told["bare_cpu"] = time.perf_counter() - begin, time.process_time() - busy
            gathered_file().unlink(missing_ok=True)  # the whole computation, not what was kept of the last
            begin, busy = time.perf_counter(), time.process_time()
            learnt(at, as_of)
    else:
        outcome = reassess_all(as_of)
        told |= {"customers": outcome.customers, "steps": outcome.steps}
        told |= {name: getattr(outcome.written, name) for name in ("new", "changed", "rescored")}
    told |= {"s": time.perf_counter() - begin, "cpu": time.process_time() - busy}
    told["mb"] = peak_mb()
    return told


def _bare(at: Any) -> None:
    """The yardstick: (customer, day), then customer, over the same Parquet."""
    facts = at.facts
    days = (
        facts.filter(facts.kind == "purchase", facts.customer.notnull())
        .group_by("customer", "day")
        .aggregate(amount=lambda t: t.amount.sum(), purchases=lambda t: t.count())
    )
    at.collect(
        days.group_by("customer").aggregate(
            first=lambda t: t.day.min(),
            last=lambda t: t.day.max(),
            days=lambda t: t.count(),
            amount=lambda t: t.amount.sum(),
            purchases=lambda t: t.purchases.sum(),
        )
    )


def _child(home: Path, day: date, *, bare: bool = False) -> dict[str, Any]:
    arguments = ["--step", str(home), day.isoformat(), *(["--bare"] if bare else [])]
    done = subprocess.run(
        [sys.executable, "-m", "bench.reassess", *arguments], capture_output=True, text=True, check=True
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def run(small: bool, home: Path | None = None) -> list[dict[str, Any]]:
    """Return a line a step: 1M customers and 10M facts, 50k and 500k when `small`."""
    customers, facts = (50_000, 500_000) if small else (1_000_000, 10_000_000)
    today = date.today()  # noqa: DTZ011
    folder = home or Path(tempfile.mkdtemp(prefix="regulars-bench-"))
    try:
        # Made in a process of its own: its memory is not the worker's.
        subprocess.run(
            [sys.executable, "-m", "bench.reassess", "--make", str(folder), str(customers), str(facts)],
            check=True,
        )
        lines = [
            _line(name, _child(folder, day), customers)
            for name, day in (
                ("all new", today),
                ("only the day moved", today + timedelta(days=1)),
                ("nothing changed", today + timedelta(days=1)),
            )
        ]
        lines.append(_compute_line(_child(folder, today + timedelta(days=1), bare=True)))
    finally:
        if home is None:
            shutil.rmtree(folder, ignore_errors=True)
    return lines


def _line(name: str, told: dict[str, Any], customers: int) -> dict[str, Any]:
    limit = LIMITS[name]
    return {
        "what": f"reassess --all, {customers:,} customers, {name}",
        "ours_s": told["s"],
        "theirs_s": limit,
        "against": f"{limit:.0f} s and {MEMORY:,} MB",
        "ratio": limit / told["s"],
        "budget": 1.0,
        "met": told["s"] <= limit and told["mb"] <= MEMORY,
        "note": (
            f"{told['new']:,} new, {told['changed']:,} changed, {told['rescored']:,} scored anew; "
            f"processor {told['cpu']:.1f} s, peak {told['mb']:,.0f} MB"
        ),
    }


def _compute_line(told: dict[str, Any]) -> dict[str, Any]:
    ratio = told["s"] / told["bare_s"]
    return {
        "what": "its compute",
        "ours_s": told["s"],
        "theirs_s": told["bare_s"],
        "against": "the bare two-level group-by over the same Parquet, times 8",
        "ratio": COMPUTE_LIMIT * told["bare_s"] / told["s"],
        "budget": 1.0,
        "met": ratio <= COMPUTE_LIMIT,
        "note": f"{ratio:.1f} times the bare group-by; processor {told['cpu'] / told['bare_cpu']:.1f} times",
    }


def main() -> int:
    """Print the lines, or be one of the children."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--step", nargs=2)
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--make", nargs=3)
    chosen = parser.parse_args()
    if chosen.make:
        home, customers, facts = chosen.make
        ready(Path(home), int(customers), int(facts), segments_only=True, end=date.today())  # noqa: DTZ011
        return 0
    if chosen.step:
        print(json.dumps(step(*chosen.step, bare=chosen.bare)))
        return 0
    from bench.__main__ import show

    rows = run(chosen.small, chosen.home)
    show(rows)
    return 0 if all(row["met"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
