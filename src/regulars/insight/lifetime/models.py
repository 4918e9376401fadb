"""The registry of fitted lifetime models: by name to fit one, by what was stored to have it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime import mbg, pareto
from regulars.insight.lifetime.fitted import EstimateKind
from regulars.insight.lifetime.hiatus import HiatusRule
from regulars.insight.lifetime.mbg import FittedMBG
from regulars.insight.lifetime.own_rhythm import RhythmRule
from regulars.insight.lifetime.pareto import FittedPareto
from regulars.insight.lifetime.regularity import fit_regular
from regulars.insight.lifetime.summary import PurchaseSummary

FittedModel = FittedMBG | FittedPareto

FITS: dict[str, Callable[[PurchaseSummary, EstimateKind], FittedModel]] = {
    "bg": lambda summary, estimate: mbg.fit(summary, model="bg", estimate=estimate),
    "mbg": lambda summary, estimate: mbg.fit(summary, model="mbg", estimate=estimate),
    "bg-cnbd": lambda summary, estimate: fit_regular(summary, model="bg", estimate=estimate),
    "mbg-cnbd": lambda summary, estimate: fit_regular(summary, model="mbg", estimate=estimate),
    "pareto": lambda summary, estimate: pareto.fit(summary, estimate=estimate),
}

STORED: dict[str, Callable[[dict[str, Any]], FittedMBG | FittedPareto | HiatusRule | RhythmRule]] = {
    "mbg": FittedMBG.from_json,
    "pareto": FittedPareto.from_json,
    "hiatus": HiatusRule.from_json,
    "rhythm": RhythmRule.from_json,
}


def fit_named(model: str, summary: PurchaseSummary, estimate: EstimateKind = "map") -> FittedModel:
    """Fit the model of that name: bg, mbg, bg-cnbd, mbg-cnbd (k chosen by likelihood) or pareto.

    Raises
    ------
    RegularsError
        ``unknown-model`` for another name; what the model itself refuses.

    Example
    -------
    >>> sample = PurchaseSummary([0, 2, 5, 0, 1], [0, 80, 300, 0, 20], [200, 190, 320, 90, 250])
    >>> fit_named("mbg", sample).name
    'MBG/NBD'
    """
    if model not in FITS:
        known = ", ".join(sorted(FITS))
        raise RegularsError("unknown-model", f"There is no lifetime model '{model}'; choose one of {known}.")
    return FITS[model](summary, estimate)


def from_json(stored: dict[str, Any]) -> FittedMBG | FittedPareto | HiatusRule | RhythmRule:
    """Return the model that a `to_json` stored.

    Raises
    ------
    RegularsError
        ``unknown-model`` when it was stored by something else.
    """
    kind = stored.get("kind")
    if kind not in STORED:
        raise RegularsError("unknown-model", f"A stored model says it is '{kind}', which is not known here.")
    return STORED[str(kind)](stored)
