"""The settings of a company that serves other machines pass Django's own checks, and every page carries the policy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT


def _check(home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "regulars.server.settings",
            "REGULARS_HOME": str(home),
            **settings,
        },
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_a_deployment_behind_https_has_no_warning(tmp_path: Path) -> None:
    run = _check(tmp_path, REGULARS_URL="https://regulars.example.org")
    assert (run.returncode, run.stderr.strip()) == (0, ""), run.stdout + run.stderr


def test_the_check_would_say_what_is_missing(tmp_path: Path) -> None:
    run = _check(tmp_path, REGULARS_URL="http://localhost:8000")
    assert run.returncode != 0
    assert "security.W004" in run.stderr


def test_other_machines_without_tls_need_a_plain_word(tmp_path: Path) -> None:
    run = _check(tmp_path, REGULARS_URL="http://192.0.2.7:8000")
    assert run.returncode != 0
    assert "REGULARS_PLAIN_HTTP" in run.stderr


def _policy(header: str) -> dict[str, set[str]]:
    return {words[0]: set(words[1:]) for part in header.split(";") if (words := part.split())}


@pytest.mark.parametrize("path", ["/account/login/", "/no-such-page", "/healthz"])
def test_every_answer_carries_the_strict_policy(ana, as_nobody, path: str) -> None:
    headers = as_nobody.get(path).headers
    policy = _policy(headers["Content-Security-Policy"])
    assert policy["default-src"] == {"'none'"}
    for directive in ("object-src", "base-uri", "frame-ancestors"):
        assert policy[directive] == {"'none'"}
    allowed = set().union(*policy.values())
    assert not allowed & {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_tables_and_migrations_agree(db) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
