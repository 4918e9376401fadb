"""Tags: words a team hangs on customers."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, Colleague, Tag
from regulars.records.write.audit import record_entry, require
from regulars.records.write.notes import said

Hung = Tag.customers.through


def tag_customers(actor: Colleague | None, customers: Sequence[int], word: str) -> AuditEntry:
    """Hang a tag on customers; the returned entry knows which of them did not have it before.

    Raises
    ------
    RegularsError
        ``forbidden``, ``text-missing`` or ``text-too-long``.
    """
    require(actor, "write")
    name = said(word, at_most=60, field="tag")
    with transaction.atomic():
        tag, _ = Tag.objects.get_or_create(name=name)
        had = set(
            Hung.objects.filter(tag_id=tag.pk, customer_id__in=customers).values_list(
                "customer_id", flat=True
            )
        )
        new = [customer for customer in dict.fromkeys(customers) if customer not in had]
        Hung.objects.bulk_create(Hung(tag_id=tag.pk, customer_id=customer) for customer in new)
        return record_entry(actor, "tag_customers", f"tag {tag.pk}", {"tag": tag.pk, "customers": new})


def untag_customers(actor: Colleague | None, customers: Sequence[int], tag: Tag) -> AuditEntry:
    """Take a tag off customers; the returned entry knows which of them had it."""
    require(actor, "write")
    with transaction.atomic():
        hung = Hung.objects.filter(tag_id=tag.pk, customer_id__in=customers)
        had = list(hung.values_list("customer_id", flat=True))
        hung.delete()
        return record_entry(actor, "untag_customers", f"tag {tag.pk}", {"tag": tag.pk, "customers": had})


def undo_tagging(actor: Colleague | None, entry: AuditEntry) -> None:
    """Take back what `tag_customers` or `untag_customers` did, as its audit entry remembers it.

    Raises
    ------
    RegularsError
        ``not-undoable`` when the entry is about something else.
    """
    require(actor, "write")
    if entry.action not in {"tag_customers", "untag_customers"}:
        raise RegularsError("not-undoable", "This cannot be undone here. Change it by hand.")
    tag = Tag.objects.get(pk=entry.detail["tag"])
    customers = entry.detail["customers"]
    if entry.action == "tag_customers":
        untag_customers(actor, customers, tag)
    else:
        tag_customers(actor, customers, tag.name)
