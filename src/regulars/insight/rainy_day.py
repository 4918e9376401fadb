"""Rainy day: who comes when hardly anybody else does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from regulars.insight.calendar import CalendarDays
from regulars.insight.estimate import Estimate, refuse
from regulars.insight.rhythm import Columns

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
WEEK = 7
YEAR = 365.25
METHOD = "beta-binomial share of purchase days in low demand"


@dataclass(frozen=True, slots=True)
class Demand:
    """What the whole base buys, week by week, anonymous purchases included.

    Units
    -----
    ``first`` is the epoch day (a Monday) the weeks start at; ``bought`` counts purchases, ``smooth`` is what
    was expected of the week, ``intensity`` purchases per open day, ``open_days`` those of each week;
    ``dispersion`` is how many times more than Poisson the weeks vary around the smooth.
    """

    first: int
    bought: Floats
    open_days: Floats
    smooth: Floats
    intensity: Floats
    dispersion: float

    @property
    def low_weeks(self) -> Bools:
        """The quarter of the open weeks with the least bought per open day."""
        opened = self.open_days > 0
        if opened.sum() < 8:
            return np.zeros(len(opened), dtype=bool)
        line = np.quantile(self.intensity[opened], 0.25, method="lower")
        return np.asarray(opened & (self.intensity <= line))


def _design(weeks: int, first: int) -> Floats:
    """Return level, trend and, from two years on, the year's two first harmonics."""
    at = np.arange(weeks, dtype=np.float64)
    parts = [np.ones(weeks), at / max(weeks, 1) - 0.5]
    if weeks >= 2 * YEAR / WEEK:
        turn = 2 * np.pi * (first + WEEK * at) / YEAR
        parts += [np.sin(turn), np.cos(turn), np.sin(2 * turn), np.cos(2 * turn)]
    return np.column_stack(parts)


def _difference_penalty(weeks: int) -> Floats:
    if weeks < 3:
        return np.zeros((weeks, weeks))
    second = np.diff(np.eye(weeks), n=2, axis=0)
    return np.asarray(second.T @ second)


def poisson_smooth(bought: Floats, exposure: Floats, first: int, stiffness: float = 200.0) -> Floats:
    """Return the expected counts: a seasonal Poisson curve with a smooth path of its own around it.

    Penalised likelihood: the path pays for its second differences, the season is free. Weeks without
    exposure expect nothing.

    Units
    -----
    ``bought`` and the answer in purchases per week, ``exposure`` in open days.

    Source
    ------
    Whittaker 1923; Eilers and Marx 1996, Statistical Science 11, 89-121 (discrete penalties).
    """
    weeks = len(bought)
    opened = exposure > 0
    if not opened.any() or bought[opened].sum() == 0:
        return np.zeros(weeks)
    season = _design(weeks, first)
    design = np.hstack([season, np.eye(weeks)])
    penalty = np.zeros((design.shape[1],) * 2)
    penalty[season.shape[1] :, season.shape[1] :] = stiffness * _difference_penalty(weeks) + 0.01 * np.eye(
        weeks
    )
    penalty[range(season.shape[1]), range(season.shape[1])] += 1e-6
    offset = np.log(np.where(opened, exposure, 1.0))
    at = np.zeros(design.shape[1])
    at[0] = np.log(bought[opened].sum() / exposure[opened].sum())
    for _ in range(50):
        expected = np.where(opened, np.exp(np.clip(design @ at + offset, -30, 30)), 0.0)
        slope = design.T @ (np.where(opened, bought, 0.0) - expected) - penalty @ at
        step = np.linalg.solve(design.T @ (expected[:, None] * design) + penalty, slope)
        at = at + step * min(1.0, 2.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    return np.where(opened, np.exp(np.clip(design @ at + offset, -30, 30)), 0.0)


def _weekly(days: CalendarDays, values: Floats) -> tuple[int, Floats, Floats]:
    """Return the Monday of the first week, and values and open days per week."""
    first = days.first - (days.first + 3) % WEEK
    week = (days.days.astype(np.int64) - first) // WEEK
    bought, opened = np.zeros(int(week[-1]) + 1), np.zeros(int(week[-1]) + 1)
    np.add.at(bought, week, values)
    np.add.at(opened, week, days.open)
    return first, bought, opened


def _daily(base: Columns, calendar: CalendarDays) -> Floats:
    """Return the base's purchases on each day of the calendar."""
    counts = np.zeros(len(calendar.open))
    offsets = base["day"].astype(np.int64) - calendar.first
    inside = (offsets >= 0) & (offsets < len(counts))
    np.add.at(counts, offsets[inside], base["purchases"][inside])
    return counts


def demand(base: Columns, calendar: CalendarDays) -> Demand:
    """Return the base's weekly demand over the calendar's days.

    Each week's own count moves the intensity away from the smooth as far as the count is surer than the
    weeks' usual scatter: in a large base a single bad week shows, in a small one it may be chance.

    Shape
    -----
    The columns of BASE_DAYS; the calendar from the first of their days to the day of asking.
    """
    counts = _daily(base, calendar)
    first, bought, exposure = _weekly(calendar, counts)
    smooth = poisson_smooth(bought, exposure, first)
    opened = (exposure > 0) & (smooth > 0)
    pearson = (bought[opened] - smooth[opened]) ** 2 / smooth[opened]
    dispersion = max(float(pearson.sum()) / max(int(opened.sum()) - 6, 1), 1.0) if opened.any() else 1.0
    return Demand(
        first, bought, exposure, smooth, _intensity(bought, smooth, exposure, dispersion), dispersion
    )


def _intensity(bought: Floats, smooth: Floats, exposure: Floats, dispersion: float) -> Floats:
    """Return purchases per open day, the week's own weighed by how much of its departure is real."""
    real = (dispersion - 1) / dispersion
    level = smooth + real * (bought - smooth)
    return np.where(exposure > 0, np.maximum(level, 0.0) / np.maximum(exposure, 1.0), 0.0)


def hard_days(weeks: Demand, calendar: CalendarDays) -> Bools:
    """Return which calendar days are of low demand: the low weeks' and those the company marked adverse.

    Give them to `CalendarDays.with_adverse` before `standing_rows`: its ``hard_days`` are then counted.
    """
    week = (calendar.days.astype(np.int64) - weeks.first) // WEEK
    inside = (week >= 0) & (week < len(weeks.bought))
    low = np.zeros(len(week), dtype=bool)
    low[inside] = weeks.low_weeks[week[inside]]
    return np.asarray((low | calendar.adverse) & calendar.open)


def expected_share(base: Columns, calendar: CalendarDays, first: Any, last: Any) -> Floats:
    """Return the share of the base's purchases that fell on hard days, between two days of each customer.

    The first day itself is left out: it is how the customer came to be counted.

    Units
    -----
    ``calendar`` carries the hard days as adverse; ``first`` and ``last`` are epoch days.
    """
    counts = _daily(base, calendar)
    level = counts + 1e-9 * calendar.open
    total = np.concatenate(([0.0], np.cumsum(level)))
    hard = np.concatenate(([0.0], np.cumsum(level * calendar.adverse)))
    top = len(level)
    low = np.clip(np.asarray(first, dtype=np.int64) - calendar.first + 1, 0, top)
    high = np.clip(np.asarray(last, dtype=np.int64) - calendar.first + 1, 0, top)
    bought = total[high] - total[low]
    return np.where(bought > 0, (hard[high] - hard[low]) / np.where(bought > 0, bought, 1.0), 0.0)


@dataclass(frozen=True, slots=True)
class RainyDay:
    """Who comes in low demand, aligned with the rows it was made from.

    Units
    -----
    ``came`` of ``visits`` repeat purchase days fell on hard days, where ``expected`` is the base's share over
    the same time. ``lift`` is the shrunken share over the expected one with its 95 % interval; ``p`` the
    chance of so many without any leaning, ``adjusted`` after Benjamini-Hochberg over all ``looked_at``.
    ``sign`` is 2 for the named, 1 for the nearly named, 0 for the rest.
    """

    came: Floats
    visits: Floats
    expected: Floats
    lift: Floats
    low: Floats
    high: Floats
    p: Floats
    adjusted: Floats
    sign: NDArray[np.int8]
    looked_at: int

    @property
    def named(self) -> Bools:
        """Who may be named."""
        return np.asarray(self.sign == 2)

    def estimate(self, place: int, as_of: int) -> Estimate:
        """Return one customer's lift, or a refusal where too little can be said."""
        n = int(self.visits[place])
        if not np.isfinite(self.lift[place]):
            return refuse(
                f"{n} repeat purchases; {LEAST_VISITS} are needed, and some low weeks among them",
                n=n,
                as_of=as_of,
                method=METHOD,
            )
        value, low, high = (float(part[place]) for part in (self.lift, self.low, self.high))
        return Estimate(value, low, high, n, as_of, METHOD)


LEAST_VISITS = 4
"""Fewer repeat purchase days cannot show a leaning."""
FALSE_DISCOVERIES = 0.05
STRENGTH_LEAST, STRENGTH_MOST = 4.0, 400.0


def _clustering(came: Floats, visits: Floats, share: Floats) -> float:
    """Return the correlation of one customer's visits: how far the base scatters beyond the binomial.

    The tenth with the most striking shares is left out, lest those we look for hide themselves.
    """
    spread = share * (1 - share)
    score = (came - visits * share) / np.sqrt(visits * spread)
    kept = score <= np.quantile(score, 0.9)
    if kept.sum() < 20:
        return 0.0
    # A normal without its upper tenth has .66 of its variance left.
    excess = float(np.mean(score[kept] ** 2)) / 0.66 - 1
    return float(np.clip(excess / max(float(visits[kept].mean()) - 1, 1.0), 0.0, 0.2))


def _strength(came: Floats, visits: Floats, share: Floats) -> float:
    """Return how many visits the base's share weighs, by the moments of the customers' own shares."""
    spread = share * (1 - share)
    between = float(np.sum((came - visits * share) ** 2 - visits * spread))
    room = float(np.sum(visits * (visits - 1) * spread))
    if between <= 0 or room <= 0:
        return STRENGTH_MOST
    return float(np.clip(room / between - 1, STRENGTH_LEAST, STRENGTH_MOST))


def rainy_day(came: Floats, visits: Floats, expected: Floats) -> RainyDay:
    """Return who comes on hard days more often than the base, and who may be named for it.

    Everybody with at least four repeat purchase days, and a hard day within their time, was looked at and
    counts in the correction.

    Units
    -----
    Purchase days after the first; ``expected`` from `expected_share`.
    """
    y, n, s = (np.asarray(part, dtype=np.float64) for part in (came, visits, expected))
    looked = np.flatnonzero((n >= LEAST_VISITS) & (s > 0) & (s < 1))
    blank = np.full(len(y), np.nan)
    lift, low, high, p, adjusted = (blank.copy() for _ in range(5))
    sign = np.zeros(len(y), dtype=np.int8)
    if len(looked):
        y1, n1, s1 = y[looked], n[looked], s[looked]
        own = 1 + (n1 - 1) * _clustering(y1, n1, s1)
        strength = _strength(y1, n1, s1)
        a, b = y1 + strength * s1, n1 - y1 + strength * (1 - s1)
        lift[looked] = a / (a + b) / s1
        low[looked], high[looked] = (special.betaincinv(a, b, edge) / s1 for edge in (0.025, 0.975))
        # P(Y >= y) with the visits that independence would have left: n over the design effect.
        p[looked] = np.where(
            y1 > 0, special.betainc(np.maximum(y1 / own, 1e-9), (n1 - y1 + 1) / own, s1), 1.0
        )
        adjusted[looked] = stats.false_discovery_control(p[looked])
        sign[looked[p[looked] < FALSE_DISCOVERIES]] = 1
        sign[looked[adjusted[looked] <= FALSE_DISCOVERIES]] = 2
    return RainyDay(y, n, s, lift, low, high, p, adjusted, sign, len(looked))


def rainy_customers(rows: Columns, base: Columns, calendar: CalendarDays) -> RainyDay:
    """Return `rainy_day` of the rows that `standing_rows` gave with this calendar.

    Shape
    -----
    The columns of STANDINGS, aligned with the answer; ``calendar`` carries the hard days as adverse.
    """
    share = expected_share(base, calendar, rows["first_day"], rows["last_day"])
    return rainy_day(rows["hard_days"].astype(np.float64), rows["gaps"].astype(np.float64), share)
