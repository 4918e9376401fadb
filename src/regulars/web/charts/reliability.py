"""Chances of being lost, in fifths: what was expected beside what came, with the bar of what chance does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from regulars.insight.loss_forecasts import WORDS
from regulars.web.charts.look import INK, LEMON, SOFT, WATCH, dressed, rows_inside

COLOURS = {"points shown": WATCH, "scorecard": INK}
FEWEST = 2


def specification(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the fifths of each way of telling around the line on which they would be right."""
    rows = [
        {
            "name": WORDS.get(name, name),
            "expected": fifth["expected"],
            "came": fifth["came"]["value"],
            "low": fifth["came"]["low"],
            "high": fifth["came"]["high"],
            "colour": COLOURS.get(name, INK),
        }
        for name, table in result["fifths"].items()
        for fifth in table
    ]
    if len(rows) < FEWEST:
        return None
    top = 1.05 * max(max(row["expected"], row["high"]) for row in rows)
    scale = alt.Scale(domain=[0, top], nice=False)
    base = alt.Chart(rows_inside(rows)).encode(
        x=alt.X(
            "expected:Q", title="Expected to be lost", scale=scale, axis=alt.Axis(format=".0%", tickCount=5)
        )
    )
    came = alt.Y("came:Q", title="Were lost", scale=scale, axis=alt.Axis(format=".0%", tickCount=5))
    colour = alt.Fill("colour:N", scale=None, legend=None)
    bars = base.mark_rule(stroke=SOFT).encode(y=alt.Y("low:Q", scale=scale, title="Were lost"), y2="high:Q")
    legend = alt.Legend(
        title=None,
        orient="top",
        labelColor=SOFT,
        labelFontSize=12,
        columnPadding=30,
        symbolFillColor=SOFT,
        symbolStrokeColor=SOFT,
    )
    shape = alt.Shape("name:N", scale=alt.Scale(range=["circle", "diamond"]), legend=legend)
    edge = alt.Stroke("colour:N", scale=None, legend=None)
    points = base.mark_point(size=70).encode(y=came, fill=colour, stroke=edge, shape=shape)
    right = (
        alt.Chart(rows_inside([{"expected": 0.0, "came": 0.0}, {"expected": top, "came": top}]))
        .mark_line(stroke=LEMON, strokeWidth=3)
        .encode(x=alt.X("expected:Q", scale=scale), y=alt.Y("came:Q", scale=scale))
    )
    return dressed(right + bars + points, width=360, height=300)
