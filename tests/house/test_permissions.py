"""Every address answers every role as the committed table says; an address without a row fails."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house.permissions import OUTCOMES, ROLES, Row, addresses, follow_link, missing, outcome, table
from tests.house.subjects import filled, made_subjects


def test_every_address_has_its_rows(db: None) -> None:
    assert missing(table(), set(addresses())) == []


def test_the_table_knows_only_outcomes_that_are_explained() -> None:
    assert {word for row in table() for word in row.expected} <= set(OUTCOMES)


def test_a_new_address_without_a_row_is_found() -> None:
    rows = [row for row in table() if row.name != "today"]
    assert missing(rows, {("today", ""), *((row.name, row.address) for row in rows)}) == [
        "no row: today  GET",
        "no row: today  POST",
    ]


def test_nobody_sees_less_than_they_may_and_more_never() -> None:
    """A viewer writes nothing that a member may not, and nobody sees only the doors."""
    order = {"absent": 0, "sign-in": 0, "no": 0, "key": 0, "form": 1, "yes": 2}
    for row in table():
        admin, member, viewer, _ = (order[word] for word in row.expected)
        assert admin >= member >= viewer, row


def _id(row: Row) -> str:
    return f"{row.method} {row.name or row.address}{' with its link' if row.holder else ''}"


@pytest.mark.parametrize("row", table(), ids=_id)
def test_an_address_answers_as_the_table_says(row: Row, cast: dict[str, Any]) -> None:
    from django.db import transaction

    address = filled(row.address, made_subjects(), row.meant)
    answered = []
    for role in ROLES:
        # What one role changes must not be there for the next.
        with transaction.atomic():
            if row.holder:
                follow_link(cast[role])
            response = cast[role].generic(row.method, address)
            if response.streaming:
                response.getvalue()
            answered.append(outcome(response))
            transaction.set_rollback(True)
    assert tuple(answered) == row.expected, address


def test_a_form_without_its_token_is_refused(ana: Any) -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana)
    refused = [
        row.address
        for row in table()
        if row.method == "POST"
        and row.expected[0] == "yes"
        and "<" not in row.address
        and "(" not in row.address
        if strict.post(f"/{row.address}").status_code not in {302, 403}
    ]
    assert refused == []
