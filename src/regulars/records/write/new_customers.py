"""Customers written down by hand: the first forty need no file."""

from __future__ import annotations

from django.db import transaction

from regulars.insight.errors import RegularsError
from regulars.records.folding import folded
from regulars.records.models import AuditEntry, Colleague, Customer, KindOfCustomer
from regulars.records.write.audit import record_entry, require
from regulars.records.write.due import mark_due
from regulars.records.write.notes import said


def add_customer(
    actor: Colleague | None, name: str, *, kind: str = "", owner: Colleague | None = None
) -> tuple[Customer, AuditEntry]:
    """Add a customer by name; the returned entry takes them back.

    Raises
    ------
    RegularsError
        ``forbidden``, ``text-missing``, ``text-too-long``, or ``customer-known`` when somebody goes by that
        name already.
    """
    require(actor, "write")
    name = " ".join(said(name, at_most=200, field="name").split())
    key = folded(name)[:200]  # ß takes two letters
    with transaction.atomic():
        if Customer.objects.filter(name_folded=key, merged_into=None).exists():
            sentence = f"{name} is here already. Find them, or add what tells them apart, such as the town."
            raise RegularsError("customer-known", sentence, 409, fields={"name": sentence})
        chosen = None
        if kind.strip():
            chosen, _ = KindOfCustomer.objects.get_or_create(name=kind.strip()[:80])
        customer = Customer.objects.create(name=name, name_folded=key, kind=chosen, owner=owner)
        mark_due(customer.pk)
        entry = record_entry(actor, "add_customer", f"customer {customer.pk}", {"customer": customer.pk})
    return customer, entry
