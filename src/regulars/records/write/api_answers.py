"""What programs were answered, for a day: what they ask for again happens once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.models import ApiAnswer, ApiKey

KEPT = timedelta(hours=24)
LONGEST_NAME = 255


def answered_once(
    key: ApiKey,
    name: str,
    asked: str,
    now: datetime,
    act: Callable[[], tuple[int, str]],
    *,
    keep: bool = True,
) -> tuple[int, str]:
    """Do what a program asks for, once under one name, and return the status and the body of the answer.

    Two that ask at the same time wait for each other: the row is there before anything is done. What raises
    leaves nothing behind, so that it can be tried again.

    Parameters
    ----------
    asked
        Tells this request from every other, such as a hash of all that was sent.
    act
        Does it, in the same transaction.
    keep
        Whether the body is kept; one that holds a secret is not, and asking again is refused.

    Raises
    ------
    RegularsError
        ``idempotency-reused`` for another request under the same name, ``shown-once`` where the answer was
        not kept, and whatever ``act`` raises.
    """
    forget_answers(now)
    with transaction.atomic():
        row, first = ApiAnswer.objects.get_or_create(
            key=key, name=name, defaults={"asked_hash": asked, "created_at": now}
        )
        if not first:
            return _as_before(row, asked)
        status, body = act()
        row.status, row.body = status, body if keep else ""
        row.save(update_fields=["status", "body"])
        return status, body


def _as_before(row: ApiAnswer, asked: str) -> tuple[int, str]:
    if row.asked_hash != asked:
        raise RegularsError(
            "idempotency-reused",
            "This Idempotency-Key came with another request within 24 hours. Use a new one for each.",
            422,
        )
    if not row.body:
        raise RegularsError(
            "shown-once",
            "This was done; its answer was shown once and kept nowhere. Revoke what was made and ask anew.",
            409,
        )
    return row.status, row.body


def forget_answers(now: datetime) -> int:
    """Remove the answers that were kept for long enough, and return how many there were."""
    return ApiAnswer.objects.filter(created_at__lt=now - KEPT).delete()[0]
