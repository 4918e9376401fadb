"""Engines: what ours promise, and that the pinned versions of what they stand on keep it."""

import ibis
import pyarrow as pa
import pytest

from regulars.insight.errors import RegularsError
from regulars.store import engines
from regulars.store.engines import engine


@pytest.fixture
def duck(tmp_path):
    with engine("duckdb", memory="64MB", spill=tmp_path / "spill") as running:
        yield running


def test_collect_gives_the_declared_types_and_all_rows(duck):
    table = duck.register("t", pa.table({"n": pa.array(range(250_000), pa.int64())}))
    result = duck.collect(table.mutate(half=table.n // 2, small=(table.n % 7).cast("int16")))
    assert result.schema.types == [pa.int64(), pa.int64(), pa.int16()]
    assert (result.num_rows, sum(result["n"].to_pylist())) == (250_000, 250_000 * 249_999 // 2)


def test_an_empty_result_has_its_columns(duck):
    table = duck.register("t", pa.table({"n": [1]}))
    assert duck.collect(table.filter(table.n > 1)).to_pydict() == {"n": []}


def test_scalars_can_be_collected(duck):
    table = duck.register("t", pa.table({"n": [1, 2]}))
    assert duck.collect(table.n.sum()).to_pylist() == [{"Sum(n)": 3}]


def test_batches_come_in_pieces(duck):
    table = duck.register("t", pa.table({"n": pa.array(range(250_000), pa.int64())}))
    sizes = [batch.num_rows for batch in duck.batches(table)]
    assert sum(sizes) == 250_000
    assert len(sizes) > 1


def test_registering_again_replaces(duck):
    duck.register("t", pa.table({"n": [1]}))
    assert duck.collect(duck.register("t", pa.table({"m": ["x"]}))).to_pydict() == {"m": ["x"]}


def test_it_downloads_nothing_and_keeps_within_its_memory(duck, tmp_path):
    names = (
        "autoinstall_known_extensions",
        "autoload_known_extensions",
        "temp_directory",
        "threads",
        "memory_limit",
    )
    seen = dict(
        duck.con.raw_sql(f"SELECT name, value FROM duckdb_settings() WHERE name IN {names}").fetchall()
    )
    assert seen["autoinstall_known_extensions"] == seen["autoload_known_extensions"] == "false"
    assert seen["temp_directory"] == str(tmp_path / "spill")
    assert seen["threads"] == "2"
    assert seen["memory_limit"] == "61.0 MiB"


def test_what_does_not_fit_is_spilled_and_still_right(duck):
    numbers = duck.register("t", pa.table({"n": pa.array(range(1_500_000), pa.int64())}))
    wide = numbers.mutate(
        key=(numbers.n * 7919) % 1_500_000, text=numbers.n.cast("string") + "-padding-of-some-length"
    )
    last = wide.group_by("key").aggregate(text=wide.text.max()).order_by(ibis.desc("key")).limit(1)
    assert duck.collect(last)["key"].to_pylist() == [1_499_999]


def test_parquet_files_are_read_together(duck, tmp_path):
    import pyarrow.parquet as pq

    for n in range(2):
        pq.write_table(pa.table({"n": [n]}), tmp_path / f"{n}.parquet")
    table = duck.parquet([tmp_path / "0.parquet", tmp_path / "1.parquet"])
    assert sorted(duck.collect(table)["n"].to_pylist()) == [0, 1]


def test_an_unknown_engine_says_which_there_are(tmp_path):
    with pytest.raises(RegularsError, match="duckdb or spark") as caught:
        engine("oracle", memory="1GB", spill=tmp_path)
    assert caught.value.code == "engine-unknown"


@pytest.mark.parametrize(
    ("memory", "expected"),
    [("512MB", "512m"), ("1.5GB", "1536m"), ("2TB", "2097152m"), ("2 GiB", "2048m"), ("100MB", "512m")],
)
def test_memory_is_written_as_spark_reads_it(memory, expected):
    assert engines._spark_memory(memory) == expected


def test_the_pinned_versions_can_do_what_newer_ones_could_not(duck):
    con = duck.con
    con.create_table("kept", pa.table({"n": [1]}))
    con.create_table("kept", pa.table({"n": [2]}), overwrite=True)
    assert "kept" in con.list_tables()
    assert con.table("kept").to_pyarrow_batches().read_all().to_pydict() == {"n": [2]}
    con.create_view("seen", con.table("kept"))
    con.drop_view("seen")
    con.drop_table("kept")
    assert con.list_tables() == []
