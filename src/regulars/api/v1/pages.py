"""Pages of a list: how many, and where the next one begins."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from ninja import Field, Schema

Item = TypeVar("Item")

Limit = Annotated[int, Field(ge=1, le=100)]
"""Rows of one page."""


class Strict(Schema, extra="forbid"):
    """A body in which nothing unknown is allowed: what is not understood is said, not dropped."""


class Page(Schema, Generic[Item]):
    """Some rows, and the cursor of the next page (empty at the end)."""

    items: list[Item]
    next: str = ""


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


ERRORS: dict[int, type[Schema]] = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem}
"""What any call may answer besides what it is asked for."""
