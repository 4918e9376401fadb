"""Tasks of the worker."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task


@task()
def rewind_task(rewind_id: int) -> None:
    """Compute the customer list as it would have stood."""
    from regulars.attention.rewinding import compute_rewind

    compute_rewind(rewind_id)


@task()
def assess_again_task() -> None:
    """Assess everybody by the settings of now: a new calendar or threshold changes who is quiet today."""
    from regulars.attention.reassess import reassess_all
    from regulars.attention.reports import refresh_today
    from regulars.records.models import Customer
    from regulars.records.read.company import company

    if Customer.objects.exists():
        day = company().day_of(timezone.now())
        reassess_all(day)
        refresh_today(day)
