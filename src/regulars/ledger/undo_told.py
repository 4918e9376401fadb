"""Taking back what was told by hand a moment ago: the one removal of facts beside undoing an import.

See decision 0014: a slip of the pen is not something that happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.ledger.models import Fact
from regulars.ledger.record import mark_due
from regulars.ledger.seal import unseal_facts
from regulars.records.models import AuditEntry, Colleague
from regulars.records.registry import BY_HAND

WINDOW = timedelta(minutes=10)
"""So long after writing it down, its author may take an entry back; after that it is history."""


def require_recent(actor: Colleague | None, entry: AuditEntry, now: datetime) -> None:
    """Raise unless the actor wrote this entry within the last `WINDOW`.

    Raises
    ------
    RegularsError
        ``undo-too-late``.
    """
    author = actor is not None and entry.actor_id == actor.pk
    if author and now - entry.at <= WINDOW:
        return
    raise RegularsError(
        "undo-too-late",
        f"Only its author takes an entry back, within {WINDOW.seconds // 60} minutes. It stays; record what "
        "is right beside it.",
        409,
    )


def undo_told(message_ids: Sequence[str]) -> int:
    """Remove exactly these messages told by hand, and mark their customers due; return how many went.

    Runs in the caller's transaction, or one of its own. Facts from other sources are never touched.
    """
    with transaction.atomic():
        facts = Fact.objects.filter(source__slug=BY_HAND, message_id__in=message_ids)
        told = list(facts.values_list("pk", "customer_id"))
        unseal_facts([fact for fact, _ in told])
        Fact.objects.filter(pk__in=[fact for fact, _ in told]).delete()
        mark_due([customer for _, customer in told if customer is not None], timezone.now())
    return len(told)
