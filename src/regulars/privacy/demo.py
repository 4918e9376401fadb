"""Take the demo away: one click removes every row of it and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from regulars.attention.write.health_profiles import forget_shipped_profiles
from regulars.insight.errors import RegularsError
from regulars.ledger.models import Fact
from regulars.privacy.remove_source import Removal, forget_results, settle, take_out
from regulars.records.models import (
    AuditEntry,
    Colleague,
    CompanySetting,
    Customer,
    KindOfCustomer,
    Note,
    Source,
    Tag,
    ToDo,
)
from regulars.records.registry import BY_HAND
from regulars.records.write.audit import record_entry, require
from regulars.records.write.demo import DEMO_KEY


def demo_there() -> bool:
    """Return whether a demo is loaded."""
    return Source.objects.filter(demo=True).exists()


def remove_demo(actor: Colleague | None) -> Removal:
    """Remove all demo sources with what they brought, the demo's colleagues, and the settings it made.

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
