"""Conditions on many values at once, as one parameter on either database."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection


def among(values: Iterable[int] | Iterable[str]) -> tuple[str, Any]:
    """Return the condition that a column is one of these values, and its one parameter.

    Example
    -------
    ``condition, wanted = among(ids)``, then ``f"SELECT … WHERE id {condition}"`` with ``[wanted]``.
    """
    wanted = list(values)
    if connection.vendor == "sqlite":
        return "IN (SELECT value FROM json_each(%s))", json.dumps(wanted)
    return "= ANY(%s)", wanted


def begins(column: str, start: str) -> tuple[str, list[str]]:
    """Return the condition that a column begins with a text, answered by its index, and its parameters.

    Parameters
    ----------
    column
        A name from our own code, never from outside.
    """
    if connection.vendor == "sqlite":
        return f"{column} >= %s AND {column} < %s", [start, start + "\U0010ffff"]
    escaped = start.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{column} LIKE %s", [escaped + "%"]
