"""The audit trail: one chained entry for every write, and whether the chain still holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, Colleague


def require(actor: Colleague | None, verb: str) -> None:
    """Raise unless the actor may do this; no actor means the system itself or the command line.

    Raises
    ------
    RegularsError
        ``forbidden`` when the role does not allow the verb.
    """
    if actor is not None and not actor.may(verb):
        raise RegularsError(
            "forbidden",
            f"Your role ({actor.get_role_display().lower()}) may not do this. Ask an admin.",
            403,
        )


_CHAIN = 0x5245_4755
"""The advisory lock of PostgreSQL by which writers take turns; no row can stand for the end of a chain."""


def digest_of(previous: str, entry: Mapping[str, Any]) -> str:
    """Return the chained digest of one entry in canonical JSON."""
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256((previous + text).encode()).hexdigest()


def record_entry(
    actor: Colleague | None, action: str, subject: str, detail: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Append one audit entry, inside the caller's transaction, and return it.

    Parameters
    ----------
    subject
        What was changed, such as ``customer 12``; never a person's contact details.
    """
    with transaction.atomic():
        _take_turn()
        last = AuditEntry.objects.order_by("-id").first()
        entry: dict[str, Any] = {
            "at": timezone.now().isoformat(),
            "actor": actor.pk if actor else None,
            "action": action,
            "subject": subject,
            "detail": dict(detail or {}),
        }
        return AuditEntry.objects.create(
            at=entry["at"],
            actor=actor,
            actor_name=str(actor) if actor else "Regulars",
            action=action,
            subject=subject,
            detail=entry["detail"],
            digest=digest_of(last.digest if last else "", entry),
        )


def held_to_undo(entry: AuditEntry) -> AuditEntry:
    """Return an entry as it is stored, held until the transaction ends so that it is undone once.

    Raises
    ------
    RegularsError
        ``not-undoable`` when it was undone already.
    """
    held = AuditEntry.objects.select_for_update().get(pk=entry.pk)
    if undone(held):
        raise moved_on()
    return held


def moved_on() -> RegularsError:
    """Return the error for what is no longer as an entry left it."""
    return RegularsError("not-undoable", "This moved on since, or was undone already.", 409)


def undone(entry: AuditEntry) -> bool:
    """Return whether what an entry remembers was taken back already."""
    later = AuditEntry.objects.filter(pk__gt=entry.pk, action=f"undo_{entry.action}", subject=entry.subject)
    return later.filter(detail__entry=entry.pk).exists()


def chain_broken_at() -> AuditEntry | None:
    """Return the first entry that does not continue the one before it, None where the chain holds.

    An entry that was changed, one that was slipped in, and the one after any that was taken out do not.
    """
    previous = ""
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=2000):
        told = {
            "at": entry.at.isoformat(),
            "actor": entry.actor_id,
            "action": entry.action,
            "subject": entry.subject,
            "detail": entry.detail,
        }
        if entry.digest != digest_of(previous, told):
            return entry
        previous = entry.digest
    return None


def _take_turn() -> None:
    """Wait until whoever writes an entry now has ended their transaction; SQLite has one writer anyway.

    Locking the last entry would not do: whoever waited for it gets that entry, not the one written since.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHAIN])
