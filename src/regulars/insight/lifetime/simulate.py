"""Customers drawn from the models themselves, from a seed: for recovery tests and demonstrations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from regulars.insight.lifetime.scoring import Parameters
from regulars.insight.lifetime.summary import Floats, Ints


@dataclass(frozen=True, slots=True)
class SimulatedLog:
    """Purchases in order of customer and day, with what really became of each customer.

    Shape
    -----
    ``customer`` (0-based) and ``day`` have one entry per purchase; ``active`` one per customer: whether they
    would still buy after ``until``.

    Units
    -----
    Days are epoch days.
    """

    customer: Ints
    day: Ints
    active: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def purchases(by: Parameters, first_day: ArrayLike, until: int, *, seed: int) -> SimulatedLog:
    """Draw purchases of (M)BG/CNBD-k customers from their first day to `until`.

    Parameters
    ----------
    by
        Parameters in days.
    first_day
        Epoch day of each customer's first purchase.

    Source
    ------
    Fader, Hardie & Lee (2005) for BG, Batislam et al. (2007) for MBG, Reutterer et al. (2021) for k > 1.
    """
    rng = np.random.default_rng(seed)
    start = np.asarray(first_day, dtype=np.float64)
    n = len(start)
    rate = np.maximum(rng.gamma(by.r, 1.0 / by.alpha, n), 1e-12)
    leave = rng.beta(by.a, by.b, n)
    clock = start + rng.random(n)
    there = rng.random(n) >= leave if by.m else np.ones(n, dtype=bool)
    who, when = [np.arange(n)], [clock.copy()]
    awake = np.flatnonzero(there)
    while len(awake):
        clock[awake] += rng.gamma(by.k, 1.0 / rate[awake])
        awake = awake[clock[awake] < until + 1]
        who.append(awake)
        when.append(clock[awake].copy())
        stays = rng.random(len(awake)) >= leave[awake]
        there[awake[~stays]] = False
        awake = awake[stays]
    return SimulatedLog(*_in_order(who, when), there)


def pareto_purchases(
    theta: tuple[float, float, float, float], first_day: ArrayLike, until: int, *, seed: int
) -> SimulatedLog:
    """Draw purchases of Pareto/NBD customers, theta = (r, alpha, s, beta) in days.

    Source
    ------
    Schmittlein, Morrison & Colombo (1987), Management Science 33(1).
    """
    r, alpha, s, beta = theta
    rng = np.random.default_rng(seed)
    n = len(np.asarray(first_day))
    rate = np.maximum(rng.gamma(r, 1.0 / alpha, n), 1e-12)
    clock = np.asarray(first_day, dtype=np.float64) + rng.random(n)
    end = clock + rng.exponential(1.0 / np.maximum(rng.gamma(s, 1.0 / beta, n), 1e-12))
    who, when = [np.arange(n)], [clock.copy()]
    awake = np.arange(n)
    while len(awake):
        clock[awake] += rng.exponential(1.0 / rate[awake])
        awake = awake[clock[awake] < np.minimum(until + 1, end[awake])]
        who.append(awake)
        when.append(clock[awake].copy())
    return SimulatedLog(*_in_order(who, when), end > until + 1)


def spend(p: float, q: float, gamma: float, customer: Ints, *, seed: int) -> Floats:
    """Draw the amount of each purchase from the gamma-gamma model, customers 0-based.

    Source
    ------
    Fader & Hardie (2013), note 025: amounts gamma(p, v), v gamma(q, gamma).
    """
    rng = np.random.default_rng(seed)
    scale = rng.gamma(q, 1.0 / gamma, int(customer.max(initial=-1)) + 1)
    return np.asarray(rng.gamma(p, 1.0, len(customer)) / scale[customer])


def first_days(n: int, start: int, end: int, *, seed: int) -> Ints:
    """Draw first purchase days evenly between `start` and `end`, both included."""
    return np.random.default_rng(seed).integers(start, end + 1, n)


def _in_order(who: list[Ints], when: list[Floats]) -> tuple[Ints, Ints]:
    customers, days = np.concatenate(who), np.floor(np.concatenate(when)).astype(np.int64)
    order = np.lexsort((days, customers))
    return customers[order], days[order]
