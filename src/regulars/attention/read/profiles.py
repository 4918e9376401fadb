"""What the records know of customers that standings repeat: name, owner, kind."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Profiles:
    """Customers that are not merged away, sorted by id.

    Shape
    -----
    Arrays of one length; ``owner`` and ``kind`` -1 where none, ``name_hash`` CRC-32 of the folded name.
    """

    customer: IntArray
    name: npt.NDArray[np.object_]
    name_hash: IntArray
    owner: IntArray
    kind: IntArray


def profiles(low: int, high: int, only: Sequence[int] | None = None) -> Profiles:
    """Return the customers with ids from ``low`` up to ``high``, or only the ones named."""
    where = "merged_into_id IS NULL AND id BETWEEN %s AND %s"
    parameters: list[Any] = [low, high]
    if only is not None:
        where += f" AND id IN ({', '.join(['%s'] * len(only))})"
        parameters += list(only)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name_folded, COALESCE(owner_id, -1), COALESCE(kind_id, -1) "
            f"FROM customer WHERE {where} ORDER BY id",
            parameters,
        )
        rows = cursor.fetchall()
    if not rows:
        none = np.zeros(0, dtype=np.int64)
        return Profiles(none, np.zeros(0, dtype=object), none, none, none)
    customer, name, owner, kind = zip(*rows, strict=True)
    names = np.empty(len(rows), dtype=object)
    names[:] = name
    return Profiles(
        np.array(customer, dtype=np.int64),
        names,
        np.fromiter((zlib.crc32(text.encode()) for text in name), dtype=np.int64, count=len(name)),
        np.array(owner, dtype=np.int64),
        np.array(kind, dtype=np.int64),
    )


def id_range() -> tuple[int, int]:
    """Return the lowest and highest customer id, (0, -1) without customers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MIN(id), 0), COALESCE(MAX(id), -1) FROM customer")
        low, high = cursor.fetchone()
    return int(low), int(high)


def reachable(customers: IntArray) -> npt.NDArray[np.bool_]:
    """Return whom we could call: customers with a person on record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT customer_id FROM role WHERE until IS NULL")
        known = np.array([row[0] for row in cursor.fetchall()], dtype=np.int64)
    return np.isin(customers, known)
