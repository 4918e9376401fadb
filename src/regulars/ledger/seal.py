"""Sealing: facts go into Parquet segments, and segments stay true to the database.

A segment stands for a range of fact ids and holds every fact in it, under the customer it was recorded for.
Merges are followed when facts are read, so that merging and un-merging leave segments alone. Removing facts
takes the segments that held them off the list in the same transaction; what survives in their range counts as
unsealed until it is sealed again. A file that no row lists is waste; a listed file that is missing or altered
is made again from the database.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from regulars.ledger.facts import Span, gathered_file, recorded_facts, segments_folder, unsealed_spans
from regulars.ledger.models import Fact, Segment
from regulars.store.segments import SegmentFile, fault_of, sweep, write_segment

log = logging.getLogger(__name__)

SEGMENT_ROWS = 500_000
"""Facts of one segment at most: bounds the memory of sealing, at about 200 MB."""

GRACE = 3600.0
"""Seconds for which an unlisted file is left alone: somebody may be about to list it."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A segment that was made again, and what was wrong with its file."""

    name: str
    fault: str
    rows: int


def seal_facts(min_rows: int = 100_000) -> int:
    """Seal facts that are in no segment and return how many were sealed.

    Parameters
    ----------
    min_rows
        The newest facts are left unsealed until there are so many; gaps between segments are always closed.

    Units
    -----
    Memory: one segment at a time. The database is locked only to list a finished file.
    """
    _mend_missing()
    newest = _settled()
    sealed = 0
    for first, last in unsealed_spans(list(Segment.objects.all())):
        end = newest if last is None else min(last, newest)
        if end >= first:
            sealed += _seal_span((first, end), min_rows if last is None else 1)
    sweep_segments()
    return sealed


def unseal_facts(fact_ids: range | Collection[int]) -> int:
    """Take the segments that hold any of these facts off the list, and return how many they were.

    Call it in the transaction that removes the facts. `seal_facts` seals what is left of them again;
    ``sweep_segments(older_than=0)`` then removes the old files at once, as erasure must.

    Parameters
    ----------
    fact_ids
        A range, as of an import, or the ids themselves.
    """
    ordered = fact_ids if isinstance(fact_ids, range) and fact_ids.step > 0 else sorted(fact_ids)
    with _segments_locked():
        held = [segment.pk for segment in Segment.objects.all() if _holds(segment, ordered)]
        Segment.objects.filter(pk__in=held).delete()
    return len(held)


def rewrite_segments(fact_ids: range | Collection[int]) -> int:
    """Make segments that held removed facts again without them, and remove the old files at once.

    Call it after the transaction that removed the facts. Returns the number of facts sealed again; a small
    rest of the newest segment stays unsealed.
    """
    unseal_facts(fact_ids)
    sealed = seal_facts()
    sweep_segments(older_than=0)
    return sealed


def verify_segments() -> list[Repair]:
    """Check every listed file against its hash and the database; make again those that fail and say which."""
    repairs = []
    for segment in Segment.objects.order_by("first_fact"):
        fault = fault_of(segments_folder() / segment.name, segment.content_hash)
        if not fault and segment.rows != _count(segment.first_fact, segment.last_fact):
            fault = "it does not hold the facts the database has"
        if fault:
            repairs.append(_made_again(segment, fault))
    return repairs


def sweep_segments(*, older_than: float = GRACE) -> list[str]:
    """Remove files of the segments folder that no row lists, such as those of an interrupted sealing.

    With 0, after facts were removed, what was gathered from them goes too: the next assessment gathers anew.
    """
    if older_than == 0:
        gathered_file().unlink(missing_ok=True)
    # Locked, nothing is listed between reading the list and removing files.
    with _segments_locked():
        listed = set(Segment.objects.values_list("name", flat=True))
        return sweep(segments_folder(), listed, older_than=older_than)


def _mend_missing() -> None:
    for segment in Segment.objects.order_by("first_fact"):
        if not (segments_folder() / segment.name).is_file():
            _made_again(segment, "the file is missing")


def _made_again(segment: Segment, fault: str) -> Repair:
    facts = recorded_facts((segment.first_fact, segment.last_fact))
    file = write_segment(segments_folder(), segment.first_fact, segment.last_fact, facts)
    with _segments_locked():
        if not _is_there(file):
            file = write_segment(segments_folder(), segment.first_fact, segment.last_fact, facts)
        Segment.objects.filter(pk=segment.pk).update(
            name=file.name, content_hash=file.content_hash, rows=file.rows
        )
    log.warning(
        "Segment %s was made again from the database as %s with %d facts: %s.",
        segment.name, file.name, file.rows, fault,
    )  # fmt: skip
    return Repair(file.name, fault, file.rows)


def _seal_span(span: Span, min_rows: int) -> int:
    first, end = span
    sealed = 0
    while end is not None and first <= end and _at_least(first, end, min_rows):
        facts = recorded_facts((first, end), limit=SEGMENT_ROWS)
        if not facts.num_rows:
            break
        whole = facts.num_rows < SEGMENT_ROWS
        last = end if whole else int(facts["fact_id"][-1].as_py())
        try:
            file = write_segment(segments_folder(), first, last, facts)
        except FileNotFoundError:  # swept half-written, as after an erasure: sealed the next time
            break
        if not _listed(file, first, last):
            break
        sealed += facts.num_rows
        first = last + 1
    return sealed


def _listed(file: SegmentFile, first: int, last: int) -> bool:
    """List a written file, unless its facts were changed or sealed, or it was swept, since they were read."""
    with _segments_locked():
        taken = Segment.objects.filter(first_fact__lte=last, last_fact__gte=first).exists()
        if taken or _count(first, last) != file.rows or not _is_there(file):
            return False
        Segment.objects.create(
            name=file.name, content_hash=file.content_hash, rows=file.rows, first_fact=first, last_fact=last
        )
    return True


def _is_there(file: SegmentFile) -> bool:
    return (segments_folder() / file.name).is_file()


@contextmanager
def _segments_locked() -> Iterator[None]:
    """Hold the list of segments to ourselves until the transaction ends."""
    with transaction.atomic():
        if connection.vendor != "sqlite":  # SQLite's transactions begin as writers, one at a time
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE segment IN SHARE ROW EXCLUSIVE MODE")
        yield


def _settled() -> int:
    """Return the highest fact id below which no transaction can still bring a fact."""
    with ExitStack() as held, connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            # Ids are taken before they are committed: wait for those who are inserting.
            held.enter_context(transaction.atomic())
            cursor.execute("LOCK TABLE fact IN SHARE MODE")
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM fact")
        return int(cursor.fetchone()[0])


def _count(first: int, last: int) -> int:
    return Fact.objects.filter(pk__gte=first, pk__lte=last).count()


def _at_least(first: int, last: int, rows: int) -> bool:
    reached = Fact.objects.filter(pk__gte=first, pk__lte=last).order_by("pk")[max(rows, 1) - 1 :]
    return reached.values_list("pk", flat=True).first() is not None


def _holds(segment: Segment, ordered: Sequence[int]) -> bool:
    place = bisect_left(ordered, segment.first_fact)
    return place < len(ordered) and ordered[place] <= segment.last_fact
