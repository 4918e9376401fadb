"""An embedded engine for the expressions, and customers to try them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest

from regulars.insight.shapes import columns


@pytest.fixture(scope="session")
def con() -> Iterator[Any]:
    """DuckDB in memory, through Ibis."""
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


@pytest.fixture
def table(con: Any) -> Callable[[pa.Table], Any]:
    """Register an Arrow table and return it as an Ibis table."""
    count = iter(range(1000))

    def register(arrow: pa.Table) -> Any:
        return con.create_table(f"given_{next(count)}", arrow, overwrite=True)

    return register


@pytest.fixture
def collect() -> Callable[..., dict[str, np.ndarray]]:
    """Run an expression and return its columns, in order of the named ones."""

    def run(expression: Any, *order: str) -> dict[str, np.ndarray]:
        ordered = expression.order_by(*order) if order else expression
        return columns(ordered.to_pyarrow())

    return run
