"""The rules of the house that no linter knows: who may write, who may look at the clock, what names say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import at, calls, docstrings, functions, inside, python_files, tree_of

# --- write doors ---

DOORS = (
    "records/write/",
    "ledger/record.py",
    "ledger/imports/",
    "ledger/undo_told.py",
    "ledger/seal.py",
    "attention/write.py",
    "attention/write/",
    "attention/reassess.py",
    "privacy/",
)
MIGRATIONS = ("records/search_tables.py",)
"""What migrations call to make tables and triggers, kept out of them because both databases need it."""
WRITES = {
    "save", "asave", "create", "acreate", "bulk_create", "abulk_create", "bulk_update", "abulk_update",
    "get_or_create", "aget_or_create", "update_or_create", "aupdate_or_create", "delete", "adelete", "aupdate",
    "_raw_delete",
}  # fmt: skip
QUERIES = {
    "filter", "exclude", "all", "using", "order_by", "select_for_update", "annotate", "select_related", "none",
    "distinct", "get_queryset",
}  # fmt: skip
WRITING_SQL = re.compile(
    r"^\s*(INSERT\s+(OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE\s|COPY\s+\S+.*\sFROM\s)",
    re.IGNORECASE | re.DOTALL,
)


def _is_query(node: ast.expr, querysets: set[str]) -> bool:
    """Return whether an expression is, or starts from, rows of the database."""
    while True:
        if isinstance(node, ast.Attribute):
            if node.attr in {"objects", "_base_manager", "_default_manager"} or node.attr.endswith("_set"):
                return True
            node = node.value
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in QUERIES:
                return True
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            return isinstance(node, ast.Name) and node.id in querysets


def _named_queries(tree: ast.AST) -> set[str]:
    named: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_query(node.value, named):
            named |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return named


def _texts(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Yield each string, with a word in place of what an f-string fills in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node, node.value
        elif isinstance(node, ast.JoinedStr):
            yield (
                node,
                "".join(
                    str(getattr(part, "value", "x")) if isinstance(part, ast.Constant) else "x"
                    for part in node.values
                ),
            )


def writes_elsewhere(folder: Path) -> list[str]:
    """Return every write to the database outside the doors."""
    found: list[str] = []
    for file in python_files(folder):
        if inside(file, folder, DOORS + MIGRATIONS):
            continue
        tree = tree_of(file)
        named, told = _named_queries(tree), docstrings(tree)
        for call in calls(tree):
            verb = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            receiver = call.func.value if isinstance(call.func, ast.Attribute) else call.func
            if verb in WRITES or (verb == "update" and _is_query(receiver, named)):
                found.append(at(file, folder, call, f".{verb}() outside the write doors"))
        found += [
            at(file, folder, node, f"writing SQL outside the write doors: {text[:40]!r}")
            for node, text in _texts(tree)
            if id(node) not in told and WRITING_SQL.match(text)
        ]
    return found


def logic_in_models(folder: Path) -> list[str]:
    """Return signals, and saves or deletes that a model redefines."""
    found: list[str] = []
    for file in python_files(folder):
        tree = tree_of(file)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "django.db.models.signals"
            ):
                found.append(at(file, folder, node, "signals are not used: call the function instead"))
            if isinstance(node, ast.ImportFrom) and node.module == "django.dispatch":
                found.append(at(file, folder, node, "signals are not used: call the function instead"))
        if "models" in file.as_posix():
            found += [
                at(file, folder, function, f"{function.name}() redefined: put the logic in a write function")
                for function in functions(tree)
                if function.name in {"save", "delete"}
            ]
    return found


# --- clock, input and output ---

TIMELESS = ("insight/", "records/read/", "attention/rules/")
CLOCKS = {
    "now",
    "utcnow",
    "today",
    "time_ns",
    "monotonic",
    "monotonic_ns",
    "perf_counter",
    "localtime",
    "gmtime",
}
INPUT_OUTPUT = {"open", "print", "input", "exec", "eval"}
FILE_VERBS = {"read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "unlink", "touch"}
BELOW_WEB = ("insight/", "store/", "records/", "ledger/", "attention/", "privacy/")
WEB_ONLY = ("django.http", "django.shortcuts", "django.views", "django.template", "django_htmx")


def _clock_in(call: ast.Call) -> str | None:
    function = call.func
    if isinstance(function, ast.Attribute):
        if function.attr in CLOCKS:
            return f".{function.attr}()"
        if function.attr == "time" and isinstance(function.value, ast.Name) and function.value.id == "time":
            return "time.time()"
    if isinstance(function, ast.Name) and function.id in {"Now", "now", "localdate", "localtime"}:
        return f"{function.id}()"
    return None


def clocks(folder: Path) -> list[str]:
    """Return every look at the clock where time must come in as ``as_of``."""
    found: list[str] = []
    for file in python_files(folder):
        if not inside(file, folder, TIMELESS):
            continue
        for call in calls(tree_of(file)):
            clock = _clock_in(call)
            if clock:
                found.append(at(file, folder, call, f"{clock} here: take as_of as an argument"))
    return found


def impure_insight(folder: Path) -> list[str]:
    """Return every reading, writing and printing in insight."""
    found: list[str] = []
    for file in python_files(folder / "insight"):
        for call in calls(tree_of(file)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            verb = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if name in INPUT_OUTPUT or verb in FILE_VERBS:
                found.append(at(file, folder, call, f"{name or verb}() in insight, which is pure"))
    return found


def _imports(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node, f"{node.module or ''}.{alias.name}"


def web_below_web(folder: Path) -> list[str]:
    """Return every import of requests, answers and templates below the web layer."""
    return [
        at(file, folder, node, f"{name} below the web layer")
        for file in python_files(folder)
        if inside(file, folder, BELOW_WEB)
        for node, name in _imports(tree_of(file))
        if name.startswith(tuple(f"{word}." for word in WEB_ONLY)) or name in WEB_ONLY
    ]


# --- names ---

BANNED = {
    "util", "utils", "helper", "helpers", "common", "manager", "managers", "handler", "handlers", "service",
    "services", "process", "data", "info", "misc",
}  # fmt: skip
GIVEN_BY_FRAMEWORKS = {"process_exception", "process_view", "get_context_data", "handler404", "handler500"}
PLACES_PEOPLE_KNOW = {"data"}
"""The page behind the gear that people call Data."""
WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def banned_names(folder: Path) -> list[str]:
    """Return modules, classes and functions whose name says nothing."""
    found: list[str] = []
    for file in python_files(folder):
        name = file.parent.name if file.stem == "__init__" else file.stem
        place = PLACES_PEOPLE_KNOW if inside(file, folder, ("web/pages/data/",)) else set()
        if BANNED - place & set(name.lower().split("_")):
            found.append(f"{file.relative_to(folder).as_posix()}:1: module {name}: name it for what it holds")
        for node in ast.walk(tree_of(file)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            words = [word.lower() for word in WORDS.findall(node.name)]
            said = {words[0], words[-1]} if words else set()
            if isinstance(node, ast.ClassDef):
                # A Django upload handler is called one: the word comes from what it derives from.
                said -= {WORDS.findall(ast.unparse(base))[-1].lower() for base in node.bases}
            if node.name not in GIVEN_BY_FRAMEWORKS and said & BANNED - place:
                found.append(at(file, folder, node, f"{node.name}: name it for what it is or does"))
    return found


UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")


def unfinished(folder: Path) -> list[str]:
    """Return marks of unfinished work: finish it, or say it in COMPROMISES.md."""
    return [
        f"{file.relative_to(folder).as_posix()}:{number}: {line.strip()[:80]}"
        for file in python_files(folder)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]


UNSAID = re.compile(r"\b(difficult|problem customers?|bad customers?|churn risk|at[- ]risk)\b", re.IGNORECASE)
"""Words that judge a person, or guess, where a fact would do. Demanding is not difficult."""


def judging_words(folder: Path) -> list[str]:
    """Return the words on screens and in sentences that people should never read about a customer."""
    files = [*folder.rglob("*.html"), *python_files(folder / "attention"), *python_files(folder / "insight")]
    return [
        f"{file.relative_to(folder).as_posix()}:{number}: {found.group()}"
        for file in sorted(files)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        for found in UNSAID.finditer(line)
    ]
