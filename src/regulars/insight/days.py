"""Purchase days: what the ledger says a customer bought, once per company-local day."""

from __future__ import annotations

from typing import Literal

import ibis
import ibis.expr.types as ir

from regulars.insight.errors import RegularsError
from regulars.insight.shapes import BASE_DAYS, DAYS, FACTS, LEDGER, conform, shaped

Mode = Literal["happened", "known"]


def as_of(facts: ir.Table, day: int, mode: Mode = "happened") -> ir.Table:
    """Return the facts of that day's evening, by one of the two clocks.

    ``happened`` keeps what had happened by then, whenever it was learnt; ``known`` keeps what had also been
    received by then.

    Shape
    -----
    FACTS in, FACTS out.

    Raises
    ------
    RegularsError
        ``unknown-mode`` for any other word.
    """
    if mode not in ("happened", "known"):
        raise RegularsError("unknown-mode", f"There is no mode {mode!r}; use 'happened' or 'known'.")
    happened = facts.filter(facts.day <= day)
    return happened if mode == "happened" else happened.filter(happened.received_day <= day)


def _linked_refunds(facts: ir.Table, purchases: ir.Table) -> ir.Table:
    """Return the refunds, each on the day of the order it names, or on its own day."""
    refunds = facts.filter(facts.kind == "refund", facts.customer.notnull())
    named = refunds.filter(refunds.order_number.notnull()).select("customer", "order_number").distinct()
    orders = (
        purchases.filter(purchases.order_number.notnull())
        .semi_join(named, ["customer", "order_number"])
        .group_by("customer", "order_number")
        .aggregate(order_day=lambda t: t.day.min())
    )
    linked = refunds.left_join(orders, ["customer", "order_number"])
    return linked.select(
        customer=linked.customer,
        day=ibis.coalesce(linked.order_day, linked.day).cast("int32"),
        gross=ibis.literal(0, "int64"),
        # Some tills export refunds as negative amounts, some as positive ones.
        refunded=linked.amount.abs().cast("int64"),
        purchase=ibis.literal(0, "int64"),
        minute=ibis.null("int16"),
    )


@shaped(takes=FACTS, gives=LEDGER)
def purchase_ledger(facts: ir.Table) -> ir.Table:
    """Return what each customer bought and got back per day, marking the days that count.

    A refund belongs to the day of the order whose number it carries, else to its own day. A row without
    purchases is a refund that found no purchase day: it lowers totals and nothing else. A day whose refunds
    reach its purchases does not count.

    Shape
    -----
    FACTS in, LEDGER out.
    """
    purchases = facts.filter(facts.kind == "purchase", facts.customer.notnull())
    bought = purchases.select(
        customer=purchases.customer,
        day=purchases.day,
        gross=purchases.amount,
        refunded=ibis.literal(0, "int64"),
        purchase=ibis.literal(1, "int64"),
        minute=purchases.minute,
    )
    both = bought.union(_linked_refunds(facts, purchases))
    days = both.group_by("customer", "day").aggregate(
        gross=lambda t: t.gross.sum().coalesce(0),
        refunded=lambda t: t.refunded.sum().coalesce(0),
        purchases=lambda t: t.purchase.sum(),
        minute=lambda t: t.minute.min(),
    )
    given_back = (days.refunded > 0) & (days.refunded >= days.gross)
    return conform(days.mutate(counted=(days.purchases > 0) & ~given_back), LEDGER)


@shaped(takes=FACTS, gives=DAYS)
def purchase_days(facts: ir.Table) -> ir.Table:
    """Return the purchase days of every named customer, amounts net of refunds.

    Shape
    -----
    FACTS in, DAYS out.
    """
    ledger = purchase_ledger(facts)
    return conform(ledger.filter(ledger.counted).mutate(amount=lambda t: t.gross - t.refunded), DAYS)


@shaped(takes=FACTS, gives=BASE_DAYS)
def base_days(facts: ir.Table) -> ir.Table:
    """Return what the whole base bought on each day, purchases without a customer included.

    Refunds are not subtracted: demand is what people came for.

    Shape
    -----
    FACTS in, BASE_DAYS out.
    """
    purchases = facts.filter(facts.kind == "purchase")
    per_day = purchases.group_by("day").aggregate(
        purchases=lambda t: t.count(),
        anonymous=lambda t: t.customer.isnull().sum(),
        amount=lambda t: t.amount.sum().coalesce(0),
    )
    return conform(per_day, BASE_DAYS)
