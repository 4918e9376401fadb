"""Recurring revenue month by month: the amount as a line, what came and what went as bars beneath."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from regulars.web.charts.look import GOOD, INK, WATCH, rows_inside, styled

CAME, WENT = ("new", "returned", "expansion"), ("contraction", "lost")


def specification(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the line and the bars, or nothing for fewer than two months."""
    if len(result["months"]) < 2:
        return None
    rows = [
        {
            "month": month,
            "end": result["end"][place] / 100,
            "came": sum(result[name][place] for name in CAME) / 100,
            "went": -sum(result[name][place] for name in WENT) / 100,
        }
        for place, month in enumerate(result["months"])
    ]
    base = alt.Chart(rows_inside(rows)).encode(
        x=alt.X(
            "month:T", title=None, axis=alt.Axis(format="%b %Y", grid=False, labelOverlap=True, tickCount=8)
        )
    )
    line = base.mark_line(stroke=INK, strokeWidth=2).encode(
        y=alt.Y("end:Q", title="Recurring a month", scale=alt.Scale(zero=True))
    )
    bars = base.mark_bar(size=10, fill=GOOD).encode(y=alt.Y("came:Q", title="Came and went"))
    bars += base.mark_bar(size=10, fill=WATCH).encode(y="went:Q")
    both = alt.vconcat(
        line.properties(width=640, height=170), bars.properties(width=640, height=90), spacing=12
    ).resolve_scale(x="shared")
    return styled(both)
