"""All facts as one table: sealed segments and the unsealed tail, each fact once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa
from ibis.util import gen_name

from regulars.insight.shapes import FACTS, conform
from regulars.store.engines import Engine


def facts(
    engine: Engine,
    *,
    segments: Sequence[Path],
    tail: pa.Table,
    moved: Mapping[int, int],
    customers: Sequence[int] | None = None,
    until_day: int | None = None,
) -> ir.Table:
    """Return sealed and unsealed facts as one table, read when an expression asks for them.

    Parameters
    ----------
    segments
        Parquet files. Their ``customer`` is the one that the fact was recorded for.
    tail
        Facts that are in no segment, under today's customers.
    moved
        Customer a fact was recorded for to the customer it belongs to today, where a merge made these two.
    customers
        Only facts of these customers, by today's ids.
    until_day
        Only facts that happened up to this epoch day.

    Shape
    -----
    FACTS.
    """
    table = engine.register(gen_name("facts_tail"), tail)
    if segments:
        sealed = conform(engine.parquet(segments), FACTS)
        if customers is not None:
            sealed = _of_owners(engine, sealed, customers, moved)
        table = _followed(engine, sealed, moved).union(table, distinct=False)
    return table if until_day is None else table.filter(table.day <= until_day)


def _of_owners(
    engine: Engine, sealed: ir.Table, customers: Sequence[int], moved: Mapping[int, int]
) -> ir.Table:
    """Keep facts recorded for these customers or for those merged into them."""
    chosen = set(customers)
    owners = sorted(chosen | {origin for origin, current in moved.items() if current in chosen})
    if not owners:
        return sealed.limit(0)
    wanted = engine.register(gen_name("facts_owners"), pa.table({"owner": pa.array(owners, pa.int64())}))
    # The range is what the statistics of row groups can answer; the list is exact.
    near = sealed.filter(sealed.customer.between(owners[0], owners[-1]))
    return near.semi_join(wanted, near.customer == wanted.owner)


def _followed(engine: Engine, sealed: ir.Table, moved: Mapping[int, int]) -> ir.Table:
    """Give facts of merged customers to the customer they belong to today."""
    if not moved:
        return sealed
    pairs = pa.table(
        {"origin": pa.array(moved.keys(), pa.int64()), "current": pa.array(moved.values(), pa.int64())}
    )
    merges = engine.register(gen_name("facts_moved"), pairs)
    joined = sealed.left_join(merges, sealed.customer == merges.origin)
    return conform(joined.mutate(customer=joined.current.coalesce(joined.customer)), FACTS)
