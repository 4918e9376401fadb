"""The same facts on a real Spark cluster: what DuckDB says, Spark says."""

import pyarrow as pa
import pytest

from regulars.insight.shapes import FACTS
from regulars.store import warehouse
from regulars.store.engines import engine
from regulars.store.segments import fact_table, write_segment

pytestmark = pytest.mark.spark


@pytest.fixture
def both(spark, spark_master, tmp_path):
    # The fixture's session is already there: the engine must use it and leave it running.
    with (
        engine("spark", memory="512MB", spill=tmp_path, spark_master=spark_master) as cluster,
        engine("duckdb", memory="100MB", spill=tmp_path / "spill") as duck,
    ):
        yield cluster, duck


def row(number, customer, day):
    return (
        number,
        1,
        customer,
        "purchase",
        day,
        None if number % 2 else 600,
        day,
        100 * number,
        "EUR",
        None,
        1.5,
        "A1",
    )


def same_rows(table):
    return sorted(map(str, table.to_pylist()))


def test_types_and_missing_values_survive(both):
    table = pa.table(
        {
            "small": pa.array([1, None], pa.int16()),
            "big": pa.array([2**60, None], pa.int64()),
            "text": pa.array(["é", None]),
            "real": pa.array([0.1, None], pa.float64()),
        }
    )
    for running in both:
        result = running.collect(running.register("kinds", table))
        assert result.schema.types == table.schema.types
        assert result.to_pylist() == table.to_pylist()


def test_segments_tail_and_merges_read_alike(both, tmp_path):
    sealed = [row(n, n % 3 + 1, 100 + n) for n in range(1, 20)] + [row(20, None, 130)]
    file = write_segment(tmp_path, 1, 20, fact_table(sealed))
    tail = fact_table([row(21, 9, 140), row(22, 1, 141)])
    answers = []
    for running in both:
        for chosen in ({}, {"customers": [9]}, {"until_day": 110}, {"customers": []}):
            facts = warehouse.facts(
                running, segments=[tmp_path / file.name], tail=tail, moved={2: 9, 3: 9},
                **{"customers": None, **chosen},
            )  # fmt: skip
            assert facts.schema() == FACTS
            answers.append(same_rows(running.collect(facts)))
    half = len(answers) // 2
    assert answers[:half] == answers[half:]
    assert [len(answer) for answer in answers[:half]] == [22, 13 + 1 + 1, 10, 2]


def test_the_session_it_borrowed_still_runs(both, spark):
    both[0].close()
    assert spark.raw_sql("SELECT 1").count() == 1
