"""Notes about a customer."""

from __future__ import annotations

from django.db.models import QuerySet

from regulars.records.models import Note
from regulars.records.read.company import calendar_date
from regulars.records.read.outcomes import recorded_by
from regulars.records.read.then import Then


def notes(customer: int, then: Then | None = None) -> QuerySet[Note]:
    """Return a customer's notes, newest first, with their authors; or those of a past day.

    What was removed since stays away there too.
    """
    found = Note.objects.filter(customer_id=customer, removed_at=None)
    if then is not None:
        written = recorded_by("created_at", then.known_by)
        found = found.filter(noted_on__lte=calendar_date(then.day), **written)
    return found.select_related("author").order_by("-noted_on", "-id")
