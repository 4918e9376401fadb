"""Programs that ask, each with a key of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from regulars.records.models import Colleague
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
