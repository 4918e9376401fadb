"""Healths as they are stored: where they stand, and a line of history where more than an age changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from regulars.attention.models import HealthHistory, HealthStanding

PER_TRANSACTION = 2_000
IN_ONE_CONDITION = 500


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One customer's health; ``profile`` is the row of the profile's version."""

    customer: int
    score: int | None
    band: int
    based_on: int
    contributions: Mapping[str, int]
    inputs: Mapping[str, Sequence[float]]
    profile: int

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of either table."""
        told = asdict(self)
        return {"customer_id": told.pop("customer"), "profile_id": told.pop("profile"), **told}

    @property
    def kept(self) -> tuple[Any, ...]:
        """What makes a line of history when it changes: score, band, what is known, by which profile."""
        return self.score, self.band, frozenset(self.contributions), self.profile


_NAMES = tuple(HealthRow.__dataclass_fields__)
_STORED = ("customer_id", "score", "band", "based_on", "contributions", "inputs", "profile_id", "day")


def write_health(rows: Sequence[HealthRow], customers: Sequence[int] | None, as_of: int) -> int:
    """Write these rows, take away those of customers looked at that have none; return how many changed.

    Parameters
    ----------
    customers
        Who was looked at; None is everybody.
    """
    stored = _stored(customers)
    changed = [row for row in rows if stored.get(row.customer) != (row, as_of)]
    told = [row for row in changed if _differs(row, stored.get(row.customer))]
    news = {row.customer for row in told}
    for start in range(0, len(changed), PER_TRANSACTION):
        some = changed[start : start + PER_TRANSACTION]
        with transaction.atomic():
            HealthStanding.objects.bulk_create(
                [HealthStanding(**row.columns, day=as_of) for row in some],
                update_conflicts=True,
                unique_fields=["customer"],
                update_fields=("score", "band", "based_on", "contributions", "inputs", "profile", "day"),
            )
            HealthHistory.objects.bulk_create(
                [HealthHistory(**row.columns, day=as_of) for row in some if row.customer in news]
            )
    wanted = {row.customer for row in rows}
    gone = [customer for customer in stored if customer not in wanted]
    for start in range(0, len(gone), IN_ONE_CONDITION):
        HealthStanding.objects.filter(customer__in=gone[start : start + IN_ONE_CONDITION]).delete()
    return len(changed) + len(gone)


def _differs(row: HealthRow, before: tuple[HealthRow, int] | None) -> bool:
    return before is None or before[0].kept != row.kept


def _stored(customers: Sequence[int] | None) -> dict[int, tuple[HealthRow, int]]:
    if customers is None:
        rows = list(HealthStanding.objects.values_list(*_STORED))
    else:
        rows = []
        for start in range(0, len(customers), IN_ONE_CONDITION):
            some = HealthStanding.objects.filter(customer__in=customers[start : start + IN_ONE_CONDITION])
            rows += some.values_list(*_STORED)
    return {row[0]: (HealthRow(**dict(zip(_NAMES, row[:-1], strict=True))), row[-1]) for row in rows}
