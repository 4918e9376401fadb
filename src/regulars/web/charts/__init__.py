"""Charts: Altair specifications drawn to SVG by the worker and stored beside the result they draw.

Colours are the page's own custom properties, so one drawing serves both themes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.web.charts.clean import BETWEEN, cleaned, figure

__all__ = ["TITLES", "draw", "draw_both", "figure"]

TITLES = {
    "cohorts": "Who bought again, by month of the first purchase",
    "forecast": "Purchases expected and purchases that happened",
    "score": "How far off each way of telling was",
    "revenue": "Recurring revenue from month to month",
    "survival": "How long contracts last",
    "health_reliability": "Chances of being lost, expected and come",
    "health_lift": "How many more of the lost each way of telling ranks first",
}


def draw_both(key: str, result: Mapping[str, Any]) -> str:
    """Return what is stored of a result: its drawing, and behind it the one for narrow screens."""
    both = (draw(key, result), draw(key, result, narrow=True))
    return BETWEEN.join(filter(None, both))


def draw(key: str, result: Mapping[str, Any], *, narrow: bool = False) -> str:
    """Return the SVG of a stored result, or nothing for results that are refused or not drawn.

    Called by the worker alone: a page view shows what is stored, and never loads the drawing library.
    """
    if key not in TITLES or result.get("refusal"):
        return ""
    from regulars.web.charts.drawing import drawn

    svg = drawn(key, result, narrow=narrow)
    reading = str(result.get("reading") or result.get("sentence") or "")
    return (
        cleaned(svg, key=f"{key}-narrow" if narrow else key, title=TITLES[key], reading=reading)
        if svg
        else ""
    )
