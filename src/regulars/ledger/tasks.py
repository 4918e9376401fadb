"""What the worker does for the ledger."""

from __future__ import annotations

from django_tasks import task

from regulars.insight.errors import RegularsError
from regulars.ledger.imports import run_import


@task()
def import_task(run_id: int) -> str:
    """Carry out a planned import; what went wrong is on the run, where a person sees it."""
    try:
        return run_import(run_id).state
    except RegularsError as error:
        return error.code
