"""Every operation answers every kind of key as the committed table says; one without a row fails."""

from __future__ import annotations

import pytest

from tests.api.operations import Operation, made_everything, operations
from tests.api.permissions import ANSWERS, KEYS, answers, programs, table

EVERY = tuple(operations())


def test_every_operation_has_its_row_and_every_row_its_operation():
    assert set(table()) == {(one.name, one.method, one.path) for one in EVERY}


def test_no_two_operations_go_by_one_name():
    assert len({one.name for one in EVERY}) == len(EVERY)


def test_whoever_may_less_is_never_told_more():
    """Nobody without a key is told anything; a viewer and a key that may only read change nothing."""
    for (name, method, _), row in table().items():
        told = dict(zip(KEYS, row, strict=True))
        assert set(row) <= set(ANSWERS), name
        assert (told["source_only"], told["none"]) == ("no", "key"), name
        assert told["admin"] == told["member"] == "yes", name
        expected = "yes" if method == "GET" else "no"
        assert told["viewer"] == told["admin_read_only"] == expected, name


@pytest.mark.django_db
@pytest.mark.parametrize("operation", EVERY, ids=[one.name for one in EVERY])
def test_an_operation_answers_as_the_table_says(operation: Operation):
    expected = table()[operation.name, operation.method, operation.path]
    assert answers(operation, programs(), made_everything()) == expected


def test_every_operation_tells_of_its_errors_and_every_write_of_asking_twice():
    for one in EVERY:
        assert {"401", "403", "404", "422"} <= set(one.described["responses"]), one.name
        headers = [given["name"] for given in one.described.get("parameters", ()) if given["in"] == "header"]
        assert headers == (["Idempotency-Key"] if one.method == "POST" else []), one.name
        if one.body is not None:
            assert one.body["additionalProperties"] is False, one.name
