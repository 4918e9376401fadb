"""From a file to a planned run: taken in, looked at, ticked, put on the worker's list, or dropped."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.ledger.files.upload import SealedUpload, uploads
from regulars.ledger.files.vault import seal, shred
from regulars.ledger.models import ImportRun
from regulars.ledger.plans import Plan, settled_from
from regulars.ledger.runs import settle
from regulars.records.models import Colleague
from regulars.records.write.audit import require

State = ImportRun.State
FORGOTTEN = timedelta(hours=24)


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


def shred_upload(run: ImportRun) -> None:
    """Make a run's uploaded file unreadable for good."""
    if run.stored_as:
        shred(uploads() / Path(run.stored_as).name)
        ImportRun.objects.filter(pk=run.pk).update(stored_as="")
        run.stored_as = ""


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


def _stored_form(mapping: Any) -> Any:
    import json

    return json.loads(json.dumps(mapping))
