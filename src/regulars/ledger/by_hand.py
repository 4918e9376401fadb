"""What colleagues and customers tell on our own pages, recorded through the one door."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.ledger.checks import checked
from regulars.ledger.columns import FactColumns
from regulars.ledger.dialects.incoming import IncomingFact
from regulars.ledger.record import Receipt, Whom, record_facts
from regulars.records.identity import kept_customers
from regulars.records.models import Customer, Source
from regulars.records.read.company import calendar_date, company
from regulars.records.registry import BY_HAND
from regulars.records.write.sources import ensure_source


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was told about a customer.

    ``day`` is the company-local epoch day it happened on; ``subject`` what it is about (an outcome, a
    contract, a blocker), by which later entries about the same thing find it.

    Units
    -----
    ``amount`` in minor units of ``currency``.
    """

    customer: int
    kind: str
    day: int
    text: str = ""
    item: str = ""
    quantity: float | None = None
    amount: int | None = None
    currency: str = ""
    subject: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    message_id: str = ""


class _Known(Whom):
    """Customers named by their own row numbers; what is told of one that was merged is of the one kept."""

    def customers(self, columns: FactColumns) -> tuple[dict[str, int], tuple[int, ...], dict[str, int]]:
        named = {who: int(who) for who in set(columns.who) if who}
        kept = kept_customers(named.values())
        return (
            {who: kept.get(customer, customer) for who, customer in named.items()},
            (),
            {who: customer for who, customer in named.items() if customer in kept},
        )


def by_hand() -> Source:
    """Return the source of everything that is told on our own pages."""
    return ensure_source(BY_HAND, "Written down by hand", preset="")


def record_told(told: Sequence[Told]) -> Receipt:
    """Record what was told, in the caller's transaction or one of its own: all of it or nothing.

    Raises
    ------
    RegularsError
        ``not-found`` for a customer there is none of; ``entry-unfit`` when something told cannot be an
        entry, with the reason.
    """
    wanted = {one.customer for one in told}
    if Customer.objects.filter(pk__in=wanted).count() != len(wanted):
        raise RegularsError("not-found", "There is no such customer.", 404)
    facts = [_incoming(one) for one in told]
    now = timezone.now()
    for fact in facts:
        fault = checked(fact, now)
        if fault is not None:
            raise RegularsError("entry-unfit", fault.message)
    source = by_hand()
    return record_facts(source, facts, whom=_Known(source))


def _incoming(told: Told) -> IncomingFact:
    zone = company().zone
    noon = datetime.combine(calendar_date(told.day), time(12), zone).astimezone(UTC)
    return IncomingFact(
        message_id=told.message_id or secrets.token_hex(12),
        kind=told.kind,
        who=str(told.customer),
        occurred_at=min(noon, timezone.now()),
        timed=False,
        amount=told.amount,
        currency=told.currency,
        item=told.item,
        quantity=told.quantity,
        serial=told.subject,
        text=told.text,
        properties=told.properties,
    )
