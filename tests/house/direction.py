"""Run import-linter with the contracts of pyproject.toml on a folder of sources."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.house.sources import ROOT


def broken_contracts(source: Path) -> str:
    """Return what import-linter says about the package in this folder, or nothing when all is kept."""
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--config",
            str(ROOT / "pyproject.toml"),
            "--no-cache",
        ],
        # The folder alone is searched for the package, before the installed one.
        env={**os.environ, "PYTHONPATH": str(source), "NO_COLOR": "1"},
        cwd=source,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return "" if run.returncode == 0 else run.stdout + run.stderr
