"""The engines themselves: the calls that Regulars rests on, on the pinned versions."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa

PURCHASES = pa.table(
    {
        "customer": pa.array([1, 1, 1, 2, 2, 3], pa.int64()),
        "day": pa.array([10, 12, 19, 11, 40, 7], pa.int64()),
        "amount": pa.array([350, 420, 350, 1200, 1200, 90], pa.int64()),
    }
)


def _per_customer(facts: Any) -> Any:
    return (
        facts.group_by("customer")
        .agg(
            purchases=facts.count(),
            first_day=facts.day.min(),
            last_day=facts.day.max(),
            spend=facts.amount.sum(),
            middle=facts.day.median(),
        )
        .order_by("customer")
    )


def test_duckdb_answers_every_call_ibis_makes() -> None:
    connection = ibis.duckdb.connect()
    connection.create_table("facts", PURCHASES)
    connection.create_table("facts", PURCHASES, overwrite=True)
    assert connection.list_tables() == ["facts"]
    batches = list(connection.table("facts").to_pyarrow_batches(chunk_size=2))
    assert sum(batch.num_rows for batch in batches) == 6
    connection.create_view("seen", connection.table("facts").filter(ibis._.amount > 400))
    connection.drop_view("seen")
    connection.drop_table("facts")
    assert connection.list_tables() == []
    connection.disconnect()


def test_a_cluster_of_separate_processes_answers_as_duckdb_does(spark: Any, tmp_path: Any) -> None:
    import pyarrow.parquet as pq

    path = tmp_path / "purchases.parquet"
    pq.write_table(PURCHASES, path)
    embedded = _per_customer(ibis.duckdb.connect().read_parquet(path)).to_pyarrow().to_pylist()
    clustered = _per_customer(spark.read_parquet(str(path))).to_pyarrow().to_pylist()
    assert clustered == embedded
    assert clustered[0] == {
        "customer": 1,
        "purchases": 3,
        "first_day": 10,
        "last_day": 19,
        "spend": 1120,
        "middle": 12.0,
    }


def test_the_work_is_done_outside_this_process(spark: Any) -> None:
    import os

    session = spark._session
    assert session.sparkContext.master.startswith("spark://127.0.0.1:")
    places = session.sparkContext.parallelize(range(8), 8).map(lambda _: os.getpid()).distinct().collect()
    assert os.getpid() not in places
