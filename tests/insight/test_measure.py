"""A measure is read from entries by its rule, as of any day."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.insight.measure import Happened, Read, read_by_rule, rule_fault

ENTRIES = [
    Happened("usage", "Invoices", 10, 3),
    Happened("usage", "Invoices", 20, 5),
    Happened("usage", "Reports", 20, 7),
    Happened("usage", "Invoices", 20, None),
    Happened("purchase", "Invoices", 21, 9),
]


@pytest.mark.parametrize(("what", "value"), [("sum", 9), ("count", 3), ("last", 1), ("distinct_days", 2)])
def test_each_way_of_reading(what: str, value: float) -> None:
    rule = {"kind": "usage", "item": "Invoices", "what": what, "days": 30}
    assert read_by_rule(rule, ENTRIES, 30) == Read(value, 20, 3)


def test_only_the_days_of_the_rule_up_to_the_day_count() -> None:
    rule = {"kind": "usage", "what": "sum", "days": 10}
    assert read_by_rule(rule, ENTRIES, 19) == Read(3, 10, 1)
    assert read_by_rule(rule, ENTRIES, 20) == Read(13, 20, 3)
    assert read_by_rule(rule, ENTRIES, 30) is None, "no entry is no reading"


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ({"what": "sum", "days": 3}, "kind"),
        ({"kind": "usage", "what": "mean", "days": 3}, "mean"),
        ({"kind": "usage", "what": "sum", "days": 0}, "days"),
        ({"kind": "usage", "what": "sum", "days": True}, "days"),
        ({"kind": "usage", "what": "sum", "days": 3, "item": 4}, "item"),
        ({"kind": "usage", "what": "sum", "days": 3, "where": "x"}, "where"),
    ],
)
def test_a_rule_that_cannot_be_read_says_why(rule: dict[str, Any], word: str) -> None:
    assert word in rule_fault(rule)
