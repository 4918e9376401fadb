"""Whatever body comes, an operation answers as it promises: no failure of ours, every error a problem."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.operations import Operation, Schema, made_everything, operations
from tests.api.permissions import programs

EXAMPLES = int(os.environ.get("REGULARS_TEST_BODIES", "12"))
"""Bodies for each operation; more of them in a long run."""

LETTERS = st.text(st.characters(exclude_categories=()), max_size=20)
WORDS = st.sampled_from(["words", " ", "EUR", "w" * 6_000, "a\0b", "\ud800"]) | LETTERS
NUMBERS = st.integers() | st.floats() | st.sampled_from([2**63, -(2**63), 10**400, 0, 1])
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(LETTERS, inner, max_size=2),
    max_leaves=4,
)
QUERIES = st.fixed_dictionaries(
    {}, optional={name: st.text(max_size=9) for name in ("limit", "after", "stage")}
)
DAYS = st.dates().map(str) | st.sampled_from(["2026-01-05", "9999-12-31", "0001-01-01", "2030-02-30", ""])


def fitting(schema: Schema, refs: list[str]) -> st.SearchStrategy[Any]:
    """Return what mostly fits a schema, and now and then does not."""
    for word in ("anyOf", "allOf"):
        if word in schema:
            return st.one_of(*(fitting(one, refs) for one in schema[word]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") == "date":
        return DAYS
    kind = schema.get("type")
    if kind == "object":
        given = {name: mostly(one, refs) for name, one in schema["properties"].items()}
        needed = {name: given[name] for name in schema.get("required", ())}
        return st.fixed_dictionaries(
            needed, optional={name: one for name, one in given.items() if name not in needed}
        )
    if kind == "array":
        return st.lists(fitting(schema["items"], refs), max_size=2)
    kinds = {"string": WORDS | st.sampled_from(refs), "boolean": st.booleans(), "null": st.none()}
    return kinds.get(str(kind), NUMBERS)


def mostly(schema: Schema, refs: list[str]) -> st.SearchStrategy[Any]:
    """Return what fits nine times in ten."""
    return st.integers(0, 9).flatmap(lambda turn: fitting(schema, refs) if turn else ANYTHING)


@pytest.mark.django_db
def test_no_body_makes_an_operation_fail():
    subjects, client = made_everything(), programs()["admin"]
    for operation in operations():
        body = ANYTHING if operation.body is None else mostly(operation.body, list(subjects.values()))
        asks(operation, client, subjects, body)()


def asks(operation: Operation, client: Any, subjects: dict[str, str], bodies: Any) -> Callable[[], None]:
    """Return what asks one operation with bodies that mostly fit, each time as if for the first time."""

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
    @given(body=bodies, query=QUERIES)
    def asked(body: Any, query: dict[str, str]) -> None:
        with transaction.atomic():
            response = client.generic(
                operation.method,
                operation.address(subjects),
                json.dumps(body).encode(),
                content_type="application/json",
                query_params=query,
            )
            transaction.set_rollback(True)
        told = f"{operation.name}: {response.status_code} {response.content[:300]!r}"
        assert response.status_code < 500, told
        assert str(response.status_code) in operation.described["responses"], told
        if response.status_code >= 400:
            assert response["Content-Type"] == "application/problem+json", told
            problem = response.json()
            assert {"status", "code", "detail", "request_id"} <= problem.keys(), told
            known = {*operation.body["properties"], "", *query} if operation.body else {"", *query}
            named = {_first(one["pointer"]) for one in problem.get("errors", ())}
            assert named <= known | (set(body) if isinstance(body, dict) else set()), told

    return asked


def _first(pointer: str) -> str:
    """Return the first part of a JSON pointer."""
    return pointer[1:].split("/")[0].replace("~1", "/").replace("~0", "~")


NO_JSON = {
    "empty": b"",
    "cut": b"{",
    "no text": b"\xff\xfe",
    "null": b"null",
    "list": b"[]",
    "deep": b"[" * 9_999,
}


@pytest.mark.django_db
@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON.keys())
def test_what_is_no_json_is_a_problem(body: bytes):
    client, subjects = programs()["admin"], made_everything()
    for operation in operations():
        if operation.body is None:
            continue
        response = client.generic(
            operation.method, operation.address(subjects), body, content_type="application/json"
        )
        assert response.status_code in {400, 422}, (operation.name, response.content)
        assert response["Content-Type"] == "application/problem+json"
