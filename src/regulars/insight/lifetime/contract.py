"""Contracts that are renewed or not: sBG and beta-discrete-Weibull, fitted, asked, and refused when too few.

Each customer leaves at a renewal with a chance of their own; over the base that chance is beta-distributed.
Those who leave easily leave first, so retention rises with age although nobody changes: that is sBG. BdW adds
c: above 1 each customer grows likelier to leave with age, below 1 more loyal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from regulars.insight.errors import RegularsError
from regulars.insight.estimate import Estimate, refuse
from regulars.insight.lifetime.fitted import EstimateKind, Fit, check_estimate
from regulars.insight.lifetime.intervals import Interval, delta_interval
from regulars.insight.lifetime.likelihood import Evaluation
from regulars.insight.lifetime.newton import Optimum, in_logs, maximise
from regulars.insight.lifetime.priors import BDW_PRIOR, SBG_PRIOR, contract_prior
from regulars.insight.lifetime.renewal_likelihood import evaluate_bdw, evaluate_sbg, log_survival
from regulars.insight.lifetime.renewals_kept import Decisions, Periods, decisions
from regulars.insight.lifetime.summary import Floats

ContractModel = Literal["sbg", "bdw"]
ContractEstimate = Literal["auto", "mle", "map"]
NAMES = {"sbg": "sBG", "bdw": "BdW"}
LOWEST, HIGHEST = np.log([1e-4, 1e-4, 0.02]), np.log([1e8, 1e8, 60.0])
MOST_KAPPA = 1e4
FEWEST: dict[ContractModel, tuple[int, int, int]] = {"sbg": (30, 5, 2), "bdw": (60, 20, 3)}
"""Customers who came to a renewal, customers lost, renewals in a life: below these nothing is fitted."""
FURTHEST = 3
"""No figure for more than so many times the renewals that anybody was seen to come to."""
SMALL_TAIL = 1e-12


@dataclass(frozen=True, slots=True)
class FittedContract:
    """A fitted sBG or BdW: how many are still there after so many renewals, and who renews next.

    Units
    -----
    Time counts renewals: ``survival(3)`` is the share that made three. The log-likelihood is that of
    probabilities, so that no unit of time enters it. ``fit.n`` counts customers who came to a renewal,
    ``fit.repeat_buyers`` those who renewed at least once, ``longest`` the renewals anybody came to.
    ``announcement`` says why the weak prior was needed, empty where it was not.
    """

    model: ContractModel
    fit: Fit
    lost: int
    longest: int
    as_of: int
    announcement: str

    @property
    def name(self) -> str:
        """The model's name in the literature."""
        return NAMES[self.model]

    @property
    def parameters(self) -> dict[str, float]:
        """alpha, beta, and c of BdW."""
        return self.fit.parameters

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard errors of the parameters."""
        return self.fit.standard_errors

    @property
    def log_likelihood(self) -> float:
        """The log-likelihood, without the prior."""
        return self.fit.log_likelihood

    @property
    def theta(self) -> Floats:
        """The parameters as the formulas take them."""
        return np.asarray(self.fit.values)

    def survival(self, t: ArrayLike) -> Floats:
        """Return S(t), the share that makes t renewals."""
        return survival(self.theta, t)

    def retention(self, t: ArrayLike) -> Floats:
        """Return r_t = S(t) / S(t - 1), the share of those come to renewal t that make it; t from 1."""
        return renewing(self.theta, np.asarray(t, dtype=np.float64) - 1.0)

    def p_renew(self, survived: ArrayLike) -> Floats:
        """Return P(renews next | made so many renewals)."""
        return renewing(self.theta, survived)

    def expected_renewals(self, survived: int, *, within: int = 0, discount: float = 0.0) -> float:
        """Return how many more renewals to expect, discounted per renewal; see `expected_renewals`."""
        return float(expected_renewals(self.theta, survived, within=within, discount=discount))

    def churn_posterior(self, survived: int) -> tuple[float, float]:
        """Return (alpha, beta + n^c), the beta distribution of the chance to leave of those who made n.

        Source
        ------
        Fader & Hardie (2007): whoever made n renewals did so with probability (1 - theta)^(n^c).
        """
        alpha, beta, c = _three(self.theta)
        return alpha, beta + float(survived) ** c

    def survival_interval(self, t: ArrayLike) -> Interval:
        """Return S(t) with its 95 % interval from the parameters' uncertainty."""
        return delta_interval(lambda theta: survival(theta, t), self.fit, bounded=True)

    def survival_estimate(self, t: int) -> Estimate:
        """Return the share that makes t renewals."""
        return self._told(t, lambda: self.survival_interval(float(t)))

    def _told(self, reach: int, found: Callable[[], Interval]) -> Estimate:
        """Return an interval as an estimate, refused far beyond what was seen."""
        if not self.fit.converged:
            return self._refused(self.fit.boundary)
        if reach > FURTHEST * self.longest:
            return self._refused(
                f"Nobody came to more than {self.longest} renewals; {reach} are too far beyond that."
            )
        told = found()
        beyond = f", beyond the {self.longest} renewals seen" if reach > self.longest else ""
        ends = float(told.value), float(told.low), float(told.high)
        return Estimate(*ends, self.fit.n, self.as_of, f"{self.name}{beyond}")

    def _refused(self, reason: str) -> Estimate:
        return refuse(reason, n=self.fit.n, as_of=self.as_of, method=self.name)

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        plain = {name: getattr(self, name) for name in ("model", "lost", "longest", "as_of", "announcement")}
        return plain | {"kind": "contract", "fit": self.fit.to_json()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> FittedContract:
        """Return the model that `to_json` stored."""
        plain = {name: value for name, value in stored.items() if name not in ("kind", "fit")}
        return cls(fit=Fit.from_json(stored["fit"]), **plain)


def _three(theta: Floats) -> tuple[float, float, float]:
    """Return (alpha, beta, c), c = 1 for sBG."""
    alpha, beta, *c = (float(value) for value in theta)
    return alpha, beta, c[0] if c else 1.0


def survival(theta: Floats, t: ArrayLike) -> Floats:
    """Return S(t) = B(alpha, beta + t^c) / B(alpha, beta).

    Source
    ------
    Fader & Hardie (2007), eq. 6; Fader et al. (2018), JIM 43, for c.

    Example
    -------
    >>> survival(np.array([1.0, 1.0]), [0, 1, 3]).round(4).tolist()
    [1.0, 0.5, 0.25]
    """
    until = np.asarray(t, dtype=np.float64)
    return np.asarray(np.minimum(np.exp(log_survival(np.array(_three(theta)), until)), 1.0))


def renewing(theta: Floats, survived: ArrayLike) -> Floats:
    """Return S(n + 1) / S(n), the chance that whoever made n renewals makes the next."""
    n, at = np.asarray(survived, dtype=np.float64), np.array(_three(theta))
    return np.asarray(np.minimum(np.exp(log_survival(at, n + 1.0) - log_survival(at, n)), 1.0))


def expected_renewals(theta: Floats, survived: int, *, within: int = 0, discount: float = 0.0) -> Floats:
    """Return the sum of S(n + k) / S(n) / (1 + discount)^k over the next renewals k.

    Parameters
    ----------
    within
        How many renewals ahead count; 0 for all of them.
    discount
        Rate per renewal: .1 makes a renewal one term ahead worth 1 / 1.1.

    Raises
    ------
    RegularsError
        ``endless-expectation`` without an end and without a discount: the sum may have no end.
    """
    check_ends(within, discount)
    at, worth = np.array(_three(theta)), -np.log1p(discount)
    ahead = np.arange(1.0, (within or np.ceil(np.log(SMALL_TAIL) / worth)) + 1.0)
    logs = log_survival(at, survived + ahead) - log_survival(at, np.array(float(survived)))
    return np.asarray(np.exp(logs + worth * ahead).sum())


def check_ends(within: int, discount: float) -> None:
    """Refuse an expectation that may have no end."""
    if within < 0 or discount < 0 or not (within or discount):
        raise RegularsError(
            "endless-expectation",
            "Some customers may never leave, so all their renewals to come have no sum. "
            "Say how many renewals ahead count, or a discount rate above 0.",
        )


def shortfall(periods: Periods, model: ContractModel = "sbg") -> str:
    """Return what the data lack for a fit and how much would do; nothing when they carry it."""
    at = decisions(periods)
    customers, lost, renewals = FEWEST[model]
    faced, gone = int(at.faced[0]) if len(at.faced) else 0, int(at.lost.sum())
    missing = [
        words
        for short, words in (
            (faced < customers, f"{faced} customers came to a renewal, {customers} are needed"),
            (gone < lost, f"{gone} of them left, {lost} are needed"),
            (
                len(at.faced) < renewals,
                f"{len(at.faced)} renewals in a life were seen, {renewals} are needed",
            ),
        )
        if short
    ]
    return f"Not enough data yet: {'; '.join(missing)}." if missing else ""


def refusal(periods: Periods, model: ContractModel = "sbg") -> Estimate | None:
    """Return the refusal to show in place of any figure, or None where a model can be fitted."""
    words = shortfall(periods, model)
    n = int(periods.weight[(periods.survived > 0) | periods.lost].sum())
    return refuse(words, n=n, as_of=periods.as_of, method=NAMES[model]) if words else None


def fit(
    periods: Periods, *, model: ContractModel = "sbg", estimate: ContractEstimate = "auto"
) -> FittedContract:
    """Fit sBG or BdW by exact Newton from a deterministic start.

    ``auto`` is the maximum of the likelihood, or the mode under a weak prior where that maximum is not in
    reach; ``announcement`` then says so.

    Raises
    ------
    RegularsError
        ``too-few-renewals`` below the floor of `shortfall`; ``unknown-model`` or ``unknown-estimate`` for an
        argument that does not exist.

    Source
    ------
    Fader & Hardie (2007), J. Interactive Marketing 21(1) 76-90; Fader et al. (2018), JIM 43, 1-16.

    Example
    -------
    >>> from regulars.insight.lifetime.renewals_kept import of_cohorts
    >>> fitted = fit(of_cohorts([[1000, 631, 468, 382, 326]], as_of=0))
    >>> round(float(fitted.p_renew(3)), 3)
    0.849
    """
    _check(periods, model, estimate)
    at = decisions(periods)
    if estimate != "auto":
        top = _climb(at, model, estimate)
        return _fitted(periods, at, model, estimate, top, "")
    top = _climb(at, model, "mle")
    edge = _boundary_in_words(top, "mle")
    if not edge:
        return _fitted(periods, at, model, "mle", top, "")
    said = f"{edge} A weak prior was added: {_prior_of(model)}."
    return _fitted(periods, at, model, "map", _climb(at, model, "map"), said)


def fit_best(periods: Periods) -> FittedContract:
    """Fit sBG, and keep BdW instead where it earns its third parameter: AIC lower by 2 or more.

    Raises
    ------
    RegularsError
        ``too-few-renewals`` when the data do not carry sBG.
    """
    simple = fit(periods)
    if shortfall(periods, "bdw"):
        return simple
    richer = fit(periods, model="bdw")
    return richer if richer.log_likelihood - simple.log_likelihood >= 2.0 else simple


def _check(periods: Periods, model: str, estimate: str) -> None:
    if model not in FEWEST:
        raise RegularsError("unknown-model", f"There is no contract model '{model}'; choose sbg or bdw.")
    if estimate != "auto":
        check_estimate(estimate)
    missing = shortfall(periods, "bdw" if model == "bdw" else "sbg")
    if missing:
        raise RegularsError("too-few-renewals", f"{missing} Until then, look at the contracts themselves.")


def _prior_of(model: ContractModel) -> str:
    return SBG_PRIOR if model == "sbg" else BDW_PRIOR


def _climb(at: Decisions, model: ContractModel, estimate: EstimateKind) -> Optimum:
    """Climb from a beta of mass 2 with the first renewal's share of losses; to BdW by way of sBG."""
    if model == "sbg":
        share = (float(at.lost[0]) + 0.5) / (float(at.faced[0]) + 1.0)
        return _ascent(at, np.log([2.0 * share, 2.0 * (1.0 - share)]), estimate)
    # Under the prior sBG has a peak whatever the customers, so this start is never far out.
    return _ascent(at, np.append(_climb(at, "sbg", "map").z, 0.0), estimate)


def _ascent(at: Decisions, start: Floats, estimate: EstimateKind) -> Optimum:
    size = len(start)
    evaluate = evaluate_sbg if size == 2 else evaluate_bdw

    def objective(z: Floats) -> Evaluation:
        theta = np.exp(z)
        here = in_logs(evaluate(at, theta), theta)
        return here + contract_prior(z) if estimate == "map" else here

    return maximise(objective, start, scale=float(at.faced[0]), box=(LOWEST[:size], HIGHEST[:size]))


def _fitted(
    periods: Periods,
    at: Decisions,
    model: ContractModel,
    estimate: EstimateKind,
    top: Optimum,
    announcement: str,
) -> FittedContract:
    prior = contract_prior(top.z).value if estimate == "map" else 0.0
    edge = _boundary_in_words(top, estimate)
    found = Fit(
        names=("alpha", "beta", "c")[: len(top.z)],
        values=tuple(float(value) for value in np.exp(top.z)),
        covariance=tuple(tuple(float(value) for value in row) for row in top.covariance),
        scales=(),
        estimate=estimate,
        prior=_prior_of(model) if estimate == "map" else "",
        log_likelihood=float(top.value - prior),
        n=int(at.faced[0]),
        repeat_buyers=int(at.kept[0]),
        repeats=0,  # probabilities, not densities: no unit of time
        gradient_norm=top.gradient_norm,
        positive_definite=top.positive_definite,
        converged=top.converged and top.positive_definite and not edge,
        iterations=top.iterations,
        boundary=edge,
    )
    return FittedContract(model, found, int(at.lost.sum()), len(at.faced), periods.as_of, announcement)


def _boundary_in_words(top: Optimum, estimate: EstimateKind) -> str:
    """Return why no inner maximum was found, or nothing when one was.

    A prior holds the ascent from every edge: what it finds far out is a peak nevertheless.
    """
    if estimate == "map" and top.positive_definite and top.converged:
        return ""
    alpha, beta, c = _three(np.exp(top.z))
    if alpha + beta >= MOST_KAPPA:
        return "No maximum in reach: alpha and beta grow without end (everyone leaves at one rate)."
    if alpha + beta <= 1e-3:
        return "No maximum in reach: alpha and beta run to 0 (some leave at once, the rest never)."
    if not 1e-5 < alpha / (alpha + beta) < 1 - 1e-5:
        return "No maximum in reach: the share that leaves runs to 0 or 1."
    if len(top.z) > 2 and not 0.0201 < c < 59.9:
        return "No maximum in reach: c runs to its edge."
    return (
        "" if top.positive_definite and top.converged else "The ascent stopped where the likelihood is flat."
    )
