"""Taking back a customer who was added by hand."""

from __future__ import annotations

from regulars.insight.errors import RegularsError
from regulars.ledger.models import DueCustomer
from regulars.records.models import AuditEntry, Colleague, Customer

_RECORDED = ("records", "ledger")


def take_back_customer(_actor: Colleague | None, entry: AuditEntry) -> None:
    """Remove a customer who was added a moment ago, in the caller's transaction.

    Raises
    ------
    RegularsError
        ``not-undoable`` when something was noted of them since, or they are gone.
    """
    customer = Customer.objects.select_for_update(of=("self",)).filter(pk=entry.detail["customer"]).first()
    if customer is None or _has_anything(customer):
        raise RegularsError("not-undoable", "This moved on since, or was undone already.", 409)
    customer.delete()


def _has_anything(customer: Customer) -> bool:
    """Return whether anything beside what is computed hangs on a customer."""
    return customer.merged_into_id is not None or any(
        relation.related_model._base_manager.filter(**{relation.field.name: customer}).exists()
        for relation in Customer._meta.related_objects
        if relation.related_model._meta.app_label in _RECORDED and relation.related_model is not DueCustomer
    )
