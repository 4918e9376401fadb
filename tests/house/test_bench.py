"""The comparisons that write into the tables themselves still fit them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("command", "named"),
    [
        (
            ("pages", "--customers", "300", "--facts", "3000", "--contracts", "200", "--rounds", "1"),
            ("Today", "Customers renewals", "Customers plans", "Revenue", "Board page", "Full customer"),
        ),
        (("search", "--customers", "1000", "--probes", "3"), ("the whole name", "one typo in each word")),
    ],
)
def test_a_comparison_runs_to_its_end(command, named, tmp_path):
    name, *arguments = command
    ours = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "REGULARS_HOME")
    outside = {name: value for name, value in os.environ.items() if name not in ours}
    answer = subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *arguments],
        cwd=ROOT,
        env=outside | {"REGULARS_BENCH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    # 1 says that a budget was missed, which nothing so small can tell.
    assert answer.returncode in (0, 1), answer.stderr
    assert [one for one in named if one not in answer.stdout] == [], answer.stderr
