"""The repository holds nothing of one machine, and requirements are pinned."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.house.sources import ROOT
from tests.house.tracked import tracked_files, unfit


def test_tracked_files_hold_nothing_of_one_machine() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("This copy has no history to list its files from.")
    assert unfit(tracked_files()) == []


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_every_requirement_is_pinned_with_its_hash(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    entries = re.split(
        r"\n(?=[a-z])", "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    )
    loose = [
        entry.split()[0] for entry in entries if "==" not in entry.split()[0] or "--hash=sha256:" not in entry
    ]
    assert len(entries) > 50
    assert loose == []


def test_the_pins_that_ibis_does_not_declare_are_kept() -> None:
    text = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    versions = dict(re.findall(r"^(duckdb|sqlglot)==(\S+)", text, re.MULTILINE))
    assert versions["duckdb"].startswith("1.")
    assert tuple(map(int, versions["sqlglot"].split(".")[:2])) < (30, 18)


@pytest.mark.parametrize(
    "line",
    [
        "--extra-" + "index-url file:///x",
        "https://py" + "pi.org/simple",
        "open('/ho" + "me/ida/x')",
        "cd /wo" + "rk/main",
        "see iss" + "ue 12",
        "-----BEGIN PRIV" + "ATE KEY-----",
    ],
)
def test_what_belongs_to_one_machine_is_found(tmp_path, line: str) -> None:
    file = tmp_path / "x.py"
    file.write_text(f"# {line}\n", encoding="utf-8")
    assert len(unfit([file], tmp_path)) == 1


def test_a_lock_file_is_found(tmp_path) -> None:
    file = tmp_path / "package-lock.json"
    file.write_text("{}", encoding="utf-8")
    assert len(unfit([file], tmp_path)) == 1
