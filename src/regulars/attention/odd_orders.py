"""Orders of the last days that do not look like the customer who placed them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from regulars.attention.base import YEAR, Base
from regulars.attention.facts import FactsAt
from regulars.attention.models import StoredResult
from regulars.attention.read.profiles import reachable
from regulars.attention.rules.book import OddOrder
from regulars.attention.write.results import store_result
from regulars.attention.write.standings import Columns
from regulars.insight.orders import Habit, base_habits, check_order, item_habits

LOOK_BACK = 2
"""Days: an order older than that has left."""
MOST_ITEMS = 1_000


def learn_item_habits(at: FactsAt, as_of: int) -> None:
    """Store in which quantities the whole base takes its most frequent items, over the last year."""
    rests_on = at.listed.digest if at.listed else ""
    known = StoredResult.objects.filter(key="item_habits", as_of=as_of, result__rests_on=rests_on)
    if rests_on and known.exists():
        return
    year = at.facts.filter(at.facts.day.between(as_of - YEAR, as_of - LOOK_BACK - 1))
    habits = base_habits(year)
    rows = at.collect(habits.order_by(habits.orders.desc(), habits.item).limit(MOST_ITEMS)).to_pylist()
    for row in rows:
        del row["customer"]
    orders = sum(row["orders"] for row in rows)
    store_result("item_habits", as_of, {"items": rows, "orders": orders, "rests_on": rests_on})


def odd_orders(at: FactsAt, base: Base, looked_at: Columns) -> tuple[OddOrder, ...]:
    """Return the odd orders of customers whom somebody could ask."""
    recent = _recent(at, base.as_of)
    if not recent:
        return ()
    stored = StoredResult.objects.filter(key="item_habits").first()
    everybody = {row["item"]: Habit.of(row) for row in stored.result["items"]} if stored else {}
    base_orders = stored.result["orders"] if stored else 0
    who = sorted({customer for customer, _ in recent})
    own = _own_habits(at, base.as_of, who)
    days = dict(zip(looked_at["customer"].tolist(), looked_at["days"].tolist(), strict=True))
    found = []
    for (customer, order), lines in recent.items():
        check = check_order(
            [(line["item"], line["quantity"] or 1.0) for line in lines],
            own.get(customer, {}),
            everybody,
            orders=max(days.get(customer, 1) - 1, 0),
            base_orders=base_orders,
        )
        if check is not None:
            facts = tuple(line["fact_id"] for line in lines)
            reason = f"{'; '.join(check.reasons)}."
            found.append(OddOrder(customer, order, lines[0]["day"], reason, facts))
    return tuple(found)


def _recent(at: FactsAt, as_of: int) -> dict[tuple[int, str], list[dict[str, Any]]]:
    facts = at.facts
    lines = at.collect(
        facts.filter(
            facts.kind == "purchase",
            facts.customer.notnull(),
            facts.item.notnull(),
            facts.day >= as_of - LOOK_BACK,
        ).select("fact_id", "customer", "day", "item", "quantity", "order_number")
    )
    customers = np.asarray(lines.column("customer").to_numpy())
    asked = lines.filter(reachable(customers))
    orders: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for line in asked.to_pylist():
        orders[line["customer"], line["order_number"] or str(line["day"])].append(line)
    return orders


def _own_habits(at: FactsAt, as_of: int, customers: list[int]) -> dict[int, dict[str, Habit]]:
    before = at.facts.filter(at.facts.customer.isin(customers), at.facts.day < as_of - LOOK_BACK)
    own: dict[int, dict[str, Habit]] = defaultdict(dict)
    for row in at.collect(item_habits(before)).to_pylist():
        own[row["customer"]][row["item"]] = Habit.of(row)
    return own
