"""Logistic regression with normal priors and signs as bounds: the one fit behind every scorecard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from regulars.insight.errors import RegularsError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FINEST = 1e-9
STEPS = 100


@dataclass(frozen=True, slots=True)
class Prior:
    """Normal priors on the coefficients, and the bounds their signs set.

    Units
    -----
    All in log-odds of the outcome per unit of the design's column.
    """

    mean: Floats
    sd: Floats
    low: Floats
    high: Floats

    @classmethod
    def free(cls, mean: Floats, sd: Floats) -> Prior:
        """Return priors without bounds."""
        edge = np.full(len(mean), np.inf)
        return cls(mean, sd, -edge, edge)


@dataclass(frozen=True, slots=True)
class Mode:
    """The posterior mode.

    Units
    -----
    ``covariance`` is the inverse of minus the Hessian over the free coefficients, 0 for those at their bound;
    ``slope`` is the largest projected gradient per row that was left.
    """

    beta: Floats
    covariance: Floats
    bound: Bools
    log_posterior: float
    slope: float
    steps: int


def log_posterior(beta: Floats, design: Floats, y: Floats, prior: Prior) -> float:
    """Return the log-likelihood plus the log-prior, without its constants."""
    eta = design @ beta
    fit = float(np.sum(y * eta - np.logaddexp(0.0, eta)))
    return fit - 0.5 * float(np.sum(((beta - prior.mean) / prior.sd) ** 2))


def gradient(beta: Floats, design: Floats, y: Floats, prior: Prior) -> Floats:
    """Return the exact slope of `log_posterior`."""
    return np.asarray(design.T @ (y - expit(design @ beta)) - (beta - prior.mean) / prior.sd**2)


def hessian(beta: Floats, design: Floats, prior: Prior) -> Floats:
    """Return the exact second derivatives of `log_posterior`: negative definite whatever the rows say."""
    p = expit(design @ beta)
    return np.asarray(-(design.T @ ((p * (1 - p))[:, None] * design)) - np.diag(prior.sd**-2.0))


def mode(design: Floats, y: Floats, prior: Prior) -> Mode:
    """Return where the posterior is highest within the bounds.

    Newton's steps over the coefficients that no bound holds back; the posterior is strictly concave, so there
    is one mode and the start does not matter.

    Shape
    -----
    ``design`` is rows by coefficients, its first column ones; ``y`` 0 or 1 per row.

    Raises
    ------
    RegularsError
        ``scorecard-unfit`` when a row holds a value that is not finite, or the steps do not settle.

    Source
    ------
    Bertsekas 1982, SIAM J. Control and Optimization 20(2), 221-246 (projected Newton).

    Example
    -------
    >>> rows = np.array([[1.0, -1.0], [1.0, 1.0], [1.0, 1.0], [1.0, -1.0]])
    >>> found = mode(rows, np.array([0.0, 1.0, 1.0, 0.0]), Prior.free(np.zeros(2), np.array([5.0, 0.75])))
    >>> bool(found.beta[1] > 0.5), found.slope < 1e-9
    (True, True)
    """
    if not (np.isfinite(design).all() and np.isfinite(y).all()):
        raise RegularsError(
            "scorecard-unfit",
            "A scorecard cannot be fitted: a row holds a value that is not a finite number. "
            "Leave unknown values out (NaN) before standardising, and correct infinite ones.",
        )
    beta = np.clip(prior.mean, prior.low, prior.high)
    at = log_posterior(beta, design, y, prior)
    for step in range(STEPS):
        slope = gradient(beta, design, y, prior)
        held = _held(beta, slope, prior)
        left = float(np.max(np.abs(np.where(held, 0.0, slope)), initial=0.0)) / max(len(y), 1)
        if left <= FINEST:
            return _settled(beta, design, prior, held, at, left, step)
        beta, at = _advance(beta, at, slope, held, design, y, prior)
    raise RegularsError(
        "scorecard-unfit",
        f"A scorecard was not settled after {STEPS} steps: its columns are of very different sizes. "
        "Standardise the features and try again.",
    )


def _held(beta: Floats, slope: Floats, prior: Prior) -> Bools:
    """Return which coefficients stand at a bound that the slope pushes against."""
    return np.asarray(((beta <= prior.low) & (slope <= 0)) | ((beta >= prior.high) & (slope >= 0)))


def _advance(
    beta: Floats, at: float, slope: Floats, held: Bools, design: Floats, y: Floats, prior: Prior
) -> tuple[Floats, float]:
    free = np.flatnonzero(~held)
    step = np.zeros(len(beta))
    curvature = -hessian(beta, design, prior)[np.ix_(free, free)]
    step[free] = np.linalg.solve(curvature, slope[free])
    for halving in range(40):
        ahead = np.clip(beta + step * 0.5**halving, prior.low, prior.high)
        there = log_posterior(ahead, design, y, prior)
        # Close to the top differences drown in rounding: equal to 14 digits counts as not lower.
        if there >= at - 1e-14 * abs(at) and np.any(ahead != beta):
            return ahead, there
    return beta, at


def _settled(
    beta: Floats, design: Floats, prior: Prior, held: Bools, at: float, left: float, steps: int
) -> Mode:
    free = np.flatnonzero(~held)
    covariance = np.zeros((len(beta), len(beta)))
    block = np.linalg.inv(-hessian(beta, design, prior)[np.ix_(free, free)])
    covariance[np.ix_(free, free)] = (block + block.T) / 2
    return Mode(beta, covariance, held, at, left, steps)
