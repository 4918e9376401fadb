"""Who will be lost, by the scorecard and by rules it has to beat, each learnt on the past alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from regulars.insight.lifetime.hiatus import learn
from regulars.insight.map_logistic import Prior, mode
from regulars.insight.person_periods import PersonPeriods, lost_within
from regulars.insight.scorecard import fit

Floats = NDArray[np.float64]
BASE_RATE, TENURE, SILENCE, POINTS, SCORECARD = (
    "base rate",
    "tenure only",
    "silence rule",
    "points shown",
    "scorecard",
)
CONTENDERS = (BASE_RATE, TENURE, SILENCE, POINTS, SCORECARD)
WORDS: Mapping[str, str] = {
    BASE_RATE: "the same for everybody",
    TENURE: "only how long a customer",
    SILENCE: "only how long silent",
    POINTS: "the score as shown",
    SCORECARD: "learnt from your own past",
}
"""Each way of telling as people read it; the names are what is stored."""
PLATT_SIGMA = 5.0


@dataclass(frozen=True, slots=True)
class LossForecast:
    """P(lost within the horizon) and an order, both higher for whoever is likelier lost."""

    p: Floats
    rank: Floats


def loss_forecasts(past: PersonPeriods, asked: PersonPeriods, periods: int) -> dict[str, LossForecast]:
    """Return every contender's forecast for the rows asked about, learnt on the past rows only.

    Shape
    -----
    ``past`` holds whole months before those of ``asked``, lost accounts among them.

    Units
    -----
    ``periods`` is the horizon in months.
    """
    bare = replace(past, signals=(), features=np.empty((len(past), 0)))
    base = _base_rate(past, len(asked), periods)
    tenure = fit(bare).chance(replace(asked, signals=(), features=np.empty((len(asked), 0))), periods).value
    card = fit(past).chance(asked, periods).value
    return {
        BASE_RATE: LossForecast(base, base),
        TENURE: LossForecast(tenure, tenure),
        SILENCE: _silence_rule(past, asked, periods, base),
        POINTS: _points_shown(past, asked, periods, base),
        SCORECARD: LossForecast(card, card),
    }


def _base_rate(past: PersonPeriods, count: int, periods: int) -> Floats:
    monthly = (past.losses + 0.5) / (len(past) + 1.0)
    return np.full(count, 1 - (1 - monthly) ** periods)


def _silence_rule(past: PersonPeriods, asked: PersonPeriods, periods: int, base: Floats) -> LossForecast:
    """Return the rule "silent for longer than H days", H learnt; the order is the silence itself."""
    outcome = lost_within(past, periods)
    told = ~np.isnan(outcome) & ~np.isnan(past.silence)
    if not told.any():
        return LossForecast(base, base)
    days = np.ceil(past.silence[told]).astype(np.int64)
    rule = learn(days, (outcome[told] == 0).astype(np.int64), float(periods))
    known = ~np.isnan(asked.silence)
    stays = np.where(np.ceil(asked.silence) <= rule.days, rule.recent, rule.quiet)
    return LossForecast(np.where(known, 1 - stays, base), _ranked(asked.silence))


def _points_shown(past: PersonPeriods, asked: PersonPeriods, periods: int, base: Floats) -> LossForecast:
    """Return the score that people were shown as a chance, by Platt's two numbers; more points never hurt."""
    outcome = lost_within(past, periods)
    told = ~np.isnan(outcome) & ~np.isnan(past.points)
    if not told.any():
        return LossForecast(base, base)
    points = past.points[told]
    middle, scale = float(points.mean()), max(float(points.std()), 1e-9)
    free = Prior.free(np.zeros(2), np.full(2, PLATT_SIGMA))
    prior = replace(free, high=np.array([np.inf, 0.0]))
    beta = mode(np.column_stack([np.ones(len(points)), (points - middle) / scale]), outcome[told], prior).beta
    p = expit(beta[0] + beta[1] * (asked.points - middle) / scale)
    return LossForecast(np.where(np.isnan(asked.points), base, p), _ranked(-asked.points))


def _ranked(order: Floats) -> Floats:
    """Return an order with what is not known in its middle: an order has to put it somewhere."""
    known = order[~np.isnan(order)]
    return np.where(np.isnan(order), np.median(known) if len(known) else 0.0, order)
