"""Asking for the list as it would have stood on a past day."""

from __future__ import annotations

from django.db import transaction

from regulars.attention.models import Rewind
from regulars.attention.read.rewinds import rests_on
from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague
from regulars.records.write.audit import record_entry, require

MODES = ("happened", "known")


def request_rewind(actor: Colleague | None, as_of_day: int, mode: str, *, today: int) -> Rewind:
    """Return the rewind of a past day; the worker computes it unless it is there already.

    A finished one is taken again only while facts, merges and settings are as they were.

    Raises
    ------
    RegularsError
        ``rewind-not-past`` or ``unknown-mode``.

    Units
    -----
    Epoch days.
    """
    require(actor, "read")
    if mode not in MODES:
        raise RegularsError("unknown-mode", "Choose what had happened by then, or what we knew then.")
    if as_of_day >= today:
        raise RegularsError("rewind-not-past", "Choose a day before today to rewind to.")
    with transaction.atomic():
        same = Rewind.objects.filter(as_of=as_of_day, mode=mode).order_by("-id")
        for rewind in same[:1]:
            waiting = rewind.state in {"queued", "running"}
            if waiting or (rewind.state == "done" and rewind.rests_on == rests_on()):
                return rewind
        rewind = Rewind.objects.create(as_of=as_of_day, mode=mode)
        record_entry(actor, "request_rewind", f"rewind {rewind.pk}", {"day": as_of_day, "mode": mode})
        transaction.on_commit(lambda: _queue(rewind.pk))
    return rewind


def _queue(rewind: int) -> None:
    from regulars.attention.tasks import rewind_task

    rewind_task.enqueue(rewind)
