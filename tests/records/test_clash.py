"""Two who write the same at once: the refused one is told to send it again, and nothing is half kept."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client

from regulars.records.clash import clash
from regulars.records.models import Customer, Outcome, ToDo
from regulars.records.opaque import opaque
from regulars.records.write.api_keys import make_key
from tests.web.factories import customer


@pytest.mark.django_db(transaction=True)
def test_the_one_whom_the_database_refuses_is_known() -> None:
    first, second = customer("Nord").pk, customer("Süd").pk
    refused = (_deadlocked if connection.vendor == "postgresql" else _locked_out)(first, second)
    [error] = refused
    told = clash(error)
    assert told is not None
    assert (told.code, told.status) == ("written-at-once", 503)


def _deadlocked(first: int, second: int) -> list[BaseException]:
    """Let two transactions change two rows in the opposite order."""
    refused, both = list[BaseException](), Barrier(2)

    def change(one: int, other: int) -> None:
        try:
            with transaction.atomic():
                Customer.objects.filter(pk=one).update(name="Changed")
                both.wait(timeout=10)
                Customer.objects.filter(pk=other).update(name="Changed")
        except OperationalError as error:
            refused.append(error)
        finally:
            connections.close_all()

    writers = [Thread(target=change, args=pair) for pair in ((first, second), (second, first))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=30)
    return refused


def _locked_out(first: int, _second: int) -> list[BaseException]:
    """Let somebody write while another transaction holds the file longer than they may wait."""
    refused = list[BaseException]()

    def change() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 10")
            Customer.objects.filter(pk=first).update(name="Changed")
        except OperationalError as error:
            refused.append(error)
        finally:
            connections.close_all()

    with transaction.atomic():
        Customer.objects.filter(pk=first).update(name="Held")
        writer = Thread(target=change)
        writer.start()
        writer.join(timeout=30)
    return refused


def test_nothing_else_is_taken_for_it() -> None:
    assert clash(OperationalError("no such table: customer")) is None
    assert clash(ValueError("database is locked")) is None


@pytest.mark.django_db
def test_the_page_and_the_interface_say_to_send_it_once_more(
    as_max: Client, ana: Any, monkeypatch: Any
) -> None:
    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    one = customer("Nord")
    _, key = make_key(None, "A program", colleague=ana, may_write=True)
    monkeypatch.setattr("regulars.records.write.todos.record_entry", locked)
    answer = as_max.post("/todos", {"todo": "Call them"})
    assert answer.status_code == 503
    assert "Send it once more" in answer.content.decode()
    monkeypatch.setattr("regulars.records.write.outcomes.record_entry", locked)
    program = Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)
    answer = program.post(
        f"/api/v1/customers/{opaque(one.pk)}/outcomes",
        {"sentence": "Open on Sundays"},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "written-at-once")
    assert not ToDo.objects.exists()
    assert not Outcome.objects.exists()
