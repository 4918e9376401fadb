"""Find anyone, with an answer and not only a hit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from regulars.attention.models import Standing
from regulars.attention.read.contracts import contract_words, contracts_of
from regulars.insight.stage import Stage
from regulars.insight.usual import item_words
from regulars.ledger.models import Fact
from regulars.records.search import Hit, find

KINDS = {
    "customer": "",
    "person": "person",
    "email": "e-mail",
    "phone": "phone",
    "identifier": "known as",
    "order": "order",
    "serial": "serial number",
    "contract": "contract",
    "expansion": "expansion",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One hit: who, what matched, and what one wants to know at once."""

    customer: int
    name: str
    kind: str
    matched: str
    sentence: str


def answers(text: str, as_of: int, *, limit: int = 8) -> tuple[Answer, ...]:
    """Return who is meant and where they stand.

    "regular, last bought 9 days ago, 2 house blend", or, on contract, "repeat customer, contract until
    3 May 2027, €7,560 a year".

    Units
    -----
    ``as_of`` is an epoch day.
    """
    hits = find(text, limit=limit)
    standings = {
        row.customer_id: row
        for row in Standing.objects.filter(customer__in=[hit.customer for hit in hits]).select_related(
            "customer"
        )
    }
    orders = _last_orders(list(standings.values()))
    contracts = {customer: contract_words(own) for customer, own in contracts_of(standings).items()}
    return tuple(
        _answer(
            hit,
            standings.get(hit.customer),
            (contracts.get(hit.customer, ""), orders.get(hit.customer, "")),
            as_of,
        )
        for hit in hits
    )


def _answer(hit: Hit, standing: Standing | None, has: tuple[str, str], as_of: int) -> Answer:
    contract, ordered = has
    at = standing.customer.name if standing and hit.person is not None else ""
    parts = [f"at {at}" if at and at != hit.label else ""]
    if standing is not None:
        parts += [Stage(standing.stage).word, contract]
        # Who is on contract need not buy anything besides.
        if standing.last_day is not None or not contract:
            parts += [_last_bought(standing.last_day, as_of), ordered]
    else:
        parts += ["not assessed yet"]
    kind = KINDS.get(hit.kind, hit.kind)
    matched = "" if hit.matched == hit.label else hit.matched
    return Answer(hit.customer, hit.label, kind, matched, ", ".join(part for part in parts if part))


def _last_bought(day: int | None, as_of: int) -> str:
    if day is None:
        return "has not bought yet"
    ago = as_of - day
    if ago <= 0:
        return "bought today"
    return f"last bought {ago:,} day{'s' if ago != 1 else ''} ago"


def _last_orders(standings: Sequence[Standing]) -> dict[int, str]:
    """Return what each customer bought last, in one statement."""
    last = Q()
    for row in standings:
        if row.last_day is not None:
            last |= Q(customer=row.customer_id, day=row.last_day)
    if not last:
        return {}
    items: dict[int, list[str]] = {}
    facts = Fact.objects.filter(last, kind="purchase").exclude(item="").order_by("id")
    for customer, item, quantity in facts.values_list("customer_id", "item", "quantity"):
        items.setdefault(customer or 0, []).append(item_words(item, quantity or 1.0))
    return {customer: " and ".join(words[:3]) for customer, words in items.items()}
