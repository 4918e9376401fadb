"""Filling the demo in the background."""

from __future__ import annotations

from django_tasks import task


@task()
def demo_task(company: str) -> None:
    """Write a demo company and assess its customers."""
    from django.utils import timezone

    from regulars.privacy.demo import demo_there
    from regulars.server.demo.load import DEMO_ZONE, seed
    from regulars.server.upkeep import reassess_everything

    if not demo_there():
        seed(company=company, today=timezone.localdate(timezone=DEMO_ZONE))
    reassess_everything()
