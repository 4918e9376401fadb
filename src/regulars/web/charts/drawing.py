"""From a specification to SVG. Loads the drawing library, some 80 MB: for the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import vl_convert

from regulars.web.charts import cohorts, forecast, lift, reliability, revenue, score, survival
from regulars.web.charts.narrow import narrowed

SPECIFICATIONS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {
    "cohorts": cohorts.specification,
    "forecast": forecast.specification,
    "score": score.specification,
    "revenue": revenue.specification,
    "survival": survival.specification,
    "health_reliability": reliability.specification,
    "health_lift": lift.specification,
}


def drawn(key: str, result: Mapping[str, Any], *, narrow: bool = False) -> str:
    """Return the SVG as the library writes it, for a phone if ``narrow``; or nothing."""
    spec = SPECIFICATIONS[key](result)
    if not spec:
        return ""
    return str(vl_convert.vegalite_to_svg(narrowed(key, spec) if narrow else spec))
