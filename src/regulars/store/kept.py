"""Columns kept between two runs in one Parquet file, with what they rest on: derived, never the record."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Columns = dict[str, npt.NDArray[Any]]

_RESTS_ON = b"rests_on"


def keep_columns(path: Path, columns: Mapping[str, npt.NDArray[Any]], rests_on: Mapping[str, Any]) -> None:
    """Write columns to a file that is whole or not there at all, whatever interrupts.

    Parameters
    ----------
    rests_on
        Plain values, by which the reader tells whether the columns are still true.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    schema = pa.schema(
        [(name, pa.from_numpy_dtype(column.dtype)) for name, column in columns.items()],
        metadata={_RESTS_ON: json.dumps(rests_on).encode()},
    )
    table = pa.Table.from_arrays([pa.array(column) for column in columns.values()], schema=schema)
    pq.write_table(table, part, compression="lz4", use_dictionary=False)
    part.replace(path)


def kept_rests_on(path: Path) -> dict[str, Any] | None:
    """Return what the columns of a file rest on; None without a file that can be read."""
    try:
        told = pq.read_schema(path).metadata or {}
        rests_on: dict[str, Any] | None = json.loads(told.get(_RESTS_ON, b"null"))
    except (OSError, ValueError):
        return None
    return rests_on


def kept_columns(path: Path) -> Columns:
    """Return the columns of a file, one after the other so that none is held twice."""
    with pq.ParquetFile(path) as file:
        return {name: np.asarray(file.read([name]).column(0).to_numpy()) for name in file.schema_arrow.names}
