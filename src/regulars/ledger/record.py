"""The one door through which facts enter the ledger."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from regulars.ledger.checks import Fault, checked
from regulars.ledger.columns import FactColumns, Times
from regulars.ledger.dialects.incoming import IncomingFact
from regulars.ledger.models import ImportRun, Rejection
from regulars.records.identity import kept_customers, origins
from regulars.records.many import among
from regulars.records.models import Customer, Merge, Source
from regulars.records.read.company import Company, company
from regulars.records.registry import kept_fields, screened
from regulars.records.write.customers import ensure_customers

FACT_COLUMNS = (
    "source_id", "message_id", "customer_id", "kind", "occurred_at", "received_at", "day", "minute",
    "received_day", "amount", "currency", "item", "quantity", "serial", "order_number", "text", "properties",
    "import_run_id", "moved_from_id",
)  # fmt: skip
REMEMBERED = 280_000
INSERT_FACT = (
    f"INSERT INTO fact ({', '.join(FACT_COLUMNS)}) VALUES ({', '.join(['%s'] * len(FACT_COLUMNS))}) "
    "ON CONFLICT (source_id, message_id) DO NOTHING"
)
# News about a customer who is being assessed takes the claim back, so that the news is not lost.
AGAIN = (
    "ON CONFLICT (customer_id) DO UPDATE SET since = excluded.since, claimed_by = '', claimed_at = NULL "
    "WHERE due_customer.claimed_by <> ''"
)
DUE_BATCH = 1_000_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the facts that were handed in; recorded + repeated + rejected is all of them."""

    recorded: int = 0
    repeated: int = 0
    rejected: int = 0
    customers_new: int = 0
    first_fact: int | None = None
    last_fact: int | None = None
    made_customers: tuple[int, ...] = ()


class Whom:
    """Which customers the identifiers of one source mean, remembered from batch to batch.

    What is remembered is dropped when customers are merged or parted, and when it grows too large.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._ids: dict[str, int] = {}
        self._came_from: dict[str, int] = {}
        self._merges: tuple[Any, ...] | None = None

    def customers(self, columns: FactColumns) -> tuple[dict[str, int], tuple[int, ...], dict[str, int]]:
        """Return who is whom, which customers were made for it, and who came by a merge."""
        self._forget()
        new = set(columns.who).difference(self._ids, ("",))
        names = dict.fromkeys(sorted(new), "")
        for who, name in zip(columns.who, columns.who_name, strict=True) if new else ():
            if who in new and name and not names[who]:
                names[who] = name
        made = self._learn(names) if names else ()
        return self._ids, made, self._came_from

    def _learn(self, names: dict[str, str]) -> tuple[int, ...]:
        newest = Customer.objects.aggregate(Max("pk"))["pk__max"] or 0
        ids = ensure_customers(self._source, names)
        self._ids |= ids
        if self._merges and self._merges[0]:
            self._came_from |= origins(self._source, list(ids))
        return tuple(sorted(customer for customer in ids.values() if customer > newest))

    def _forget(self) -> None:
        merges = Merge.objects.aggregate(Max("pk"), Max("undone_at"))
        now = tuple(merges.values())
        if now != self._merges or len(self._ids) > REMEMBERED:
            self._ids.clear()
            self._came_from.clear()
        self._merges = now


def record_facts(
    source: Source,
    facts: Sequence[IncomingFact],
    *,
    run: ImportRun | None = None,
    received_at: datetime | None = None,
    whom: Whom | None = None,
) -> Receipt:
    """Record what a source says happened, each message once, in one transaction.

    A fact whose message id the source has used before is repeated, not recorded. A fact that cannot be
    recorded becomes a Rejection and leaves the others alone. Properties nobody declared are dropped before
    the write; only their names are counted.

    Parameters
    ----------
    received_at
        When we learned it; now, if not given.
    whom
        Who the identifiers mean; by default those the source has used.
    """
    now = (received_at or timezone.now()).astimezone(UTC)
    ours = company()
    with transaction.atomic(savepoint=False):
        good, faults = _sorted_out(facts, now)
        columns = _columns(source, good, ours)
        _store_faults(source, run, facts, faults)
        receipt = record_columns(source, columns, ours=ours, received_at=now, run=run, whom=whom)
    return replace(receipt, rejected=len(faults))


def record_columns(
    source: Source,
    columns: FactColumns,
    *,
    ours: Company,
    received_at: datetime,
    run: ImportRun | None = None,
    whom: Whom | None = None,
    due: bool = True,
) -> Receipt:
    """Record checked facts in columns: identity, the write, the due marks. Used by files, a batch at a time.

    Runs in the caller's transaction, or one of its own.

    Parameters
    ----------
    whom
        Remembers identifiers from one batch of a source to the next.
    due
        Mark the customers due now; otherwise `mark_run_due` does so for a whole run.
    """
    if not len(columns):
        return Receipt()
    with transaction.atomic(savepoint=False):
        ids, made, came_from = (whom or Whom(source)).customers(columns)
        before = _last_fact()
        recorded = _insert(source, columns, (ids, came_from), _learnt(columns, ours, received_at), run)
        first, last = _range(source, columns, before, recorded, run)
        if recorded:
            touched = {ids[who] for who in set(columns.who) if who in ids}
            kept = _follow_merges(source, columns, touched)
            if due:
                mark_due({kept.get(customer, customer) for customer in touched}, timezone.now())
            Source.objects.filter(pk=source.pk).update(last_received_at=received_at)
    return Receipt(recorded, len(columns) - recorded, 0, len(made), first, last, made)


def mark_due(customers: Iterable[int], since: datetime) -> None:
    """Put customers on the list of those to assess again."""
    moment = database_time(since.astimezone(UTC))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO due_customer (customer_id, since, claimed_by) VALUES (%s, %s, '') {AGAIN}",
            [(customer, moment) for customer in sorted(set(customers))],
        )


def mark_run_due(run: ImportRun, since: datetime) -> None:
    """Put the customers of all facts of an import on the list of those to assess again."""
    if run.first_fact is None or run.last_fact is None:
        return
    for first in range(run.first_fact, run.last_fact + 1, DUE_BATCH):
        mark_span_due(run, range(first, first + DUE_BATCH), since)


def mark_span_due(run: ImportRun, span: range, since: datetime) -> None:
    """Put the customers of those facts of an import whose ids are in a span on that list."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO due_customer (customer_id, since, claimed_by) "
            "SELECT touched.customer_id, %s, '' FROM (SELECT DISTINCT customer_id FROM fact "
            "WHERE id BETWEEN %s AND %s AND import_run_id = %s "
            f"AND customer_id IS NOT NULL) AS touched WHERE true {AGAIN}",
            [database_time(since.astimezone(UTC)), span.start, span.stop - 1, run.pk],
        )


def count_dropped(source: Source, names: Mapping[str, int]) -> None:
    """Count values that were dropped before the write, by name alone."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO dropped_property (source_id, name, times) VALUES (%s, %s, %s) "
            "ON CONFLICT (source_id, name) DO UPDATE SET times = dropped_property.times + excluded.times",
            [(source.pk, name[:120], times) for name, times in names.items()],
        )


def database_times(moments: Times) -> list[Any]:
    """Return UTC moments as this database stores them."""
    if connection.vendor != "sqlite":
        return [moment.replace(tzinfo=UTC) for moment in moments.tolist()]
    if moments.dtype == "datetime64[s]":
        return [text.replace("T", " ") for text in np.datetime_as_string(moments).tolist()]
    return list(map(str, moments.tolist()))


def database_time(moment: datetime) -> Any:
    """Return a UTC moment as this database stores it; a tenth of what Django's own conversion costs."""
    return str(moment)[:-6] if connection.vendor == "sqlite" else moment


def _insert(
    source: Source,
    columns: FactColumns,
    whom: tuple[Mapping[str, int], Mapping[str, int]],
    learnt: tuple[Iterable[int], Iterable[Any]],
    run: ImportRun | None,
) -> int:
    length = len(columns)
    ids, came_from = whom
    rows = zip(
        repeat(source.pk, length),
        columns.message_id,
        map(ids.get, columns.who),
        columns.kind,
        database_times(columns.occurred_at),
        learnt[1],
        columns.day,
        columns.minute,
        learnt[0],
        columns.amount,
        columns.currency,
        columns.item,
        columns.quantity,
        columns.serial,
        columns.order_number,
        columns.text,
        columns.properties,
        repeat(run.pk if run else None, length),
        map(came_from.get, columns.who),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.executemany(INSERT_FACT, list(rows))
        return int(cursor.rowcount)


def _learnt(
    columns: FactColumns, ours: Company, recorded_at: datetime
) -> tuple[Iterable[int], Iterable[Any]]:
    """Return when each fact was learnt: company-local days, and moments as the database stores them."""
    otherwise = (ours.day_of(recorded_at), database_time(recorded_at))
    if not columns.received_at:
        return repeat(otherwise[0], len(columns)), repeat(otherwise[1], len(columns))
    both = [(ours.day_of(at), database_time(at)) if at else otherwise for at in columns.received_at]
    return [day for day, _ in both], [moment for _, moment in both]


def _last_fact() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM fact")
        return int(cursor.fetchone()[0])


def _range(
    source: Source, columns: FactColumns, before: int, recorded: int, run: ImportRun | None
) -> tuple[int | None, int | None]:
    """Return the lowest and highest id of what was recorded; others may have recorded facts beside us."""
    if not recorded:
        return None, None
    condition, wanted = "import_run_id = %s", [run.pk if run else None]
    if run is None:
        mine, messages = among(columns.message_id)
        condition, wanted = f"source_id = %s AND message_id {mine}", [source.pk, messages]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MIN(id), MAX(id) FROM fact WHERE {condition} AND id > %s", [*wanted, before])
        first, last = cursor.fetchone()
    return first, last


def _follow_merges(source: Source, columns: FactColumns, customers: Collection[int]) -> dict[int, int]:
    """Send what was just recorded after customers that were merged since their identifiers were looked up.

    A merge moves only the facts it can see. So the customers are held until ours can be seen: a merge that
    was quicker is followed here, and one that comes later waits and moves them itself.
    """
    if connection.vendor == "sqlite":  # its transactions begin as writers: no merge comes in between
        return {}
    kept = kept_customers(customers, locked=True)
    condition, messages = among(columns.message_id if kept else ())
    for absorbed, into in kept.items():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE fact SET customer_id = %s, moved_from_id = COALESCE(moved_from_id, customer_id) "
                f"WHERE source_id = %s AND customer_id = %s AND message_id {condition}",
                [into, source.pk, absorbed, messages],
            )
    return kept


def _sorted_out(
    facts: Sequence[IncomingFact], now: datetime
) -> tuple[list[IncomingFact], list[tuple[int, Fault]]]:
    good: list[IncomingFact] = []
    faults: list[tuple[int, Fault]] = []
    for number, fact in enumerate(facts):
        fault = checked(fact, now)
        if fault is None:
            good.append(fact)
        else:
            faults.append((number, fault))
    return good, faults


def _columns(source: Source, facts: Sequence[IncomingFact], ours: Company) -> FactColumns:
    declared = kept_fields(source.slug)
    dropped: Counter[str] = Counter()
    local = [fact.occurred_at.astimezone(ours.zone) for fact in facts]
    columns = FactColumns(
        message_id=[fact.message_id for fact in facts],
        kind=[fact.kind for fact in facts],
        who=[fact.who for fact in facts],
        who_name=[fact.who_name for fact in facts],
        occurred_at=np.array(
            [fact.occurred_at.astimezone(UTC).replace(tzinfo=None) for fact in facts], "datetime64[us]"
        ),
        day=[ours.day_of(fact.occurred_at) for fact in facts],
        minute=[
            moment.hour * 60 + moment.minute if fact.timed else None
            for fact, moment in zip(facts, local, strict=True)
        ],
        amount=[fact.amount for fact in facts],
        currency=[fact.currency for fact in facts],
        item=[fact.item for fact in facts],
        quantity=[fact.quantity for fact in facts],
        serial=[fact.serial for fact in facts],
        order_number=[fact.order_number for fact in facts],
        text=[screened("text", fact.text, dropped) for fact in facts],
        properties=[_declared_only(fact.properties, declared, dropped) for fact in facts],
        received_at=[fact.received_at and fact.received_at.astimezone(UTC) for fact in facts],
    )
    count_dropped(source, dropped)
    return columns


def _declared_only(properties: Mapping[str, Any], declared: frozenset[str], dropped: Counter[str]) -> str:
    if not properties:
        return "{}"
    kept: dict[str, Any] = {}
    for name, value in properties.items():
        if name not in declared:
            dropped[name] += 1
        elif isinstance(value, str):
            text = screened(name, value, dropped)
            if text:
                kept[name] = text
        else:
            kept[name] = value
    return json.dumps(kept, separators=(",", ":"), ensure_ascii=False, default=str)


def _store_faults(
    source: Source, run: ImportRun | None, facts: Sequence[IncomingFact], faults: Sequence[tuple[int, Fault]]
) -> None:
    Rejection.objects.bulk_create(
        Rejection(
            source=source,
            import_run=run,
            row_number=number + 1,
            column=fault.column,
            code=fault.code,
            message=fault.message[:500],
            row=_shown(facts[number]),
        )
        for number, fault in faults
    )


def _shown(fact: IncomingFact) -> dict[str, str]:
    """Return what may be kept of a refused fact: no words, no names, no properties."""
    return {
        "message_id": str(fact.message_id)[:100],
        "kind": str(fact.kind)[:30],
        "who": str(fact.who)[:200],
        "occurred_at": str(fact.occurred_at)[:40],
        "amount": str(fact.amount)[:30],
        "currency": str(fact.currency)[:10],
        "order_number": str(fact.order_number)[:80],
    }
