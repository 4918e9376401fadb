"""From a specification to SVG. Loads the drawing library, some 80 MB: for the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import vl_convert

from regulars.web.charts import cohorts, forecast, lift, reliability, revenue, score, survival

SPECIFICATIONS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any] | None]] = {
    "cohorts": cohorts.specification,
    "forecast": forecast.specification,
    "score": score.specification,
    "revenue": revenue.specification,
    "survival": survival.specification,
    "health_reliability": reliability.specification,
    "health_lift": lift.specification,
}


def drawn(key: str, result: Mapping[str, Any]) -> str:
    """Return the SVG as the library writes it, or nothing where there is nothing to draw."""
    spec = SPECIFICATIONS[key](result)
    return str(vl_convert.vegalite_to_svg(spec)) if spec else ""
