"""The hiatus rule: whoever bought within the last H days is still with us; H and the odds are learnt."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv

from regulars.insight.lifetime.intervals import Interval
from regulars.insight.lifetime.scoring import floats
from regulars.insight.lifetime.summary import Floats, Ints, PurchaseSummary
from regulars.insight.lifetime.tables import Scores

PSEUDO_CUSTOMERS = 2.0  # how many customers' worth of the base rate each side is shrunk by


@dataclass(frozen=True, slots=True)
class HiatusRule:
    """P(at least one purchase) for those silent up to ``days`` and for the others, from an earlier cut.

    Units
    -----
    ``days`` and ``horizon`` are days. ``recent`` and ``quiet`` are beta-binomial rates of buying within
    ``horizon``; ``recent_mean`` and ``quiet_mean`` are purchase days within it. ``n`` counts
    the customers learnt from, ``recent_n`` those of them who had bought in the last H days.

    Source
    ------
    Wübben & v. Wangenheim (2008), Journal of Marketing 72(3) 82-93; rates and the learnt H are ours.
    """

    days: int
    horizon: float
    recent: float
    quiet: float
    recent_mean: float
    quiet_mean: float
    n: int
    recent_n: int = 0

    @property
    def name(self) -> str:
        """The rule in words."""
        return f"bought in the last {self.days} days"

    def holds(self, t_x: ArrayLike, T: ArrayLike) -> Any:
        """Return whether the last purchase is at most ``days`` ago."""
        last, age = floats(t_x, T)
        return age - last <= self.days

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Return 1 for those who bought in the last H days, else 0: the rule knows no more."""
        _, last, age = floats(x, t_x, T)
        return np.where(self.holds(last, age), 1.0, 0.0)

    def p_buy(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
        """Return P(at least one purchase in the next t days), at a steady hazard between horizons."""
        _, last, age, ahead = floats(x, t_x, T, t)
        return to_horizon(np.where(self.holds(last, age), self.recent, self.quiet), ahead / self.horizon)

    def expected(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
        """Return expected purchase days in the next t days, in proportion to the horizon learnt on."""
        _, last, age, ahead = floats(x, t_x, T, t)
        return np.where(self.holds(last, age), self.recent_mean, self.quiet_mean) * (ahead / self.horizon)

    def scores(self, summary: PurchaseSummary, t: float) -> Scores:
        """Return the rule's answers for everybody."""
        rows = (summary.x, summary.t_x, summary.T)
        return Scores(self.p_alive(*rows), self.p_buy(*rows, t), self.expected(*rows, t))

    def p_buy_interval(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Interval:
        """Return P(at least one purchase) with the 95 % interval of the beta posterior of its side's rate."""
        _, last, age, ahead = floats(x, t_x, T, t)
        recent = self.holds(last, age)
        rate = np.where(recent, self.recent, self.quiet)
        weight = np.where(recent, self.recent_n, self.n - self.recent_n) + PSEUDO_CUSTOMERS
        shape = (rate * weight, (1.0 - rate) * weight)
        ends = [to_horizon(betaincinv(*shape, level), ahead / self.horizon) for level in (0.025, 0.975)]
        return Interval(self.p_buy(x, t_x, T, t), *ends)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return {"kind": "hiatus", **asdict(self)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> HiatusRule:
        """Return the rule that `to_json` stored."""
        return cls(**{name: value for name, value in stored.items() if name != "kind"})


def to_horizon(p: Floats, ratio: ArrayLike) -> Floats:
    """Return P(buy) over a horizon `ratio` times as long, at a steady hazard: 1 - (1-p)^ratio."""
    kept = np.minimum(p, 1.0 - 1e-12)
    return np.asarray(-np.expm1(np.asarray(ratio) * np.log1p(-kept)))


def learn(silence: Ints, bought: Ints, horizon: float) -> HiatusRule:
    """Return the rule whose H parts buyers from others best (least Brier) on an earlier cut.

    Parameters
    ----------
    silence
        Days since the last purchase at the cut.
    bought
        Purchase days in the `horizon` days after the cut.

    Example
    -------
    >>> rule = learn(np.array([1, 2, 3, 50, 60, 70]), np.array([2, 1, 1, 0, 0, 0]), 30)
    >>> rule.days, rule.recent > rule.quiet
    (3, True)
    """
    n = len(silence)
    if not n:
        return HiatusRule(int(horizon), horizon, 0.5, 0.5, 0.0, 0.0, 0)
    active = bought > 0
    order = np.argsort(silence, kind="stable")
    ordered = silence[order]
    ends = np.append(np.flatnonzero(np.diff(ordered)), n - 1)
    inside = np.cumsum(active[order])[ends].astype(np.float64)
    size = ends + 1.0
    beyond, others = inside[-1] - inside, n - size
    # Brier of two constants on their own groups: sum of k(1 - k/n); least is best.
    loss = inside * (1 - inside / size) + beyond * (1 - beyond / np.maximum(others, 1.0))
    # Only sides on which the silent buy no more than the others: a longer silence never raises a chance.
    falls = inside / size >= beyond / np.maximum(others, 1.0)
    best = int(np.argmin(np.where(falls, loss, np.inf)))
    days = int(ordered[ends[best]])
    near = silence <= days
    return HiatusRule(
        days,
        float(horizon),
        *_rates(active, near),
        *_means(bought, near),
        n,
        int(near.sum()),
    )


def _rates(active: Any, near: Any) -> tuple[float, float]:
    """Return both sides' beta-binomial rates, shrunk toward the base by two customers' worth."""
    base = (float(active.sum()) + 0.5) / (len(active) + 1.0)
    rates = [
        (float(active[side].sum()) + PSEUDO_CUSTOMERS * base) / (float(side.sum()) + PSEUDO_CUSTOMERS)
        for side in (near, ~near)
    ]
    return rates[0], min(rates)


def _means(bought: Ints, near: Any) -> tuple[float, float]:
    base = float(bought.mean())
    means = [
        (float(bought[side].sum()) + PSEUDO_CUSTOMERS * base) / (float(side.sum()) + PSEUDO_CUSTOMERS)
        for side in (near, ~near)
    ]
    return means[0], min(means)
