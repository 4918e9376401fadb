"""Take the demo away: every row of it and nothing else, once somebody has read what goes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from regulars.attention.write.health_profiles import forget_shipped_profiles
from regulars.insight.errors import RegularsError
from regulars.ledger.models import Fact
from regulars.privacy.remove_source import Removal, forget_results, settle, take_out
from regulars.records.models import (
    AuditEntry,
    Colleague,
    CompanySetting,
    Customer,
    Identifier,
    KindOfCustomer,
    Merge,
    Note,
    Source,
    Tag,
    ToDo,
)
from regulars.records.registry import BY_HAND
from regulars.records.write.audit import record_entry, require
from regulars.records.write.demo import DEMO_KEY
from regulars.records.write.merges import unmerge_customers

_DEMO, _OURS = Q(first_source__demo=True), Q(first_source=None) | Q(first_source__demo=False)


@dataclass(frozen=True, slots=True)
class DemoContents:
    """What goes with the demo.

    ``notes``, ``todos`` and ``told`` (entries by hand) are what people wrote about its customers; ``parted``
    is how many customers of our own were merged with those of the demo, and stand on their own afterwards.
    """

    customers: int
    entries: int
    notes: int
    todos: int
    told: int
    parted: int


def demo_there() -> bool:
    """Return whether a demo is loaded."""
    return Source.objects.filter(demo=True).exists()


def demo_contents() -> DemoContents:
    """Return what removing the demo would take away, counted as it stands now."""
    own = _our_parts()
    going = _going(own)
    row = CompanySetting.objects.filter(key=DEMO_KEY).first()
    made: dict[str, Any] = row.value if row else {}

    def of_theirs(rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(Q(customer__in=going) | Q(moved_from__in=going)).exclude(moved_from__in=own)

    told = of_theirs(Fact.objects.filter(source__slug=BY_HAND)).count()
    return DemoContents(
        customers=going.count(),
        entries=Fact.objects.filter(source__demo=True).count() + told,
        notes=of_theirs(Note.objects.filter(removed_at=None)).exclude(pk__in=made.get("notes", ())).count(),
        todos=of_theirs(ToDo.objects.all()).exclude(pk__in=made.get("todos", ())).count(),
        told=told,
        parted=_mixed_merges().count(),
    )


def _mixed_merges() -> QuerySet[Merge]:
    """Return the merges, latest first, of which one side is the demo's and the other is ours."""
    demo, ours = (Customer.objects.filter(which).values("pk") for which in (_DEMO, _OURS))
    mixed = Q(kept__in=demo, absorbed__in=ours) | Q(kept__in=ours, absorbed__in=demo)
    return Merge.objects.filter(mixed, undone_at=None, absorbed__merged_into__isnull=False).order_by("-pk")


def _our_parts() -> set[int]:
    """Return our customers that became part of the demo's, with those that are part of them."""
    ours = Customer.objects.filter(_OURS).values("pk")
    found: set[int] = set()
    more = set(_mixed_merges().filter(absorbed__in=ours).values_list("absorbed", flat=True))
    while more:
        found |= more
        more = set(Customer.objects.filter(merged_into__in=more).values_list("pk", flat=True)) - found
    return found


def _going(own: set[int]) -> QuerySet[Customer]:
    """Return the demo's customers of whom no source of ours knows anything."""
    named = Identifier.objects.filter(customer=OuterRef("pk"), source__demo=False)
    facts = Fact.objects.filter(customer=OuterRef("pk"), source__demo=False).exclude(source__slug=BY_HAND)
    return Customer.objects.filter(
        _DEMO,
        ~Exists(named.exclude(moved_from__in=own)),
        ~Exists(facts.exclude(moved_from__in=own)),
    )


def remove_demo(actor: Colleague | None) -> Removal:
    """Remove all demo sources with what they brought, the demo's colleagues, and the settings it made.

    A customer of ours that was merged with one of the demo stands on its own again, with what was its own:
    nothing of it goes, and no empty record of the demo stays in its place.

    The colleague who asks stays signed in and keeps their account, even when the demo made it. A colleague of
    the demo whom the audit trail names is disabled rather than removed. The trail itself stays.

    Raises
    ------
    RegularsError
        ``forbidden``, or ``demo-missing`` when there is none.
    """
    require(actor, "administer")
    if not demo_there():
        raise RegularsError("demo-missing", "There is no demo to remove.", 404)
    with transaction.atomic():
        for merge in _mixed_merges().values_list("pk", flat=True):
            unmerge_customers(actor, merge)
        removal = Removal()
        for source in Source.objects.filter(demo=True):
            removal += take_out(source)
        _forget_loose_rows(actor)
        forget_shipped_profiles()
        # The next thing told by hand makes it anew.
        Source.objects.filter(slug=BY_HAND).exclude(pk__in=Fact.objects.values("source")).delete()
        forget_results()
        record_entry(
            actor, "remove_demo", "company", {"facts": removal.facts, "customers": removal.customers}
        )
        transaction.on_commit(settle)
    return removal


def _forget_loose_rows(actor: Colleague | None) -> None:
    row = CompanySetting.objects.filter(key=DEMO_KEY).first()
    if row is None:
        return
    made: dict[str, Any] = row.value
    ToDo.objects.filter(pk__in=made["todos"]).delete()
    Note.objects.filter(pk__in=made["notes"]).delete()
    Tag.customers.through.objects.filter(pk__in=made["tag_links"]).delete()
    Tag.objects.filter(pk__in=made["tags"], customers=None).delete()
    used = Customer.objects.exclude(kind=None).values("kind")
    KindOfCustomer.objects.filter(pk__in=made["kinds"]).exclude(pk__in=used).delete()
    _forget_colleagues(made["colleagues"], actor)
    # A setting that somebody changed since is theirs.
    for key, value in made["settings"].items():
        CompanySetting.objects.filter(key=key, value=value).delete()
    row.delete()


def _forget_colleagues(ids: Iterable[int], actor: Colleague | None) -> None:
    leaving = Colleague.objects.filter(pk__in=ids)
    if actor is not None:
        leaving = leaving.exclude(pk=actor.pk)
    named = set(AuditEntry.objects.filter(actor__in=leaving).values_list("actor", flat=True))
    leaving.filter(pk__in=named).update(is_active=False)
    leaving.exclude(pk__in=named).delete()
