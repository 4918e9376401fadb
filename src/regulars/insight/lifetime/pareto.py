"""Pareto/NBD by quadrature in log space: exact gradient and Hessian, no 2F1, nothing overflows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, logsumexp, polygamma, psi

from regulars.insight.lifetime.fitted import (
    EstimateKind,
    Fit,
    Told,
    check_enough,
    check_estimate,
    fit_at,
    remedy_at_edge,
)
from regulars.insight.lifetime.intervals import Interval, delta_interval
from regulars.insight.lifetime.likelihood import Evaluation
from regulars.insight.lifetime.newton import Optimum, in_logs, maximise
from regulars.insight.lifetime.priors import PARETO_PRIOR, pareto_prior
from regulars.insight.lifetime.scoring import floats
from regulars.insight.lifetime.summary import Compressed, Floats, PurchaseSummary
from regulars.insight.lifetime.tables import Scores

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(40)
FOLDS = 45.0  # beyond e^-45 of its start the integrand adds nothing in double precision
BLOCK = 4096
LOWEST = np.log([1e-4, 1e-6, 1e-4, 1e-6])
HIGHEST = np.log([1e3, 1e9, 1e3, 1e9])


@dataclass(frozen=True, slots=True)
class FittedPareto:
    """A fitted Pareto/NBD.

    Units
    -----
    ``x`` counts repeat purchase days; ``t_x``, ``T`` and ``t`` are in the unit of alpha and beta (days).
    """

    fit: Fit

    @property
    def name(self) -> str:
        """The model's name in the literature."""
        return "Pareto/NBD"

    @property
    def parameters(self) -> dict[str, float]:
        """r, alpha (days), s, beta (days)."""
        return self.fit.parameters

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of r, alpha (days), s, beta (days)."""
        return self.fit.standard_errors

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood of densities per day."""
        return self.fit.log_likelihood

    @property
    def theta(self) -> Floats:
        """The parameters as an array."""
        return np.asarray(self.fit.values)

    def in_weeks(self) -> Told:
        """Return parameters, standard errors and log-likelihood in weeks."""
        return self.fit.in_weeks()

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Return P(still a customer)."""
        return p_alive(self.theta, x, t_x, T)

    def p_buy(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
        """Return P(at least one purchase in the next t days)."""
        return p_buy(self.theta, x, t_x, T, t)

    def expected(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
        """Return expected purchase days in the next t days."""
        return expected(self.theta, x, t_x, T, t)

    def expected_new(self, t: ArrayLike) -> Floats:
        """Return expected repeat purchase days of a new customer in the first t days."""
        return expected_new(self.theta, t)

    def scores(self, summary: PurchaseSummary, t: float) -> Scores:
        """Return P(still a customer), P(at least one purchase) and expected purchases for everybody."""
        packed, place = _distinct(summary)
        result = Scores(np.empty(len(packed.x)), np.empty(len(packed.x)), np.empty(len(packed.x)))
        for low in range(0, len(packed.x), BLOCK):
            part = slice(low, low + BLOCK)
            rows = (packed.x[part], packed.t_x[part], packed.T[part])
            result.p_alive[part] = self.p_alive(*rows)
            result.p_buy[part] = self.p_buy(*rows, t)
            result.expected[part] = self.expected(*rows, t)
        return Scores(result.p_alive[place], result.p_buy[place], result.expected[place])

    def p_buy_interval(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Interval:
        """Return P(at least one purchase) with its 95 % interval from the parameters' uncertainty."""
        return delta_interval(lambda theta: p_buy(theta, x, t_x, T, t), self.fit, bounded=True)

    def expected_interval(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Interval:
        """Return expected purchases with their 95 % interval from the parameters' uncertainty."""
        return delta_interval(lambda theta: expected(theta, x, t_x, T, t), self.fit, bounded=False)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return {"kind": "pareto", "fit": self.fit.to_json()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> FittedPareto:
        """Return the model that `to_json` stored."""
        return cls(Fit.from_json(stored["fit"]))


def _distinct(summary: PurchaseSummary) -> tuple[Compressed, Any]:
    rows = np.stack([summary.x, summary.t_x, summary.T], axis=1)
    unique, place, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    x, t_x, T = np.ascontiguousarray(unique.T)
    return Compressed(x, t_x, T, counts.astype(np.float64)), place.reshape(-1)


def fit(summary: PurchaseSummary, *, estimate: EstimateKind = "map") -> FittedPareto:
    """Fit Pareto/NBD by exact Newton from a deterministic start.

    Raises
    ------
    RegularsError
        ``nothing-repeats`` when nobody bought on a second day; ``unknown-estimate``.

    Source
    ------
    Schmittlein, Morrison & Colombo (1987), Management Science 33(1).
    """
    check_estimate(estimate)
    check_enough(summary, "Pareto/NBD")
    packed = summary.compress()
    total = float(packed.weight.sum())

    def objective(z: Floats) -> Evaluation:
        theta = np.exp(z)
        at = in_logs(evaluate(packed, theta), theta)
        return at + pareto_prior(z) if estimate == "map" else at

    age = float(packed.T @ packed.weight) / total
    rate = summary.repeats / max(1.0, float(packed.T @ packed.weight))
    start = np.log([0.7, 0.7 / (2 * rate), 0.6, max(1.0, 0.3 * age)])
    top = maximise(objective, start, scale=total, box=(LOWEST, HIGHEST))
    log_likelihood = top.value - (pareto_prior(top.z).value if estimate == "map" else 0.0)
    return FittedPareto(
        fit_at(
            top,
            summary,
            names=("r", "alpha", "s", "beta"),
            scales=("alpha", "beta"),
            estimate=estimate,
            prior=PARETO_PRIOR,
            log_likelihood=log_likelihood,
            boundary=_boundary_in_words(top, estimate),
        )
    )


def _boundary_in_words(top: Optimum, estimate: EstimateKind) -> str:
    r, alpha, s, beta = np.exp(top.z)
    remedy = remedy_at_edge(estimate)
    if s >= 100 or beta >= 0.999e9:
        return f"No maximum in reach: s and beta grow without end (everyone leaves at one rate). {remedy}"
    if r >= 0.999e3 or alpha >= 0.999e9:
        return f"No maximum in reach: r and alpha grow without end (everyone buys at one rate). {remedy}"
    if not top.positive_definite or not top.converged:
        return f"The ascent stopped where the likelihood is flat. {remedy}"
    return ""


def evaluate(packed: Compressed, theta: Floats) -> Evaluation:
    """Return the log-likelihood over weighted rows with gradient and Hessian in (r, alpha, s, beta)."""
    total = Evaluation(0.0, np.zeros(4), np.zeros((4, 4)))
    for low in range(0, len(packed.x), BLOCK):
        part = slice(low, low + BLOCK)
        rows = floats(packed.x[part], packed.t_x[part], packed.T[part])
        total = total + _block(rows, packed.weight[part], theta)
    return total


def _block(rows: tuple[Floats, ...], w: Floats, theta: Floats) -> Evaluation:
    """Add one block: each row is a mixture of 'still active' and 'left at y', a sum over nodes of exp(g)."""
    r, alpha, s, beta = theta
    x = rows[0]
    y, logs = mixture(theta, *rows)
    log_row = logsumexp(logs, axis=0)
    share = np.exp(logs - log_row) * w
    n, total = r + x, w.sum()
    left = np.ones((len(logs), 1))
    left[0] = 0.0  # the first component is 'still active at T'
    a, b, s1 = 1.0 / (alpha + y), 1.0 / (beta + y), s + left
    slopes = np.stack([-np.log(alpha + y), -n * a, left / s - np.log(beta + y), -s1 * b])
    by_row = np.einsum("jn,ijn->in", share, slopes)
    hessian = np.einsum("ijn,jn,ljn->il", slopes, share, slopes, optimize=True)
    hessian -= (by_row / w) @ by_row.T
    mixed = -float((share * a).sum()), -float((share * b).sum())
    hessian += np.array([[0, mixed[0], 0, 0], [mixed[0], 0, 0, 0], [0, 0, 0, mixed[1]], [0, 0, mixed[1], 0]])
    hessian += np.diag(
        [0.0, (share * n * a**2).sum(), -(share * left).sum() / s**2, (share * s1 * b**2).sum()]
    )
    value = w @ (log_row + gammaln(n)) + total * (r * np.log(alpha) + s * np.log(beta) - gammaln(r))
    gradient = by_row.sum(axis=1)
    gradient += total * np.array([np.log(alpha) - psi(r), r / alpha, np.log(beta), s / beta])
    gradient[0] += w @ psi(n)
    hessian[0, 0] += w @ polygamma(1, n) - total * polygamma(1, r)
    hessian[[0, 1, 2, 3], [1, 0, 3, 2]] += total * np.array([1 / alpha, 1 / alpha, 1 / beta, 1 / beta])
    hessian[1, 1] -= total * r / alpha**2
    hessian[3, 3] -= total * s / beta**2
    return Evaluation(float(value), gradient, hessian)


def mixture(theta: Floats, x: Floats, t_x: Floats, T: Floats) -> tuple[Floats, Floats]:
    """Return times y and the log terms that sum to the likelihood: 'active at T', then 'left at y' by node.

    Shape
    -----
    Both (1 + nodes, rows).

    Source
    ------
    L = G(r+x) alpha^r beta^s / G(r) [(alpha+T)^-(r+x) (beta+T)^-s + s integral from t_x to T of
    (alpha+y)^-(r+x) (beta+y)^-(s+1) dy]; Gauss-Legendre in ln(min(alpha, beta) + y), cut where
    nothing is left.
    """
    r, alpha, s, beta = theta
    n = r + x
    active = -n * np.log(alpha + T) - s * np.log(beta + T)
    y, log_step = nodes(theta, n, s + 1.0, t_x, T)
    left = log_step + np.log(s) - n * np.log(alpha + y) - (s + 1.0) * np.log(beta + y)
    return np.vstack([T[None, :], y]), np.vstack([active[None, :], left])


def nodes(theta: Floats, n: Floats, power: float, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Return nodes y between `start` and `end` and their log weights, for (alpha+y)^-n (beta+y)^-power.

    Shape
    -----
    (nodes, rows).
    """
    _, alpha, _, beta = theta
    offset = min(alpha, beta)
    low = np.log(offset + start)
    decay = (offset + start) * (n / (alpha + start) + power / (beta + start)) - 1.0
    high = np.minimum(np.log(offset + end), low + FOLDS / np.maximum(decay, 1e-3))
    half = (high - low) / 2
    middle = NODES[:, None] * half + (high + low) / 2
    y = np.clip(np.exp(middle) - offset, start, end)
    with np.errstate(divide="ignore"):
        return y, np.log(NODE_WEIGHTS)[:, None] + np.log(half) + middle


def log_likelihood_rows(theta: Floats, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
    """Return each customer's log-likelihood."""
    shape, rows = _flat(x, t_x, T)
    r, alpha, s, beta = theta
    front = gammaln(r + rows[0]) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return np.asarray(front + logsumexp(mixture(theta, *rows)[1], axis=0)).reshape(shape)


def p_alive(theta: Floats, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
    """Return P(still a customer at T).

    Example
    -------
    >>> weeks = np.array([0.55328, 10.57768, 0.60624, 11.66873])
    >>> round(float(p_alive(weeks, 26, 30.86, 31)), 4)
    0.9979
    """
    shape, rows = _flat(x, t_x, T)
    logs = mixture(theta, *rows)[1]
    return np.asarray(np.exp(logs[0] - logsumexp(logs, axis=0))).reshape(shape)


def p_buy(theta: Floats, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
    """Return P(at least one purchase in (T, T+t]).

    Source
    ------
    The density of the next purchase v after T is (r+x) (alpha+T+v)^-(r+x+1) (beta+T+v)^-s over the likelihood
    (ours); the same quadrature integrates it.
    """
    shape, (x, t_x, T, t) = _flat(x, t_x, T, t)
    r, alpha, s, beta = theta
    n = r + x
    y, log_step = nodes(theta, n + 1.0, s, T, T + t)
    log_next = log_step + np.log(n) - (n + 1.0) * np.log(alpha + y) - s * np.log(beta + y)
    log_all = logsumexp(mixture(theta, x, t_x, T)[1], axis=0)
    return np.asarray(np.exp(logsumexp(log_next, axis=0) - log_all)).reshape(shape)


def expected(theta: Floats, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
    """Return the expected number of purchases in (T, T+t]; s = 1, a limit, is taken as such.

    Source
    ------
    Schmittlein, Morrison & Colombo (1987), eq. 22, with 1 - (...)^(s-1) as expm1.
    """
    x, t_x, T, t = floats(x, t_x, T, t)
    r, alpha, _, beta = theta
    rate = (r + x) * (beta + T) / (alpha + T)
    return np.asarray(p_alive(theta, x, t_x, T) * rate * _years(theta, T, t))


def _years(theta: Floats, T: Floats, t: Floats) -> Floats:
    """Return (1 - ((beta+T)/(beta+T+t))^(s-1)) / (s-1): the time a customer active at T stays, scaled."""
    _, _, s, beta = theta
    reach = np.log1p(t / (beta + T))
    return reach if abs(s - 1.0) < 1e-12 else np.asarray(-np.expm1(-(s - 1.0) * reach) / (s - 1.0))


def expected_new(theta: Floats, t: ArrayLike) -> Floats:
    """Return the expected repeat purchases of a new customer in the first `t`."""
    (ahead,) = floats(t)
    r, alpha, _, beta = theta
    return np.asarray(r * beta / alpha * _years(theta, np.zeros_like(ahead), ahead))


def _flat(*values: ArrayLike) -> tuple[tuple[int, ...], tuple[Floats, ...]]:
    arrays = floats(*values)
    return arrays[0].shape, tuple(array.reshape(-1) for array in arrays)
