"""Names of customers."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.records.models import Customer


def names_of(customers: Sequence[int]) -> dict[int, str]:
    """Return the name of each of these customers."""
    return dict(Customer.objects.filter(pk__in=customers).values_list("pk", "name"))
