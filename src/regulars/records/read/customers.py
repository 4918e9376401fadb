"""Customers as records: identifiers, family, tags, merge proposals, and views of their list."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from regulars.insight.errors import RegularsError
from regulars.records.models import (
    Colleague,
    Customer,
    Identifier,
    KindOfCustomer,
    MergeProposal,
    SavedView,
    Tag,
)
from regulars.records.opaque import number


def customer(ref: str) -> Customer:
    """Return the customer an address means.

    Raises
    ------
    RegularsError
        ``not-found`` when there is none.
    """
    found = Customer.objects.select_related("kind", "owner", "parent").filter(pk=number(ref)).first()
    if found is None:
        raise RegularsError("not-found", "There is no such customer. They may have been erased.", 404)
    return found


def kept_after_merges(absorbed: Customer) -> Customer:
    """Return the customer that one was merged into, however many merges ago."""
    while absorbed.merged_into_id is not None:
        absorbed = Customer.objects.get(pk=absorbed.merged_into_id)
    return absorbed


def kept_customer(ref: str) -> Customer:
    """Return the customer an address means; that of one who was merged means the one that was kept.

    Raises
    ------
    RegularsError
        ``not-found`` when there is none.
    """
    return kept_after_merges(customer(ref))


def identifiers(customer_id: int) -> QuerySet[Identifier]:
    """Return the names that outside systems have for a customer."""
    return (
        Identifier.objects.filter(customer_id=customer_id)
        .select_related("source")
        .order_by("source__name", "value")
    )


def children(customer_id: int) -> QuerySet[Customer]:
    """Return the customers below one in its hierarchy."""
    return Customer.objects.filter(parent_id=customer_id, merged_into=None).order_by("name_folded")


def tags_of(customer_id: int) -> QuerySet[Tag]:
    """Return a customer's tags."""
    return Tag.objects.filter(customers=customer_id).order_by("name")


def tags() -> QuerySet[Tag]:
    """Return all tags."""
    return Tag.objects.order_by("name")


def kinds() -> QuerySet[KindOfCustomer]:
    """Return all kinds of customer."""
    return KindOfCustomer.objects.order_by("name")


def proposals(customer_id: int) -> QuerySet[MergeProposal]:
    """Return who else may be this customer, still to be decided."""
    return (
        MergeProposal.objects.filter(Q(first_id=customer_id) | Q(second_id=customer_id), state="open")
        .select_related("first", "second")
        .order_by("id")
    )


def saved_views(colleague: Colleague) -> QuerySet[SavedView]:
    """Return the views a colleague kept, and those that others share."""
    return SavedView.objects.filter(Q(owner=colleague) | Q(shared=True)).order_by("name", "id")
