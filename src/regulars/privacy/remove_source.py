"""Take away everything that one source brought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from regulars.attention.models import FittedModel, NextStep, Rewind, StageCount, Standing, StoredResult
from regulars.attention.write.standings import count_stages
from regulars.ledger.files.upload import uploads
from regulars.ledger.files.vault import shred
from regulars.ledger.models import Fact, ImportRun, Segment
from regulars.ledger.record import mark_due
from regulars.ledger.seal import rewrite_segments, unseal_facts
from regulars.records.models import Colleague, Customer, FieldDecision, Identifier, Person, Source
from regulars.records.registry import BY_HAND
from regulars.records.write.audit import record_entry, require
from regulars.records.write.search_index import index_due, scrub_search

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Removal:
    """What was taken away."""

    facts: int = 0
    customers: int = 0
    people: int = 0

    def __add__(self, other: Removal) -> Removal:
        return Removal(self.facts + other.facts, self.customers + other.customers, self.people + other.people)


def remove_source(actor: Colleague | None, source: Source) -> Removal:
    """Remove a source with its facts, its rejected rows, its people and the customers that nobody else knows.

    A customer stays when another source has a name or a fact for them. Results computed for the whole base
    rested on these facts too: they are dropped, and the worker makes them again from what is left.

    Raises
    ------
    RegularsError
        ``forbidden``.
    """
    require(actor, "administer")
    with transaction.atomic():
        removal = take_out(source)
        record_entry(
            actor,
            "remove_source",
            f"source {source.slug}",
            {"facts": removal.facts, "customers": removal.customers, "people": removal.people},
        )
        forget_results()
        transaction.on_commit(settle)
    return removal


def take_out(source: Source) -> Removal:
    """Remove what a source brought, inside the caller's transaction; `settle` follows the commit."""
    _unseal(source)
    uploads = list(ImportRun.objects.filter(source=source).values_list("stored_as", flat=True))
    touched = list(_known_to(source).values_list("pk", flat=True))
    facts, _ = Fact.objects.filter(source=source).delete()
    Identifier.objects.filter(source=source).delete()
    gone = _only_known_to(source, touched)
    for chunk in _chunks(gone):
        _unseal_told(chunk)
        theirs = list(
            Person.objects.filter(roles__customer__in=chunk, source=None).values_list("pk", flat=True)
        )
        Customer.objects.filter(pk__in=chunk).delete()
        Person.objects.filter(pk__in=theirs, roles=None).delete()
    people = Person.objects.filter(source=source).count()
    Person.objects.filter(source=source).delete()
    FieldDecision.objects.filter(place=source.slug).delete()
    Source.objects.filter(pk=source.pk).delete()
    mark_due(sorted(set(touched) - set(gone)), timezone.now())
    transaction.on_commit(lambda: _remove_files(uploads))
    return Removal(facts, len(gone), people)


def forget_results() -> None:
    """Drop what was computed from all facts together, inside the caller's transaction."""
    for model in (Rewind, StoredResult, FittedModel, StageCount):
        model.objects.all().delete()
    NextStep.objects.filter(customer=None).delete()
    if Standing.objects.exists():
        count_stages()


def settle() -> None:
    """Let go of what files and the search index still hold of removed rows."""
    rewrite_segments([])
    index_due()
    scrub_search()
    _empty_log()


def _empty_log() -> None:
    """Empty SQLite's write-ahead log, which still holds pages as they were before the removal."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _unseal(source: Source) -> None:
    for segment in Segment.objects.all():
        span = range(segment.first_fact, segment.last_fact + 1)
        if Fact.objects.filter(source=source, pk__gte=span[0], pk__lte=span[-1]).exists():
            unseal_facts(span)


def _unseal_told(customers: Sequence[int]) -> None:
    """Bring back what was sealed of customers who are about to go with all their facts."""
    for fact in Fact.objects.filter(customer__in=customers).order_by("pk").values_list("pk", flat=True):
        for segment in Segment.objects.filter(first_fact__lte=fact, last_fact__gte=fact):
            unseal_facts(range(segment.first_fact, segment.last_fact + 1))


def _known_to(source: Source) -> QuerySet[Customer]:
    named = Identifier.objects.filter(customer=OuterRef("pk"), source=source)
    return Customer.objects.filter(Q(first_source=source) | Q(Exists(named)))


def _only_known_to(source: Source, touched: Sequence[int]) -> list[int]:
    """Return those of the touched customers for whom no source has a name or a fact any more.

    What somebody wrote down by hand about a customer of the demo is part of trying the demo.
    """
    found: list[int] = []
    facts = Fact.objects.exclude(source__slug=BY_HAND) if source.demo else Fact.objects.all()
    for chunk in _chunks(touched):
        unknown = Customer.objects.filter(
            ~Exists(Identifier.objects.filter(customer=OuterRef("pk"))),
            ~Exists(facts.filter(customer=OuterRef("pk"))),
            Q(first_source=source) | Q(first_source=None),
            pk__in=chunk,
        )
        found += unknown.values_list("pk", flat=True)
    return found


def _remove_files(names: Sequence[str]) -> None:
    for name in names:
        if name:
            shred(uploads() / name)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
