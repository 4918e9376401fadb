"""Imports: from an uploaded file to recorded facts, and back again."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.ledger.dialects.fields import FACT_KIND, field_of
from regulars.ledger.files.look import look
from regulars.ledger.files.upload import SealedUpload, uploads
from regulars.ledger.files.vault import seal, shred
from regulars.ledger.models import Fact, ImportBatch, ImportRun, Rejection
from regulars.ledger.plans import Plan, Settled, settled_from
from regulars.ledger.record import Receipt, Whom, count_dropped, mark_due, mark_run_due, record_columns
from regulars.ledger.runs import DryRun, RejectedRow, Step, dry_run, held_back, settle, slug_of, steps
from regulars.ledger.speed import at_full_speed
from regulars.records.identity import nameless, resolve
from regulars.records.models import Colleague, Customer, Source
from regulars.records.read.company import Company, company
from regulars.records.spreadsheet import plain_cell
from regulars.records.write.audit import record_entry, require
from regulars.records.write.customers import ensure_customers
from regulars.records.write.profiles import Said, note_profiles, remove_people
from regulars.records.write.registry import KEEP, LEAVE_OUT, NEVER, Decided, decide_fields

State = ImportRun.State
FORGOTTEN = timedelta(hours=24)
UNDO_BATCH = 20_000
Progress = Callable[[ImportRun], None]

__all__ = ["DryRun", "RejectedRow", "dry_run", "look"]


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing an import removed."""

    facts: int
    customers: int
    people: int


def open_upload(actor: Colleague | None, file: Any, name: str, kind: str = "") -> ImportRun:
    """Take in an uploaded file, sealed, and return its run; nothing of it is read yet.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``file-empty``.
    """
    require(actor, "write")
    _forget_old()
    if isinstance(file, SealedUpload):
        stored, size = file.stored_as, int(file.size or 0)
    else:
        writer = seal(iter(lambda: file.read(1 << 20), b""), uploads())
        stored, size = writer.path.name, writer.size
    if not size:
        shred(uploads() / stored)
        raise RegularsError("file-empty", f"{name} is empty. Export it again, with its rows.")
    return ImportRun.objects.create(
        file_name=_plain_name(name), stored_as=stored, bytes_total=size, content_kind=kind, started_by=actor
    )


def open_path(actor: Colleague | None, path: Path, kind: str) -> ImportRun:
    """Return a run for a file that stays where it is, as the command line reads it; not stored yet.

    Raises
    ------
    RegularsError
        ``forbidden`` or ``file-unreadable``.
    """
    require(actor, "write")
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise RegularsError(
            "file-unreadable",
            f"{path.name} cannot be read ({error.strerror}). Check the path and its permissions.",
        ) from error
    return ImportRun(file_name=_plain_name(path.name), bytes_total=size, content_kind=kind, started_by=actor)


def drop_upload(actor: Colleague | None, run: ImportRun) -> None:
    """Forget an upload that nobody wants imported: file and run are gone."""
    require(actor, "write")
    if run.state not in (State.UPLOADED, State.FAILED) or run.recorded:
        raise RegularsError("import-under-way", "This import has begun. Undo it instead.", 409)
    shred_upload(run)
    run.delete()


def plan_import(actor: Colleague | None, run: ImportRun, plan: Plan, path: Path | None = None) -> ImportRun:
    """Store what a person ticked, once every question is answered.

    Raises
    ------
    RegularsError
        Whatever is wrong with the plan; ``.fields`` names columns.
    """
    require(actor, "write")
    settled = settle(run, plan, path)
    run.mapping = settled.to_json()
    run.content_kind = plan.kind
    if run.pk:
        run.save(update_fields=["mapping", "content_kind"])
    return run


def start_import(actor: Colleague | None, run: ImportRun) -> ImportRun:
    """Put a planned import on the worker's list."""
    from regulars.ledger.tasks import import_task

    require(actor, "write")
    settled_from(run.mapping)
    if run.state not in (State.UPLOADED, State.FAILED):
        raise RegularsError("import-under-way", "This import has begun already.", 409)
    run.state, run.message = State.QUEUED, ""
    run.save(update_fields=["state", "message"])
    transaction.on_commit(lambda: import_task.enqueue(run.pk))
    return run


def begin_run(actor: Colleague | None, run: ImportRun, path: Path) -> ImportRun:
    """Store a planned run of a file on the command line, or return the broken-off one that it continues."""
    require(actor, "write")
    run.content_hash = _content_hash(path)
    broken = ImportRun.objects.filter(
        content_hash=run.content_hash, state__in=(State.RUNNING, State.FAILED), undone_at=None
    ).order_by("-id")
    for earlier in broken:
        if earlier.mapping == _stored_form(run.mapping):
            return earlier
    run.save()
    return run


def run_import(run_id: int, *, path: Path | None = None, progress: Progress | None = None) -> ImportRun:
    """Carry out a planned import, or the rest of one that was broken off.

    Each batch commits with the counts that include it, so that a run that was killed continues behind its
    last batch: complete, and nothing doubled.

    Raises
    ------
    RegularsError
        ``import-under-way``, ``strict-rejected``, or why the file could not be read. The run then says so.
    """
    with _alone(run_id):
        run = ImportRun.objects.get(pk=run_id)
        if run.state in (State.DONE, State.UNDONE):
            return run
        try:
            _carry_out(run, path, progress)
        except Exception as error:
            _fail(run, error)
            raise
    return run


def undo_import(actor: Colleague | None, run_id: int) -> Undone:
    """Remove everything a run brought: facts, customers that then have nothing else, people, rejected rows.

    Customers that were here before, or have got anything since, stay.

    Raises
    ------
    RegularsError
        ``forbidden``, ``import-unknown`` or ``import-under-way``.
    """
    require(actor, "lead")
    with _alone(run_id):
        run = ImportRun.objects.filter(pk=run_id).first()
        if run is None:
            raise RegularsError("import-unknown", f"There is no import {run_id}.", 404)
        if run.state == State.UNDONE:
            raise RegularsError("import-undone", f"Import {run_id} was undone before.", 409)
        touched, facts = _remove_facts(run)
        with transaction.atomic():
            people = remove_people(*(_brought(run, what) for what in ("person", "role")))
            customers = _remove_customers(_brought(run, "customer"))
            mark_due(_still(touched), timezone.now())
            Rejection.objects.filter(import_run=run).delete()
            run.batches.all().delete()
            run.state, run.undone_at = State.UNDONE, timezone.now()
            run.save(update_fields=["state", "undone_at"])
            record_entry(actor, "undo_import", f"import {run.pk}", {"facts": facts, "customers": customers})
    shred_upload(run)
    _sweep_segments()
    return Undone(facts, customers, people)


def rejected_csv(run: ImportRun) -> Iterator[str]:
    """Return the rejected rows as lines of CSV, each with its reason, to mend and import again.

    Raises
    ------
    RegularsError
        ``not-planned``, at once and not while lines are read, when nothing was ticked yet.
    """
    return _rejected_lines(run, list(settled_from(run.mapping).fields))


def _rejected_lines(run: ImportRun, names: Sequence[str]) -> Iterator[str]:
    yield "\ufeff" + _csv_line([*names, "Row", "Column", "Reason"])
    for rejection in run.rejections.order_by("row_number").iterator(2_000):
        cells = [plain_cell(rejection.row.get(name, "")) for name in names]
        yield _csv_line([*cells, str(rejection.row_number), plain_cell(rejection.column), rejection.message])


def shred_upload(run: ImportRun) -> None:
    """Make a run's uploaded file unreadable for good."""
    if run.stored_as:
        shred(uploads() / Path(run.stored_as).name)
        ImportRun.objects.filter(pk=run.pk).update(stored_as="")
        run.stored_as = ""


# --- carrying out ---


def _carry_out(run: ImportRun, path: Path | None, progress: Progress | None) -> None:
    settled = settled_from(run.mapping)
    if settled.plan.strict and not run.rows_read:
        _refuse_faults(run, path)
    source = _begun(run, settled)
    ours, received_at = company(), (run.started_at or timezone.now()).astimezone(UTC)
    seen, whom = 0, Whom(source)
    with at_full_speed():
        for step in steps(run, settled, path):
            seen += step.rows
            # What a broken-off run committed is read again, to number equal rows rightly, but not written.
            if seen > run.rows_read:
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
        brought = _note(source, read, list(receipt.made_customers), received_at)
        recorded, repeated = receipt.recorded, receipt.repeated
    else:
        receipt = extra = Receipt()
        brought, recorded = _note_persons(source, read, received_at)
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


def _note(source: Source, read: Any, made: list[int], received_at: datetime) -> dict[str, list[int]]:
    """Write what rows of facts say about their customers beside the facts."""
    brought = {"customer": made}
    if read.profiles:
        ids = ensure_customers(source, dict.fromkeys(read.profiles, ""))
        changed = note_profiles(source, _said(ids, read.profiles))
        mark_due(sorted(changed.customers), received_at)
        brought["customer"] = [*made, *changed.made_customers]
        brought |= {"person": changed.people, "role": changed.roles}
    return brought


def _note_persons(source: Source, read: Any, received_at: datetime) -> tuple[dict[str, list[int]], int]:
    """Write customers or people; return what was brought and how many rows said something new."""
    names = {who: entries[0].name for who, entries in read.profiles.items()}
    known = resolve(source, list(names))
    unnamed = {value for value, _ in nameless(source, list(names))}
    ids = ensure_customers(source, names)
    made = [ids[who] for who in names if who not in known]
    changed = note_profiles(source, _said(ids, read.profiles))
    news = set(made) | changed.customers | {ids[who] for who in unnamed if names[who] and names[who] != who}
    mark_due(sorted(news), received_at)
    recorded = sum(max(1, len(read.profiles[who])) for who in names if ids[who] in news)
    brought = {"customer": [*made, *changed.made_customers], "person": changed.people, "role": changed.roles}
    return brought, min(recorded, len(read.rows))


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


# --- undoing ---


def _remove_facts(run: ImportRun) -> tuple[set[int], int]:
    """Remove a run's facts piece by piece; return the customers they were of, and how many facts went."""
    touched: set[int] = set()
    removed = 0
    mine = Fact.objects.filter(import_run=run)
    if run.first_fact is None or run.last_fact is None:
        return touched, removed
    from regulars.ledger.seal import unseal_facts

    for first in range(run.first_fact, run.last_fact + 1, UNDO_BATCH):
        span = range(first, min(first + UNDO_BATCH, run.last_fact + 1))
        with transaction.atomic():
            unseal_facts(span)
            some = mine.filter(pk__gte=span.start, pk__lt=span.stop)
            touched.update(some.exclude(customer=None).values_list("customer_id", flat=True))
            removed += some._raw_delete(some.db)
    return touched, removed


def _remove_customers(ids: Sequence[int]) -> int:
    """Remove customers the run made that have nothing from elsewhere."""
    removed = 0
    while found := sum(_remove_some(ids[start : start + 2_000]) for start in range(0, len(ids), 2_000)):
        # Parents can go once their children have.
        removed += found
    return removed


def _remove_some(ids: Sequence[int]) -> int:
    some = Customer.objects.filter(
        pk__in=ids, facts=None, roles=None, todos=None, notes=None, tags=None, children=None, absorbed=None,
        merged_into=None, knowledge=None, blockers=None, not_yets=None,
    )  # fmt: skip
    gone = list(some.values_list("pk", flat=True))
    Customer.objects.filter(pk__in=gone).delete()
    return len(gone)


def _still(customers: set[int]) -> list[int]:
    there = set(Customer.objects.values_list("pk", flat=True))
    return sorted(customers & there)


def _brought(run: ImportRun, what: str) -> list[int]:
    ids: list[int] = []
    for brought in run.batches.values_list("brought", flat=True):
        for first, last in brought.get(what, ()):
            ids.extend(range(first, last + 1))
    return ids


def _sweep_segments() -> None:
    from regulars.ledger.seal import sweep_segments

    sweep_segments(older_than=0)


# --- small parts ---


@contextmanager
def _alone(run_id: int) -> Iterator[None]:
    """Hold a run by a lock that ends with the process, however that ends."""
    folder = uploads()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = folder / f"run-{run_id}.lock"
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RegularsError(
                "import-under-way", f"Import {run_id} is running in another process.", 409
            ) from error
        yield
    lock.unlink(missing_ok=True)


def _forget_old() -> None:
    """Shred uploads that nobody came back to."""
    old = timezone.now() - FORGOTTEN
    for run in ImportRun.objects.filter(created_at__lt=old, state__in=(State.UPLOADED, State.FAILED)).exclude(
        stored_as=""
    ):
        shred_upload(run)
    known = set(ImportRun.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    for sealed in uploads().glob("*.sealed"):
        if sealed.name not in known and sealed.stat().st_mtime < old.timestamp():
            shred(sealed)


def _content_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain_name(name: str) -> str:
    return Path(name.replace("\\", "/")).name.replace("\x00", "")[:255] or "file"


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


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _stored_form(mapping: Any) -> Any:
    import json

    return json.loads(json.dumps(mapping))
