"""The forecast against what happened, week by week, with the day on which it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from regulars.web.charts.look import INK, LEMON, SOFT, WATCH, dressed, rows_inside

SERIES = ("weeks", "actual", "expected", "low", "high")


def _weeks(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = zip(*(result[name] for name in SERIES), strict=True)
    return [dict(zip(("week", *SERIES[1:]), row, strict=True)) for row in rows]


def _cut(result: Mapping[str, Any]) -> alt.LayerChart:
    base = alt.Chart(rows_inside([{"week": result["cut"], "words": "forecast made"}])).encode(x="week:T")
    words = base.mark_text(align="left", dx=6, color=SOFT).encode(text="words:N", y=alt.value(8))
    return base.mark_rule(stroke=SOFT, strokeDash=[2, 3]) + words


def specification(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the two lines and the band, or nothing without a week."""
    weeks = _weeks(result)
    if not weeks:
        return None
    base = alt.Chart(rows_inside(weeks)).encode(
        x=alt.X(
            "week:T", title=None, axis=alt.Axis(format="%b %Y", grid=False, labelOverlap=True, tickCount=8)
        )
    )
    count = alt.Y("low:Q", title="Purchase days a week")
    told = base.transform_filter("isValid(datum.expected)")
    band = told.mark_area(fill=LEMON, fillOpacity=0.35).encode(y=count, y2="high:Q")
    expected = told.mark_line(stroke=WATCH, strokeDash=[6, 4], strokeWidth=2).encode(y="expected:Q")
    actual = (
        base.transform_filter("isValid(datum.actual)")
        .mark_line(stroke=INK, strokeWidth=2)
        .encode(y="actual:Q")
    )
    return dressed(band + expected + actual + _cut(result), width=640, height=260)
