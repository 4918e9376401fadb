"""What the records know of customers that standings repeat: name, owner, kind."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
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
        parts = [_columns(rows) for rows in iter(lambda: cursor.fetchmany(CHUNK), [])]
    return Profiles(*(np.concatenate(part) for part in zip(*(parts or [_columns([])]), strict=True)))


CHUNK = 1_000
"""Rows that are Python objects at once."""


def _columns(rows: Sequence[tuple[Any, ...]]) -> tuple[npt.NDArray[Any], ...]:
    customer, name, owner, kind = zip(*rows, strict=True) if rows else ((), (), (), ())
    hashes = [zlib.crc32(text.encode()) for text in name]
    numbers = (np.array(values, dtype=np.int64) for values in (customer, hashes, owner, kind))
    customers, name_hash, owners, kinds = numbers
    return customers, np.array(name, dtype=object), name_hash, owners, kinds


def id_range() -> tuple[int, int]:
    """Return the lowest and highest customer id, (0, -1) without customers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MIN(id), 0), COALESCE(MAX(id), -1) FROM customer")
        low, high = cursor.fetchone()
    return int(low), int(high)


def id_spans(width: int) -> Iterator[tuple[int, int]]:
    """Return the ids of all customers in spans of a width."""
    low, high = id_range()
    for start in range(low, high + 1, width):
        yield start, min(high, start + width - 1)


def reachable(customers: IntArray) -> npt.NDArray[np.bool_]:
    """Return whom we could call: customers with a person on record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT customer_id FROM role WHERE until IS NULL")
        known = np.array([row[0] for row in cursor.fetchall()], dtype=np.int64)
    return np.isin(customers, known)
