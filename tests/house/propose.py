"""Add rows to permissions.csv for new addresses, as they answer today: `python -m tests.house.propose`.

A proposal is what the code does, not what it should do. Read each row before committing it.
"""

from __future__ import annotations

import csv
import logging
import os
import sys
from typing import Any

from tests.house.permissions import ROLES, TABLE, Row, addresses, outcome, table
from tests.house.subjects import ARGUMENT, filled, made_subjects

MEANT = (
    "customer", "step", "view", "import", "note", "todo", "rewind", "proposal", "tag", "role", "person", "source", "shares",
    "outcome", "edit", "reading", "confirmation", "milestone", "promise", "wish", "template",
    "contract",
)  # fmt: skip
ALSO = {
    "shares": "share", "team": "colleague", "privacy": "field", "merge": "proposal", "cards/": "card",
    "not-yet/": "not_yet", "written": "written", "blockers/": "blocker",
}  # fmt: skip


def _meant(name: str, address: str) -> str:
    """Return a guess at what the arguments of an address name."""
    words = {**{word: word for word in MEANT}, **ALSO}
    known = [meaning for word, meaning in words.items() if word in f"{name} {address}"]
    chosen = known[-1] if known else "customer"
    return " ".join(
        f"{argument}={chosen if argument in {'ref', 'pk', 'id'} else argument}"
        for argument in ARGUMENT.findall(address)
    )


def _answers(address: str, method: str, cast: dict[str, Any]) -> tuple[str, ...]:
    from django.db import transaction
    from django.test import Client

    answered = []
    for role in ROLES:
        with transaction.atomic():
            client = Client(raise_request_exception=False)
            if cast[role] is not None:
                client.force_login(cast[role])
            answered.append(outcome(client.generic(method, address)))
            transaction.set_rollback(True)
    return tuple(answered)


def _proposed(known: dict[tuple[str, str, str], Row], holders: list[Row]) -> list[Row]:
    from regulars.records.models import Colleague

    cast: dict[str, Any] = {
        role: Colleague.objects.create(email=f"{role}@example.org", name=role, role=role)
        for role in ROLES[:3]
    }
    cast["nobody"] = None
    subjects = made_subjects()
    rows = []
    for name, address in sorted(set(addresses()), key=lambda found: (found[1], found[0])):
        for method in ("GET", "POST"):
            row = known.get((name, address, method))
            if row is None:
                meant = _meant(name, address)
                row = Row(
                    name, address, method, meant, _answers(filled(address, subjects, meant), method, cast)
                )
                sys.stdout.write(
                    f"{method} /{address} ({meant or 'no arguments'}): {', '.join(row.expected)}\n"
                )
            rows += [
                row,
                *(
                    other
                    for other in holders
                    if (other.name, other.address, other.method) == (name, address, method)
                ),
            ]
    return rows


def main() -> None:
    """Write the table with a row for every address, and print the new ones."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.db import connection
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    logging.disable(logging.CRITICAL)
    connection.creation.create_test_db(verbosity=0, serialize=False)
    holders = [row for row in table() if row.holder]
    rows = _proposed({(row.name, row.address, row.method): row for row in table() if not row.holder}, holders)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "address", "method", "meant", *ROLES])
        writer.writerows([row.name, row.address, row.method, row.meant, *row.expected] for row in rows)


if __name__ == "__main__":
    main()
