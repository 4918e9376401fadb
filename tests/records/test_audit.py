"""The audit trail is one chain, whoever writes at once, and shows where it was tampered with."""

from __future__ import annotations

import json
from threading import Barrier, Thread
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection, connections, transaction

import regulars.cli.doctor
from regulars.cli.root import regulars
from regulars.records.models import AuditEntry
from regulars.records.write.audit import chain_broken_at, record_entry

WRITERS, EACH = 4, 5


@pytest.mark.django_db(transaction=True)
def test_entries_written_at_once_are_one_chain(max: Any) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time: nobody can write beside another.")
    together, failed = Barrier(WRITERS), []

    def write(writer: int) -> None:
        try:
            together.wait()
            for number in range(EACH):
                with transaction.atomic():
                    record_entry(max, "say", f"customer {writer}", {"number": number})
                    record_entry(None, "hear", f"customer {writer}", {"words": "Größe", "on": None})
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            connections.close_all()

    writers = [Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert not failed
    assert AuditEntry.objects.count() == WRITERS * EACH * 2
    assert chain_broken_at() is None


@pytest.fixture
def entries(max: Any) -> list[AuditEntry]:
    told = [("say", {}), ("hear", {"share": 0.25, "who": ["Ida", None]}), ("change", {"before": {"1": 2}})]
    return [record_entry(max, action, "customer 1", detail) for action, detail in told]


@pytest.mark.django_db
def test_a_chain_that_nobody_touched_holds(entries: list[AuditEntry]) -> None:
    assert chain_broken_at() is None
    found = CliRunner().invoke(regulars, ["doctor"])
    assert (found.exit_code, "audit trail holds" in found.output) == (0, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [{"subject": "customer 2"}, {"detail": {"share": 0.75}}, {"actor": None}, {"at": "2020-01-01T00:00Z"}],
)
def test_what_was_changed_shows(entries: list[AuditEntry], columns: dict[str, Any]) -> None:
    AuditEntry.objects.filter(pk=entries[1].pk).update(**columns)
    assert chain_broken_at() == entries[1]


@pytest.mark.django_db
def test_what_was_taken_out_shows_at_the_next(entries: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=entries[1].pk).delete()
    assert chain_broken_at() == entries[2]
    found = CliRunner().invoke(regulars, ["doctor", "--json"])
    assert (found.exit_code, json.loads(found.output)["audit_broken_at"]) == (1, entries[2].pk)
    assert f"entry {entries[2].pk} (change customer 1" in CliRunner().invoke(regulars, ["doctor"]).output
