"""The gate of "not before": what a customer's stage does not allow to be kept yet is let go, and counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import connection

from regulars.ledger.columns import FactColumns
from regulars.ledger.dialects.fields import LEVELS, PROPERTY, waits
from regulars.ledger.dialects.reading import PROFILE_FIELD, Profile, Read
from regulars.ledger.dialects.touchpoints import TOLD
from regulars.ledger.plans import Plan, Settled
from regulars.records.identity import resolve
from regulars.records.models import Source

Gates = Mapping[str, tuple[str, int]]
"""What waits, by field: the name of its column, and the place in LEVELS that a customer must have reached."""


def held_back(source: Source, settled: Settled, read: Read) -> Counter[str]:
    """Empty what a customer's stage does not allow to be kept yet, and count it by column name."""
    counted: Counter[str] = Counter()
    gates, own = _gates(settled.plan)
    if not gates and not own:
        return counted
    reached = _reached(source, read)
    _hold_profiles(read.profiles, gates, reached, counted)
    for facts, told in ((read.facts, counted), (read.extra, Counter[str]())):
        for column, field in _HELD.items():
            if field in gates:
                _hold_column(facts, column, gates[field], reached, told)
        if own:
            _hold_properties(facts, own, reached, told)
    return counted


_HELD = {
    "item": "item",
    "serial": "serial",
    "text": "text",
    "order_number": "order_number",
    "who_name": "customer_name",
}
"""Columns of facts by the field that gates them."""


def _gates(plan: Plan) -> tuple[dict[str, tuple[str, int]], Gates]:
    """Return what waits by field, and what waits by the name under which facts keep it as a property.

    What is joined of several columns waits as long as the strictest of them.
    """
    gates: dict[str, tuple[str, int]] = {}
    own: dict[str, tuple[str, int]] = {}
    for tick in plan.ticks:
        if not waits(plan.kind, tick.not_before):
            continue
        gate = (tick.name, LEVELS[tick.not_before])
        if tick.field == PROPERTY:
            own[tick.name] = gate
        elif plan.kind == "touchpoints" and tick.field in TOLD:
            own[tick.field] = gate
        else:
            for joined in _JOINED.get(tick.field, (tick.field,)):
                gates[joined] = max(gates.get(joined, gate), gate, key=lambda one: one[1])
    return gates, own


_JOINED = {
    "first_name": ("customer_name", "person_name"),
    "last_name": ("customer_name", "person_name"),
    "channel": ("text",),
}


def _hold_column(
    facts: FactColumns, column: str, gate: tuple[str, int], reached: Mapping[str, int], counted: Counter[str]
) -> None:
    cells = list(getattr(facts, column))
    for place, who in enumerate(facts.who):
        if cells[place] and reached.get(who, 0) < gate[1]:
            cells[place] = ""
            counted[f"{gate[0]}: too soon"] += 1
    setattr(facts, column, cells)


def _hold_properties(
    facts: FactColumns, own: Gates, reached: Mapping[str, int], counted: Counter[str]
) -> None:
    cells = list(facts.properties)
    last = max(level for _, level in own.values())
    for place, who in enumerate(facts.who):
        if len(cells[place]) <= 2 or reached.get(who, 0) >= last:
            continue
        kept = json.loads(cells[place])
        for name, (column, level) in own.items():
            if name in kept and reached.get(who, 0) < level:
                del kept[name]
                counted[f"{column}: too soon"] += 1
        cells[place] = json.dumps(kept, ensure_ascii=False)
    facts.properties = cells


def _hold_profiles(
    profiles: Mapping[str, list[Profile]], gates: Gates, reached: Mapping[str, int], counted: Counter[str]
) -> None:
    for who, entries in profiles.items():
        for entry in entries:
            for name, target in (*PROFILE_FIELD.items(), ("name", "customer_name")):
                if target in gates and getattr(entry, name) and reached.get(who, 0) < gates[target][1]:
                    setattr(entry, name, "")
                    counted[f"{gates[target][0]}: too soon"] += 1


def _reached(source: Source, read: Read) -> dict[str, int]:
    """Return how far each customer of a batch is, this batch included: a place in LEVELS."""
    who = list({*filter(None, read.facts.who), *read.profiles})
    ids = resolve(source, who)
    days: dict[str, set[int]] = {}
    for one, day, kind in zip(read.facts.who, read.facts.day, read.facts.kind, strict=True):
        if one and kind == "purchase":
            days.setdefault(one, set()).add(day)
    bought, contracts = _history(list(ids.values()))
    return {
        one: 3
        if ids.get(one) in contracts
        else min(2, len(days.get(one, set()) | bought.get(ids.get(one, 0), set())))
        for one in who
    }


def _history(customers: Sequence[int]) -> tuple[dict[int, set[int]], set[int]]:
    bought: dict[int, set[int]] = {}
    contracts: set[int] = set()
    if connection.vendor == "sqlite":
        among, wanted = "IN (SELECT value FROM json_each(%s))", json.dumps(list(customers))
    else:
        among, wanted = "= ANY(%s)", list(customers)  # type: ignore[assignment]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT customer_id, day, kind FROM fact WHERE kind IN ('purchase', 'contract_started') "
            f"AND customer_id {among}",
            [wanted],
        )
        for customer, day, kind in cursor.fetchall():
            if kind == "purchase":
                bought.setdefault(customer, set()).add(day)
            else:
                contracts.add(customer)
    return bought, contracts
