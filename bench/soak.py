"""Run the demo under load and watch memory, open files and answers: ``python -m bench.soak [--minutes 60]``.

Ends with 1 when an answer failed, when memory went on growing, or when files were left open. Linux only.
"""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

PAGES = (
    "/",
    "/customers",
    "/customers?q=a",
    "/find?q=ida",
    "/reports",
    "/reports/score",
    "/data",
    "/privacy",
)
IMPORT_EVERY = 30.0
GROWTH = 1.25
"""Memory of the last quarter over that of the second: caches fill in the first, leaks go on."""


@dataclass
class Watch:
    """What was seen: the answers, their slowest, and samples of (seconds, megabytes, open files)."""

    answers: int = 0
    failures: list[str] = field(default_factory=list)
    slowest_ms: float = 0.0
    samples: list[tuple[float, float, int]] = field(default_factory=list)

    def quarter(self, number: int, place: int) -> float:
        """Return the median of one figure over one quarter of the samples."""
        size = max(1, len(self.samples) // 4)
        found = sorted(sample[place] for sample in self.samples[number * size : (number + 1) * size])
        return float(found[len(found) // 2])

    def verdict(self) -> list[str]:
        """Return what is wrong."""
        wrong = self.failures[:5]
        if self.quarter(3, 1) > GROWTH * self.quarter(1, 1):
            wrong.append(f"memory grew from {self.quarter(1, 1):.0f} to {self.quarter(3, 1):.0f} MB")
        if self.quarter(3, 2) > self.quarter(1, 2) + 20:
            wrong.append(f"open files grew from {self.quarter(1, 2):.0f} to {self.quarter(3, 2):.0f}")
        return wrong


def family(pid: int) -> list[int]:
    """Return a process and all it started."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def measured(pid: int) -> tuple[float, int]:
    """Return megabytes (shared pages shared out) and open files of a process and all it started."""
    kilobytes = files = 0
    for one in family(pid):
        try:
            memory = Path(f"/proc/{one}/smaps_rollup").read_text()
            files += len(list(Path(f"/proc/{one}/fd").iterdir()))
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in memory.splitlines() if line.startswith("Pss:"))
    return kilobytes / 1024, files


def asked(port: int, path: str, cookie: str) -> tuple[int, str]:
    """Return the status of one page and the session it came with."""
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    response = connection.getresponse()
    response.read()
    given = response.getheader("Set-Cookie") or ""
    connection.close()
    return response.status, given.split(";")[0] if given.startswith("sid=") else cookie


def wait_until_served(port: int, server: subprocess.Popen[bytes]) -> float:
    """Return after how many seconds the first page answered."""
    begun = time.monotonic()
    while server.poll() is None:
        try:
            if asked(port, "/healthz", "")[0] == 200:
                return time.monotonic() - begun
        except OSError:
            pass  # not listening yet
        time.sleep(0.2)
    sys.exit(f"the server ended with {server.returncode}")


def import_some(home: Path, number: int, environment: dict[str, str]) -> str:
    """Import a small file as a till would; return what went wrong."""
    file = home / "soak.csv"
    rows = "".join(
        f"soak-{row % 40},2026-0{1 + row % 9}-1{number % 10},{3 + row % 7}.50\n" for row in range(200)
    )
    file.write_text(f"Customer,Date,Total\n{rows}", encoding="utf-8")
    maps = ["--map", "Customer=customer", "--map", "Date=date", "--map", "Total=amount"]
    command = [sys.executable, "-m", "regulars.server", "import", str(file), "--as", "purchases"]
    run = subprocess.run(
        [*command, "--source", f"soak-{number % 10}", "--currency", "EUR", *maps, "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return "" if run.returncode == 0 else f"import {number}: {run.stderr.strip()[:200]}"


def load(port: int, pid: int, home: Path, minutes: float, environment: dict[str, str]) -> Watch:
    """Ask for pages, import now and then, and sample, until the time is over."""
    watch, cookie, imports = Watch(), "", 0
    begun = time.monotonic()
    while (now := time.monotonic() - begun) < minutes * 60:
        for path in PAGES:
            asked_at = time.monotonic()
            status, cookie = asked(port, path, cookie)
            watch.slowest_ms = max(watch.slowest_ms, 1000 * (time.monotonic() - asked_at))
            watch.answers += 1
            if status != 200:
                watch.failures.append(f"{path}: {status}")
        if now >= imports * IMPORT_EVERY:
            failure = import_some(home, imports, environment)
            watch.failures += [failure] if failure else []
            imports += 1
        watch.samples.append((now, *measured(pid)))
        if len(watch.samples) % 100 == 1:
            seconds, megabytes, files = watch.samples[-1]
            sys.stdout.write(
                f"{seconds:8.0f} s  {megabytes:7.0f} MB  {files:5} files  {watch.answers:7} answers\n"
            )
    return watch


def main() -> None:
    """Serve the demo from a home of its own, load it, and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    options = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="regulars-soak-") as folder:
        home = Path(folder)
        environment = {**os.environ, "REGULARS_HOME": folder, "DATABASE_URL": ""}
        command = [sys.executable, "-m", "regulars.server", "demo", "--no-browser", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        try:
            sys.stdout.write(f"first page after {wait_until_served(port, server):.1f} s\n")
            watch = load(port, server.pid, home, options.minutes, environment)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(60)
    _, megabytes, files = watch.samples[-1]
    slowest = f"slowest {watch.slowest_ms:.0f} ms"
    sys.stdout.write(f"{watch.answers:,} answers, {slowest}; at the end {megabytes:.0f} MB, {files} files\n")
    wrong = watch.verdict()
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
