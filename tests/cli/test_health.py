"""Health at the command line: the same functions as the page, on files."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from regulars.attention.health import refresh_health
from regulars.attention.models import HealthProfileVersion
from regulars.cli.health import health
from regulars.insight.errors import RegularsError
from tests.attention.contracts import contract
from tests.web.factories import customer, fact, today

pytestmark = pytest.mark.django_db


def said(*words: str | Path) -> str:
    result = CliRunner().invoke(health, [*map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def nord(db: None) -> int:
    """A customer who was met lately, and of whom little else is known."""
    one = customer("Café Nord")
    contract(one, today() - 400, months=36)
    fact(one, today() - 3, "touchpoint")
    refresh_health(None, today())
    return one.pk


def test_a_profile_goes_out_as_a_file_and_comes_back_as_the_next_version(nord: int, tmp_path: Path) -> None:
    assert "subscription  version 1  for *, subscription" in said("profiles")
    file = tmp_path / "edited.toml"
    file.write_text(said("show", "subscription").replace("watch = 40", "watch = 66"))
    assert "-watch = 40\n+watch = 66\n" in said("diff", "subscription", file)
    tried = said("dry-run", "subscription", file)
    assert tried == (
        "1 of 1 customers would change band: 1 from not enough known to bad.\n"
        "  Café Nord: from not enough known to bad\n"
    )
    assert not HealthProfileVersion.objects.filter(version=2).exists()
    assert (
        said("apply", "subscription", file, "--why", "Stricter") == "Version 2 of subscription is in use.\n"
    )
    assert "bad; success is not agreed." in said("score", "café nord")
    assert "version = 2\n" in said("show", "subscription")
    assert "watch = 40\n" in said("show", "subscription", "--version", "1")
    assert "in use again" in said("rollback", "subscription", "1", "--why", "Too strict")
    assert "version 1 " in said("profiles")


def test_a_score_is_explained_to_the_hundredth(nord: int) -> None:
    lines = said("score", "café nord").splitlines()
    assert lines[0].startswith("65 of 100, based on 35\N{NO-BREAK SPACE}% of what we would want to know: ")
    parts = [float(line.split()[0]) for line in lines[1:-1] if "not known" not in line]
    assert sum(parts) == pytest.approx(65)
    assert lines[-1].endswith("by version 1 of subscription.")


def test_what_cannot_be_used_is_said_with_what_to_do(nord: int, tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    with pytest.raises(RegularsError) as caught:
        said("dry-run", "shop", file)
    assert caught.value.code == "file-unreadable"
    file.write_text(said("show", "shop"))
    for words, code in (
        (("apply", "subscription", file, "--why", "x"), "health-profile-unfit"),
        (("apply", "shop", file, "--why", "x"), "health-profile-same"),
        (("show", "nothing"), "health-profile-unknown"),
        (("rollback", "shop", "7", "--why", "x"), "health-profile-unknown"),
        (("score", "café nord", "--as-of", "2001-01-01"), "health-unknown"),
    ):
        with pytest.raises(RegularsError) as caught:
            said(*words)
        assert caught.value.code == code
