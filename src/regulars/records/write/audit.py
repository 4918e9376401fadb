"""The audit trail: one chained entry for every write."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
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
        last = AuditEntry.objects.select_for_update().order_by("-id").first()
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
