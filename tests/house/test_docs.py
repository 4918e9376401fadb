"""The documentation is current and complete, and every link in it leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import reference
from tests.house.sources import ROOT

DOCS = ROOT / "docs"
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
CAPABILITIES = (
    "A1 A2 A3 A4 A5 A8 A9 B1 B2 B3 B4 B5 B6 B7 B8 E1 E3 F1 G1 G4 H1 H3 I1 I2 I3"
)  # fmt: skip


def _pages(root: Path = ROOT) -> list[Path]:
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def broken_links(pages: list[Path]) -> list[str]:
    """Return the links to files that do not exist."""
    return [
        f"{page.name}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]


def undocumented(words: list[str], pages: list[Path]) -> list[str]:
    """Return the words that no page names."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    return [word for word in words if word not in text]


@pytest.mark.parametrize(("name", "page"), reference.PAGES.items(), ids=reference.PAGES)
def test_the_reference_is_current(db, name: str, page: Callable[[], str]) -> None:
    committed = (DOCS / "reference" / name).read_text(encoding="utf-8")
    assert committed == page(), f"docs/reference/{name} is behind the code: run `make docs`."


def test_no_link_leads_nowhere() -> None:
    assert broken_links(_pages()) == []


def test_every_setting_command_error_rule_and_capability_is_named(db) -> None:
    from regulars.attention.rules.registry import TITLES
    from regulars.server.config import SETTINGS

    words = [
        *(setting.variable for setting in SETTINGS),
        *reference.commands(),
        *(f"`{code}`" for code in (*reference.codes_of("RegularsError"), *reference.codes_of("Fault"))),
        *(f"`{kind}`" for kind in TITLES),
        *(f"**{capability}**" for capability in CAPABILITIES.split()),
    ]
    assert len(words) > 60
    assert undocumented(words, _pages()) == []


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {
        verb for page in _pages() for verb in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))
    }
    assert named
    assert {verb for verb in named if not re.search(rf"^{verb}:", makefile, re.MULTILINE)} == set()


def test_what_is_not_documented_and_what_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "`REGULARS_HOME` [lost](nowhere.md) [far](https://example.org/) [here](page.md)", encoding="utf-8"
    )
    assert undocumented(["REGULARS_HOME", "REGULARS_NEW"], [page]) == ["REGULARS_NEW"]
    assert broken_links([page]) == ["page.md: nowhere.md"]


def test_every_module_that_the_makefile_runs_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    run = set(re.findall(r"\$\(PY\) -m ([\w.]+)", makefile))
    assert {"pytest", "tests.house.reference"} <= run
    assert [name for name in sorted(run) if not _can_run(name)] == []


def _can_run(name: str) -> bool:
    import importlib.util

    found = importlib.util.find_spec(name)
    is_folder = found is not None and found.submodule_search_locations is not None
    return found is not None and (not is_folder or importlib.util.find_spec(f"{name}.__main__") is not None)
