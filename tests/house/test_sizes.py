"""Sizes stay under their ceiling, and the ceiling only falls."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from tests.house.sizes import CEILING, LIMITS, ceiling, too_long
from tests.house.sources import ROOT, SOURCE


def test_nothing_is_longer_than_its_ceiling() -> None:
    offences = too_long(SOURCE, ceiling())
    assert offences == [], "\n" + "\n".join(offences)


def test_the_ceiling_is_under_the_limits() -> None:
    assert {name for name, limit in LIMITS.items() if ceiling()[name] > limit} == set()


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", "-c", "safe.directory=*", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    ).stdout


def test_the_ceiling_never_rose() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("This copy has no history to compare the ceiling with.")
    name = CEILING.relative_to(ROOT).as_posix()
    earlier = [
        json.loads(_git("show", f"{commit}:{name}"))
        for commit in _git("log", "--format=%H", "--", name).split()
    ]
    rose = {key for key, now in ceiling().items() for then in earlier if now > then.get(key, now)}
    assert rose == set(), "tests/house/ceiling.json was raised: make the code shorter instead."
