"""The entries of a plan: each change of it is told once, and found again by what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.ledger.by_hand import Told, record_told
from regulars.records.models import Commitment, Milestone, Outcome, Person
from regulars.records.opaque import opaque
from regulars.records.read.company import company, epoch_day

LONGEST_ITEM = 200


def subject_of(row: Outcome | Milestone | Commitment) -> str:
    """Return the word by which entries about one thing find each other.

    Example
    -------
    ``outcome-7f3k2m9q``
    """
    return f"{row._meta.db_table}-{opaque(row.pk)}"


def refuse_to_come(on: date, field: str) -> None:
    """Refuse a day that is still to come, beside the field it was typed in.

    Raises
    ------
    RegularsError
        ``day-to-come``.
    """
    if epoch_day(on) > company().day_of(timezone.now()):
        raise RegularsError("day-to-come", "This day is still to come. Choose today or a day before.").beside(
            field
        )


def message_of(kind: str, row: Any, about: Any = None) -> str:
    """Return the id of an entry: one of each kind about one thing."""
    return f"{kind}:{(about or row)._meta.db_table}:{(about or row).pk}"


def tell(
    row: Outcome | Milestone | Commitment,
    kind: str,
    on: date,
    text: str,
    *,
    item: str = "",
    quantity: float | None = None,
    about: Any = None,
    person: Person | None = None,
    **properties: str,
) -> None:
    """Record the entry of a change, in the same transaction."""
    told: Mapping[str, Any] = properties | {"person": opaque(person.pk) if person else ""}
    if isinstance(row, Outcome):
        told = {**told, "unit": row.unit}
    record_told(
        [
            Told(
                customer=row.customer_id,
                kind=kind,
                day=epoch_day(on),
                text=text,
                item=item if len(item) <= LONGEST_ITEM else f"{item[: LONGEST_ITEM - 1]}…",
                quantity=quantity,
                subject=subject_of(row),
                properties={name: value for name, value in told.items() if value},
                message_id=message_of(kind, row, about),
            )
        ]
    )
