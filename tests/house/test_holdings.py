"""Every table says what it holds about people: what nobody has declared cannot be shown, exported or erased."""

from __future__ import annotations

import csv
from pathlib import Path

TABLE = Path(__file__).with_name("holdings.csv")


def holdings() -> dict[str, tuple[str, str]]:
    """Return for each table whom it is about and what it holds."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {row["table"]: (row["about"], row["what"]) for row in csv.DictReader(lines)}


def undeclared(tables: set[str], declared: dict[str, tuple[str, str]]) -> list[str]:
    """Return tables without a declaration, declarations without a table, and declarations that say too little."""
    return [
        *(
            f"{name}: say in holdings.csv what it holds about people"
            for name in sorted(tables - set(declared))
        ),
        *(f"{name}: there is no such table" for name in sorted(set(declared) - tables)),
        *(
            f"{name}: say what it holds about {about}"
            for name, (about, what) in sorted(declared.items())
            if about not in {"customers", "colleagues", "nobody"} or (about != "nobody" and not what)
        ),
    ]


def test_every_table_says_what_it_holds_about_people() -> None:
    from django.apps import apps

    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert undeclared(tables, holdings()) == []


def test_a_table_that_says_nothing_is_found() -> None:
    found = undeclared({"customer", "new"}, {"customer": ("customers", ""), "old": ("nobody", "")})
    assert [line.split(":")[0] for line in found] == ["new", "old", "customer"]
