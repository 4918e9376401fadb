"""Delta-method intervals: how much the parameters' uncertainty moves an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from regulars.insight.lifetime.fitted import Z95, Fit
from regulars.insight.lifetime.summary import Floats

STEP = 1e-4


@dataclass(frozen=True, slots=True)
class Interval:
    """Values with the ends of their 95 % intervals; the ends are NaN when the fit has no covariance."""

    value: Floats
    low: Floats
    high: Floats


def delta_interval(answer: Callable[[Floats], Floats], fit: Fit, *, bounded: bool) -> Interval:
    """Return the answer with a 95 % interval, on the logit scale for probabilities, else on the log scale.

    Parameters
    ----------
    answer
        The answer as a function of the natural parameters.
    bounded
        Whether the answer lies between 0 and 1.

    Source
    ------
    Delta method over the log-parameters with central differences, error of order 1e-8 in the slopes.
    """
    z = fit.log_array()
    value = np.asarray(answer(np.exp(z)))
    link = _logit if bounded else _log
    slopes = []
    for axis in np.eye(len(z)) * STEP:
        ahead, behind = answer(np.exp(z + axis)), answer(np.exp(z - axis))
        slopes.append((link(np.asarray(ahead)) - link(np.asarray(behind))) / (2 * STEP))
    gradient = np.stack(slopes)
    variance = np.einsum("i...,ij,j...->...", gradient, np.asarray(fit.covariance), gradient)
    reach = Z95 * np.sqrt(variance)
    middle = link(value)
    low, high = (_expit(middle + side) if bounded else np.exp(middle + side) for side in (-reach, reach))
    return Interval(value, np.minimum(low, value), np.maximum(high, value))


def _log(value: Floats) -> Floats:
    logs: Floats = np.log(np.maximum(value, 1e-300))
    return logs


def _logit(value: Floats) -> Floats:
    kept = np.clip(value, 1e-300, 1 - 1e-16)
    odds: Floats = np.log(kept) - np.log1p(-kept)
    return odds


def _expit(value: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(value, -700.0, 700.0))))
