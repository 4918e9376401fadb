"""What every fitted lifetime model carries, and how it is told in another unit of time."""

from __future__ import annotations

from dataclasses import dataclass
from math import log, sqrt
from typing import Any, Literal

import numpy as np

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime.newton import Optimum
from regulars.insight.lifetime.summary import Floats, PurchaseSummary

EstimateKind = Literal["map", "mle"]
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Told:
    """Parameters, standard errors and log-likelihood in one unit of time.

    Units
    -----
    Scale parameters (alpha, beta) are in ``unit``; the log-likelihood is of densities per ``unit``.
    """

    unit: str
    parameters: dict[str, float]
    standard_errors: dict[str, float]
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A fit: parameters in days, their covariance in logs, and how far the optimum can be trusted.

    Units
    -----
    Scale parameters are in days and the log-likelihood is of densities per day. ``covariance`` is that of the
    log-parameters (of the posterior's Laplace approximation for MAP). ``gradient_norm`` is per customer.
    """

    names: tuple[str, ...]
    values: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    scales: tuple[str, ...]
    estimate: EstimateKind
    prior: str
    log_likelihood: float
    n: int
    repeat_buyers: int
    repeats: int
    gradient_norm: float
    positive_definite: bool
    converged: bool
    iterations: int
    boundary: str

    @property
    def parameters(self) -> dict[str, float]:
        """The parameters by name, scale parameters in days."""
        return dict(zip(self.names, self.values, strict=True))

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors by name: theta times the standard error of ln theta; NaN when not known."""
        return {
            name: value * sqrt(self.covariance[i][i])
            for i, (name, value) in enumerate(zip(self.names, self.values, strict=True))
        }

    def intervals(self) -> dict[str, tuple[float, float]]:
        """Return 95 % intervals of the parameters, on the log scale, so never below zero."""
        spread = [Z95 * sqrt(self.covariance[i][i]) for i in range(len(self.names))]
        logs = np.log(self.values)
        return {
            name: (float(np.exp(logs[i] - spread[i])), float(np.exp(logs[i] + spread[i])))
            for i, name in enumerate(self.names)
        }

    def told_in(self, days: float, unit: str) -> Told:
        """Return the fit in a unit of so many days: LL(unit) = LL(days) + sum of x ln(days per unit)."""
        per = {name: days if name in self.scales else 1.0 for name in self.names}
        return Told(
            unit,
            {name: value / per[name] for name, value in self.parameters.items()},
            {name: value / per[name] for name, value in self.standard_errors.items()},
            self.log_likelihood + self.repeats * log(days),
        )

    def in_weeks(self) -> Told:
        """Return the fit in weeks, as most papers print it."""
        return self.told_in(7.0, "weeks")

    def log_array(self) -> Floats:
        """Return the log-parameters."""
        logs: Floats = np.log(self.values)
        return logs

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage; what is not known becomes null."""
        stored = {name: getattr(self, name) for name in self.__slots__}
        known = all(np.isfinite(row).all() for row in self.covariance)
        stored["covariance"] = [list(row) for row in self.covariance] if known else None
        return {key: list(value) if isinstance(value, tuple) else value for key, value in stored.items()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Fit:
        """Return the fit that `to_json` stored."""
        size = len(stored["names"])
        covariance = stored["covariance"] or [[float("nan")] * size] * size
        tuples = {name: tuple(stored[name]) for name in ("names", "values", "scales")}
        return cls(**(stored | tuples | {"covariance": tuple(tuple(row) for row in covariance)}))


def fit_at(
    top: Optimum,
    summary: PurchaseSummary,
    *,
    names: tuple[str, ...],
    scales: tuple[str, ...],
    estimate: EstimateKind,
    prior: str,
    log_likelihood: float,
    boundary: str,
) -> Fit:
    """Return the fit at an optimum."""
    return Fit(
        names=names,
        values=tuple(float(value) for value in np.exp(top.z)),
        covariance=tuple(tuple(float(value) for value in row) for row in top.covariance),
        scales=scales,
        estimate=estimate,
        prior=prior if estimate == "map" else "",
        log_likelihood=float(log_likelihood),
        n=len(summary),
        repeat_buyers=summary.repeat_buyers,
        repeats=summary.repeats,
        gradient_norm=top.gradient_norm,
        positive_definite=top.positive_definite,
        converged=top.converged and top.positive_definite,
        iterations=top.iterations,
        boundary=boundary,
    )


def check_enough(summary: PurchaseSummary, model: str) -> None:
    """Refuse a summary without one repeat purchase: nothing in it says how often anybody comes back."""
    if summary.repeats == 0:
        raise RegularsError(
            "nothing-repeats",
            f"{model} cannot be fitted: none of {len(summary)} customers bought on a second day. "
            "Wait for repeat purchases, or check that customers are recognised from one visit to the next.",
        )


def check_estimate(estimate: str) -> None:
    """Refuse an estimate that is neither 'map' nor 'mle'."""
    if estimate not in ("map", "mle"):
        raise RegularsError("unknown-estimate", f"There is no estimate '{estimate}'; choose map or mle.")


def remedy_at_edge(estimate: EstimateKind) -> str:
    """Return what to do about a fit that found no inner maximum."""
    if estimate == "mle":
        return "The figures at this edge mean nothing by themselves; use the MAP estimate."
    return "The figures mean nothing by themselves; use the hiatus rule."
