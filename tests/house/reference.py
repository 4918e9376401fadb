"""Write docs/reference from the code: `make docs`. A test checks that the pages are current."""

from __future__ import annotations

import ast
import csv
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.house.permissions import OUTCOMES, table
from tests.house.sources import ROOT, SOURCE, calls, python_files, tree_of

REFERENCE = ROOT / "docs" / "reference"
MADE = "<!-- Written from the code by `make docs`. Change the code, not this page. -->\n"
HOLDINGS = Path(__file__).with_name("holdings.csv")


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |\n"
        for row in lines
    )


# --- settings ---


def settings_page() -> str:
    """Return the page of settings."""
    from regulars.server.config import SETTINGS

    rows = [
        (
            f"`{setting.variable}`",
            f"`{setting.default}`" if setting.default else "empty",
            setting.help + (" Secret." if setting.secret else ""),
        )
        for setting in SETTINGS
    ]
    return (
        f"# Settings\n\n{MADE}\nSettings are environment variables. Each can also be read from a file: "
        "`REGULARS_SECRET_KEY_FILE=/run/secrets/key` reads the file it names, so that a secret stays out of the "
        "environment. What a company chooses for itself, such as opening hours and time zone, is changed behind "
        "the gear, under Settings.\n\n" + _table(("Variable", "Default", "What it does"), rows)
    )


# --- commands ---


def _commands(command: object, name: str) -> Iterator[tuple[str, object]]:
    import click

    if isinstance(command, click.Group):
        for part in sorted(command.commands):
            yield from _commands(command.commands[part], f"{name} {part}")
        if not command.invoke_without_command:
            return
    yield name, command


def commands() -> dict[str, object]:
    """Return every command by its full name."""
    from regulars.cli.root import regulars
    from regulars.server.main import gather_commands

    gather_commands()
    return dict(_commands(regulars, "regulars"))


def _parameter(parameter: object) -> tuple[str, str]:
    import click

    if isinstance(parameter, click.Argument):
        return (
            f"`{parameter.human_readable_name.upper()}`",
            "Required." if parameter.required else "Optional.",
        )
    assert isinstance(parameter, click.Option)
    kind = "" if parameter.is_flag else f" {parameter.make_metavar(click.Context(click.Command('x')))}"
    words = parameter.help or ""
    if parameter.show_default and parameter.default not in (None, "", False):
        words += f" Default: `{parameter.default}`."
    return f"`{'`, `'.join(parameter.opts)}{kind}`", words


def commands_page() -> str:
    """Return the page of commands."""
    import click

    opening = "Errors go to standard error as one line, and the exit code is then not zero. `--json` prints for machines."
    parts = [f"# Commands\n\n{MADE}\n{opening}\n"]
    for name, command in commands().items():
        assert isinstance(command, click.Command)
        words = " ".join((command.help or "").split("\f")[0].split())
        parts.append(f"\n## {name}\n\n{words}\n")
        rows = [_parameter(parameter) for parameter in command.params]
        if rows:
            parts.append("\n" + _table(("Option", "What it does"), rows))
    return "".join(parts)


# --- errors ---


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    return "…"


def _argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    if len(call.args) > place:
        return call.args[place]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def codes_of(kind: str, folder: Path = SOURCE) -> dict[str, tuple[str, str]]:
    """Return the codes that calls of ``kind`` carry, each with its status and its first message."""
    found: dict[str, tuple[str, str]] = {}
    for file in python_files(folder):
        for call in calls(tree_of(file)):
            called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            code, message = _argument(call, 0, "code"), _argument(call, 1, "message")
            if called != kind or not isinstance(code, ast.Constant) or message is None:
                continue
            status = _argument(call, 2, "status") if kind == "RegularsError" else None
            found.setdefault(str(code.value), (_text(status) if status else "400", _text(message)))
    return dict(sorted(found.items()))


def errors_page() -> str:
    """Return the page of errors and of reasons why a row is rejected."""
    errors = [(f"`{code}`", status, message) for code, (status, message) in codes_of("RegularsError").items()]
    faults = [(f"`{code}`", message) for code, (_, message) in codes_of("Fault").items()]
    return (
        f"# Errors\n\n{MADE}\nEvery error has a code that stays the same. A page shows the message and an id that the "
        "log repeats; a command prints the message and the code. … stands for what is filled in.\n\n"
        + _table(("Code", "Status", "Message"), errors)
        + "\n## Why a row is rejected\n\nA rejected row never stops the others. It waits under Data, with this reason, "
        "to be corrected and imported again.\n\n" + _table(("Code", "Message"), faults)
    )


# --- next steps ---


def next_steps_page() -> str:
    """Return the page of next-step rules."""
    from regulars.attention.rules.registry import HELP, TITLES

    rows = [(f"`{kind}`", title, HELP[kind]) for kind, title in TITLES.items()]
    return (
        f"# Next steps\n\n{MADE}\nEach rule looks at every customer after new facts and each night, and says in one "
        "sentence why somebody deserves a moment. A rule that concerns more than a fifth of the base becomes one "
        "line.\n\n" + _table(("Kind", "Title", "When"), rows)
    )


# --- addresses ---


def addresses_page() -> str:
    """Return the page of addresses and who may open them."""
    rows = [
        (
            f"`/{row.address}`" + (", holding its link" if row.holder else ""),
            row.method,
            *(word.replace("yes", "**yes**") for word in row.expected),
        )
        for row in table()
    ]
    words = "".join(f"- {word}: {meaning}\n" for word, meaning in OUTCOMES.items())
    return (
        f"# Addresses and who may open them\n\n{MADE}\nA visit (GET) and a form (POST), as each role. A test opens every "
        f"address as every role, and a new address without a row fails it.\n\n{words}\nA manager may do what a member "
        "may, and lead. What is changed about oneself, such as theme and password, everyone may.\n\n"
        + _table(("Address", "Method", "Admin", "Member", "Viewer", "Nobody"), rows)
    )


# --- tables ---


def holdings_page() -> str:
    """Return the page of what each table holds about people."""
    with HOLDINGS.open(encoding="utf-8", newline="") as lines:
        rows = [
            (f"`{row['table']}`", row["about"], row["what"]) for row in csv.DictReader(lines) if row["what"]
        ]
    return (
        f"# What each table holds about people\n\n{MADE}\nTables that hold nothing about people are left out. A new table "
        "without a declaration fails a test.\n\n" + _table(("Table", "About", "What"), rows)
    )


# --- files ---


def fields_page() -> str:
    """Return the page of what a column of a file can become."""
    from regulars.ledger.dialects.fields import KINDS, NOT_BEFORE, fields_of

    parts = [
        f"# What a column can become\n\n{MADE}\nIn the browser these are the choices beside each column; by command, the "
        'word after the equals sign: `--map "Order no=order_number"`. A field may be held from a moment on: '
        + ", ".join(f"`{name}` ({words})" for name, words in NOT_BEFORE.items())
        + ". The purpose is a proposal; yours is what is kept.\n"
    ]
    for kind, title in KINDS.items():
        rows = [
            (
                f"`{field.name}`" + (" (required)" if field.required else ""),
                f"{field.label}. {field.help}",
                field.purpose,
                f"`{field.not_before}`",
            )
            for field in fields_of(kind)
        ]
        parts.append(
            f"\n## {title}: `--as {kind}`\n\n"
            + _table(("Field", "What it is", "Purpose", "Not before"), rows)
        )
    return "".join(parts)


def presets_page() -> str:
    """Return the page of export formats known beforehand."""
    from regulars.ledger.dialects.presets import PRESETS

    opening = (
        f"# Export formats known beforehand\n\n{MADE}\nA file whose header shows the telling columns is recognised, and its "
        "columns are proposed. They are still unticked. By command: `--preset NAME`.\n\nThe names of the columns come "
        "from what the vendors publish about their exports and from public programs that read them. None was compared "
        "with an account of our own, and vendors change their exports: look at the preview before you import.\n"
    )
    parts = [opening]
    for preset in PRESETS.values():
        rows = [(column, f"`{target}`") for column, target in preset.fields.items()]
        told = f"{preset.notes}\n\n" if preset.notes else ""
        parts.append(
            f"\n## {preset.title}: `--preset {preset.name}`\n\n{told}Read as {preset.kind}; known by "
            f"{', '.join(f'*{name}*' for name in preset.known_by)}.\n\n" + _table(("Column", "Becomes"), rows)
        )
    return "".join(parts)


def openapi_document() -> str:
    """Return the description of the HTTP API, as programs read it."""
    import json

    from regulars.api.v1.root import api

    return json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "openapi.json": openapi_document,
    "settings.md": settings_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "next-steps.md": next_steps_page,
    "addresses.md": addresses_page,
    "holdings.md": holdings_page,
    "fields.md": fields_page,
    "presets.md": presets_page,
}


def main() -> None:
    """Write every page."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (REFERENCE / name).write_text(page(), encoding="utf-8")
        sys.stdout.write(f"docs/reference/{name}\n")


if __name__ == "__main__":
    main()
