"""What every chart looks like: the tokens of the page, spoken in Vega-Lite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

INK = "var(--ink)"
SOFT = "var(--ink-soft)"
LINE = "var(--line)"
GOOD = "var(--good)"
WATCH = "var(--watch)"
UNKNOWN = "var(--unknown)"
LEMON = "var(--lemon)"
FONT = "system-ui, sans-serif"


def rows_inside(rows: Sequence[dict[str, Any]]) -> alt.Data:
    """Return rows as data inside the specification: a chart fetches nothing."""
    return alt.Data(values=list(rows))


def dressed(chart: Any, *, width: int, height: int) -> dict[str, Any]:
    """Return the specification of one chart with our type, our colours and a clear background."""
    return styled(chart.properties(width=width, height=height))


def styled(chart: Any) -> dict[str, Any]:
    """Return the specification of charts that have their sizes, in our look."""
    axis = {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "gridColor": LINE,
        "tickColor": LINE,
        "domainColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    spec: dict[str, Any] = (
        chart.properties(background="transparent")
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(**axis)
        .configure_text(color=INK, fontSize=12)
        .to_dict()
    )
    return spec


def heading(words: str) -> alt.TitleParams:
    """Return what stands over one of several charts, where no label of an axis can touch it."""
    return alt.TitleParams(words, anchor="start", fontSize=12, fontWeight="normal", color=SOFT, offset=8)


def room_for(words: Sequence[str]) -> float:
    """Return the width of axis labels in the reader's own font, which may be wider than the drawer's."""
    return 12 + 7.4 * max(map(len, words))
