"""Sources that used to bring facts and stopped."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from regulars.attention.rules.book import QuietFeed
from regulars.ledger.models import ImportRun
from regulars.records.models import Source
from regulars.records.read.company import Company

FEWEST_IMPORTS = 3
"""Days with an import before a source has a pace of its own."""


def quiet_feeds(ours: Company, as_of: int) -> tuple[QuietFeed, ...]:
    """Return the sources silent for more than twice what they are used to, or what was set for them."""
    found = []
    for source in Source.objects.filter(demo=False, last_received_at__isnull=False):
        usual = source.expected_every_days or _learnt_pace(source, ours)
        last = as_of if source.last_received_at is None else ours.day_of(source.last_received_at)
        if usual and as_of - last > max(2 * usual, usual + 2):
            found.append(QuietFeed(source.pk, source.name, last, usual))
    return tuple(found)


def _learnt_pace(source: Source, ours: Company) -> int | None:
    finished = ImportRun.objects.filter(
        source=source, state=ImportRun.State.DONE, recorded__gt=0, finished_at__isnull=False
    ).values_list("finished_at", flat=True)
    days = sorted({ours.day_of(moment) for moment in finished if moment is not None})
    if len(days) < FEWEST_IMPORTS:
        return None
    return max(1, round(median(later - day for day, later in pairwise(days))))
