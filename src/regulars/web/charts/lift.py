"""How many times more of the lost are among the tenth ranked first, with intervals; 1 is chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from regulars.insight.loss_forecasts import WORDS
from regulars.web.charts.look import GOOD, INK, LINE, UNKNOWN, dressed, room_for, rows_inside


def specification(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a bar for each way of telling, or nothing without two to compare."""
    told = [(way["name"], way["lift"]) for way in result["ways"] if way["lift"]["value"] is not None]
    if len(told) < 2:
        return None
    rows = [
        {
            "name": WORDS.get(name, name),
            "value": one["value"],
            "low": one["low"],
            "high": one["high"],
            "words": f"{one['value']:.1f}",
            "colour": GOOD if (one["low"] or 0) > 1 else UNKNOWN,
        }
        for name, one in told
    ]
    extent = room_for([row["name"] for row in rows])
    base = alt.Chart(rows_inside(rows)).encode(
        y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=300, minExtent=extent))
    )
    title = "Times as many lost in the tenth ranked first as in all"
    bars = base.mark_bar(size=14).encode(
        x=alt.X("value:Q", title=title, axis=alt.Axis(tickCount=6)),
        fill=alt.Fill("colour:N", scale=None, legend=None),
    )
    intervals = base.mark_rule(stroke=INK, strokeWidth=1.5).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    chance = (
        alt.Chart(rows_inside([{"one": 1.0}]))
        .mark_rule(stroke=LINE, strokeDash=[4, 3], strokeWidth=2)
        .encode(x=alt.X("one:Q", title=title))
    )
    return dressed(chance + bars + intervals, width=460, height=30 * len(rows))
