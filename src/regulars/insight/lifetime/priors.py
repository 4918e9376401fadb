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
SBG_PRIOR = (
    "logit of alpha/(alpha+beta) ~ N(-1, 1.5); ln(alpha+beta) ~ N(ln 4, 1); mode on the log and logit scale"
)
BDW_PRIOR = f"{SBG_PRIOR}; ln c ~ N(0, 0.5)"


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
    return quadratic(z[0], np.array([1.0, 0.0, 0.0, 0.0]), 0.0, 1.0) + _leaving_prior(z, 2)


def contract_prior(z: Floats) -> Evaluation:
    """Return the log prior at z = ln (alpha, beta) of sBG or ln (alpha, beta, c) of BdW.

    Source
    ------
    As in `mbg_prior` for the chance to leave; ln c ~ N(0, .5), so that c = 1, which is sBG, lies in its
    middle and .38 to 2.7 within 95 %.
    """
    leaving = _leaving_prior(z, 0)
    return leaving if len(z) == 2 else leaving + quadratic(z[2], np.array([0.0, 0.0, 1.0]), 0.0, 0.5)


def _leaving_prior(z: Floats, place: int) -> Evaluation:
    """Return the log prior of a beta-distributed chance to leave, its logs at z[place] and z[place + 1]."""
    here = slice(place, place + 2)
    share = 1.0 / (1.0 + np.exp(z[place + 1] - z[place]))
    toward, against, bend = np.zeros(len(z)), np.zeros(len(z)), np.zeros((len(z), len(z)))
    toward[here], against[here] = (share, 1.0 - share), (1.0, -1.0)
    bend[here, here] = share * (1.0 - share) * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return quadratic(z[place] - z[place + 1], against, -1.0, 1.5) + quadratic(
        float(np.logaddexp(z[place], z[place + 1])), toward, log(4.0), 1.0, bend
    )


def pareto_prior(z: Floats) -> Evaluation:
    """Return the log prior at z = ln (r, alpha, s, beta)."""
    return (
        quadratic(z[0], np.array([1.0, 0.0, 0.0, 0.0]), 0.0, 1.0)
        + quadratic(z[2], np.array([0.0, 0.0, 1.0, 0.0]), log(0.5), 1.0)
        + quadratic(z[3] - z[1], np.array([0.0, -1.0, 0.0, 1.0]), 0.0, 1.5)
    )
