"""The examples in docstrings run, and say what they show."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

from tests.house.sources import SOURCE, python_files

WITH_EXAMPLES = [file for file in python_files(SOURCE) if ">>>" in file.read_text(encoding="utf-8")]


def _module(file: Path) -> str:
    parts = file.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("file", WITH_EXAMPLES, ids=_module)
def test_the_examples_of_a_module_hold(file: Path) -> None:
    outcome = doctest.testmod(importlib.import_module(_module(file)), optionflags=doctest.ELLIPSIS)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_there_are_examples_to_run() -> None:
    assert WITH_EXAMPLES
