"""Tasks of the worker."""

from __future__ import annotations

from django_tasks import task


@task()
def rewind_task(rewind_id: int) -> None:
    """Compute the customer list as it would have stood."""
    from regulars.attention.rewinding import compute_rewind

    compute_rewind(rewind_id)
