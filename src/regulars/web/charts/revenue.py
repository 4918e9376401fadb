"""Recurring revenue month by month: the amount as a line, what came and what went as bars beneath."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import altair as alt

from regulars.records.money import currency_look, money_words
from regulars.web.charts.look import GOOD, INK, WATCH, heading, room_for, rows_inside, styled

CAME, WENT = ("new", "returned", "expansion"), ("contraction", "lost")


def specification(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the line and the bars, or nothing for fewer than two months."""
    if len(result["months"]) < 2:
        return None
    currency = str(result.get("currency", ""))
    unit = 10 ** currency_look(currency)[0]
    rows = [
        {
            "month": month,
            "end": result["end"][place] / unit,
            "came": sum(result[name][place] for name in CAME) / unit,
            "went": -sum(result[name][place] for name in WENT) / unit,
        }
        for place, month in enumerate(result["months"])
    ]
    base = alt.Chart(rows_inside(rows)).encode(
        x=alt.X(
            "month:T", title=None, axis=alt.Axis(format="%b %Y", grid=False, labelOverlap=True, tickCount=8)
        )
    )
    amounts = _amounts(currency, max(result["end"], default=0))
    line = base.mark_line(stroke=INK, strokeWidth=2).encode(
        y=alt.Y("end:Q", title=None, scale=alt.Scale(zero=True), axis=amounts(5))
    )
    bars = base.mark_bar(size=10, fill=GOOD).encode(y=alt.Y("came:Q", title=None, axis=amounts(3)))
    bars += base.mark_bar(size=10, fill=WATCH).encode(y="went:Q")
    both = alt.vconcat(
        line.properties(width=640, height=170, title=heading("Recurring a month")),
        bars.properties(width=640, height=90, title=heading("Came and went")),
        spacing=16,
    ).resolve_scale(x="shared")
    return styled(both)


def _amounts(currency: str, largest: int) -> Callable[[int], alt.Axis]:
    """Return what makes axes of amounts: in the currency, and with room for the longest label."""
    sign = json.dumps(currency_look(currency)[1])
    words = f"(datum.value < 0 ? '\N{MINUS SIGN}' : '') + {sign} + format(abs(datum.value), ',')"
    room = room_for([money_words(2 * largest, currency)])
    return lambda ticks: alt.Axis(labelExpr=words, tickCount=ticks, minExtent=room)
