"""Who is expected today, about when, and what they usually take."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from regulars.attention.facts import FactsAt
from regulars.attention.models import StoredResult
from regulars.attention.read.names import names_of
from regulars.attention.read.opening import opening_days
from regulars.insight.calendar import weekday
from regulars.insight.rhythm import BaseRhythm, customer_rhythms, overdue_probability
from regulars.insight.shapes import columns
from regulars.insight.stage import Stage
from regulars.insight.standing_rows import standing_rows
from regulars.insight.usual import BaseTimes, Usual, base_times, usual, usual_words, visits

LIKELY = 0.25
"""Chance to come today from which on somebody is expected."""
MOST = 60
MOST_LOOKED_AT = 2_000


def expected_today(at: FactsAt, as_of: int) -> dict[str, Any]:
    """Return whom to expect today, by the hour they usually come.

    Regulars whose chance to come today, given their silence, is at least a quarter, unless another weekday
    is theirs.
    """
    calendar = opening_days(as_of)
    stored = StoredResult.objects.filter(key="base").values_list("result", flat=True).first()
    if calendar is None or not stored or not calendar.open[-1]:
        return {"rows": [], "closed": calendar is not None and not calendar.open[-1]}
    from regulars.attention.models import Standing

    regulars = Standing.objects.filter(stage__in=(Stage.REGULAR, Stage.FOR_LIFE), last_day__lt=as_of)
    people = list(regulars.order_by("-last_day").values_list("customer_id", flat=True)[:MOST_LOOKED_AT])
    if not people:
        return {"rows": [], "closed": False}
    mine = at.facts.filter(at.facts.customer.isin(people))
    rows = columns(at.collect(standing_rows(mine, at.calendar(calendar))))
    rhythms = customer_rhythms(rows, BaseRhythm.from_json(stored["rhythm"]))
    silence = int(calendar.index_at(as_of)) - rows["last_open"].astype("int64")
    before = overdue_probability(rhythms, silence - 1)
    chance = 1 - overdue_probability(rhythms, silence) / before.clip(1e-12)
    likely = dict(zip(rows["customer"].tolist(), chance.tolist(), strict=True))
    chosen = sorted((who for who in likely if likely[who] >= LIKELY), key=lambda who: -likely[who])[:MOST]
    return {"rows": _rows(at, chosen, likely, as_of), "closed": False}


def _rows(at: FactsAt, customers: list[int], likely: dict[int, float], as_of: int) -> list[dict[str, Any]]:
    habits = _habits(at, customers)
    names = names_of(customers)
    rows = [
        {
            "customer": who,
            "name": names.get(who, ""),
            "minute": habits[who].minute,
            "order": usual_words(habits[who]),
            "chance": round(likely[who], 2),
            "sentence": f"{names.get(who, '')} {usual_words(habits[who])}".strip(),
        }
        for who in customers
        if habits[who].weekday in (None, int(weekday(as_of)))
    ]
    return sorted(rows, key=lambda row: (row["minute"] is None, row["minute"] or 0, row["name"]))


def _habits(at: FactsAt, customers: list[int]) -> dict[int, Usual]:
    facts = at.facts
    bought = facts.filter(facts.customer.isin(customers), facts.kind == "purchase")
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in at.collect(bought.select("customer", "day", "minute", "item", "quantity")).to_pylist():
        lines[line["customer"]].append(line)
    times = BaseTimes.of(columns(at.collect(base_times(facts))))
    return {who: usual(visits(lines[who]), times) for who in customers}
