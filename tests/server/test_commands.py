"""The first command on a new machine, and a port that somebody has."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    outside = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    ours = {"REGULARS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "regulars.server.settings"}
    command = [sys.executable, "-m", "regulars.server", *arguments]
    return subprocess.run(command, env=outside | ours, capture_output=True, text=True, check=False)


def test_any_command_may_be_the_first_in_a_new_home(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("customer,date,amount\na,2026-01-05,3.00\n")
    home = tmp_path / "home"
    ticks = [part for name in ("customer", "date", "amount") for part in ("--map", f"{name}={name}")]
    told = run(home, "import", str(log), "--as", "purchases", "--source", "till", *ticks)
    assert told.returncode == 0, told.stderr
    assert run(home, "imports").returncode == 0
    assert not list((tmp_path / "other").glob("*.sqlite3"))
    assert run(tmp_path / "other", "import", "--help").returncode == 0
    assert not list((tmp_path / "other").glob("*.sqlite3")), "asking for help makes nothing"


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_somebody_has_is_refused(tmp_path: Path, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = run(tmp_path, command, "--port", str(taken.getsockname()[1]))
    assert told.returncode == 1
    assert "Choose another with --port" in told.stderr
    assert not list(tmp_path.glob("*.sqlite3"))
