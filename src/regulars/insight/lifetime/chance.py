"""The headlines about one customer, as estimates: whether they buy in the next t days, and how often."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isnan

from regulars.insight.estimate import Estimate, refuse
from regulars.insight.lifetime.hiatus import HiatusRule
from regulars.insight.lifetime.intervals import Interval
from regulars.insight.lifetime.mbg import FittedMBG
from regulars.insight.lifetime.own_rhythm import RhythmRule
from regulars.insight.lifetime.pareto import FittedPareto

FARTHEST = 3.0
"""A rule looks ahead so many times the days it learnt its odds on: beyond, a steady hazard is a guess."""
Model = FittedMBG | FittedPareto | HiatusRule | RhythmRule


def reach_of(model: Model) -> float:
    """Return how many days ahead a model may say how likely a purchase is; fitted ones have no bound.

    Example
    -------
    >>> reach_of(HiatusRule(30, 60.0, 0.6, 0.1, 1.2, 0.1, 500, 200))
    180.0
    """
    rule = model.rule if isinstance(model, RhythmRule) else model
    return FARTHEST * rule.horizon if isinstance(rule, HiatusRule) else inf


def chance_of_purchase(model: Model | None, x: int, t_x: int, T: int, t: float, *, as_of: int) -> Estimate:
    """Return P(at least one purchase in the next t days) with its interval, or a refusal in words.

    Parameters
    ----------
    model
        What `choose` chose; None when nobody has bought yet.

    Units
    -----
    ``t_x``, ``T`` and ``t`` days, ``as_of`` an epoch day; the value is a probability. The interval is that of
    the model's parameters, or of the hiatus rule's rate.

    Example
    -------
    >>> rule = HiatusRule(30, 60.0, 0.6, 0.1, 1.2, 0.1, 500, 200)
    >>> chance_of_purchase(rule, 3, 90, 100, 60, as_of=20_000).value
    0.6
    """
    if model is not None and _learnt_from(model) and t > reach_of(model):
        reason = (
            f"The purchases on record tell what comes within {reach_of(model):.0f} days, not within {t:.0f}. "
            "Some more weeks of purchases are needed."
        )
        return refuse(reason, n=_learnt_from(model), as_of=as_of, method=model.name)
    return _told(model, as_of, lambda model: model.p_buy_interval(x, t_x, T, t))


def expected_purchases(model: Model | None, x: int, t_x: int, T: int, t: float, *, as_of: int) -> Estimate:
    """Return expected purchase days in the next t days, or a refusal in words.

    Units
    -----
    As for `chance_of_purchase`; the value counts days. Rules have no interval here: ``low`` and ``high`` are
    None.

    Example
    -------
    >>> rule = HiatusRule(30, 60.0, 0.6, 0.1, 1.2, 0.1, 500, 200)
    >>> expected_purchases(rule, 3, 90, 100, 60, as_of=20_000).value
    1.2
    """

    def span(model: Model) -> Interval | float:
        if isinstance(model, HiatusRule | RhythmRule):
            return float(model.expected(x, t_x, T, t))
        return model.expected_interval(x, t_x, T, t)

    return _told(model, as_of, span)


def _learnt_from(model: Model) -> int:
    return model.n if isinstance(model, HiatusRule | RhythmRule) else model.fit.n


def _told(model: Model | None, as_of: int, span: Callable[[Model], Interval | float]) -> Estimate:
    """Return what a model says as an estimate, with its reason where it cannot say it."""
    if model is None:
        return refuse("Nobody has bought yet; one purchase is needed.", n=0, as_of=as_of, method="none")
    n = _learnt_from(model)
    if isinstance(model, HiatusRule | RhythmRule) and not n:
        reason = "No earlier day has customers to learn from yet; some weeks of purchases are needed."
        return refuse(reason, n=0, as_of=as_of, method=model.name)
    if not isinstance(model, HiatusRule | RhythmRule) and model.fit.boundary:
        return refuse(model.fit.boundary, n=n, as_of=as_of, method=model.name)
    found = span(model)
    value = float(found.value if isinstance(found, Interval) else found)
    if isnan(value):
        reason = (
            "As the base goes they are likely to buy, and they are silent beyond their own rhythm: earlier "
            "dates do not tell which counts. More customers or more months of purchases are needed."
        )
        return refuse(reason, n=n, as_of=as_of, method=model.name)
    low, high = (float(found.low), float(found.high)) if isinstance(found, Interval) else (None, None)
    return Estimate(value, low, high, n, as_of, model.name)
