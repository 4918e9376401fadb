"""Order check: unlike this customer, or a first order unlike anybody's, whatever it is worth."""

from __future__ import annotations

from typing import Any

from regulars.insight.orders import Habit, base_habits, check_order, item_habits
from tests.insight.simulated import facts


def _habits(table: Any, rows: list[dict[str, Any]]) -> tuple[dict[int, dict[str, Habit]], dict[str, Habit]]:
    given = table(facts(rows))
    own: dict[int, dict[str, Habit]] = {}
    for row in item_habits(given).to_pyarrow().to_pylist():
        own.setdefault(row["customer"], {})[row["item"]] = Habit.of(row)
    return own, {row["item"]: Habit.of(row) for row in base_habits(given).to_pyarrow().to_pylist()}


def _history() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {
            "customer": customer,
            "day": 10 + visit * 7,
            "item": "beans",
            "quantity": 1.0 + (customer + visit) % 3,
        }
        for customer in range(20)
        for visit in range(6)
    ]
    rows += [{"customer": 19, "day": 60 + n, "item": "beans", "quantity": 40.0} for n in range(5)]
    rows += [{"customer": None, "day": 9, "item": "syrup", "quantity": 1.0}]
    return rows


def _checked(table: Any, customer: int, items: list[tuple[str, float]], orders: int) -> Any:
    own, base = _habits(table, _history())
    return check_order(items, own.get(customer, {}), base, orders=orders, base_orders=125)


def test_the_usual_is_not_checked(table: Any) -> None:
    assert _checked(table, 1, [("beans", 2.0)], 6) is None
    assert _checked(table, 1, [("beans", 4.0)], 6) is None


def test_a_quantity_unlike_the_customer_is(table: Any) -> None:
    found = _checked(table, 1, [("beans", 30.0)], 6)
    assert found is not None
    assert found.reasons == ("30 beans, where 1.8 is usual for them",) or "30" in found.reasons[0]
    assert found.oddness > 3.5


def test_what_is_usual_for_one_is_not_for_another(table: Any) -> None:
    assert _checked(table, 19, [("beans", 40.0)], 11) is None


def test_a_first_order_unlike_anybodys_is_checked(table: Any) -> None:
    found = _checked(table, 99, [("beans", 400.0)], 0)
    assert found is not None
    assert "first order" in found.reasons[0]
    assert _checked(table, 99, [("beans", 3.0)], 0) is None


def test_a_rare_item_they_never_took_is_checked_only_for_those_with_habits(table: Any) -> None:
    assert _checked(table, 1, [("syrup", 1.0)], 20) is not None
    assert _checked(table, 1, [("syrup", 1.0)], 3) is None


def test_purchases_of_one_day_are_one_order_and_returns_are_none(table: Any) -> None:
    own, _ = _habits(
        table,
        [
            {"customer": 1, "day": 5, "item": "tea", "quantity": 1.0},
            {"customer": 1, "day": 5, "item": "tea", "quantity": 2.0},
            {"customer": 1, "day": 6, "item": "tea", "quantity": 0.0},
        ],
    )
    assert own[1]["tea"].orders == 1
    assert own[1]["tea"].most == 3.0
    assert check_order([("tea", -1.0)], own[1], {}, orders=9, base_orders=9) is None
