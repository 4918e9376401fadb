"""The skill card: whether a model beats simpler rules at dates whose outcome is known by now."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from regulars.insight.errors import RegularsError
from regulars.insight.lifetime import mbg
from regulars.insight.lifetime.backtest import (
    Cut,
    Fit,
    PurchaseDays,
    Scorer,
    learning_horizon,
    purchase_days,
    run_cut,
)
from regulars.insight.lifetime.fitted import EstimateKind
from regulars.insight.lifetime.models import fit_named
from regulars.insight.lifetime.summary import Floats, Ints, PurchaseSummary

FEWEST_CUSTOMERS = 200
FEWEST_REPEAT_BUYERS = 30
FEWEST_FOR_A_RULE = 30, 10
"""Customers and repeat buyers by the date to check, where a rule and not a model is judged."""
FEWEST_TO_LEARN = 30
CERTAIN = 1e-6  # log loss counts nobody as surer than this
GROUPS = 20_000


@dataclass(frozen=True, slots=True)
class Scored:
    """How one contender did; ``bias`` is total expected over total that came, less 1."""

    brier: float
    log_loss: float
    auc: float | None
    mae: float | None
    bias: float | None


@dataclass(frozen=True, slots=True)
class SkillCard:
    """A rolling-origin comparison, or a refusal in words.

    Units
    -----
    ``as_of``, ``cuts`` are epoch days; ``horizon``, ``learnt_on`` and ``hiatus_days`` days. ``n`` counts
    forecasts (customers times cuts), ``customers`` people. ``skill`` = 1 - Brier(model) / Brier(hiatus), with
    its 95 % bootstrap interval over customers. ``active`` is the share that bought within the horizon.
    """

    model: str
    as_of: int
    horizon: int
    cuts: tuple[int, ...]
    learnt_on: int
    n: int
    customers: int
    repeat_buyers: int
    active: float | None
    hiatus_days: int | None
    scored: dict[str, Scored]
    skill: float | None
    skill_low: float | None
    skill_high: float | None
    refusal: str = ""

    @property
    def use(self) -> Literal["model", "hiatus"]:
        """What the product shows: the model only when it beats the hiatus rule beyond chance."""
        return "model" if self.skill_low is not None and self.skill_low > 0 else "hiatus"

    def sentence(self) -> str:
        """Return the card in one sentence for people."""
        if self.refusal or self.skill is None or self.skill_low is None or self.skill_high is None:
            return self.refusal
        rule = f"'bought in the last {self.hiatus_days} days'"
        basis = (
            f"Checked on {self.customers:,} customers at {_counted(len(self.cuts), 'earlier date')}, "
            f"{self.horizon} days ahead: "
        )
        if self.use == "hiatus":
            return f"{basis}our model is no better than {rule}, so that rule is used."
        gain = f"{self.skill:.0%} (95 % interval {self.skill_low:.0%} to {self.skill_high:.0%})"
        bias = _bias_in_words(self.scored["model"].bias)
        return f"{basis}our score is {gain} closer to what happened than {rule}{bias}."

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return asdict(self) | {"cuts": list(self.cuts), "use": self.use, "sentence": self.sentence()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> SkillCard:
        """Return the card that `to_json` stored."""
        kept = {key: value for key, value in stored.items() if key in cls.__slots__}
        scored = {name: Scored(**row) for name, row in stored["scored"].items()}
        return cls(**(kept | {"cuts": tuple(stored["cuts"]), "scored": scored}))


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _bias_in_words(bias: float | None) -> str:
    if bias is None or abs(bias) < 0.005:
        return ""
    return f"; in total it expected {abs(bias):.0%} {'more' if bias > 0 else 'fewer'} purchases than came"


def skill_card(
    customer: ArrayLike,
    day: ArrayLike,
    as_of: int,
    horizon: int,
    *,
    model: str = "mbg",
    estimate: EstimateKind = "map",
    origins: int = 3,
) -> SkillCard:
    """Return how a model would have done at earlier dates, each trained only on what had happened by then.

    Parameters
    ----------
    customer, day
        Purchases in any order; several of one customer on one day count once.
    horizon
        Days ahead that are judged, all of them before `as_of`.
    model
        A name that `fit_named` knows.
    origins
        At most so many dates: as_of - horizon, as_of - 2 horizon, ... while the data carry them.

    Source
    ------
    Wübben & v. Wangenheim (2008) for the contest with the hiatus rule.
    """

    def fit(summary: PurchaseSummary, *_: object) -> Scorer:
        return fit_named(model, summary, estimate)

    days = purchase_days(customer, day, as_of)
    return card_of(days, as_of, horizon, fit, name=model_name(model), origins=origins, gaps="cnbd" in model)


def model_name(model: str) -> str:
    """Return the name people know a model by."""
    return {"mbg": "MBG/NBD", "bg": "BG/NBD", "pareto": "Pareto/NBD"}.get(model, "(M)BG/CNBD-k")


def regular_fit(k: int, estimate: EstimateKind) -> Fit:
    """Return the fit of MBG/CNBD-k for a given k."""
    return lambda summary, *_: mbg.fit(summary, model="mbg", k=k, estimate=estimate)


def card_of(
    days: PurchaseDays,
    as_of: int,
    horizon: int,
    fit: Fit,
    *,
    name: str,
    origins: int = 3,
    gaps: bool = False,
    fewest: tuple[int, int] = (FEWEST_CUSTOMERS, FEWEST_REPEAT_BUYERS),
) -> SkillCard:
    """Return the skill card of any fit, over cuts that the data carry.

    Parameters
    ----------
    fewest
        Customers and repeat buyers that a date needs to be judged.

    Raises
    ------
    RegularsError
        ``bad-horizon`` when the horizon or the number of origins is below 1.
    """
    if horizon < 1 or origins < 1:
        raise RegularsError(
            "bad-horizon", "A skill card needs a horizon and a number of dates of at least 1."
        )
    cuts = [as_of - horizon * (i + 1) for i in range(origins)]
    latest = days.at(cuts[0])
    refusal = _too_little(days, latest, cuts[0], horizon, fewest)
    if refusal:
        return _refused(name, as_of, horizon, latest, refusal)
    kept = [cut for cut in cuts if not _too_little(days, days.at(cut), cut, horizon, fewest)]
    ran = [run_cut(days, cut, horizon, fit, log_gaps=gaps) for cut in kept]
    return _card(ran, name, as_of, horizon, learning_horizon(days, cuts[0], horizon), days.customers)


def _too_little(
    days: PurchaseDays, seen: PurchaseSummary, cut: int, horizon: int, fewest: tuple[int, int]
) -> str:
    if len(seen) < fewest[0] or seen.repeat_buyers < fewest[1]:
        return (
            f"Not enough data yet to check a model {horizon} days ahead: {len(seen):,} customers and "
            f"{seen.repeat_buyers:,} repeat buyers by then; {fewest[0]} and {fewest[1]} "
            "are needed. Until then the rule 'bought recently' is used."
        )
    if len(days.at(cut - learning_horizon(days, cut, horizon))) < FEWEST_TO_LEARN:
        return (
            f"The history before the date to check is too short: fewer than {FEWEST_TO_LEARN} customers to "
            "learn from. A shorter horizon or more months of data will do."
        )
    return ""


def _refused(name: str, as_of: int, horizon: int, seen: PurchaseSummary, refusal: str) -> SkillCard:
    return SkillCard(
        model=name,
        as_of=as_of,
        horizon=horizon,
        cuts=(),
        learnt_on=0,
        n=0,
        customers=len(seen),
        repeat_buyers=seen.repeat_buyers,
        active=None,
        hiatus_days=None,
        scored={},
        skill=None,
        skill_low=None,
        skill_high=None,
        refusal=refusal,
    )


def _card(ran: list[Cut], name: str, as_of: int, horizon: int, learnt_on: int, everybody: int) -> SkillCard:
    bought = np.concatenate([cut.bought for cut in ran])
    who = np.concatenate([cut.who for cut in ran])
    came = (bought > 0).astype(np.float64)
    losses = {
        contender: (np.concatenate([cut.forecasts[contender].p for cut in ran]) - came) ** 2
        for contender in ("model", "hiatus")
    }
    skill, low, high = skill_interval(who, losses["model"], losses["hiatus"], everybody)
    return SkillCard(
        model=name,
        as_of=as_of,
        horizon=horizon,
        cuts=tuple(cut.day for cut in ran),
        learnt_on=learnt_on,
        n=len(bought),
        customers=int(np.count_nonzero(np.bincount(who))),
        repeat_buyers=ran[0].repeat_buyers,
        active=float(came.mean()),
        hiatus_days=ran[0].rule.days,
        scored={contender: _scored(ran, contender, bought) for contender in ran[0].forecasts},
        skill=skill,
        skill_low=low,
        skill_high=high,
    )


def _scored(ran: list[Cut], contender: str, bought: Ints) -> Scored:
    p = np.concatenate([cut.forecasts[contender].p for cut in ran])
    rank = np.concatenate([cut.forecasts[contender].rank for cut in ran])
    counts = [cut.forecasts[contender].count for cut in ran]
    known = [count for count in counts if count is not None]
    count = np.concatenate(known) if known else None
    total = float(bought.sum())
    return Scored(
        brier=float(np.mean((p - (bought > 0)) ** 2)),
        log_loss=log_loss(p, bought > 0),
        auc=auc(rank, bought > 0),
        mae=None if count is None else float(np.mean(np.abs(count - bought))),
        bias=None if count is None or not total else float(count.sum()) / total - 1.0,
    )


def log_loss(p: Floats, came: Any) -> float:
    """Return the mean of minus the log of the probability given to what happened."""
    kept = np.clip(p, CERTAIN, 1 - CERTAIN)
    return float(-np.mean(np.where(came, np.log(kept), np.log1p(-kept))))


def auc(rank: Floats, came: Any) -> float | None:
    """Return P(a buyer ranks above a non-buyer), ties half; None when all or none bought.

    Example
    -------
    >>> auc(np.array([0.9, 0.8, 0.1]), np.array([True, False, False]))
    1.0
    """
    yes = int(np.count_nonzero(came))
    no = len(rank) - yes
    if not yes or not no:
        return None
    return float((rankdata(rank)[np.asarray(came)].sum() - yes * (yes + 1) / 2) / (yes * no))


def skill_interval(
    who: Ints, model: Floats, other: Floats, everybody: int, *, draws: int = 1000, seed: int = 20
) -> tuple[float, float, float]:
    """Return 1 - sum(model) / sum(other) with its 95 % percentile bootstrap interval over customers.

    Parameters
    ----------
    who
        Which customer each loss belongs to: all losses of one customer are drawn together.

    Source
    ------
    Efron & Tibshirani (1993), ch. 13. Above 20,000 customers, random groups of them are drawn instead of
    single ones: same variance in expectation, a bounded cost.
    """
    rng = np.random.default_rng(seed)
    unit = who if everybody <= GROUPS else rng.integers(0, GROUPS, everybody)[who]
    pairs = np.stack([np.bincount(unit, weights=model), np.bincount(unit, weights=other)], axis=1)
    pairs = pairs[np.bincount(unit) > 0]
    n = len(pairs)
    sums = np.array([np.bincount(rng.integers(0, n, n), minlength=n) @ pairs for _ in range(draws)])
    skills = 1.0 - sums[:, 0] / np.maximum(sums[:, 1], 1e-300)
    low, high = np.quantile(skills, [0.025, 0.975])
    return 1.0 - float(model.sum()) / max(float(other.sum()), 1e-300), float(low), float(high)
