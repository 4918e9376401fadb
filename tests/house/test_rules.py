"""The rules of the house hold in src."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import checks
from tests.house.sources import SOURCE

RULES = [
    checks.writes_elsewhere,
    checks.logic_in_models,
    checks.clocks,
    checks.impure_insight,
    checks.web_below_web,
    checks.banned_names,
    checks.unfinished,
    checks.judging_words,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_source_file_breaks(rule: Callable[[Path], list[str]]) -> None:
    offences = rule(SOURCE)
    assert offences == [], "\n" + "\n".join(offences)
