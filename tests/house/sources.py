"""What the house checks read: files and syntax trees below a folder.

Every check is a function from a folder to a list of offences, so that it can be shown a broken copy.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "regulars"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(folder: Path) -> list[Path]:
    """Return the Python files below a folder, without migrations."""
    return sorted(file for file in folder.rglob("*.py") if "migrations" not in file.parts)


def templates(folder: Path) -> list[Path]:
    """Return the page templates below a folder."""
    return sorted(folder.rglob("*.html"))


def tree_of(file: Path) -> ast.Module:
    """Return the syntax tree of one file."""
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def inside(file: Path, folder: Path, places: tuple[str, ...]) -> bool:
    """Return whether a file is one of these places, named from the folder; a folder ends with a slash."""
    name = file.relative_to(folder).as_posix()
    return any(name.startswith(place) if place.endswith("/") else name == place for place in places)


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield every call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node


def docstrings(tree: ast.AST) -> set[int]:
    """Return the identities of the string nodes that are docstrings or stand alone."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def at(file: Path, folder: Path, node: ast.AST, words: str) -> str:
    """Return one offence: where, and what."""
    return f"{file.relative_to(folder).as_posix()}:{getattr(node, 'lineno', 1)}: {words}"
