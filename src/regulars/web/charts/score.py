"""How wrong each way of telling who comes back was: shorter is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from regulars.web.charts.look import GOOD, UNKNOWN, dressed, room_for, rows_inside


def specification(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return bars of the Brier score, the best one marked, or nothing without two to compare."""
    told = [row for row in result["rows"] if row.get("brier") is not None]
    if len(told) < 2:
        return None
    best = min(row["brier"] for row in told)
    bars = [
        {
            "name": row["name"],
            "brier": row["brier"],
            "words": f"{row['brier']:.3f}" + (" closest" if row["brier"] == best else ""),
            "colour": GOOD if row["brier"] == best else UNKNOWN,
        }
        for row in told
    ]
    extent = room_for([bar["name"] for bar in bars])
    base = alt.Chart(rows_inside(bars)).encode(
        x=alt.X(
            "brier:Q",
            title="How far off the chances were: shorter is closer",
            axis=alt.Axis(tickCount=6),
        ),
        y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=300, minExtent=extent)),
    )
    colour = alt.Fill("colour:N", scale=None, legend=None)
    chart = base.mark_bar(size=14).encode(fill=colour) + base.mark_text(align="left", dx=5).encode(
        text="words:N"
    )
    return dressed(chart, width=460, height=30 * len(bars))
