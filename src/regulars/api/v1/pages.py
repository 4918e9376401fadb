"""Pages of a list: how many, and where the next one begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Generic, TypeVar

from ninja import Field, Schema
from pydantic import AfterValidator

from regulars.insight.errors import RegularsError

Item = TypeVar("Item")

Limit = Annotated[int, Field(ge=1, le=100)]
"""Rows of one page."""


def _writable(text: str) -> str:
    """Refuse what no database can hold: a NUL, and half of a letter."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("This holds a letter that is none: NUL, or half of a surrogate pair.")
    return text


Words = Annotated[str, AfterValidator(_writable)]
"""What somebody wrote."""

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))]
"""A day of anybody's life."""


class Strict(Schema, extra="forbid"):
    """A body in which nothing unknown is allowed: what is not understood is said, not dropped."""


class Page(Schema, Generic[Item]):
    """Some rows, and the cursor of the next page (empty at the end)."""

    items: list[Item]
    next: str = ""


class Listed(Schema):
    """A row of a list; its ``id`` is the cursor of the rows after it."""

    id: str


Row = TypeVar("Row", bound=Listed)


def page_of(rows: Sequence[Row], limit: int, after: str) -> Page[Row]:
    """Return a page of rows that are all here already, such as those of one customer.

    Raises
    ------
    RegularsError
        ``cursor-gone`` when the row after which to go on is not among them.
    """
    start = next((place for place, row in enumerate(rows, 1) if row.id == after), 0)
    if after and not start:
        raise RegularsError("cursor-gone", "The row after which to go on is gone. Start again without after.")
    found = list(rows[start : start + limit])
    return Page(items=found, next=found[-1].id if start + limit < len(rows) else "")


class Problem(Schema):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    request_id: str
    errors: list[dict[str, str]] = []
    edit: str = ""


ERRORS: dict[int, type[Schema]] = dict.fromkeys((400, 401, 403, 404, 409, 422), Problem)
"""What any call may answer besides what it is asked for."""
