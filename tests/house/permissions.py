"""Every address, opened as every role, against the committed table permissions.csv.

The column ``meant`` says what the arguments of an address name, such as ``ref=customer``; see subjects.py.
``cookie=plan`` in it says that each also carries the cookie of a link: an address then has two rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.house.subjects import TOKEN

TABLE = Path(__file__).with_name("permissions.csv")
ROLES = ("admin", "member", "viewer", "nobody")
OUTCOMES = {
    "yes": "opens, or takes the form",
    "sign-in": "asks to sign in first",
    "no": "refused, 403",
    "key": "asks a program for its key, 401",
    "form": "takes a form, not a visit, 405",
    "absent": "as if it did not exist, 404",
}


@dataclass(frozen=True)
class Row:
    """What each role may expect of one address with one method."""

    name: str
    address: str
    method: str
    meant: str
    expected: tuple[str, ...]

    @property
    def holder(self) -> bool:
        """Whether each role also followed a customer's link."""
        return "cookie=plan" in self.meant


def table(file: Path = TABLE) -> list[Row]:
    """Return the committed rows."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            Row(row["name"], row["address"], row["method"], row["meant"], tuple(row[role] for role in ROLES))
            for row in csv.DictReader(lines)
        ]


def addresses(resolver: Any = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield the name and the address of every pattern in the URLconf."""
    from django.urls import URLPattern, get_resolver

    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield pattern.name or "", address
        else:
            yield from addresses(pattern, address)


def missing(rows: list[Row], found: set[tuple[str, str]]) -> list[str]:
    """Return the addresses without a row for a visit and a row for a form, and the rows without an address."""
    known = {(row.name, row.address, row.method) for row in rows}
    wanted = {(name, address, method) for name, address in found for method in ("GET", "POST")}
    return [f"no row: {' '.join(key)}" for key in sorted(wanted - known)] + [
        f"no such address: {' '.join(key)}" for key in sorted(known - wanted)
    ]


def follow_link(client: Any) -> None:
    """Follow the link of `made_subjects`, so that a client carries its cookie."""
    client.get(f"/l/{TOKEN}")


def outcome(response: Any) -> str:
    """Return what an answer means to the one who asked."""
    status = response.status_code
    if status in {301, 302, 303} and "/account/login" in response.headers.get("Location", ""):
        return "sign-in"
    return {401: "key", 403: "no", 404: "absent", 405: "form"}.get(
        status, "yes" if status < 500 else f"error {status}"
    )
