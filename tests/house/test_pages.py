"""Every page, as it reaches the browser: one heading, labels, nothing inline, and no link that leads nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.urls import Resolver404, resolve

from tests.house.markup import links, page_offences
from tests.house.permissions import Row, follow_link, table
from tests.house.subjects import filled, made_subjects

PAGES = [row for row in table() if row.method == "GET" and "yes" in (row.expected[0], row.expected[3])]


def _leads_nowhere(address: str) -> bool:
    if address.startswith("/static/"):
        return finders.find(address.removeprefix("/static/")) is None
    try:
        resolve(address)
    except Resolver404:
        return True
    return False


def _shown(address: str, client: Any) -> str:
    response = client.get(address)
    if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
        return ""
    return response.content.decode()


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name or row.address)
def test_a_page_is_whole(row: Row, ana: Any, as_ana: Any, as_nobody: Any) -> None:
    address = filled(row.address, made_subjects(), row.meant)
    for client in (as_ana, as_nobody):
        if row.holder:
            follow_link(client)
        text = _shown(address, client)
        if "<html" in text:
            assert page_offences(text) == []
        assert sorted(address for address in links(text) if _leads_nowhere(address)) == []


def test_a_page_that_is_not_whole_is_found() -> None:
    text = '<h1>A</h1><h1>B</h1><p id="x"><p id="x"><input name="q"><a href="/no/such">x</a>{{ left }}'
    assert page_offences(text) == [
        "line 1: <input name=q> has no label",
        "id x stands twice",
        "2 first headings",
        "shows its template",
    ]
    assert [address for address in links(text) if _leads_nowhere(address)] == ["/no/such"]
