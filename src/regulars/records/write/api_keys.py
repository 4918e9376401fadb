"""Keys of programs: made, used, revoked. The key itself is shown once and never kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

from django.db import transaction
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.records.models import ApiKey, Colleague, Source
from regulars.records.write.audit import record_entry, require
from regulars.records.write.notes import said

BEGINS = "rgl_"
SHOWN = 10


def hash_of(key: str) -> str:
    """Return what is kept of a key: 256 random bits need no slow hash."""
    return hashlib.sha256(key.encode()).hexdigest()


def make_key(
    actor: Colleague | None,
    name: str,
    *,
    colleague: Colleague | None = None,
    source: Source | None = None,
    may_write: bool = False,
) -> tuple[ApiKey, str]:
    """Make a key for a program, and return it beside its row; it cannot be shown again.

    Raises
    ------
    RegularsError
        ``forbidden``; ``text-missing``; ``key-of-nobody`` for a key of neither a colleague nor a source.
    """
    require(actor, "administer")
    if colleague is None and source is None:
        raise RegularsError(
            "key-of-nobody", "Say as whom the key acts, or which source it brings in facts for."
        )
    key = BEGINS + secrets.token_urlsafe(32)
    with transaction.atomic():
        row = ApiKey.objects.create(
            name=said(name, at_most=80, field="name"),
            key_hash=hash_of(key),
            start=key[:SHOWN],
            colleague=colleague,
            source=source,
            may_write=may_write,
        )
        record_entry(actor, "make_key", f"key {row.pk}", {"may_write": may_write})
    return row, key


def revoke_key(actor: Colleague | None, row: ApiKey) -> None:
    """End a key at once."""
    require(actor, "administer")
    with transaction.atomic():
        ApiKey.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=timezone.now())
        record_entry(actor, "revoke_key", f"key {row.pk}")


def mark_used(row: ApiKey, on: date) -> None:
    """Note the day of a key's last use: the day and no more, once a day."""
    if row.last_used_on != on:
        ApiKey.objects.filter(pk=row.pk).update(last_used_on=on)
