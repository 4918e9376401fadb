"""What a model would have said at an earlier date, beside simpler rules, and what then happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from regulars.insight.lifetime import hiatus
from regulars.insight.lifetime.hiatus import HiatusRule, to_horizon
from regulars.insight.lifetime.summary import (
    Floats,
    Ints,
    PurchaseSummary,
    coded,
    ordered_summaries,
    run_starts,
    whole_numbers,
)
from regulars.insight.lifetime.tables import Scores

RIDGE = 1e-3
SHARE_FOR_LEARNING = 3  # at most a third of the history goes into learning the rules' odds


class Scorer(Protocol):
    """Whatever answers for everybody at once."""

    def scores(self, summary: PurchaseSummary, t: float) -> Scores:
        """Return P(still a customer), P(at least one purchase) and expected purchases."""
        ...


@dataclass(frozen=True, slots=True)
class PurchaseDays:
    """Every purchase day once, customers coded 0-based.

    Shape
    -----
    ``who`` and ``day`` have one entry per customer and purchase day; ``customers`` is how many there are.
    """

    who: Ints
    day: Ints
    customers: int

    @property
    def first(self) -> int:
        """The first day anybody bought."""
        return int(self.day.min()) if len(self.day) else 0

    def until(self, cut: int) -> PurchaseDays:
        """Return what had happened by the cut."""
        known = self.day <= cut
        return PurchaseDays(self.who[known], self.day[known], self.customers)

    def at(self, cut: int, *, log_gaps: bool = False) -> PurchaseSummary:
        """Return everybody's summary as of the cut."""
        known = self.day <= cut
        return ordered_summaries(self.who[known], self.day[known], cut, log_gaps=log_gaps)

    def bought(self, summary: PurchaseSummary, cut: int, horizon: int) -> Ints:
        """Return the purchase days of the summary's customers in (cut, cut + horizon]."""
        inside = (self.day > cut) & (self.day <= cut + horizon)
        counts = np.bincount(self.who[inside], minlength=self.customers)
        return counts if summary.customer is None else counts[summary.customer]


Fit = Callable[[PurchaseSummary, PurchaseDays, int], Scorer]
"""Fits something to the summary at a cut, or to the purchase days up to it, given the day of the cut."""


def purchase_days(customer: ArrayLike, day: ArrayLike, as_of: int) -> PurchaseDays:
    """Return each customer's distinct purchase days up to `as_of`, from any order."""
    days = whole_numbers(day, "day")
    known = days <= as_of
    who, days = coded(np.asarray(customer)[known])[0], days[known]
    if not len(days):
        return PurchaseDays(days, days, 0)
    low, least = int(days.min()), int(who.min())
    bits = max(1, (int(days.max()) - low).bit_length())
    if (int(who.max()) - least).bit_length() + bits > 62:
        who, least = np.unique(who, return_inverse=True)[1], 0
    keys = np.sort(((who - least) << bits) | (days - low))
    keys = keys[run_starts(keys)]
    holders = keys >> bits
    fresh = np.zeros(len(keys), dtype=np.int64)
    fresh[run_starts(holders)[1:]] = 1
    codes = np.cumsum(fresh)
    return PurchaseDays(codes, (keys & ((1 << bits) - 1)) + low, int(codes[-1]) + 1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """One contender's answers at one cut: P(buy), expected count, and by what it ranks."""

    p: Floats
    count: Floats | None
    rank: Floats


@dataclass(frozen=True, slots=True)
class Cut:
    """One earlier date: who was there, what each contender said, and what came.

    Shape
    -----
    ``who`` and ``bought`` have one entry per customer seen by the cut, as has every forecast.
    """

    day: int
    who: Ints
    bought: Ints
    forecasts: dict[str, Forecast]
    rule: HiatusRule
    repeat_buyers: int


def learning_horizon(days: PurchaseDays, cut: int, horizon: int) -> int:
    """Return how many days before the cut the rules learn on: the horizon, or a third of the history."""
    return max(1, min(horizon, (cut - days.first) // SHARE_FOR_LEARNING))


def learn_hiatus(days: PurchaseDays, cut: int, horizon: int) -> HiatusRule:
    """Return the hiatus rule learnt on the last stretch before `cut`."""
    learning = learning_horizon(days, cut, horizon)
    early = days.at(cut - learning)
    return hiatus.learn(early.T - early.t_x, days.bought(early, cut - learning, learning), float(learning))


def run_cut(days: PurchaseDays, cut: int, horizon: int, fit: Fit, *, log_gaps: bool) -> Cut:
    """Return what every contender, trained on what had happened by the cut, says of the days after it.

    Parameters
    ----------
    fit
        Fits the model to what had happened by the cut.
    """
    learning = learning_horizon(days, cut, horizon)
    early = days.at(cut - learning)
    came = days.bought(early, cut - learning, learning)
    ratio = horizon / learning
    seen = days.at(cut, log_gaps=log_gaps)
    rule = hiatus.learn(early.T - early.t_x, came, float(learning))
    silence = (seen.T - seen.t_x).astype(np.float64)
    said = fit(seen, days.until(cut), cut).scores(seen, float(horizon))
    rule_said = rule.scores(seen, float(horizon))
    regressed = to_horizon(logistic(_features(early), came > 0)(_features(seen)), ratio)
    forecasts = {
        "base rate": _base_rate(came, len(seen), ratio),
        "hiatus": Forecast(rule_said.p_buy, rule_said.expected, -silence),
        "own rate": _own_rate(seen, horizon),
        "logistic": Forecast(regressed, None, regressed),
        "model": Forecast(said.p_buy, said.expected, said.p_buy),
    }
    who = np.asarray(seen.customer if seen.customer is not None else [], dtype=np.int64)
    return Cut(cut, who, days.bought(seen, cut, horizon), forecasts, rule, seen.repeat_buyers)


def _base_rate(came: Ints, n: int, ratio: float) -> Forecast:
    share = (float((came > 0).sum()) + 0.5) / (len(came) + 1.0)
    p = to_horizon(np.full(n, share), ratio)
    mean = float(came.mean()) * ratio if len(came) else 0.0
    return Forecast(p, np.full(n, mean), np.zeros(n))


def _own_rate(seen: PurchaseSummary, horizon: int) -> Forecast:
    """Each customer's own pace, x over T, carried on; somebody who came today has no pace yet."""
    count = seen.x / np.maximum(seen.T, 1) * float(horizon)
    return Forecast(-np.expm1(-count), count, count)


def _features(summary: PurchaseSummary) -> Floats:
    columns = (summary.T - summary.t_x, summary.x, summary.T)
    return np.stack([np.log1p(column.astype(np.float64)) for column in columns], axis=1)


def logistic(features: Floats, came: Any) -> Callable[[Floats], Floats]:
    """Return P(buy) as a logistic function of the features, fitted by Newton with a whisper of ridge.

    Shape
    -----
    ``features`` (customers, columns); ``came`` true or false per customer.
    """
    if len(features) == 0:
        return lambda rows: np.full(len(rows), 0.5)
    middle = features.mean(axis=0)
    spread = np.maximum(features.std(axis=0), 1e-9)

    def design(rows: Floats) -> Floats:
        return np.hstack([np.ones((len(rows), 1)), (rows - middle) / spread])

    def answer(rows: Floats, weights: Floats) -> Floats:
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(design(rows) @ weights, -30.0, 30.0))))

    columns, target = design(features), np.asarray(came, dtype=np.float64)
    weights = np.zeros(columns.shape[1])
    penalty = RIDGE * np.eye(len(weights))
    for _ in range(30):
        p = answer(features, weights)
        slope = columns.T @ (target - p) - penalty @ weights
        bend = (columns * (p * (1 - p))[:, None]).T @ columns + penalty
        step = np.linalg.solve(bend, slope)
        weights = weights + step * min(1.0, 3.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    final = weights
    return lambda rows: answer(rows, final)
