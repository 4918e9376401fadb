"""Runs as they are read: what a batch of a run's file says, before any of it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection

from regulars.insight.errors import RegularsError
from regulars.insight.figures import counted
from regulars.ledger.checks import Fault
from regulars.ledger.dialects.contracts import ContractReader
from regulars.ledger.dialects.fields import DATES, FACT_KIND, waits
from regulars.ledger.dialects.guesses import refused_column
from regulars.ledger.dialects.occurrences import Occurrences
from regulars.ledger.dialects.persons import PersonReader
from regulars.ledger.dialects.reading import Read, Reading
from regulars.ledger.dialects.rows import RowReader
from regulars.ledger.dialects.screen import Screen
from regulars.ledger.files.form import form_of
from regulars.ledger.files.look import (
    SIGNED,
    opener_of,
    questions_about,
    sample_of,
    told_order,
    told_sign,
)
from regulars.ledger.files.rows import Batch, batches
from regulars.ledger.files.upload import uploads
from regulars.ledger.known_contracts import known_contracts
from regulars.ledger.models import ImportRun
from regulars.ledger.plans import Plan, Settled, check_plan, identity_of, settled_from
from regulars.records.identity import resolve
from regulars.records.models import Source
from regulars.records.named import named_alike
from regulars.records.never import alarm
from regulars.records.read.company import Company, company, epoch_day
from regulars.records.registry import BY_HAND

_PLAIN_NAME = re.compile(r"[^\d@]*[^\W\d_][^\d@]*")


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One row that cannot be recorded, and why."""

    row_number: int
    column: str
    code: str
    message: str


@dataclass(slots=True)
class DryRun:
    """What an import would do. ``complete`` is False when only the first rows were tried.

    ``named_alike`` is how many of the new customers are named exactly like one that is here, counted where
    the file knows its customers by nothing but plain names.
    """

    rows: int = 0
    recorded: int = 0
    repeated: int = 0
    rejected: int = 0
    anonymous: int = 0
    customers: int = 0
    customers_new: int = 0
    named_alike: int = 0
    complete: bool = True
    faults: tuple[RejectedRow, ...] = ()

    @property
    def advice(self) -> str:
        """What to know of the new customers before they come in, "" when there is nothing.

        Example
        -------
        >>> DryRun(named_alike=1).advice[:62]
        '1 of the new customers is named exactly like one that is here.'
        """
        if not self.named_alike:
            return ""
        so_many = counted(self.named_alike, "of the new customers is", "of the new customers are")
        return (
            f"{so_many} named exactly like one that is here. They come in beside them; "
            "look through the merges that Data proposes then."
        )


@dataclass(slots=True)
class Step:
    """One batch, read: how many rows of the file, what they say, and what is wrong with the others."""

    rows: int
    read: Read
    rejected: list[tuple[RejectedRow, dict[str, str]]]
    bytes_read: int


def settle(run: ImportRun, plan: Plan, path: Path | None = None) -> Settled:
    """Return a plan that can be carried out, every open question answered by the file or by the plan.

    Raises
    ------
    RegularsError
        Whatever is wrong with the plan, ``source-ours``, or ``date-order-ambiguous`` and
        ``decimal-sign-ambiguous``.
    """
    if slug_of(plan.source) == BY_HAND:
        raise RegularsError(
            "source-ours",
            f"{plan.source} is the source of what is written on our own pages. Give the file another one.",
            fields={"source": "This name is ours. Choose another, such as Finance."},
        )
    opener = opener_of(run, path)
    form = form_of(
        opener, run.file_name, encoding=plan.encoding, delimiter=plan.delimiter, header=plan.header
    )
    plan = check_plan(plan, form)
    sample = sample_of(opener, form, run.file_name)
    refused = _refused(plan, form.names, sample.columns)
    fields = {tick.number: tick.field for tick in plan.ticks}
    dates = [number for number, field in fields.items() if field in DATES]
    signed = [number for number, field in fields.items() if field in SIGNED]
    order = plan.date_order or (told_order(opener, form, run.file_name, dates)[0] if dates else "")
    sign = plan.decimal or (told_sign(opener, form, run.file_name, signed)[0] if signed else "")
    if "?" in (order, sign):
        question = next(
            question
            for question in questions_about(opener, form, run.file_name, fields)
            if question.code.startswith("date" if order == "?" else "decimal")
        )
        raise RegularsError(
            question.code, _with_answers(question.text, order == "?"), fields={question.column: question.text}
        )
    ticked = {tick.number for tick in plan.ticks}
    left_out = tuple(
        name for number, name in enumerate(form.names, 1) if number not in ticked and name not in refused
    )
    source = Source.objects.filter(slug=slug_of(plan.source)).first()
    before = (source.mapping.get("identity") or {}).get(plan.kind) if source else None
    by_content = plan.kind in FACT_KIND and plan.kind != "contracts"
    identity = identity_of(plan, before) if by_content else ()
    return Settled(replace(plan, date_order=order, decimal=sign), form, identity, left_out, refused)


def slug_of(name: str) -> str:
    """Return the short name under which a source is known."""
    from django.utils.text import slugify

    return slugify(name)[:60] or "files"


def steps(run: ImportRun, settled: Settled, path: Path | None = None) -> Iterator[Step]:
    """Yield a run's file batch by batch, read."""
    ours = company()
    reader = reader_of(run, settled, ours, path)
    for batch in batches(opener_of(run, path), settled.form, settled.wanted, run.file_name):
        read = reader.read(batch.columns, len(batch.numbers))
        yield Step(batch.rows, read, _rejected(batch, read, settled.plan), batch.bytes_read)


def reader_of(
    run: ImportRun, settled: Settled, ours: Company, path: Path | None = None
) -> RowReader | PersonReader | ContractReader:
    """Return what reads the rows of a run."""
    plan = settled.plan
    now = datetime.now(UTC)
    exempt = _chance_cards(run, settled, path)
    screen = Screen(now.year, exempt)
    ticks = tuple((tick.name, tick.field) for tick in plan.ticks)
    if plan.kind not in FACT_KIND:
        return PersonReader(plan.kind, ticks, screen)
    reading = Reading(
        kind=plan.kind,
        ticks=ticks,
        identity=settled.identity,
        date_order=plan.date_order,
        decimal=plan.decimal,
        currency=plan.currency or ours.currency,
        currency_said=bool(plan.currency),
        ours=ours.zone,
        zone=ZoneInfo(plan.zone) if plan.zone else ours.zone,
        last_day=epoch_day((now.astimezone(ours.zone) + timedelta(days=1)).date()),
        waiting=frozenset(tick.field for tick in plan.ticks if waits(plan.kind, tick.not_before)),
    )
    if plan.kind == "contracts":
        source = Source.objects.filter(slug=slug_of(plan.source)).first()
        return ContractReader(reading, screen, known_contracts(source))
    return RowReader(reading, Occurrences(uploads()), screen)


def dry_run(run: ImportRun, limit: int | None = 50_000, path: Path | None = None) -> DryRun:
    """Return what a planned run would do; nothing is written.

    Parameters
    ----------
    limit
        Try only so many rows (whole batches); None tries all.
    """
    settled = settled_from(run.mapping)
    source = Source.objects.filter(slug=slug_of(settled.plan.source)).first()
    told = DryRun()
    customers: set[str] = set()
    unknown: set[str] = set()
    for step in steps(run, settled, path):
        if limit is not None and told.rows >= limit:
            told.complete = False
            break
        repeated = known_messages(source, step.read.facts.message_id) if source else 0
        told.rows += step.rows
        told.rejected += len(step.rejected)
        told.repeated += repeated
        told.recorded += step.rows - len(step.rejected) - repeated
        told.anonymous += step.read.anonymous
        new = ({who for who in step.read.facts.who if who} | set(step.read.profiles)) - customers
        unknown |= new.difference(resolve(source, list(new)) if source else ())
        customers |= new
        told.faults = (*told.faults, *(row for row, _ in step.rejected[: 20 - len(told.faults)]))
    told.customers, told.customers_new = len(customers), len(unknown)
    if all(map(_PLAIN_NAME.fullmatch, customers)):
        told.named_alike = named_alike(unknown)
    return told


def known_messages(source: Source, messages: Sequence[str]) -> int:
    """Return how many of these message ids a source has used before."""
    if connection.vendor == "sqlite":
        among, wanted = "IN (SELECT value FROM json_each(%s))", json.dumps(list(messages))
    else:
        among, wanted = "= ANY(%s)", list(messages)  # type: ignore[assignment]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM fact WHERE source_id = %s AND message_id {among}", [source.pk, wanted]
        )
        return int(cursor.fetchone()[0])


def _rejected(batch: Batch, read: Read, plan: Plan) -> list[tuple[RejectedRow, dict[str, str]]]:
    """Return the rows that are refused, with their ticked cells; a row out of shape keeps no cells.

    What stands in a row out of shape may belong to a column that nobody ticked. What waits for a customer's
    moment waits here too: a row that is refused has brought none nearer.
    """
    found: list[tuple[RejectedRow, dict[str, str]]] = [
        (_row(number, fault), {}) for number, _, fault in batch.faults
    ]
    for place, fault in read.faults:
        cells = {
            tick.name: ""
            if alarm(column[place]) or waits(plan.kind, tick.not_before)
            else column[place][:500]
            for tick, column in zip(plan.ticks, batch.columns, strict=True)
        }
        found.append((_row(batch.numbers[place], fault), cells))
    return sorted(found, key=lambda pair: pair[0].row_number)


def _row(number: int, fault: Fault) -> RejectedRow:
    message = "The cell holds what is never taken. Leave it out." if alarm(fault.message) else fault.message
    return RejectedRow(number, fault.column[:120], fault.code, message[:500])


def _refused(plan: Plan, names: Sequence[str], columns: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the columns that are never taken, by name; raise when one of them is ticked."""
    year = date.today().year  # noqa: DTZ011
    fields = {tick.number: tick.field for tick in plan.ticks}
    refused = {}
    for number, (name, column) in enumerate(zip(names, columns, strict=True), start=1):
        reason = refused_column(name, column, fields.get(number, ""), year)
        if reason and number in fields:
            raise RegularsError(
                "never-taken",
                f"Column {name} holds what looks like {reason}, which is never taken. Leave it out.",
                fields={name: f"Never taken: {reason}."},
            )
        if reason:
            refused[name] = reason
    return refused


def _chance_cards(run: ImportRun, settled: Settled, path: Path | None) -> frozenset[str]:
    """Return identifier columns so long that some pass a card's check digit by chance, and no more."""
    targets = {"customer", "order_number", "serial", "line", "contract"}
    places = [tick for tick in settled.plan.ticks if tick.field in targets]
    if not places:
        return frozenset()
    sample = sample_of(opener_of(run, path), settled.form, run.file_name)
    chance = set()
    for tick in places:
        cells = [cell.strip() for cell in sample.columns[tick.number - 1] if cell.strip()]
        long = [cell for cell in cells if cell.isdigit() and len(cell) >= 14]
        cards = sum(alarm(cell) == "a card number" for cell in long)
        if len(long) >= max(20, 0.9 * len(cells)) and cards <= 0.2 * len(long):
            chance.add(tick.name)
    return frozenset(chance)


def _with_answers(text: str, order: bool) -> str:  # noqa: FBT001
    answers = "--date-order dmy, mdy or ymd" if order else "--decimal . or ,"
    return f"{text} Answer with {answers}."
