"""Programs that ask, each with a key of its own, and something real of every noun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from regulars.records.models import Colleague, Customer, Person, Role, Source
from regulars.records.opaque import opaque
from regulars.records.write.api_keys import make_key

Ask = Callable[..., Any]


@pytest.fixture
def colleague(db: None) -> Callable[[str], Colleague]:
    def made(role: str) -> Colleague:
        return Colleague.objects.get_or_create(
            email=f"{role}@example.org", defaults={"name": role.capitalize(), "role": role}
        )[0]

    return made


@pytest.fixture
def program(colleague: Callable[[str], Colleague]) -> Callable[..., Client]:
    """Return a client whose key acts as a colleague of a role."""

    def made(role: str = "admin", *, may_write: bool = True) -> Client:
        _, key = make_key(None, f"{role}'s program", colleague=colleague(role), may_write=may_write)
        return Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)

    return made


@pytest.fixture
def till(db: None) -> Client:
    """Return a client whose key only brings in facts."""
    source = Source.objects.create(slug="a-till", name="A till")
    _, key = make_key(None, "Till", source=source, may_write=True)
    return Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)


@pytest.fixture
def asking(program: Callable[..., Client]) -> Ask:
    """Ask the API as a member whose key may write, and return the answer as told."""
    client = program("member")

    def ask(method: str, path: str, body: Any = None, *, expect: int = 200, **headers: str) -> Any:
        response = client.generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else _json(body),
            content_type="application/json",
            headers=headers,
        )
        assert response.status_code == expect, response.content
        return response.json()

    return ask


def _json(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()


@pytest.fixture
def ida(db: None) -> Customer:
    return Customer.objects.create(name="Ida's Café", name_folded="ida's cafe")


@pytest.fixture
def nils(ida: Customer) -> Person:
    """Return somebody at Ida's."""
    person = Person.objects.create(name="Nils", name_folded="nils", email="nils@example.org")
    Role.objects.create(person=person, customer=ida, title="Chef")
    return person


@pytest.fixture
def stranger(db: None) -> Person:
    """Return somebody at another customer."""
    other = Customer.objects.create(name="Elsewhere", name_folded="elsewhere")
    person = Person.objects.create(name="Sina", name_folded="sina")
    Role.objects.create(person=person, customer=other)
    return person


@pytest.fixture
def at_ida(ida: Customer) -> str:
    return f"/customers/{opaque(ida.pk)}"


@pytest.fixture
def queries(django_assert_num_queries: Any, asking: Ask) -> Callable[[str], int]:
    """Return how many statements it takes to answer a GET."""

    def counted(path: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        asking("GET", path)  # the day of the key's last use is noted by the first of a day
        with CaptureQueriesContext(connection) as found:
            asking("GET", path)
        return len(found)

    return counted
