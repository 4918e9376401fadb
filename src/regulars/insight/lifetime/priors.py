"""The priors of MAP fits, as penalties on log-parameters.

The mode is taken on the unconstrained scale (ln r, ln alpha, logit phi, ln kappa): there the penalty is a
plain sum of squares and does not depend on the unit of time. Alpha carries the unit, so it has no prior.
"""

from __future__ import annotations

from math import log

import numpy as np

from regulars.insight.lifetime.likelihood import Evaluation
from regulars.insight.lifetime.summary import Floats

MBG_PRIOR = (
    "ln r ~ N(0, 1); logit of a/(a+b) ~ N(-1, 1.5); ln(a+b) ~ N(ln 4, 1); alpha without a prior; "
    "mode on the log and logit scale"
)
PARETO_PRIOR = (
    "ln r ~ N(0, 1); ln s ~ N(ln 0.5, 1); ln(beta/alpha) ~ N(0, 1.5); alpha without a prior; "
    "mode on the log scale"
)


def quadratic(value: float, slope: Floats, mean: float, sd: float, bend: Floats | None = None) -> Evaluation:
    """Return the log of a normal density of one coordinate, given its value, gradient and curvature in z."""
    off = (value - mean) / sd
    hessian = -np.outer(slope, slope) / sd**2
    if bend is not None:
        hessian = hessian - off / sd * bend
    return Evaluation(-0.5 * off**2, -off / sd * slope, hessian)


def mbg_prior(z: Floats) -> Evaluation:
    """Return the log prior at z = ln (r, alpha, a, b).

    Source
    ------
    ln r ~ N(0, 1); logit(phi) ~ N(-1, 1.5), phi = a/(a+b); ln kappa ~ N(ln 4, 1), kappa = a+b.
    """
    share = 1.0 / (1.0 + np.exp(z[3] - z[2]))
    toward = np.array([0.0, 0.0, share, 1.0 - share])
    bend = np.zeros((4, 4))
    bend[2:, 2:] = share * (1.0 - share) * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return (
        quadratic(z[0], np.array([1.0, 0.0, 0.0, 0.0]), 0.0, 1.0)
        + quadratic(z[2] - z[3], np.array([0.0, 0.0, 1.0, -1.0]), -1.0, 1.5)
        + quadratic(float(np.logaddexp(z[2], z[3])), toward, log(4.0), 1.0, bend)
    )


def pareto_prior(z: Floats) -> Evaluation:
    """Return the log prior at z = ln (r, alpha, s, beta)."""
    return (
        quadratic(z[0], np.array([1.0, 0.0, 0.0, 0.0]), 0.0, 1.0)
        + quadratic(z[2], np.array([0.0, 0.0, 1.0, 0.0]), log(0.5), 1.0)
        + quadratic(z[3] - z[1], np.array([0.0, -1.0, 0.0, 1.0]), 0.0, 1.5)
    )
