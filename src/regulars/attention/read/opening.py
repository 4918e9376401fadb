"""The opening calendar as the last whole assessment learnt it."""

from __future__ import annotations

from regulars.attention.models import StoredResult
from regulars.insight.calendar import CalendarDays, OpeningCalendar


def opening_days(as_of: int) -> CalendarDays | None:
    """Return the open days up to a day, or None before the first assessment.

    Units
    -----
    Epoch days.
    """
    stored = StoredResult.objects.filter(key="base").values_list("result", flat=True).first()
    if not stored or "opening" not in stored:
        return None
    first = min(int(stored.get("first_day", as_of)), as_of)
    return OpeningCalendar.from_json(stored["opening"]).between(first, as_of)
