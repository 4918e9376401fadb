"""The sBG and BdW log-likelihoods with exact gradients and Hessians, renewal by renewal.

Parameters are in the order (alpha, beta) for sBG and (alpha, beta, c) for BdW. Both write a life as a row of
renewals: ln P(life) = sum of ln r_t over the renewals kept + ln(1 - r_t) of the one lost.

Source
------
Fader & Hardie (2007), J. Interactive Marketing 21(1) 76-90, eq. 6 and 7; Fader, Hardie, Liu, Davin &
Steenburgh (2018), J. Interactive Marketing 43, 1-16. The derivatives are ours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, polygamma, psi

from regulars.insight.lifetime.likelihood import Evaluation
from regulars.insight.lifetime.renewals_kept import Decisions
from regulars.insight.lifetime.summary import Floats

FAR = 50.0


def evaluate_sbg(at: Decisions, theta: Floats) -> Evaluation:
    """Return the log-likelihood of sBG: r_t = (beta + t - 1) / (alpha + beta + t - 1)."""
    alpha, beta = (float(value) for value in theta)
    since = np.arange(len(at.kept), dtype=np.float64)
    stay, both, lost = beta + since, alpha + beta + since, float(at.lost.sum())
    value = at.kept @ np.log(stay) + lost * np.log(alpha) - at.faced @ np.log(both)
    shared, bent = float((at.faced / both).sum()), float((at.faced / both**2).sum())
    gradient = np.array([lost / alpha - shared, float((at.kept / stay).sum()) - shared])
    hessian = np.full((2, 2), bent)
    hessian[0, 0] -= lost / alpha**2
    hessian[1, 1] -= float((at.kept / stay**2).sum())
    return Evaluation(float(value), gradient, hessian)


def evaluate_bdw(at: Decisions, theta: Floats) -> Evaluation:
    """Return the log-likelihood of BdW: S(t) = B(alpha, beta + t^c) / B(alpha, beta)."""
    alpha, beta, c = (float(value) for value in theta)
    logs, slopes, bends = _log_survival_parts(len(at.kept), alpha, beta, c)
    # drop = -ln r_t, with its slope and curvature in the parameters.
    drop = np.maximum(logs[:-1] - logs[1:], 1e-300)
    slope, bend = slopes[:, :-1] - slopes[:, 1:], bends[:, :, :-1] - bends[:, :, 1:]
    value = at.lost @ np.log(-np.expm1(-drop)) - at.kept @ drop
    # In this order a lost count of 0 never meets an overflow.
    odds = np.exp(-drop) / -np.expm1(-drop)
    first = at.lost * odds - at.kept
    second = -at.lost * odds * (1.0 + odds)
    hessian = bend @ first + (slope * second) @ slope.T
    return Evaluation(float(value), slope @ first, hessian)


def log_survival(theta: Floats, t: Floats) -> Floats:
    """Return ln S(t) of the (alpha, beta, c) model, t counted in renewals."""
    alpha, beta, c = (float(value) for value in theta)
    until = np.asarray(t, dtype=np.float64)
    return np.asarray(log_gamma_ratio(beta + until**c, alpha) - log_gamma_ratio(np.array(beta), alpha))


def log_gamma_ratio(x: Floats, a: float) -> Floats:
    """Return ln Gamma(x) - ln Gamma(x + a), by Stirling's series where x is large: no digits are lost.

    Example
    -------
    >>> round(float(log_gamma_ratio(np.array(1e12), 2.0)), 6)
    -55.262042
    """
    far, near, large = _split(x)
    series = -(large - 0.5) * np.log1p(a / large) - a * np.log(large + a) + a
    series += _stirling(large) - _stirling(large + a)
    return np.asarray(np.where(far, series, gammaln(near) - gammaln(near + a)))


def psi_step(x: Floats, a: float) -> Floats:
    """Return psi(x) - psi(x + a), by its series where x is large."""
    far, near, large = _split(x)
    beyond = large + a
    series = -np.log1p(a / large) - a / (2 * large * beyond) - _square_step(large, a) / 12.0
    series += (large**-4.0 - beyond**-4.0) / 120.0
    return np.asarray(np.where(far, series, psi(near) - psi(near + a)))


def trigamma_step(x: Floats, a: float) -> Floats:
    """Return psi'(x) - psi'(x + a), by its series where x is large."""
    far, near, large = _split(x)
    beyond = large + a
    series = a / (large * beyond) + _square_step(large, a) / 2.0
    series += (large**-3.0 - beyond**-3.0) / 6.0 - (large**-5.0 - beyond**-5.0) / 30.0
    return np.asarray(np.where(far, series, polygamma(1, near) - polygamma(1, near + a)))


def _split(x: Floats) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Return where x is large, x kept near, and x kept large."""
    far = np.asarray(x) > FAR
    return far, np.where(far, FAR, x), np.where(far, x, FAR)


def _square_step(x: Floats, a: float) -> Floats:
    """Return 1 / x^2 - 1 / (x + a)^2."""
    return np.asarray(a / (x * (x + a)) * (1.0 / x + 1.0 / (x + a)))


def _stirling(x: Floats) -> Floats:
    return np.asarray((1.0 - (1.0 / 30.0 - 1.0 / (105.0 * x**2)) / x**2) / (12.0 * x))


def _log_survival_parts(renewals: int, alpha: float, beta: float, c: float) -> tuple[Floats, Floats, Floats]:
    """Return ln S(t) up to a constant for t = 0, 1, ..., with slopes and bends in (alpha, beta, c)."""
    t = np.arange(renewals + 1, dtype=np.float64)
    power, log_t = t**c, np.log(np.maximum(t, 1.0))
    pace = power * log_t
    x = beta + power
    beyond, bent_beyond = psi(x + alpha), polygamma(1, x + alpha)
    up, up_up = psi_step(x, alpha), trigamma_step(x, alpha)
    slopes = np.stack([-beyond, up, up * pace])
    rows = [
        [-bent_beyond, -bent_beyond, -bent_beyond * pace],
        [-bent_beyond, up_up, up_up * pace],
        [-bent_beyond * pace, up_up * pace, up_up * pace**2 + up * pace * log_t],
    ]
    return log_gamma_ratio(x, alpha), slopes, np.array(rows)
