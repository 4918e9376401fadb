"""Carrying out a planned run, batch by batch, so that one that was killed continues behind its last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.ledger.dialects.fields import FACT_KIND, field_of
from regulars.ledger.gate import held_back
from regulars.ledger.imports.intake import shred_upload
from regulars.ledger.imports.lock import alone
from regulars.ledger.models import ImportBatch, ImportRun, Rejection
from regulars.ledger.plans import Settled, settled_from
from regulars.ledger.record import Receipt, Whom, count_dropped, mark_due, mark_run_due, record_columns
from regulars.ledger.runs import Step, dry_run, slug_of, steps
from regulars.ledger.speed import at_full_speed
from regulars.records.identity import nameless, resolve
from regulars.records.models import Source
from regulars.records.read.company import Company, company
from regulars.records.write.audit import record_entry
from regulars.records.write.customers import ensure_customers
from regulars.records.write.profiles import Changed, Said, note_profiles
from regulars.records.write.registry import KEEP, LEAVE_OUT, NEVER, Decided, decide_fields

State = ImportRun.State
Progress = Callable[[ImportRun], None]


def run_import(run_id: int, *, path: Path | None = None, progress: Progress | None = None) -> ImportRun:
    """Carry out a planned import, or the rest of one that was broken off.

    Each batch commits with the counts that include it, so that a run that was killed continues behind its
    last batch: complete, and nothing doubled.

    Raises
    ------
    RegularsError
        ``import-under-way``, ``strict-rejected``, or why the file could not be read. The run then says so.
    """
    with alone(run_id):
        run = ImportRun.objects.get(pk=run_id)
        if run.state in (State.DONE, State.UNDONE):
            return run
        try:
            _carry_out(run, path, progress)
        except Exception as error:
            _fail(run, error)
            raise
    return run


def _carry_out(run: ImportRun, path: Path | None, progress: Progress | None) -> None:
    settled = settled_from(run.mapping)
    if settled.plan.strict and not run.rows_read:
        _refuse_faults(run, path)
    source = _begun(run, settled)
    ours, seen, whom = company(), 0, Whom(source)
    with at_full_speed():
        for step in steps(run, settled, path):
            seen += step.rows
            # What a broken-off run committed is read again, to number equal rows rightly, but not written.
            if seen > run.rows_read:
                # Learnt now, not when the run began: it may be continued days after it was broken off.
                received_at = timezone.now().astimezone(UTC)
                with transaction.atomic():
                    _write(run, settled, step, (source, ours, received_at, whom))
                if progress is not None:
                    progress(run)
    _finish(run, source, settled)


def _refuse_faults(run: ImportRun, path: Path | None) -> None:
    tried = dry_run(run, None, path)
    if tried.rejected:
        first = tried.faults[0]
        raise RegularsError(
            "strict-rejected",
            f"{tried.rejected:,} of {tried.rows:,} rows cannot be recorded, so that nothing was. "
            f"The first is row {first.row_number}: {first.message} Mend them, or import without --strict.",
        )


def _begun(run: ImportRun, settled: Settled) -> Source:
    """Claim the run, make its source, and keep what was decided about the file's columns."""
    plan = settled.plan
    with transaction.atomic():
        source, _ = Source.objects.get_or_create(
            slug=slug_of(plan.source), defaults={"name": plan.source[:120], "preset": plan.preset}
        )
        if run.state != State.RUNNING:
            decide_fields(run.started_by, source.slug, _decisions(settled))
            record_entry(
                run.started_by, "start_import", f"import {run.pk}", {"source": source.slug, "kind": plan.kind}
            )
        mapping = dict(source.mapping)
        mapping.setdefault("identity", {}).setdefault(plan.kind, list(settled.identity))
        mapping.setdefault("plans", {})[plan.kind] = settled.to_json()["plan"]
        Source.objects.filter(pk=source.pk).update(mapping=mapping)
        run.source, run.state, run.message = source, State.RUNNING, ""
        run.started_at = run.started_at or timezone.now()
        run.save(update_fields=["source", "state", "message", "started_at"])
    return source


def _decisions(settled: Settled) -> list[Decided]:
    kept = [
        Decided(
            tick.name, KEEP, tick.purpose, tick.not_before, field_of(settled.plan.kind, tick.field).category
        )
        for tick in settled.plan.ticks
    ]
    left_out = [Decided(name, LEAVE_OUT) for name in settled.left_out]
    return [*kept, *left_out, *(Decided(name, NEVER, reason) for name, reason in settled.refused.items())]


def _write(
    run: ImportRun, settled: Settled, step: Step, where: tuple[Source, Company, datetime, Whom]
) -> None:
    """Write one batch and the counts that include it, in the caller's transaction."""
    read = step.read
    source, ours, received_at, whom = where
    dropped: Counter[str] = read.dropped + held_back(source, settled, read)
    if settled.plan.kind in FACT_KIND:
        receipt = record_columns(
            source, read.facts, ours=ours, received_at=received_at, run=run, whom=whom, due=False
        )
        extra = record_columns(
            source, read.extra, ours=ours, received_at=received_at, run=run, whom=whom, due=False
        )
        brought = _note(source, read, list(receipt.made_customers))
        recorded, repeated = receipt.recorded, receipt.repeated
    else:
        receipt = extra = Receipt()
        brought, recorded = _note_persons(source, read)
        repeated = step.rows - len(step.rejected) - recorded
    count_dropped(source, dropped)
    _store_rejected(run, source, step)
    ImportRun.objects.filter(pk=run.pk).update(
        rows_read=F("rows_read") + step.rows,
        recorded=F("recorded") + recorded,
        repeated=F("repeated") + repeated,
        rejected=F("rejected") + len(step.rejected),
        anonymous=F("anonymous") + read.anonymous,
        customers_new=F("customers_new") + len(brought.get("customer", ())),
        bytes_read=step.bytes_read,
        first_fact=_least(run.first_fact, receipt.first_fact, extra.first_fact),
        last_fact=_most(run.last_fact, receipt.last_fact, extra.last_fact),
    )
    run.refresh_from_db()
    ImportBatch.objects.create(
        run=run, rows_read=run.rows_read, brought={what: _ranges(ids) for what, ids in brought.items() if ids}
    )


def _note(source: Source, read: Any, made: list[int]) -> dict[str, list[int]]:
    """Write what rows of facts say about their customers beside the facts."""
    brought = {"customer": made}
    if read.profiles:
        ids = ensure_customers(source, dict.fromkeys(read.profiles, ""))
        changed = note_profiles(source, _said(ids, read.profiles))
        mark_due(sorted(changed.customers), timezone.now())
        brought = _brought(made, changed, changed.customers)
    return brought


def _note_persons(source: Source, read: Any) -> tuple[dict[str, list[int]], int]:
    """Write customers or people; return what was brought and how many rows said something new."""
    names = {who: entries[0].name for who, entries in read.profiles.items()}
    known = resolve(source, list(names))
    unnamed = {value for value, _ in nameless(source, list(names))}
    ids = ensure_customers(source, names)
    made = [ids[who] for who in names if who not in known]
    changed = note_profiles(source, _said(ids, read.profiles))
    news = set(made) | changed.customers | {ids[who] for who in unnamed if names[who] and names[who] != who}
    mark_due(sorted(news), timezone.now())
    recorded = sum(max(1, len(read.profiles[who])) for who in names if ids[who] in news)
    return _brought(made, changed, news), min(recorded, len(read.rows))


def _brought(made: list[int], changed: Changed, told: Iterable[int]) -> dict[str, list[int]]:
    """Return what a batch brought: what undoing the run removes, and what others may not remove ("told")."""
    customers = [*made, *changed.made_customers]
    return {
        "customer": customers,
        "told": sorted(set(told).difference(customers)),
        "person": changed.people,
        "role": changed.roles,
        **changed.columns,
    }


def _said(ids: dict[str, int], profiles: dict[str, list[Any]]) -> dict[int, list[Said]]:
    said: dict[int, list[Said]] = {}
    for who, entries in profiles.items():
        for one in entries:
            person = one.person or (one.name if one.email or one.phone else "")
            said.setdefault(ids[who], []).append(
                Said(one.kind, one.parent, one.owner, person, one.role, one.email, one.phone)
            )
    return said


def _store_rejected(run: ImportRun, source: Source, step: Step) -> None:
    Rejection.objects.bulk_create(
        Rejection(
            source=source,
            import_run=run,
            row_number=row.row_number,
            column=row.column,
            code=row.code,
            message=row.message,
            row=cells,
        )
        for row, cells in step.rejected
    )


def _finish(run: ImportRun, source: Source, settled: Settled) -> None:
    mark_run_due(run, timezone.now())
    with transaction.atomic():
        run.state, run.finished_at = State.DONE, timezone.now()
        run.bytes_read = run.bytes_total
        run.save(update_fields=["state", "finished_at", "bytes_read"])
        record_entry(
            run.started_by, "finish_import", f"import {run.pk}",
            {"recorded": run.recorded, "repeated": run.repeated, "rejected": run.rejected},
        )  # fmt: skip
    shred_upload(run)


def _fail(run: ImportRun, error: Exception) -> None:
    said = (
        error.message
        if isinstance(error, RegularsError)
        else "Something went wrong inside. Start it again: it continues."
    )
    run.refresh_from_db()
    mark_run_due(run, timezone.now())
    ImportRun.objects.filter(pk=run.pk).update(state=State.FAILED, message=said[:2000])


def _ranges(ids: Sequence[int]) -> list[list[int]]:
    """Return ids as runs of [first, last]."""
    runs: list[list[int]] = []
    for one in sorted(set(ids)):
        if runs and runs[-1][1] == one - 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return runs


def _least(*numbers: int | None) -> int | None:
    return min((number for number in numbers if number is not None), default=None)


def _most(*numbers: int | None) -> int | None:
    return max((number for number in numbers if number is not None), default=None)
