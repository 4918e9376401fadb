"""Where customers stand with their plans, written where it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from regulars.attention.models import PlanStanding

PER_TRANSACTION = 2_000
COLUMNS = tuple(
    field.attname for field in PlanStanding._meta.concrete_fields if field.attname != "customer_id"
)


def write_plan_standings(rows: Sequence[Mapping[str, Any]], customers: Sequence[int] | None) -> int:
    """Write these rows, take away those of customers looked at that have none; return how many changed.

    Parameters
    ----------
    customers
        Who was looked at; None is everybody.
    """
    wanted = {row["customer_id"]: tuple(row[name] for name in COLUMNS) for row in rows}
    stored = _stored(customers)
    changed = [
        PlanStanding(customer_id=customer, **dict(zip(COLUMNS, values, strict=True)))
        for customer, values in wanted.items()
        if stored.get(customer) != values
    ]
    for start in range(0, len(changed), PER_TRANSACTION):
        with transaction.atomic():
            PlanStanding.objects.bulk_create(
                changed[start : start + PER_TRANSACTION],
                update_conflicts=True,
                unique_fields=["customer"],
                update_fields=COLUMNS,
            )
    gone = [customer for customer in stored if customer not in wanted]
    for start in range(0, len(gone), 500):
        PlanStanding.objects.filter(customer__in=gone[start : start + 500]).delete()
    return len(changed) + len(gone)


def _stored(customers: Sequence[int] | None) -> dict[int, tuple[Any, ...]]:
    names = ("customer_id", *COLUMNS)
    if customers is None:
        return {row[0]: tuple(row[1:]) for row in PlanStanding.objects.values_list(*names)}
    found: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(customers), 500):
        rows = PlanStanding.objects.filter(customer__in=customers[start : start + 500])
        found |= {row[0]: tuple(row[1:]) for row in rows.values_list(*names)}
    return found
