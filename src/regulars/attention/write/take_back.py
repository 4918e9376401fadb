"""What was told on our own pages by mistake, taken back while it is fresh."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.ledger.models import Fact
from regulars.ledger.undo_told import undo_told
from regulars.records.models import Colleague
from regulars.records.registry import BY_HAND
from regulars.records.write.audit import record_entry, require

FRESH = timedelta(days=1)
"""For so long a slip can be undone; after that it is history, and what is so now is told instead."""


def require_fresh(since: datetime) -> None:
    """Raise unless what stands since a moment is still a slip that can be undone.

    Raises
    ------
    RegularsError
        ``told-long-ago``.
    """
    if since < timezone.now() - FRESH:
        raise RegularsError(
            "told-long-ago",
            "This has stood for more than a day; others may build on it. Say what is so now instead.",
            409,
        )


def take_back_told(actor: Colleague | None, customer: int, messages: Sequence[str]) -> int:
    """Remove entries that were told by hand a moment ago, and return how many there were.

    Call it in the transaction that undoes what they tell of.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``told-long-ago`` when one of them is older than `FRESH`; then nothing is removed.
    """
    require(actor, "write")
    with transaction.atomic():
        told = Fact.objects.filter(source__slug=BY_HAND, message_id__in=messages)
        for oldest in told.order_by("received_at").values_list("received_at", flat=True)[:1]:
            require_fresh(oldest)
        gone = undo_told(messages)
        if gone:
            record_entry(actor, "take_back_told", f"customer {customer}", {"entries": gone})
    return gone
