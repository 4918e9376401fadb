"""All facts as one table in the FACTS shape, wherever they are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import connection
from django.db.models import Max

from regulars.insight.errors import RegularsError
from regulars.ledger.models import Fact, Segment
from regulars.records.identity import merged_customers
from regulars.records.many import among
from regulars.records.models import Merge
from regulars.store import warehouse
from regulars.store.engines import Engine
from regulars.store.segments import SCHEMA, fact_table

Span = tuple[int, int | None]
"""A range of fact ids, both ends included; no end means up to the newest."""

FEW = 2_000
"""Up to so many customers, their facts come from the database by index; beyond, segments are faster."""

_CHUNK = 20_000
_COLUMNS = (
    "id, source_id, {customer}, kind, day, minute, received_day, amount, NULLIF(currency, ''), "
    "NULLIF(item, ''), quantity, NULLIF(order_number, '')"
)
_TODAY = _COLUMNS.format(customer="customer_id")
_AS_RECORDED = _COLUMNS.format(customer="COALESCE(moved_from_id, customer_id)")


@dataclass(frozen=True, slots=True)
class Listing:
    """What all facts rest on at one moment: sealed files, what is unsealed, and who was merged into whom.

    Shape
    -----
    ``tail`` is FACTS, under today's customers; ``moved`` as `merged_customers` gives it.
    """

    segments: tuple[Path, ...]
    tail: pa.Table
    moved: Mapping[int, int]

    @property
    def digest(self) -> str:
        """A hash that any other fact, customer of a fact or merge changes."""
        told = hashlib.sha256(repr([path.name for path in self.segments]).encode())
        told.update(repr(sorted(self.moved.items())).encode())
        told.update(tail_digest(self.tail).encode())
        return told.hexdigest()

    def facts(
        self,
        engine: Engine,
        *,
        segments: Sequence[Path] | None = None,
        customers: Sequence[int] | None = None,
        until_day: int | None = None,
    ) -> ir.Table:
        """Return all facts, or those of some of the sealed files and the tail.

        Shape
        -----
        FACTS, as a table of the engine.
        """
        return warehouse.facts(
            engine,
            segments=self.segments if segments is None else segments,
            tail=_wanted(self.tail, customers),
            moved=self.moved,
            customers=customers,
            until_day=until_day,
        )


def tail_digest(tail: pa.Table) -> str:
    """Return a hash of facts, down to the last value: after a restore, ids alone could be of others.

    Shape
    -----
    FACTS.
    """
    told = hashlib.sha256()
    for batch in tail.to_batches():
        told.update(batch.serialize())
    return told.hexdigest()


def listing() -> Listing:
    """Return what all facts rest on now.

    Raises
    ------
    RegularsError
        ``segment-missing`` when a sealed file is gone; ``verify_segments`` makes it again from the database.
    """
    # Listed first: what is sealed meanwhile is still in the database, where these spans find it.
    listed = list(Segment.objects.order_by("first_fact"))
    files = tuple(_present(segment) for segment in listed if segment.rows)
    return Listing(files, tail_arrow(listed), merged_customers() if listed else {})


def facts_mark() -> str:
    """Return a hash that facts recorded or removed, merges and their undoing change, read by a few indexes.

    Sealing changes it too. `Listing.digest` says more, and reads every unsealed fact for it.
    """
    listed = list(Segment.objects.order_by("first_fact"))
    unsealed = [
        Fact.objects.filter(pk__gte=first, **({} if last is None else {"pk__lte": last})).count()
        for first, last in unsealed_spans(listed)
    ]
    told = (
        [segment.name for segment in listed],
        unsealed,
        Fact.objects.aggregate(Max("pk")),
        Merge.objects.aggregate(Max("pk"), Max("undone_at")),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()


def facts_table(
    engine: Engine, *, customers: Sequence[int] | None = None, until_day: int | None = None
) -> ir.Table:
    """Return all facts, sealed and not, each exactly once and under the customer it belongs to today.

    Parameters
    ----------
    customers
        Only facts of these; None is everybody and demand without a name.
    until_day
        Only facts that happened up to this company-local epoch day.

    Shape
    -----
    FACTS, as a table of the engine, read when an expression asks for it. What is unsealed is held in memory.

    Raises
    ------
    RegularsError
        ``segment-missing`` when a sealed file is gone; ``verify_segments`` makes it again from the database.
    """
    if customers is not None and len(customers) <= FEW:
        own = facts_of(customers)
        return warehouse.facts(engine, segments=[], tail=own, moved={}, until_day=until_day)
    return listing().facts(engine, customers=customers, until_day=until_day)


def tail_arrow(listed: Sequence[Segment] | None = None) -> pa.Table:
    """Return the facts that are in no segment, under the customers they belong to today.

    Shape
    -----
    FACTS.
    """
    segments = list(Segment.objects.order_by("first_fact")) if listed is None else listed
    return _gathered(rows for span in unsealed_spans(segments) for rows in _rows(_TODAY, span))


def facts_of(customers: Sequence[int]) -> pa.Table:
    """Return all facts of a few customers, from the database.

    Shape
    -----
    FACTS.
    """
    condition, wanted = among(sorted({int(customer) for customer in customers}))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_TODAY} FROM fact WHERE customer_id {condition}", [wanted])
        return _gathered(iter(lambda: cursor.fetchmany(_CHUNK), []))


def recorded_facts(span: Span, *, limit: int | None = None) -> pa.Table:
    """Return the facts of a span as they were recorded: merged customers are not followed.

    Shape
    -----
    FACTS, by rising id.
    """
    return _gathered(_rows(_AS_RECORDED, span, limit))


def unsealed_spans(segments: Sequence[Segment]) -> list[Span]:
    """Return the ranges of fact ids that no segment stands for; the last one is open."""
    spans: list[Span] = []
    start = 1
    for segment in sorted(segments, key=lambda one: one.first_fact):
        if segment.first_fact > start:
            spans.append((start, segment.first_fact - 1))
        start = max(start, segment.last_fact + 1)
    return [*spans, (start, None)]


def segments_folder() -> Path:
    """Return the folder of sealed facts."""
    return Path(settings.REGULARS_HOME) / "segments"


def gathered_file() -> Path:
    """Return the file in which everybody's gathered rows are kept between assessments."""
    return Path(settings.REGULARS_HOME) / "gathered" / "standings.parquet"


def _present(segment: Segment) -> Path:
    path = segments_folder() / segment.name
    if path.is_file():
        return path
    raise RegularsError(
        "segment-missing",
        f"The sealed facts {segment.name} are missing from {path.parent}. The database still has them: "
        "run `regulars doctor` to make the file again.",
        500,
    )


def _wanted(tail: pa.Table, customers: Sequence[int] | None) -> pa.Table:
    if customers is None:
        return tail
    return tail.filter(pc.is_in(tail["customer"], value_set=pa.array(customers, pa.int64())))


def _gathered(chunks: Iterator[Sequence[Sequence[object]]]) -> pa.Table:
    """Return rows as one Arrow table; as Python objects they are held a chunk at a time."""
    tables = [fact_table(rows) for rows in chunks]
    return pa.concat_tables(tables) if tables else SCHEMA.empty_table()


def _rows(columns: str, span: Span, limit: int | None = None) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a span in chunks, by rising id."""
    after, end = span[0] - 1, span[1]
    left = limit
    while left is None or left > 0:
        take = _CHUNK if left is None else min(_CHUNK, left)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {columns} FROM fact WHERE id > %s AND id <= %s ORDER BY id LIMIT %s",
                [after, 2**62 if end is None else end, take],
            )
            rows = cursor.fetchall()
        if rows:
            yield rows
        if len(rows) < take:
            return
        after = rows[-1][0]
        left = None if left is None else left - len(rows)
