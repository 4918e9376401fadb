"""BG/NBD, MBG/NBD and (M)BG/CNBD-k: fit and ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime import scoring
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
from regulars.insight.lifetime.likelihood import Evaluation, Rows, evaluate, every_nth, rows_of
from regulars.insight.lifetime.newton import Optimum, in_logs, maximise
from regulars.insight.lifetime.priors import MBG_PRIOR, mbg_prior
from regulars.insight.lifetime.scoring import Parameters
from regulars.insight.lifetime.summary import Floats, PurchaseSummary
from regulars.insight.lifetime.tables import Scores, scores

ModelName = Literal["mbg", "bg"]
LOWEST = np.log([1e-4, 1e-6, 1e-6, 1e-6])
HIGHEST = np.log([1e3, 1e9, 1e5, 1e5])
MOST_KAPPA = 1e4
WARM_START_FROM = 1 << 15


@dataclass(frozen=True, slots=True)
class FittedMBG:
    """A fitted BG/NBD, MBG/NBD or (M)BG/CNBD-k; days inside, P(at least one purchase) first.

    Units
    -----
    ``x`` counts repeat purchase days; ``t_x``, ``T`` and ``t`` are days.
    """

    model: ModelName
    k: int
    fit: Fit

    @property
    def name(self) -> str:
        """The model's name in the literature."""
        first = "MBG" if self.model == "mbg" else "BG"
        return f"{first}/NBD" if self.k == 1 else f"{first}/CNBD-{self.k}"

    @property
    def by(self) -> Parameters:
        """The parameters as the formulas take them."""
        return self._at(np.asarray(self.fit.values))

    def _at(self, theta: Floats) -> Parameters:
        r, alpha, a, b = (float(value) for value in theta)
        return Parameters(r, alpha, a, b, m=int(self.model == "mbg"), k=self.k)

    @property
    def parameters(self) -> dict[str, float]:
        """r, alpha (days), a, b."""
        return self.fit.parameters

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of r, alpha (days), a, b."""
        return self.fit.standard_errors

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood of densities per day."""
        return self.fit.log_likelihood

    def in_weeks(self) -> Told:
        """Return parameters, standard errors and log-likelihood in weeks."""
        return self.fit.in_weeks()

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Floats:
        """Return P(still a customer): a footnote, since nobody can check it."""
        return scoring.p_alive(self.by, x, t_x, T)

    def p_buy(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
        """Return P(at least one purchase in the next t days)."""
        return scoring.p_buy(self.by, x, t_x, T, t)

    def expected(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Floats:
        """Return expected purchase days in the next t days."""
        return scoring.expected(self.by, x, t_x, T, t)

    def expected_new(self, t: ArrayLike) -> Floats:
        """Return expected repeat purchase days of a new customer in the first t days."""
        return scoring.expected_new(self.by, t)

    def scores(self, summary: PurchaseSummary, t: float) -> Scores:
        """Return P(still a customer), P(at least one purchase) and expected purchases for everybody."""
        return scores(self.by, summary, t)

    def p_alive_interval(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike) -> Interval:
        """Return P(still a customer) with its 95 % interval from the parameters' uncertainty."""
        return delta_interval(lambda th: scoring.p_alive(self._at(th), x, t_x, T), self.fit, bounded=True)

    def p_buy_interval(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Interval:
        """Return P(at least one purchase) with its 95 % interval from the parameters' uncertainty."""
        return delta_interval(lambda th: scoring.p_buy(self._at(th), x, t_x, T, t), self.fit, bounded=True)

    def expected_interval(self, x: ArrayLike, t_x: ArrayLike, T: ArrayLike, t: ArrayLike) -> Interval:
        """Return expected purchases with their 95 % interval from the parameters' uncertainty."""
        return delta_interval(
            lambda th: scoring.expected(self._at(th), x, t_x, T, t), self.fit, bounded=False
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return {"kind": "mbg", "model": self.model, "k": self.k, "fit": self.fit.to_json()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> FittedMBG:
        """Return the model that `to_json` stored."""
        return cls(stored["model"], stored["k"], Fit.from_json(stored["fit"]))


def fit(
    summary: PurchaseSummary, *, model: ModelName = "mbg", k: int = 1, estimate: EstimateKind = "map"
) -> FittedMBG:
    """Fit BG/NBD or MBG/NBD (k = 1) or their CNBD-k by exact Newton from a deterministic start.

    Raises
    ------
    RegularsError
        ``nothing-repeats`` when nobody bought on a second day; ``unknown-model``, ``unknown-estimate`` or
        ``bad-regularity`` for an argument that does not exist; ``no-log-gaps`` for k > 1 without them.

    Source
    ------
    Fader, Hardie & Lee (2005); Batislam, Denizel & Filiztekin (2007); Reutterer, Platzer & Schröder (2021).

    Example
    -------
    >>> sample = PurchaseSummary([0, 2, 5, 0, 1], [0, 80, 300, 0, 20], [200, 190, 320, 90, 250])
    >>> fit(sample).fit.converged
    True
    """
    check_estimate(estimate)
    _check_model(summary, model, k)
    check_enough(summary, f"{model.upper()}/NBD")
    m = int(model == "mbg")
    packed = summary.compress()
    start = _start(summary)
    if len(packed.x) > WARM_START_FROM:
        start = _climb(rows_of(every_nth(packed, 16)), start, m, k, estimate).z
    rows = rows_of(packed)
    top = _climb(rows, start, m, k, estimate)
    log_likelihood = top.value - (mbg_prior(top.z).value if estimate == "map" else 0.0)
    return FittedMBG(
        model,
        k,
        fit_at(
            top,
            summary,
            names=("r", "alpha", "a", "b"),
            scales=("alpha",),
            estimate=estimate,
            prior=MBG_PRIOR,
            log_likelihood=log_likelihood + _gap_constant(summary, k),
            boundary=boundary_in_words(top, estimate),
        ),
    )


def _check_model(summary: PurchaseSummary, model: str, k: int) -> None:
    if model not in ("bg", "mbg"):
        raise RegularsError("unknown-model", f"There is no model '{model}' here; choose bg or mbg.")
    if k < 1:
        raise RegularsError("bad-regularity", f"k counts ticks per purchase and starts at 1; {k} was given.")
    if k > 1 and summary.log_gaps is None:
        raise RegularsError(
            "no-log-gaps", "CNBD-k compares gaps, and this summary was made without them; ask for log_gaps."
        )


def _start(summary: PurchaseSummary) -> Floats:
    """Return a start whose mean rate is the pooled rate of the repeat buyers, in logs."""
    repeaters = summary.x > 0
    rate = summary.x[repeaters].sum() / max(1.0, float(summary.t_x[repeaters].sum()))
    return np.log([0.7, 0.7 / rate, 0.8, 2.5])


def _climb(rows: Rows, start: Floats, m: int, k: int, estimate: EstimateKind) -> Optimum:
    def objective(z: Floats) -> Evaluation:
        theta = np.exp(z)
        at = in_logs(evaluate(rows, theta, m=m, k=k), theta)
        return at + mbg_prior(z) if estimate == "map" else at

    return maximise(objective, start, scale=rows.total, box=(LOWEST, HIGHEST))


def _gap_constant(summary: PurchaseSummary, k: int) -> float:
    """Return (k-1) times the sum of log gaps, the part of the likelihood that no parameter moves."""
    return 0.0 if summary.log_gaps is None else (k - 1) * float(summary.log_gaps.sum())


def boundary_in_words(top: Optimum, estimate: EstimateKind) -> str:
    """Return why no inner maximum was found and what to do, or nothing when one was."""
    r, alpha, a, b = np.exp(top.z)
    remedy = remedy_at_edge(estimate)
    if a + b >= MOST_KAPPA:
        return f"No maximum in reach: a and b grow without end (everyone leaves at one rate). {remedy}"
    if r >= 0.999 * np.exp(HIGHEST[0]) or alpha >= 0.999 * np.exp(HIGHEST[1]):
        return f"No maximum in reach: r and alpha grow without end (everyone buys at one rate). {remedy}"
    if a / (a + b) <= 1e-5 or b <= 1.001e-6:
        return f"No maximum in reach: the share that leaves runs to 0 or 1. {remedy}"
    if not top.positive_definite or not top.converged:
        return f"The ascent stopped where the likelihood is flat. {remedy}"
    return ""
