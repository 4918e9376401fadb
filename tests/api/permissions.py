"""Every operation asked with every kind of key, against the committed table permissions.csv.

`python -m tests.api.permissions` adds rows for new operations, as they answer today. A proposal is what the
code does, not what it should do: read each row before committing it.
"""

from __future__ import annotations

import csv
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.api.operations import Operation, example, made_everything, operations

TABLE = Path(__file__).with_name("permissions.csv")
KEYS = ("admin", "member", "viewer", "admin_read_only", "source_only", "none")
ANSWERS = {"yes": "does it", "no": "refused, 403", "key": "asks for a key, 401", "absent": "404"}


def table() -> dict[tuple[str, str, str], tuple[str, ...]]:
    """Return the committed rows: what each kind of key may expect of an operation."""
    if not TABLE.exists():
        return {}
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            (row["operation"], row["method"], row["path"]): tuple(row[key] for key in KEYS)
            for row in csv.DictReader(lines)
        }


def programs() -> dict[str, Any]:
    """Return a client for each kind of key."""
    from django.test import Client

    from regulars.records.models import Colleague, Source
    from regulars.records.write.api_keys import make_key

    def with_key(**told: Any) -> Client:
        _, key = make_key(None, "A program", **told)
        return Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)

    cast = {
        role: Colleague.objects.create(email=f"{role}@example.org", name=role, role=role) for role in KEYS[:3]
    }
    source = Source.objects.create(slug="a-till", name="A till")
    return {
        **{role: with_key(colleague=one, may_write=True) for role, one in cast.items()},
        "admin_read_only": with_key(colleague=cast["admin"]),
        "source_only": with_key(source=source, may_write=True),
        "none": Client(raise_request_exception=False),
    }


def answers(operation: Operation, clients: Mapping[str, Any], subjects: dict[str, str]) -> tuple[str, ...]:
    """Return what an operation answers each kind of key, each time as if nobody had asked before."""
    from django.db import transaction

    body = b"" if operation.body is None else json.dumps(example(operation.body)).encode()
    told = []
    for key in KEYS:
        with transaction.atomic():
            asked = clients[key].generic(
                operation.method, operation.address(subjects), body, content_type="application/json"
            )
            told.append(_word(asked.status_code))
            transaction.set_rollback(True)
    return tuple(told)


def _word(status: int) -> str:
    return {401: "key", 403: "no", 404: "absent"}.get(status, "yes" if status < 500 else f"error {status}")


def main() -> None:
    """Write the table with a row for every operation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.db import connection
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    logging.disable(logging.CRITICAL)
    connection.creation.create_test_db(verbosity=0, serialize=False)
    known, subjects, clients = table(), made_everything(), programs()
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["operation", "method", "path", *KEYS])
        for one in operations():
            row = (one.name, one.method, one.path)
            writer.writerow([*row, *(known.get(row) or answers(one, clients, subjects))])


if __name__ == "__main__":
    main()
