"""Tasks whose worker is gone, put back in the queue."""

from __future__ import annotations

from collections.abc import Callable

from django_tasks_db.models import DBTaskResult


def requeue_lost(lost: Callable[[set[str]], set[str]]) -> int:
    """Put running tasks back whose every worker is lost; return how many.

    Tasks are written to be run again from any point, so taking one up twice does no harm.
    """
    running = list(DBTaskResult.objects.running())
    gone = lost({name for row in running for name in row.worker_ids})
    again = [row.pk for row in running if row.worker_ids and set(row.worker_ids) <= gone]
    if not again:
        return 0
    return DBTaskResult.objects.filter(pk__in=again).update(status="READY", started_at=None)
