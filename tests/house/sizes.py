"""How long functions, files and templates are. `python -m tests.house.sizes` prints it.

With `--lower` the ceiling falls to what was measured.
"""

from __future__ import annotations

import ast
import json
import math
import sys
from pathlib import Path

from tests.house.sources import SOURCE, Function, functions, python_files, templates, tree_of

CEILING = Path(__file__).with_name("ceiling.json")
LIMITS = {
    "function_median": 8,
    "function_p95": 40,
    "function_longest": 60,
    "file_p95": 400,
    "file_longest": 600,
    "template_longest": 150,
}


def _docstring_lines(function: Function) -> int:
    first = function.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return (first.end_lineno or first.lineno) - first.lineno + 1
    return 0


def length(function: Function) -> int:
    """Return the lines of a function from def to its end, docstring not counted."""
    return (function.end_lineno or function.lineno) - function.lineno + 1 - _docstring_lines(function)


def _lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def _quantile(lengths: list[int], share: float) -> int:
    ordered = sorted(lengths)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0


def measured(folder: Path = SOURCE) -> dict[str, int]:
    """Return the sizes of what stands below a folder."""
    of_functions = [
        length(function) for file in python_files(folder) for function in functions(tree_of(file))
    ]
    of_files = [_lines(file) for file in python_files(folder)]
    of_templates = [_lines(file) for file in templates(folder)]
    return {
        "function_median": _quantile(of_functions, 0.5),
        "function_p95": _quantile(of_functions, 0.95),
        "function_longest": max(of_functions, default=0),
        "file_p95": _quantile(of_files, 0.95),
        "file_longest": max(of_files, default=0),
        "template_longest": max(of_templates, default=0),
    }


def ceiling() -> dict[str, int]:
    """Return the sizes that nothing may pass; they may only fall."""
    stored: dict[str, int] = json.loads(CEILING.read_text(encoding="utf-8"))
    return stored


def too_long(folder: Path, allowed: dict[str, int]) -> list[str]:
    """Return each function, file and template over its ceiling, and each quantile that is."""
    found = [
        f"{file.relative_to(folder).as_posix()}:{function.lineno}: {function.name} has {length(function)} lines, "
        f"allowed are {allowed['function_longest']}"
        for file in python_files(folder)
        for function in functions(tree_of(file))
        if length(function) > allowed["function_longest"]
    ]
    for files, name in ((python_files(folder), "file_longest"), (templates(folder), "template_longest")):
        found += [
            f"{file.relative_to(folder).as_posix()}:1: {_lines(file)} lines, allowed are {allowed[name]}"
            for file in files
            if _lines(file) > allowed[name]
        ]
    sizes = measured(folder)
    return found + [
        f"{name} is {sizes[name]}, allowed is {allowed[name]}"
        for name in ("function_median", "function_p95", "file_p95")
        if sizes[name] > allowed[name]
    ]


def main() -> None:
    """Print the sizes; with --lower, lower the ceiling to them."""
    sizes, allowed = measured(), ceiling()
    lowered = {name: min(allowed[name], sizes[name]) for name in LIMITS}
    for name in LIMITS:
        sys.stdout.write(f"{name:18} {sizes[name]:4}  ceiling {allowed[name]:4}  limit {LIMITS[name]:4}\n")
    if "--lower" in sys.argv:
        CEILING.write_text(json.dumps(lowered, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
