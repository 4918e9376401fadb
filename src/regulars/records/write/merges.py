"""Merging two records that turned out to be one customer, and undoing it exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague, Customer, Merge, MergeProposal, Role, Tag
from regulars.records.write.audit import record_entry, require
from regulars.records.write.due import mark_due

_TAKEN_OVER = ("owner_id", "kind_id", "not_before")
"""Columns that the kept customer takes over where its own are empty."""


def merge_customers(actor: Colleague | None, kept: int, absorbed: int) -> Merge:
    """Make two records one customer; all that belongs to the absorbed one moves and knows where it came from.

    Facts, identifiers, roles, notes and to-dos move; tags, owner and kind are added where the kept one has
    none. Both are assessed again. `unmerge_customers` undoes it.

    Raises
    ------
    RegularsError
        ``forbidden``; ``merge-same``; ``merge-merged`` when one is part of another already; ``not-found``.
    """
    require(actor, "write")
    with transaction.atomic():
        one, other = _mergeable(kept, absorbed)
        added = _add(one, other)
        moved = {table: count for table, count in _move(one.pk, other.pk) if count}
        Customer.objects.filter(pk=other.pk).update(merged_into=one)
        merge = Merge.objects.create(kept=one, absorbed=other, merged_by=actor, added=added)
        _proposals_of(one.pk, other.pk).update(state=MergeProposal.State.MERGED)
        mark_due(one.pk, other.pk)
        record_entry(
            actor,
            "merge_customers",
            f"customer {one.pk}",
            {"merge": merge.pk, "absorbed": other.pk, "moved": moved},
        )
    return merge


def unmerge_customers(actor: Colleague | None, merge: int) -> Customer:
    """Undo a merge: what came with the absorbed customer goes back, what came since by its identifiers too.

    Merges that either side was part of before or since stay as they are. The two are not proposed again.
    Returns the customer that stands on its own again.

    Raises
    ------
    RegularsError
        ``forbidden``; ``merge-undone``; ``not-found``.
    """
    require(actor, "write")
    with transaction.atomic():
        row = Merge.objects.select_for_update().filter(pk=merge).first()
        if row is None:
            raise RegularsError("not-found", "There is no such merge.", 404)
        if row.undone_at is not None or row.absorbed.merged_into_id is None:
            raise RegularsError("merge-undone", "This merge was undone already. Nothing was changed.", 409)
        holder = _holder(row.absorbed)
        back = {table: count for table, count in _move_back(row.absorbed_id) if count}
        Customer.objects.filter(pk=row.absorbed_id).update(merged_into=None)
        Merge.objects.filter(pk=row.pk).update(undone_at=timezone.now())
        _take_back(row)
        _proposals_of(row.kept_id, row.absorbed_id).update(state=MergeProposal.State.DIFFERENT)
        mark_due(holder, row.absorbed_id)
        record_entry(
            actor,
            "unmerge_customers",
            f"customer {row.absorbed_id}",
            {"merge": row.pk, "kept": row.kept_id, "moved": back},
        )
    return Customer.objects.get(pk=row.absorbed_id)


def _mergeable(kept: int, absorbed: int) -> tuple[Customer, Customer]:
    if kept == absorbed:
        raise RegularsError("merge-same", "This is one and the same customer. Choose two different ones.")
    found = Customer.objects.select_for_update().in_bulk([kept, absorbed])
    if len(found) < 2:
        raise RegularsError("not-found", "There is no such customer.", 404)
    for customer in found.values():
        if customer.merged_into_id is not None:
            raise RegularsError(
                "merge-merged",
                f"{customer.name} is part of another customer since a merge. Undo that merge first, or merge "
                "with the customer it is part of.",
                409,
            )
    return found[kept], found[absorbed]


def _following() -> Iterator[Any]:
    """Yield the tables whose rows follow a merge: those that note which customer they came from."""
    for relation in Customer._meta.get_fields(include_hidden=True):
        table: Any = relation.related_model
        if (
            relation.auto_created
            and isinstance(relation.remote_field, models.ForeignKey)
            and relation.remote_field.name == "customer"
            and "moved_from" in {field.name for field in table._meta.get_fields()}
        ):
            yield table._default_manager


def _move(kept: int, absorbed: int) -> Iterator[tuple[str, int]]:
    for rows in _following():
        mine = rows.filter(customer_id=absorbed)
        if rows.model is Role:
            # The same person in the same role at both: one of the two roles is enough, and stays where it is.
            same = Role.objects.filter(customer_id=kept, person=OuterRef("person"), title=OuterRef("title"))
            mine = rows.filter(pk__in=list(mine.filter(~Exists(same)).values_list("pk", flat=True)))
        mine.filter(moved_from=None).update(moved_from_id=absorbed)
        yield rows.model._meta.db_table, mine.update(customer_id=kept)


def _move_back(absorbed: int) -> Iterator[tuple[str, int]]:
    """Return rows that came from the absorbed customer, or from those it had absorbed itself."""
    origins = [absorbed, *_absorbed_by(absorbed)]
    for rows in _following():
        count = rows.filter(moved_from_id__in=origins).update(customer_id=absorbed)
        rows.filter(moved_from_id=absorbed).update(moved_from=None)
        yield rows.model._meta.db_table, count


def _absorbed_by(customer: int) -> Iterator[int]:
    for below in Customer.objects.filter(merged_into_id=customer).values_list("pk", flat=True):
        yield below
        yield from _absorbed_by(below)


def _holder(customer: Customer) -> int:
    while customer.merged_into is not None:
        customer = customer.merged_into
    return customer.pk


def _add(kept: Customer, absorbed: Customer) -> dict[str, Any]:
    """Give the kept customer what it lacks, and return what that was."""
    tags = list(
        Tag.objects.filter(customers=absorbed)
        .exclude(customers=kept)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    kept.tags.add(*tags)
    children = list(Customer.objects.filter(parent=absorbed).order_by("pk").values_list("pk", flat=True))
    Customer.objects.filter(pk__in=children).update(parent=kept)
    columns = {
        name: value
        for name in _TAKEN_OVER
        if getattr(kept, name) is None and (value := getattr(absorbed, name)) is not None
    }
    if columns:
        Customer.objects.filter(pk=kept.pk).update(**columns)
    return {
        "tags": tags,
        "children": children,
        "columns": {name: str(value) for name, value in columns.items()},
    }


def _take_back(merge: Merge) -> None:
    added: Mapping[str, Any] = merge.added
    kept = merge.kept
    kept.tags.remove(*added.get("tags", []))
    Customer.objects.filter(pk__in=added.get("children", []), parent=kept).update(parent_id=merge.absorbed_id)
    unchanged = {
        name: None for name, value in added.get("columns", {}).items() if str(getattr(kept, name)) == value
    }
    if unchanged:
        Customer.objects.filter(pk=kept.pk).update(**unchanged)


def _proposals_of(one: int, other: int) -> models.QuerySet[MergeProposal]:
    return MergeProposal.objects.filter(Q(first_id=one, second_id=other) | Q(first_id=other, second_id=one))
