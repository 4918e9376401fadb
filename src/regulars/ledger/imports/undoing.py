"""Undoing a run: what it brought goes, and what has anything from elsewhere stays."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.ledger.imports.intake import shred_upload
from regulars.ledger.imports.lock import alone
from regulars.ledger.models import Fact, ImportBatch, ImportRun, Rejection
from regulars.ledger.record import mark_span_due
from regulars.records.models import Colleague, Customer, Identifier
from regulars.records.write.audit import record_entry, require
from regulars.records.write.profiles import TOLD_COLUMNS, remove_people

State = ImportRun.State
UNDO_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing an import removed, and the later files of its source that may have held it too."""

    facts: int
    customers: int
    people: int
    again: tuple[str, ...] = ()

    @property
    def advice(self) -> str:
        """What to do now, "" when there is nothing.

        Example
        -------
        >>> Undone(9, 0, 0, ("weeks 2 to 14.csv",)).advice
        'Rows that weeks 2 to 14.csv held too are gone with it: bring that in again.'
        """
        if not self.again:
            return ""
        that = "that" if len(self.again) == 1 else "those"
        return f"Rows that {' and '.join(self.again)} held too are gone with it: bring {that} in again."


def undo_import(actor: Colleague | None, run_id: int) -> Undone:
    """Remove everything a run brought: facts, customers that then have nothing else, people, rejected rows.

    Customers that were here before, or of whom anything was said since, stay; so do people whom anything
    refers to.

    Raises
    ------
    RegularsError
        ``forbidden``, ``import-unknown`` or ``import-under-way``.
    """
    require(actor, "lead")
    with alone(run_id):
        run = ImportRun.objects.filter(pk=run_id).first()
        if run is None:
            raise RegularsError("import-unknown", f"There is no import {run_id}.", 404)
        if run.state == State.UNDONE:
            raise RegularsError("import-undone", f"Import {run_id} was undone before.", 409)
        facts = _remove_facts(run)
        with transaction.atomic():
            people = remove_people(*(_brought(run, what) for what in ("person", "role")))
            customers = _remove_customers(run)
            Rejection.objects.filter(import_run=run).delete()
            run.batches.all().delete()
            run.state, run.undone_at = State.UNDONE, timezone.now()
            run.save(update_fields=["state", "undone_at"])
            record_entry(actor, "undo_import", f"import {run.pk}", {"facts": facts, "customers": customers})
    shred_upload(run)
    _sweep_segments()
    return Undone(facts, customers, people, _held_too(run) if facts or customers else ())


def _held_too(run: ImportRun) -> tuple[str, ...]:
    """Return the files of the same source, brought in later, that repeated rows which were here already."""
    later = ImportRun.objects.filter(source=run.source, state=State.DONE, repeated__gt=0, pk__gt=run.pk)
    return tuple(later.order_by("pk").values_list("file_name", flat=True))


def _remove_facts(run: ImportRun) -> int:
    """Remove a run's facts piece by piece, and return how many went."""
    removed = 0
    mine = Fact.objects.filter(import_run=run)
    if run.first_fact is None or run.last_fact is None:
        return removed
    from regulars.ledger.seal import unseal_facts

    for first in range(run.first_fact, run.last_fact + 1, UNDO_BATCH):
        span = range(first, min(first + UNDO_BATCH, run.last_fact + 1))
        with transaction.atomic():
            # Whose facts go is due in the same breath: broken off here, nobody could tell whose they were.
            mark_span_due(run, span, timezone.now())
            unseal_facts(span)
            some = mine.filter(pk__gte=span.start, pk__lt=span.stop)
            removed += some._raw_delete(some.db)
    return removed


def _remove_customers(run: ImportRun) -> int:
    """Remove customers the run made that have nothing from elsewhere."""
    ids = _untold(_brought(run, "customer"), run)
    filled = {name: frozenset(_brought(run, name)) for name in TOLD_COLUMNS}
    removed = 0
    while found := sum(_remove_some(run, some, filled) for some in _chunks(ids)):
        # Parents can go once their children have.
        removed += found
    return removed


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), 2_000):
        yield ids[start : start + 2_000]


def _untold(ids: Sequence[int], run: ImportRun) -> list[int]:
    """Return those of the customers of whom no other run said anything new."""
    ordered, told = sorted(ids), set[int]()
    others = ImportBatch.objects.exclude(run=run).values_list("brought", flat=True)
    for brought in others.iterator() if ordered else ():
        for first, last in brought.get("told", ()):
            told.update(ordered[bisect_left(ordered, first) : bisect_right(ordered, last)])
    return [customer for customer in ordered if customer not in told]


def _remove_some(run: ImportRun, ids: Sequence[int], filled: Mapping[str, Collection[int]]) -> int:
    elsewhere = Identifier.objects.filter(customer=OuterRef("pk")).exclude(source=run.source)
    some = Customer.objects.filter(
        ~Exists(elsewhere), pk__in=ids, not_before=None, facts=None, roles=None, todos=None, notes=None,
        tags=None, children=None, absorbed=None, merged_into=None, knowledge=None, questions_asked=None,
        blockers=None, not_yets=None, outcomes=None, commitments=None, milestones=None, wishes=None,
        shares=None,
    )  # fmt: skip
    # What somebody else said of them since, by hand or in a file, is no one's to remove but theirs.
    gone = [
        row["pk"]
        for row in some.values("pk", *TOLD_COLUMNS)
        if all(row[name] is None or row["pk"] in filled[name] for name in TOLD_COLUMNS)
    ]
    Customer.objects.filter(pk__in=gone).delete()
    return len(gone)


def _brought(run: ImportRun, what: str) -> list[int]:
    ids: list[int] = []
    for brought in run.batches.values_list("brought", flat=True):
        for first, last in brought.get(what, ()):
            ids.extend(range(first, last + 1))
    return ids


def _sweep_segments() -> None:
    from regulars.ledger.seal import sweep_segments

    sweep_segments(older_than=0)
