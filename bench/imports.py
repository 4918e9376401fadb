"""Import of a purchase file beside bare executemany of the same batches, on the same disk, durable."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.memory import peak_mb

BUDGET = 0.4
MEMORY = 300
BATCH = 10_000
HEADER = "customer,date,amount,quantity,item\n"
MAPS = [f"{name}={name}" for name in HEADER.strip().split(",")]


def write_log(path: Path, rows: int, customers: int) -> None:
    """Write a purchase log in the order of time, three years long."""
    rng = random.Random(1)
    start, step = datetime(2023, 1, 1, tzinfo=UTC), 3 * 365 * 86_400 / rows
    with path.open("w") as file:
        file.write(HEADER)
        for number in range(rows):
            moment = start + timedelta(seconds=int(number * step))
            file.write(
                f"C{rng.randrange(customers):06d},{moment:%Y-%m-%d %H:%M:%S},"
                f"{rng.randrange(100, 9999) / 100:.2f},{rng.randrange(1, 4)},Item {rng.randrange(200)}\n"
            )


def import_once(log: str, home: str) -> None:
    """Run one import in this process and print seconds, processor seconds, peak memory and counts."""
    os.environ |= {"REGULARS_HOME": home, "DJANGO_SETTINGS_MODULE": "regulars.server.settings"}
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from click.testing import CliRunner

    from regulars.cli.imports import import_file

    arguments = [log, "--as", "purchases", "--source", "log", "--json"]
    begun, worked = time.perf_counter(), time.process_time()
    result = CliRunner().invoke(import_file, [*arguments, *(part for one in MAPS for part in ("--map", one))])
    took, worked = time.perf_counter() - begun, time.process_time() - worked
    if result.exception:
        raise result.exception
    peak = peak_mb()
    heavy = sorted({"pandas", "ibis", "duckdb", "pyarrow"} & set(sys.modules))
    print(json.dumps({"s": took, "cpu": worked, "mb": peak, "heavy": heavy, **json.loads(result.stdout)}))


def bare_once(database: str) -> None:
    """Insert the facts of a finished import into an empty copy of its database; print seconds."""
    source = sqlite3.connect(database)
    names = [row[1] for row in source.execute("PRAGMA table_info(fact)") if row[1] != "id"]
    copy = f"{database}.bare"
    source.execute("VACUUM INTO ?", (copy,))
    bare = sqlite3.connect(copy, isolation_level=None)
    for pragma in (
        "foreign_keys=OFF", "journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "secure_delete=ON",
    ):  # fmt: skip
        bare.execute(f"PRAGMA {pragma}")
    bare.execute("DELETE FROM fact")
    bare.execute("VACUUM")
    bare.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    bare.execute("PRAGMA foreign_keys=ON")
    insert = f"INSERT INTO fact ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    took, rows, worked = 0.0, 0, 0.0
    facts = source.execute(f"SELECT {', '.join(names)} FROM fact ORDER BY id")
    while batch := facts.fetchmany(BATCH):
        begun, work = time.perf_counter(), time.process_time()
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany(insert, batch)
        bare.execute("COMMIT")
        took += time.perf_counter() - begun
        worked += time.process_time() - work
        rows += len(batch)
    print(json.dumps({"s": took, "cpu": worked, "rows": rows}))


def _child(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.imports", *arguments]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return told


def run(small: bool) -> list[dict[str, Any]]:
    """Return two lines, speed and memory: 1M rows of 270k customers, 100k of 27k when `small`."""
    rows, customers = (100_000, 27_000) if small else (1_000_000, 270_000)
    folder = Path(tempfile.mkdtemp(prefix="regulars-bench-"))
    try:
        log = folder / "log.csv"
        write_log(log, rows, customers)
        ours = _child("--import", str(log), str(folder / "home"))
        bare = _child("--bare", str(folder / "home" / "regulars.sqlite3"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not ours["recorded"] == bare["rows"] == rows:
        raise RuntimeError(f"Not the same rows: {ours}, {bare}")
    ratio = bare["s"] / ours["s"]
    return [
        {
            "what": f"import of a purchase CSV, {rows:,} rows, {ours['customers']:,} new customers",
            "ours_s": ours["s"],
            "theirs_s": bare["s"],
            "against": "bare executemany of the same facts",
            "ratio": ratio,
            "budget": BUDGET,
            "met": ratio >= BUDGET,
            "note": f"{rows / ours['s']:,.0f} rows/s; processor {ours['cpu']:.0f} s, bare {bare['cpu']:.0f} "
            f"({bare['cpu'] / ours['cpu']:.2f}); ours also makes customers and due marks",
        },
        {
            "what": "its peak memory",
            "ours_s": ours["s"],
            "theirs_s": MEMORY,
            "against": f"{MEMORY} MB",
            "ratio": MEMORY / ours["mb"],
            "budget": 1.0,
            "met": ours["mb"] <= MEMORY,
            "note": f"{ours['mb']:.0f} MB; imported beside it: {', '.join(ours['heavy']) or 'no engine'}",
        },
    ]


def main() -> None:
    """Print the lines, or be one of the children."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--import", nargs=2, dest="log")
    parser.add_argument("--bare")
    chosen = parser.parse_args()
    if chosen.log:
        import_once(*chosen.log)
    elif chosen.bare:
        bare_once(chosen.bare)
    else:
        for line in run(chosen.small):
            print(json.dumps(line))


if __name__ == "__main__":
    main()
