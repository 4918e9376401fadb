"""Saddle-free Newton ascent in log-parameters: deterministic, with gates on what counts as an optimum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regulars.insight.lifetime.likelihood import Evaluation
from regulars.insight.lifetime.summary import Floats

Objective = Callable[[Floats], Evaluation]
LONGEST_STEP = 2.0
FINEST_GRADIENT = 1e-9


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where the ascent ended, in log-parameters, and how much that place can be trusted.

    Units
    -----
    ``gradient_norm`` is per customer, in log-parameters.
    """

    z: Floats
    value: float
    hessian: Floats
    gradient_norm: float
    positive_definite: bool
    converged: bool
    iterations: int

    @property
    def covariance(self) -> Floats:
        """The inverse of minus the Hessian in log-parameters; NaN where that is not positive definite."""
        if not self.positive_definite:
            return np.full_like(self.hessian, np.nan)
        inverse = np.linalg.inv(-self.hessian)
        return np.asarray((inverse + inverse.T) / 2, dtype=np.float64)


def in_logs(at: Evaluation, theta: Floats) -> Evaluation:
    """Return the same function seen from z = ln theta."""
    slope = at.gradient * theta
    return Evaluation(at.value, slope, at.hessian * np.outer(theta, theta) + np.diag(slope))


def maximise(
    objective: Objective,
    start: Floats,
    *,
    scale: float,
    box: tuple[Floats, Floats],
    limit: int = 100,
) -> Optimum:
    """Climb from `start` until the gradient per customer is below 1e-9, a wall of `box`, or `limit` steps.

    Parameters
    ----------
    objective
        Value, gradient and Hessian at z.
    scale
        Number of customers: gradients are judged per customer.
    box
        Lowest and highest z; meeting a wall means that the maximum is not in reach.
    """
    z = np.clip(start, *box)
    at = objective(z)
    steps, stuck = 0, False
    while steps < limit and not stuck and _norm(at, scale) > FINEST_GRADIENT and not touches(z, box):
        before = at
        z, at, stuck = _advance(objective, z, at, box)
        stuck = stuck or (at.value <= before.value and _norm(at, scale) >= _norm(before, scale))
        steps += 1
    norm = _norm(at, scale)
    # With rounding in the sums the ascent may stall just short of the finest gradient: that is an optimum.
    converged = norm <= 1e-6 and not touches(z, box)
    return Optimum(z, at.value, at.hessian, norm, _is_peak(at.hessian), converged, steps)


def touches(z: Floats, box: tuple[Floats, Floats]) -> bool:
    """Whether any coordinate stands at a wall."""
    return bool(np.any((z <= box[0]) | (z >= box[1])))


def _norm(at: Evaluation, scale: float) -> float:
    return float(np.max(np.abs(at.gradient)) / scale)


def _is_peak(hessian: Floats) -> bool:
    if not np.isfinite(hessian).all():
        return False
    curvature = np.linalg.eigvalsh(-hessian)
    return bool(curvature[0] > 1e-10 * max(1.0, curvature[-1]))


def _direction(at: Evaluation) -> Floats:
    """Newton's step with the absolute curvature, so that saddles repel; never longer than 2."""
    curvature, axes = np.linalg.eigh(-at.hessian)
    curvature = np.maximum(np.abs(curvature), 1e-10 * np.abs(curvature).max() + 1e-300)
    step: Floats = axes @ ((axes.T @ at.gradient) / curvature)
    longest = float(np.max(np.abs(step)))
    return step if longest <= LONGEST_STEP else step * (LONGEST_STEP / longest)


def _advance(
    objective: Objective, z: Floats, at: Evaluation, box: tuple[Floats, Floats]
) -> tuple[Floats, Evaluation, bool]:
    step = _direction(at)
    for halving in range(30):
        ahead = np.clip(z + step * 0.5**halving, *box)
        there = objective(ahead)
        # Close to the top, differences drown in rounding: equal to 14 digits counts as not lower.
        if np.isfinite(there.value) and there.value >= at.value - 1e-14 * abs(at.value):
            return ahead, there, False
    return z, at, True
