"""The cohort matrix: of those who first bought in a month, how many bought again in each month after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from regulars.insight.figures import percent
from regulars.insight.months import month_words
from regulars.web.charts.look import GOOD, dressed, room_for, rows_inside

COHORTS, MONTHS = 18, 12
# Ink must stay readable on the fullest cell, in both themes.
FULLEST = 0.5


def _cells(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = zip(result["months"], result["sizes"], result["active"], strict=True)
    shown = [row for row in rows if any(share is not None for share in row[2][1 : MONTHS + 1])][-COHORTS:]
    return [
        {
            "cohort": f"{month_words(month)} ({size:,})",
            "after": after,
            "share": share,
            "words": percent(share),
        }
        for month, size, shares in shown
        for after, share in enumerate(shares[: MONTHS + 1])
        if after and share is not None
    ]


def specification(result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the matrix, or nothing when no cohort is a month old."""
    cells = _cells(result)
    if not cells:
        return None
    extent = room_for([cell["cohort"] for cell in cells])
    base = alt.Chart(rows_inside(cells)).encode(
        x=alt.X(
            "after:O", title="Months after the first purchase", axis=alt.Axis(labelAngle=0, orient="top")
        ),
        y=alt.Y("cohort:N", title=None, sort=None, axis=alt.Axis(minExtent=extent)),
    )
    top = max(cell["share"] for cell in cells) or 1
    opacity = alt.FillOpacity("share:Q", scale=alt.Scale(domain=[0, top], range=[0.04, FULLEST]), legend=None)
    chart = base.mark_rect(fill=GOOD).encode(fillOpacity=opacity) + base.mark_text().encode(text="words:N")
    columns = max(cell["after"] for cell in cells)
    rows = len({cell["cohort"] for cell in cells})
    return dressed(chart, width=46 * columns, height=26 * rows)
