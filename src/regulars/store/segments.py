"""Segments: sealed facts as Parquet files, named by what they hold."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from regulars.insight.shapes import FACTS

SCHEMA: pa.Schema = FACTS.to_pyarrow()
ROW_GROUP = 131_072


@dataclass(frozen=True, slots=True)
class SegmentFile:
    """One written file: its name in the folder, the SHA-256 of its bytes and its number of rows."""

    name: str
    content_hash: str
    rows: int


def fact_table(rows: Sequence[Sequence[object]]) -> pa.Table:
    """Return rows of plain values, in the order of FACTS, as an Arrow table."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(SCHEMA)
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def write_segment(folder: Path, first: int, last: int, facts: pa.Table) -> SegmentFile:
    """Write facts to a file that is whole or not there at all, whatever interrupts.

    Rows are sorted by customer, so that statistics of row groups let a reader of few customers skip most.

    Parameters
    ----------
    first, last
        The range of fact ids that the segment stands for; every fact in it is in the file.

    Shape
    -----
    FACTS.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f"{first:012d}-{last:012d}-{os.getpid()}.part"
    ordered = facts.sort_by([("customer", "ascending"), ("day", "ascending"), ("fact_id", "ascending")])
    with part.open("wb") as file:
        pq.write_table(ordered, file, compression="zstd", row_group_size=ROW_GROUP)
        file.flush()
        os.fsync(file.fileno())
    content_hash = hash_of(part)
    name = f"facts-{first:012d}-{last:012d}-{content_hash[:16]}.parquet"
    part.replace(folder / name)
    _sync_folder(folder)
    return SegmentFile(name, content_hash, facts.num_rows)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fault_of(path: Path, content_hash: str) -> str:
    """Return what is wrong with a segment's file in a few words, or "" when it is as it was written."""
    if not path.is_file():
        return "the file is missing"
    return "" if hash_of(path) == content_hash else "the file is not what was written"


def sweep(folder: Path, listed: Collection[str], *, older_than: float) -> list[str]:
    """Remove files that no list names, and return their names.

    Parameters
    ----------
    older_than
        Seconds; a younger file may be one that somebody is about to list.
    """
    if not folder.is_dir():
        return []
    border = time.time() - older_than
    stale = [
        path
        for path in folder.iterdir()
        if path.name not in listed and path.suffix in {".parquet", ".part"} and path.stat().st_mtime <= border
    ]
    for path in stale:
        path.unlink(missing_ok=True)
    return sorted(path.name for path in stale)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
