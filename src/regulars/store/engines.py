"""The engines that run Ibis expressions: DuckDB on this machine, or Apache Spark."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from regulars.insight.errors import RegularsError

BATCH_ROWS = 100_000


class Engine(ABC):
    """A running engine. Close it, or use it in a ``with`` statement.

    ``con`` is the Ibis backend. An engine serves one thread, and one batch iterator at a time.
    """

    con: Any

    @abstractmethod
    def batches(self, expression: ir.Expr) -> Iterator[pa.RecordBatch]:
        """Run an expression and yield its rows as they come, in the types the expression declares."""

    @abstractmethod
    def register(self, name: str, table: pa.Table) -> ir.Table:
        """Give an Arrow table a name in the engine, replacing what had that name."""

    @abstractmethod
    def parquet(self, paths: Sequence[Path | str]) -> ir.Table:
        """Return the rows of Parquet files of one shape, read when an expression asks for them."""

    @abstractmethod
    def close(self) -> None:
        """Stop the engine and free its memory and spilled files."""

    def collect(self, expression: ir.Expr) -> pa.Table:
        """Run an expression and return its whole result.

        Shape
        -----
        The schema that the expression declares. Only the result is held in memory, besides what the engine
        was allowed.
        """
        schema = expression.as_table().schema().to_pyarrow()
        return pa.Table.from_batches(list(self.batches(expression)), schema=schema)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class DuckDBEngine(Engine):
    """DuckDB inside this process. It downloads nothing and spills to disk beyond its memory."""

    def __init__(self, memory: str, spill: Path, threads: int = 2) -> None:
        spill.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.con = ibis.duckdb.connect(
            ":memory:",
            memory_limit=memory,
            temp_directory=str(spill),
            threads=threads,
            autoinstall_known_extensions=False,
            autoload_known_extensions=False,
            preserve_insertion_order=False,
            enable_external_file_cache=False,
        )

    def batches(self, expression: ir.Expr) -> Iterator[pa.RecordBatch]:
        """Yield the rows of an expression, in the types it declares."""
        schema = expression.as_table().schema().to_pyarrow()
        for batch in self.con.to_pyarrow_batches(expression, chunk_size=BATCH_ROWS):
            yield _as_declared(batch, schema)

    def register(self, name: str, table: pa.Table) -> ir.Table:
        """Give an Arrow table a name."""
        # A view over the Arrow memory: nothing is copied.
        self.con.con.register(name, table)
        return self.con.table(name)

    def parquet(self, paths: Sequence[Path | str]) -> ir.Table:
        """Return the rows of Parquet files."""
        return self.con.read_parquet([str(path) for path in paths])

    def close(self) -> None:
        """Stop the engine."""
        self.con.disconnect()


class SparkEngine(Engine):
    """A Spark cluster, named by its master. For facts that outgrew one machine; slower on small ones."""

    def __init__(self, master: str, memory: str) -> None:
        session_class = _spark_session_class()
        self._borrowed = session_class.getActiveSession() is not None
        self.session = (
            session_class.builder.master(master)
            .appName("regulars")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.log.level", "ERROR")
            .config("spark.driver.memory", _spark_memory(memory))
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .getOrCreate()
        )
        self.con = ibis.pyspark.connect(self.session)

    def batches(self, expression: ir.Expr) -> Iterator[pa.RecordBatch]:
        """Yield the rows of an expression, in the types it declares."""
        schema = expression.as_table().schema().to_pyarrow()
        # Ibis would go through pandas, where a missing whole number becomes a fraction.
        self.con._run_pre_execute_hooks(expression)
        result = self.session.sql(self.con.compile(expression.as_table())).toArrow()
        for batch in result.to_batches(max_chunksize=BATCH_ROWS):
            yield _as_declared(batch, schema)

    def register(self, name: str, table: pa.Table) -> ir.Table:
        """Give an Arrow table a name."""
        self.session.createDataFrame(table).createOrReplaceTempView(name)
        return self.con.table(name)

    def parquet(self, paths: Sequence[Path | str]) -> ir.Table:
        """Return the rows of Parquet files."""
        name = ibis.util.gen_name("parquet")
        self.session.read.parquet(*map(str, paths)).createOrReplaceTempView(name)
        return self.con.table(name)

    def close(self) -> None:
        """Stop the engine."""
        if not self._borrowed:
            self.session.stop()


def engine(name: str, *, memory: str, spill: Path, spark_master: str = "") -> Engine:
    """Start an engine by its name, ``duckdb`` or ``spark``.

    Parameters
    ----------
    memory
        How much the engine may use before it spills, such as ``512MB``.
    spill
        Folder for what does not fit; made if missing.
    spark_master
        Address of the Spark master, such as ``spark://host:7077`` or ``local[2]``.

    Raises
    ------
    RegularsError
        ``engine-unknown``; ``spark-missing`` when PySpark is not installed.

    Example
    -------
    >>> import tempfile
    >>> with engine("duckdb", memory="100MB", spill=Path(tempfile.mkdtemp())) as duckdb:
    ...     duckdb.collect(ibis.literal(1).name("one").as_table()).to_pylist()
    [{'one': 1}]
    """
    if name == "duckdb":
        return DuckDBEngine(memory, spill)
    if name == "spark":
        return SparkEngine(spark_master or "local[2]", memory)
    raise RegularsError(
        "engine-unknown", f"There is no engine {name!r}. Set REGULARS_ENGINE to duckdb or spark."
    )


def _as_declared(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    return batch if batch.schema.equals(schema) else batch.cast(schema)


def _spark_session_class() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise RegularsError(
            "spark-missing",
            "The engine is set to spark, but PySpark is not installed. Install regulars[spark] and Java 17, "
            "or set REGULARS_ENGINE=duckdb.",
        ) from error
    return SparkSession


_MEGABYTES = {"": 1 / 1024**2, "k": 1 / 1024, "m": 1, "g": 1024, "t": 1024**2}


def _spark_memory(memory: str) -> str:
    """Return a size as Spark writes it, in megabytes: 1.5GB is 1536m; it starts with no less than 512."""
    written = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgt]?)i?b?\s*", memory.casefold())
    megabytes = float(written[1]) * _MEGABYTES[written[2]] if written else 0
    return f"{max(int(megabytes), 512)}m"
