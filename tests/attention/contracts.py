"""Contracts told by hand, as tests need them."""

from __future__ import annotations

from typing import Any

from regulars.ledger.by_hand import Told, record_told
from regulars.records.models import Customer
from regulars.records.read.company import calendar_date


def told(one: Customer, kind: str, day: int, amount: int | None = None, **fields: Any) -> Told:
    """Return something told about the contract C-1 of a customer, or the one named."""
    number, text, item = fields.pop("number", "C-1"), fields.pop("text", ""), fields.pop("item", "")
    currency = fields.pop("currency", "EUR" if amount is not None else "")
    for name in ("ends", "starts"):
        if name in fields:
            fields[f"{name}_on"] = calendar_date(fields.pop(name)).isoformat()
    return Told(
        one.pk, kind, day, text, item, amount=amount, currency=currency, subject=number, properties=fields
    )


def contract(one: Customer, day: int, amount: int = 120_000, **fields: Any) -> None:
    """Record a contract of twelve months that begins on a day."""
    record_told([told(one, "contract_started", day, amount, **{"months": 12, **fields})])
