"""The hiatus rule weighed by each customer's own rhythm: who is silent beyond it has less of a chance."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from regulars.insight.lifetime.backtest import PurchaseDays, learn_hiatus, learning_horizon
from regulars.insight.lifetime.hiatus import PSEUDO_CUSTOMERS, HiatusRule, to_horizon
from regulars.insight.lifetime.intervals import Interval
from regulars.insight.lifetime.scoring import floats
from regulars.insight.lifetime.summary import Floats, Ints, PurchaseSummary, run_starts
from regulars.insight.lifetime.tables import Scores
from regulars.insight.rhythm import HALF_DAY, BaseRhythm, base_rhythm, longer_than

UNUSUAL = 0.05
"""A silence that so few gaps of somebody still coming outlast is beyond their own rhythm."""
EVEN = 0.5


@dataclass(frozen=True, slots=True)
class RhythmRule:
    """P(at least one purchase) = P(still coming | own silence) x the rate of the rule's side.

    ``rule`` parts customers as the hiatus rule does, but its rates are those of customers still coming.
    While earlier dates do not prove it better (``proven`` off) it is the plain rule, but says NaN, not
    known, of those whom that rule holds likely to buy and who are silent beyond their own rhythm: of them
    the two differ, and nothing tells which is right.

    Units
    -----
    Days as those of the rhythm and the rule. ``n`` counts the customers learnt from.

    Source
    ------
    Ours. The gap is `insight.rhythm`'s beta prime at the base's regularity; who is silent has left after
    the last purchase or has a gap this long, as in Fader, Hardie & Lee (2005) with one chance to leave.
    """

    rule: HiatusRule
    rhythm: BaseRhythm
    proven: bool = True

    @property
    def n(self) -> int:
        """How many customers it was learnt from."""
        return self.rule.n

    @property
    def name(self) -> str:
        """The rule in words."""
        return f"{self.rule.name}, weighed by their own rhythm" if self.proven else self.rule.name

    def outlasting(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Return P(a gap longer than the silence | still coming); 0.05 and less is beyond their rhythm."""
        repeats, last, age = floats(x, t_x, T)
        rhythm = self.rhythm
        return longer_than(
            age - last, rhythm.shape, rhythm.weight + rhythm.shape * repeats, rhythm.scale + last
        )

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Return P(still coming | the silence so far)."""
        leave = np.where(np.asarray(x) > 0, self.rhythm.leave_later, self.rhythm.leave_first)
        here = (1.0 - leave) * self.outlasting(x, t_x, T)
        return np.asarray(here / (here + leave))

    def p_buy(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
        """Return P(at least one purchase in the next t days); NaN where it is not known."""
        plain = self.rule.p_buy(x, t_x, T, t)
        if not self.proven:
            return self._where_known(plain, x, t_x, T)
        rate = self.rule.p_buy(x, t_x, T, self.rule.horizon)
        ratio = np.asarray(t, dtype=np.float64) / self.rule.horizon
        return to_horizon(rate * self.p_alive(x, t_x, T), ratio)

    def expected(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
        """Return expected purchase days in the next t days; NaN where they are not known."""
        plain = self.rule.expected(x, t_x, T, t)
        if not self.proven:
            return self._where_known(plain, x, t_x, T)
        return np.asarray(plain * self.p_alive(x, t_x, T))

    def _where_known(self, said: Floats, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        likely = self.rule.p_buy(x, t_x, T, self.rule.horizon) > EVEN
        differ = likely & (self.outlasting(x, t_x, T) <= UNUSUAL)
        return np.where(differ, np.nan, said)

    def scores(self, summary: PurchaseSummary, t: float) -> Scores:
        """Return the rule's answers for everybody."""
        rows = (summary.x, summary.t_x, summary.T)
        return Scores(self.p_alive(*rows), self.p_buy(*rows, t), self.expected(*rows, t))

    def p_buy_interval(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Interval:
        """Return P(at least one purchase) with the 95 % interval of its side's rate, the rhythm as given."""
        if not self.proven:
            span = self.rule.p_buy_interval(x, t_x, T, t)
            return Interval(*(self._where_known(end, x, t_x, T) for end in (span.value, span.low, span.high)))
        rule = self.rule
        recent = rule.holds(t_x, T)
        rate = np.where(recent, rule.recent, rule.quiet)
        weight = np.where(recent, rule.recent_n, rule.n - rule.recent_n) + PSEUDO_CUSTOMERS
        coming, ratio = self.p_alive(x, t_x, T), np.asarray(t, dtype=np.float64) / rule.horizon
        low, high = (
            to_horizon(betaincinv(rate * weight, (1.0 - rate) * weight, level) * coming, ratio)
            for level in (0.025, 0.975)
        )
        return Interval(self.p_buy(x, t_x, T, t), low, high)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return {
            "kind": "rhythm",
            "rule": asdict(self.rule),
            "rhythm": self.rhythm.to_json(),
            "proven": self.proven,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> RhythmRule:
        """Return the rule that `to_json` stored."""
        return cls(HiatusRule(**stored["rule"]), BaseRhythm.from_json(stored["rhythm"]), stored["proven"])


def learn_by_rhythm(days: PurchaseDays, cut: int, horizon: int) -> RhythmRule:
    """Return the rule learnt before `cut`: the hiatus rule's sides, rates of those still coming.

    A side's rate is its buyers over its sum of P(still coming), shrunk by two customers' worth of the
    whole base's, and never above what so many can show when all of them came; the quiet side's is never
    above the recent one's.
    """
    plain = learn_hiatus(days, cut, horizon)
    now = RhythmRule(plain, base_rhythm(rhythm_columns(days, cut), cut))
    if not plain.n:
        return now
    learning = learning_horizon(days, cut, horizon)
    then = cut - learning
    early = days.at(then)
    bought = days.bought(early, then, learning)
    # Who was still coming is judged by the rhythm that was known then, as it will be judged from now on.
    coming = replace(now, rhythm=base_rhythm(rhythm_columns(days, then), then)).p_alive(
        early.x, early.t_x, early.T
    )
    near = early.T - early.t_x <= plain.days
    rates = _of_those_coming((bought > 0).astype(np.float64), coming, near)
    means = _of_those_coming(bought.astype(np.float64), coming, near)
    recent, quiet = map(min, rates, (_most_shown(int(near.sum())), _most_shown(int((~near).sum()))))
    quiet = min(recent, quiet)
    learnt = replace(plain, recent=recent, quiet=quiet, recent_mean=means[0], quiet_mean=means[1])
    return replace(now, rule=learnt)


def _of_those_coming(came: Floats, coming: Floats, near: NDArray[np.bool_]) -> tuple[float, float]:
    """Return what came of each side per customer still coming, quiet never above recent."""
    base = (float(came.sum()) + 0.5) / (float(coming.sum()) + 1.0)
    recent, quiet = (
        (float(came[side].sum()) + PSEUDO_CUSTOMERS * base) / (float(coming[side].sum()) + PSEUDO_CUSTOMERS)
        for side in (near, ~near)
    )
    return recent, min(recent, quiet)


def _most_shown(n: int) -> float:
    """Return the rate that n customers show when every one of them came: Jeffreys' (n + 1/2) / (n + 1)."""
    return (n + 0.5) / (n + 1.0)


def rhythm_columns(days: PurchaseDays, cut: int) -> dict[str, NDArray[Any]]:
    """Return the columns that `base_rhythm` learns from, one row per customer who had bought by the cut.

    Units
    -----
    Days as those given.
    """
    known = days.day <= cut
    who, day = days.who[known], days.day[known]
    starts = run_starts(who)
    ends = np.append(starts[1:], len(who)) - 1 if len(who) else starts
    gaps = ends - starts
    gap = np.diff(day, prepend=0)
    repeat = np.ones(len(day), dtype=bool)
    repeat[starts] = False
    row = np.repeat(np.arange(len(starts)), gaps + 1)
    count = np.maximum(gaps, 1)
    logs = np.log(np.maximum(gap, 1) - HALF_DAY)
    return {
        "customer": who[starts],
        "days": gaps + 1,
        "gaps": gaps,
        "mean_gap": np.where(gaps > 0, (day[ends] - day[starts]) / count, np.nan),
        "mean_log_gap": np.where(
            gaps > 0, np.bincount(row, np.where(repeat, logs, 0.0), len(starts)) / count, np.nan
        ),
        "median_gap": _median_gaps(row[repeat], gap[repeat], gaps),
        "last_gap": np.where(gaps > 0, gap[ends], 0),
        "gap_before": np.where(gaps > 1, gap[np.maximum(ends - 1, 0)], 0),
        "longest_gap": _longest_gaps(row[repeat], gap[repeat], len(starts)),
        "last_open": day[ends],
    }


def _median_gaps(row: Ints, gap: Ints, gaps: Ints) -> Floats:
    ordered = gap[np.lexsort((gap, row))]
    first = np.cumsum(gaps) - gaps
    found = np.full(len(gaps), np.nan)
    some = gaps > 0
    low, high = (first + (gaps - 1) // 2)[some], (first + gaps // 2)[some]
    found[some] = (ordered[low] + ordered[high]) / 2
    return found


def _longest_gaps(row: Ints, gap: Ints, customers: int) -> Ints:
    longest = np.zeros(customers, dtype=np.int64)
    np.maximum.at(longest, row, gap)
    return longest
