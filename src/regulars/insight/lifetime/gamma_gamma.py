"""Gamma-gamma: what customers spend per purchase day, shrunk toward the base as far as little is known."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, sqrt, tanh
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, polygamma, psi

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime.fitted import Z95, Fit, fit_at
from regulars.insight.lifetime.intervals import Interval, delta_interval
from regulars.insight.lifetime.likelihood import Evaluation
from regulars.insight.lifetime.newton import Optimum, in_logs, maximise
from regulars.insight.lifetime.scoring import floats
from regulars.insight.lifetime.summary import Floats, PurchaseSummary

LOWEST = np.log([1e-4, 1e-4, 1e-9])
HIGHEST = np.log([1e5, 1e4, 1e15])
DEPENDENT = 0.3
FEWEST = 3


@dataclass(frozen=True, slots=True)
class FittedSpend:
    """A fitted gamma-gamma model, with the check of its one assumption.

    Units
    -----
    ``gamma`` and spend are in the unit of the amounts; p and q have none; the log-likelihood is of densities
    per unit of amount. ``correlation`` is that of x with mean spend (95 % interval by Fisher's z): the model
    assumes none.
    """

    fit: Fit
    correlation: float
    correlation_low: float
    correlation_high: float

    @property
    def name(self) -> str:
        """The model's name in the literature."""
        return "Gamma-gamma"

    @property
    def parameters(self) -> dict[str, float]:
        """p, q, gamma."""
        return self.fit.parameters

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of p, q, gamma."""
        return self.fit.standard_errors

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood of the repeat buyers' mean spend."""
        return self.fit.log_likelihood

    def mean(self) -> float:
        """Return the mean spend of the whole base, p gamma / (q - 1)."""
        return float(self.expected_spend(0, 0.0))

    def expected_spend(self, x: ArrayLike, m: ArrayLike) -> Floats:
        """Return expected spend per purchase day of customers with x repeats of mean m (any m at x = 0).

        Raises
        ------
        RegularsError
            ``no-mean-spend`` when q <= 1: the fitted spend then has no mean.
        """
        return expected_spend(np.asarray(self.fit.values), x, m)

    def expected_spend_interval(self, x: ArrayLike, m: ArrayLike) -> Interval:
        """Return expected spend with its 95 % interval from the parameters' uncertainty."""
        return delta_interval(lambda theta: expected_spend(theta, x, m), self.fit, bounded=False)

    def independence(self) -> str:
        """Return in words whether spend goes with frequency, which the model assumes it does not."""
        span = f"{self.correlation:.2f} ({self.correlation_low:.2f} to {self.correlation_high:.2f})"
        if min(abs(self.correlation_low), abs(self.correlation_high)) > DEPENDENT and (
            self.correlation_low * self.correlation_high > 0
        ):
            return f"Spend goes with frequency, correlation {span}: expected spend is biased here."
        return f"Correlation of frequency with spend {span}: no sign that the model's assumption fails badly."

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        span = (self.correlation, self.correlation_low, self.correlation_high)
        return {"kind": "gamma-gamma", "fit": self.fit.to_json(), "correlation": list(span)}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> FittedSpend:
        """Return the model that `to_json` stored."""
        return cls(Fit.from_json(stored["fit"]), *stored["correlation"])


def fit(summary: PurchaseSummary) -> FittedSpend:
    """Fit the gamma-gamma model to the repeat buyers' mean spend by exact Newton.

    Raises
    ------
    RegularsError
        ``no-spend`` without amounts or with fewer than 3 repeat buyers; ``bad-spend`` when a repeat buyer's
        mean spend is not above 0.

    Source
    ------
    Fader, Hardie & Lee (2005), JMR 42(4) 415-430; Fader & Hardie (2013), note 025, eq. 1a.
    """
    x, m = _repeat_spend(summary)

    def objective(z: Floats) -> Evaluation:
        theta = np.exp(z)
        return in_logs(evaluate(theta, x, m), theta)

    start = np.log([4.0, 4.0, 3.0 * float(m.mean()) / 4.0])
    top = maximise(objective, start, scale=float(len(x)), box=(LOWEST, HIGHEST))
    fitted = fit_at(
        top,
        summary,
        names=("p", "q", "gamma"),
        scales=(),
        estimate="mle",
        prior="",
        log_likelihood=top.value,
        boundary=_boundary_in_words(top),
    )
    return FittedSpend(fitted, *correlation(x, m))


def _repeat_spend(summary: PurchaseSummary) -> tuple[Floats, Floats]:
    repeaters = summary.x > 0
    if summary.spend is None or repeaters.sum() < FEWEST:
        raise RegularsError(
            "no-spend",
            f"Spend cannot be modelled: amounts of at least {FEWEST} repeat buyers are needed, "
            f"{0 if summary.spend is None else int(repeaters.sum())} are there.",
        )
    x, m = summary.x[repeaters].astype(np.float64), summary.spend[repeaters]
    bad = int(np.count_nonzero(~(m > 0) | ~np.isfinite(m)))
    if bad:
        raise RegularsError(
            "bad-spend",
            f"{bad} repeat buyers have a mean spend that is not above 0, which gamma-gamma cannot take. "
            "Leave out free orders and days that were refunded in full.",
        )
    return x, m


def evaluate(theta: Floats, x: Floats, m: Floats) -> Evaluation:
    """Return the log-likelihood with gradient and Hessian in (p, q, gamma)."""
    p, q, gamma = theta
    n, shape, pool = len(x), p * x + q, gamma + m * x
    logs, inverse = np.log(pool), 1.0 / pool
    rows = gammaln(shape) - gammaln(p * x) + (p * x - 1) * np.log(m) + p * x * np.log(x) - shape * logs
    tri = polygamma(1, shape)
    gradient = np.array(
        [
            x @ (psi(shape) - psi(p * x) + np.log(m) + np.log(x) - logs),
            (psi(shape) - logs).sum() + n * (np.log(gamma) - psi(q)),
            n * q / gamma - shape @ inverse,
        ]
    )
    pq, pg, qg = x @ tri, -(x @ inverse), n / gamma - inverse.sum()
    pp, qq = x**2 @ (tri - polygamma(1, p * x)), tri.sum() - n * polygamma(1, q)
    gg = shape @ inverse**2 - n * q / gamma**2
    hessian = np.array([[pp, pq, pg], [pq, qq, qg], [pg, qg, gg]])
    return Evaluation(float(rows.sum() + n * (q * np.log(gamma) - gammaln(q))), gradient, hessian)


def expected_spend(theta: Floats, x: ArrayLike, m: ArrayLike) -> Floats:
    """Return (q-1)/(px+q-1) times the base's mean plus px/(px+q-1) times m.

    Source
    ------
    Fader & Hardie (2013), note 025, eq. 5.
    """
    p, q, gamma = (float(value) for value in theta)
    if q <= 1.0:
        raise RegularsError(
            "no-mean-spend", f"Spend has no mean at q = {q:.3f} (q must be above 1); show medians instead."
        )
    count, mean = floats(x, m)
    mean = np.where(count > 0, mean, 0.0)
    return np.asarray(p * (gamma + mean * count) / (p * count + q - 1.0))


def correlation(x: Floats, m: Floats) -> tuple[float, float, float]:
    """Return Pearson's correlation of frequency with mean spend, and its 95 % interval by Fisher's z."""
    if np.ptp(x) == 0 or np.ptp(m) == 0:
        return 0.0, -1.0, 1.0
    value = float(np.clip(np.corrcoef(x, m)[0, 1], -1 + 1e-12, 1 - 1e-12))
    reach = Z95 / sqrt(len(x) - 3) if len(x) > FEWEST else 20.0
    return value, tanh(atanh(value) - reach), tanh(atanh(value) + reach)


def _boundary_in_words(top: Optimum) -> str:
    p, q, _ = np.exp(top.z)
    if q >= 0.999e4:
        return "No maximum in reach: q and gamma grow without end (everyone spends the same on average)."
    if p >= 0.999e5:
        return "No maximum in reach: p grows without end (each customer spends the same every time)."
    if not top.positive_definite or not top.converged:
        return "The ascent stopped where the likelihood is flat."
    return ""
