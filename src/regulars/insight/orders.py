"""Order check: an item or a quantity unlike this customer, or a first order unlike anybody's.

Blind to what the order is worth: nothing here takes an amount.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import ibis
import ibis.expr.types as ir

from regulars.insight.shapes import FACTS, HABITS, conform, shaped
from regulars.insight.usual import item_words

ODD = 3.5
"""Standard deviations of the log quantity from what is usual."""
OWN_ORDERS = 4
"""Orders of an item from which on a customer has a quantity of their own."""
BASE_ORDERS = 30
"""Orders of an item from which on the base has."""
SPREAD_WEIGHT = 5.0
SPREAD_LEAST = 0.25
"""Nobody's quantities are so even that a quarter more is odd."""
NEW_ITEM_ORDERS = 8
RARE_ITEM = 0.01


def _grouped(facts: ir.Table, *keys: str) -> ir.Table:
    bought = facts.filter(
        (facts.kind == "purchase") & facts.item.notnull() & (facts.quantity.coalesce(1.0) > 0)
    )
    lines = bought.group_by("customer", "day", "item").aggregate(
        quantity=lambda t: t.quantity.coalesce(1.0).sum()
    )
    logs = lines.mutate(level=lines.quantity.log())
    return logs.group_by(*keys).aggregate(
        orders=lambda t: t.count(),
        mean_log=lambda t: t.level.mean(),
        mean_square_log=lambda t: (t.level * t.level).mean(),
        most=lambda t: t.quantity.max(),
    )


@shaped(takes=FACTS, gives=HABITS)
def item_habits(facts: ir.Table) -> ir.Table:
    """Return in which quantities each customer takes each item, a day's purchases taken together.

    Cut the facts to the day before the order that is checked.

    Shape
    -----
    FACTS in, HABITS out.
    """
    named = facts.filter(facts.customer.notnull())
    return conform(_grouped(named, "customer", "item"), HABITS)


@shaped(takes=FACTS, gives=HABITS)
def base_habits(facts: ir.Table) -> ir.Table:
    """Return in which quantities the whole base takes each item; ``customer`` is null.

    Shape
    -----
    FACTS in, HABITS out.
    """
    return conform(_grouped(facts, "item").mutate(customer=ibis.null("int64")), HABITS)


@dataclass(frozen=True, slots=True)
class Habit:
    """One item's quantities: number of orders, mean and standard deviation of their logs, the most."""

    orders: int
    mean_log: float
    spread: float
    most: float

    @classmethod
    def of(cls, row: Mapping[str, float]) -> Habit:
        """Return the habit of a row of HABITS."""
        variance = max(float(row["mean_square_log"]) - float(row["mean_log"]) ** 2, 0.0)
        return cls(int(row["orders"]), float(row["mean_log"]), sqrt(variance), float(row["most"]))

    def oddness(self, quantity: float, spread: float) -> float:
        """Return how many standard deviations a quantity lies from the usual; others lend a spread."""
        own = (self.orders * self.spread**2 + SPREAD_WEIGHT * spread**2) / (self.orders + SPREAD_WEIGHT)
        wide = sqrt(max(own, SPREAD_LEAST**2) * (1 + 1 / self.orders))
        return abs(log(quantity) - self.mean_log) / wide


@dataclass(frozen=True, slots=True)
class OrderCheck:
    """Why an order should be verified with the customer before it is shipped."""

    reasons: tuple[str, ...]
    oddness: float


def _judged(
    item: str, quantity: float, own: Habit | None, base: Habit | None, orders: int
) -> OrderCheck | None:
    lent = base.spread if base else 0.5
    if own is not None and own.orders >= OWN_ORDERS:
        odd = own.oddness(quantity, lent)
        usual = round(exp(own.mean_log), 1)
        unlike = f"{item_words(item, quantity)}, where {usual:g} is usual for them"
        beyond = quantity > own.most or quantity < usual
        return OrderCheck((unlike,), odd) if odd > ODD and beyond else None
    if base is not None and base.orders >= BASE_ORDERS:
        odd = base.oddness(quantity, lent)
        who = "anybody's first order" if orders == 0 else "anybody"
        unlike = f"{item_words(item, quantity)}, more than is usual for {who}"
        if odd > ODD and log(quantity) > base.mean_log:
            return OrderCheck((unlike,), odd)
    return None


def check_order(
    items: Sequence[tuple[str, float]],
    own: Mapping[str, Habit],
    base: Mapping[str, Habit],
    *,
    orders: int,
    base_orders: int,
) -> OrderCheck | None:
    """Return why this order is unlike the customer, or unlike anybody for a first order; None if it is not.

    Units
    -----
    ``items`` are (item, quantity) of one day taken together; ``orders`` counts the customer's purchase days
    before, ``base_orders`` all of the base's.
    """
    found: list[OrderCheck] = []
    for item, quantity in items:
        if quantity <= 0:
            continue
        judged = _judged(item, quantity, own.get(item), base.get(item), orders)
        if judged is not None:
            found.append(judged)
        elif orders >= NEW_ITEM_ORDERS and item not in own:
            seldom = base.get(item)
            rare = seldom is None or (base_orders > 0 and seldom.orders / base_orders < RARE_ITEM)
            if rare:
                found.append(OrderCheck((f"{item}, which they never took before and few others do",), ODD))
    if not found:
        return None
    return OrderCheck(
        tuple(reason for check in found for reason in check.reasons), max(c.oddness for c in found)
    )
