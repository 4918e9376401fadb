"""How many contracts still run after so many years, with the band of what chance allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from regulars.web.charts.look import INK, LEMON, dressed, rows_inside

SERIES = ("days", "value", "low", "high")


def specification(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the curve and its band, or nothing for fewer than two points."""
    rows = [
        {"years": day / 365.25, "value": value, "low": low, "high": high}
        for day, value, low, high in zip(*(result[name] for name in SERIES), strict=True)
    ]
    if len(rows) < 2:
        return None
    base = alt.Chart(rows_inside(rows)).encode(
        x=alt.X("years:Q", title="Years since the contract began", axis=alt.Axis(grid=False, tickCount=6))
    )
    share = alt.Y("low:Q", title="Still running", axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]))
    band = base.mark_area(fill=LEMON, fillOpacity=0.35, interpolate="step-after").encode(y=share, y2="high:Q")
    line = base.mark_line(stroke=INK, strokeWidth=2, interpolate="step-after").encode(y="value:Q")
    return dressed(band + line, width=640, height=240)
