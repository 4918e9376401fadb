"""Is our score right? What it said of those who left, out of time, against chance and simple rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from regulars.insight.estimate import Estimate
from regulars.insight.figures import percent
from regulars.insight.lifetime.skill import log_loss, skill_interval
from regulars.insight.looking_back import LookingBack, looking_back
from regulars.insight.loss_forecasts import (
    BASE_RATE,
    CONTENDERS,
    POINTS,
    SCORECARD,
    WORDS,
    LossForecast,
    loss_forecasts,
)
from regulars.insight.person_periods import PersonPeriods, lost_within, vanished
from regulars.insight.proportion import share
from regulars.insight.ranked_losses import at_places, places, ranked_losses

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_CUSTOMERS = 100
FEWEST_LOSSES = 20
FEWEST_TESTED = 10
"""Losses that must lie in the months tested."""
FEWEST_TO_LEARN = 5
"""Losses that must lie before the first month tested."""
MOST_VANISHED = 0.05
DRAWS = 300
FIFTHS = 5
METHOD = "out of time, bootstrap by account"


@dataclass(frozen=True, slots=True)
class Judged:
    """How one contender did on the months it had not seen.

    Units
    -----
    ``brier`` and ``log_score`` are mean losses, lower is better; ``skill`` is one less its Brier score over
    the base rate's; ``average_precision`` has the share lost as its floor; ``lift`` is the share lost in the
    tenth ranked first over that in all. ``scorecard_gain`` is one less the scorecard's Brier score over this
    one's: above 0 the scorecard is better.
    """

    brier: float
    log_score: float
    skill: Estimate
    auc: Estimate
    average_precision: Estimate
    lift: Estimate
    scorecard_gain: Estimate


@dataclass(frozen=True, slots=True)
class Fifth:
    """A fifth of the forecasts: what was expected and, with its Wilson interval, what came."""

    expected: float
    came: Estimate


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """What a score's past is worth, or why that cannot be said yet; the cases always.

    Units
    -----
    ``as_of`` is an epoch day, ``periods`` the horizon in months, ``cuts`` the months tested from. ``rows``
    counts forecasts, ``customers`` accounts, ``losses`` those lost, ``tested_losses`` those of them within
    the horizon of a cut. ``lost_share`` is the share of forecasts whose account was lost within the horizon.
    ``vanished`` counts accounts whose end is not told; they are in no test.
    """

    as_of: int
    periods: int
    cuts: tuple[int, ...]
    rows: int
    customers: int
    losses: int
    tested_losses: int
    vanished: int
    lost_share: float | None
    judged: Mapping[str, Judged]
    fifths: Mapping[str, tuple[Fifth, ...]]
    shown: LookingBack
    fitted: LookingBack
    refusal: str = ""

    def sentence(self) -> str:
        """Return the verdict in plain words."""
        if self.refusal:
            return self.refusal
        return f"{self.shown.sentence()} {_gain_in_words(self.judged)}"


def evaluate(rows: PersonPeriods, as_of: int, *, periods: int = 3, step: int = 1) -> TrackRecord:
    """Return how well the losses of past months could have been foreseen, each forecast from its past alone.

    At each cut everything is learnt from the months before it and asked about the months after it. Lost
    customers are in every sample up to the month in which they were lost.

    Parameters
    ----------
    rows
        What was known as each month began, as it was frozen then.
    periods
        The horizon in months.
    step
        Months from one cut to the next.

    Source
    ------
    Efron and Tibshirani 1993, ch. 13, for the bootstrap: the rows of one account are drawn together.
    """
    shown = looking_back(rows, -rows.points, periods, subject="score")
    cuts = _cuts(rows, periods, step)
    tested, outcome = _tested(rows, cuts, periods)
    blank = TrackRecord(
        as_of=as_of,
        periods=periods,
        cuts=tuple(cuts),
        rows=len(tested),
        customers=rows.accounts,
        losses=rows.losses,
        tested_losses=len(np.unique(tested.account[outcome == 1])),
        vanished=len(vanished(rows)),
        lost_share=None,
        judged={},
        fifths={},
        shown=shown,
        fitted=replace(shown, subject="scorecard", cases=()),
    )
    refusal = _too_little(blank, rows)
    if refusal:
        return replace(blank, refusal=refusal)
    forecasts = _all_forecasts(rows, cuts, tested, periods)
    return _judge(blank, rows, tested, outcome, forecasts)


def _cuts(rows: PersonPeriods, periods: int, step: int) -> list[int]:
    """Return the months to test from: enough lost before, and the whole horizon told after."""
    if not len(rows):
        return []
    lost = np.sort(rows.month[rows.lost])
    if len(lost) < FEWEST_TO_LEARN:
        return []
    first = max(int(lost[FEWEST_TO_LEARN - 1]) + 1, int(rows.month.min()) + periods)
    return list(range(int(rows.month.max()) - periods + 1, first - 1, -step))[::-1]


def _tested(rows: PersonPeriods, cuts: list[int], periods: int) -> tuple[PersonPeriods, Floats]:
    """Return the rows of the cuts whose outcome is told, and the outcome."""
    outcome = lost_within(rows, periods)
    chosen = np.isin(rows.month, cuts) & ~np.isnan(outcome)
    return rows[chosen], outcome[chosen]


def _too_little(record: TrackRecord, rows: PersonPeriods) -> str:
    if record.vanished > MOST_VANISHED * max(record.customers, 1):
        return (
            f"Not to be judged: {record.vanished:,} of {record.customers:,} customers end without being "
            "lost. Were lost ones dropped? A score looks better than it is when they are. Record their ends."
        )
    months = len(np.unique(rows.month))
    enough = record.customers >= FEWEST_CUSTOMERS and record.losses >= FEWEST_LOSSES
    if enough and record.tested_losses >= FEWEST_TESTED:
        return ""
    return (
        f"Not enough data yet: {record.customers:,} customers and {record.losses:,} losses in {months:,} "
        f"months, {record.tested_losses:,} of them in months to test. Needed are {FEWEST_CUSTOMERS} "
        f"customers and {FEWEST_LOSSES} losses, {FEWEST_TESTED} of them in months to test"
        f"{_wait(record.losses, months)}. Until then, look at the cases."
    )


def _wait(losses: int, months: int) -> str:
    """Return how long the missing losses would take at the pace so far."""
    missing = FEWEST_LOSSES - losses
    if missing <= 0 or not losses:
        return ""
    return f"; at this pace of losses, in about {int(np.ceil(missing * months / losses)):,} months"


def _all_forecasts(
    rows: PersonPeriods, cuts: list[int], tested: PersonPeriods, periods: int
) -> dict[str, LossForecast]:
    made = [loss_forecasts(rows[rows.month < cut], tested[tested.month == cut], periods) for cut in cuts]
    # The tested rows stand by account, the forecasts by cut.
    order = np.argsort(np.concatenate([np.flatnonzero(tested.month == cut) for cut in cuts]), kind="stable")
    return {
        name: LossForecast(
            np.concatenate([forecast[name].p for forecast in made])[order],
            np.concatenate([_within(forecast[name].rank) for forecast in made])[order],
        )
        for name in CONTENDERS
    }


def _within(rank: Floats) -> Floats:
    """Return each one's place among the customers of the same month, so that no order gains by the month."""
    return np.asarray((rankdata(rank) - 0.5) / max(len(rank), 1), dtype=np.float64)


def _judge(
    blank: TrackRecord,
    rows: PersonPeriods,
    tested: PersonPeriods,
    outcome: Floats,
    forecasts: dict[str, LossForecast],
) -> TrackRecord:
    who = np.unique(tested.account, return_inverse=True)[1].astype(np.int64)
    losses = {name: (forecast.p - outcome) ** 2 for name, forecast in forecasts.items()}
    judged = {
        name: _judged(name, forecast, losses, who, outcome, blank.as_of)
        for name, forecast in forecasts.items()
    }
    likelier = np.full(len(rows), np.nan)
    likelier[_places_of(rows, tested)] = forecasts[SCORECARD].rank
    return replace(
        blank,
        lost_share=float(outcome.mean()),
        judged=judged,
        fifths={name: fifths(forecasts[name].p, outcome, blank.as_of) for name in (POINTS, SCORECARD)},
        fitted=looking_back(rows, likelier, blank.periods, subject="scorecard"),
    )


def _places_of(rows: PersonPeriods, tested: PersonPeriods) -> Ints:
    """Return where the tested rows stand among all; both are in order of account and month."""
    every = {pair: at for at, pair in enumerate(zip(rows.account.tolist(), rows.month.tolist(), strict=True))}
    pairs = zip(tested.account.tolist(), tested.month.tolist(), strict=True)
    return np.array([every[pair] for pair in pairs], dtype=np.int64)


def _judged(
    name: str, forecast: LossForecast, losses: dict[str, Floats], who: Ints, outcome: Floats, as_of: int
) -> Judged:
    accounts = int(who.max()) + 1

    def estimate(value: float, low: float, high: float) -> Estimate:
        return Estimate(value, low, high, accounts, as_of, METHOD)

    ranked = _ranked_estimates(forecast.rank, outcome, who)
    return Judged(
        brier=float(losses[name].mean()),
        log_score=log_loss(forecast.p, outcome == 1),
        skill=estimate(*skill_interval(who, losses[name], losses[BASE_RATE], accounts)),
        auc=estimate(*ranked[0]),
        average_precision=estimate(*ranked[1]),
        lift=estimate(*ranked[2]),
        scorecard_gain=estimate(*skill_interval(who, losses[SCORECARD], losses[name], accounts)),
    )


def _ranked_estimates(rank: Floats, outcome: Floats, who: Ints) -> list[tuple[float, float, float]]:
    """Return AUC, average precision and lift with their ends over accounts drawn anew."""
    found = ranked_losses(rank, outcome)
    place, rng = places(rank), np.random.default_rng(20)
    accounts = int(who.max()) + 1
    drawn = np.empty((DRAWS, 3))
    for draw in range(DRAWS):
        weight = np.bincount(rng.integers(0, accounts, accounts), minlength=accounts)[who]
        again = at_places(place, outcome, weight.astype(np.float64))
        drawn[draw] = (again.auc, again.average_precision, again.lift)
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    middle = (found.auc, found.average_precision, found.lift)
    return [(value, float(low[at]), float(high[at])) for at, value in enumerate(middle)]


def fifths(p: Floats, outcome: Floats, as_of: int) -> tuple[Fifth, ...]:
    """Return the reliability table: forecasts in five parts of equal size, and what came of each.

    Example
    -------
    >>> table = fifths(np.linspace(0.1, 0.5, 50), np.tile([0.0, 1.0], 25), 0)
    >>> len(table), table[0].came.n
    (5, 10)
    """
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, FIFTHS) if len(part)]
    return tuple(
        Fifth(float(p[part].mean()), share(int(outcome[part].sum()), len(part), as_of)) for part in parts
    )


def _gain_in_words(judged: Mapping[str, Judged]) -> str:
    """Return what the scorecard and the score are worth beside the simple rules."""
    score, card = judged[POINTS].skill, judged[SCORECARD].skill
    if score.low is not None and score.low > 0:
        said = f"Its chances are {_percent(score)} closer than saying the same of everybody."
    else:
        said = "Turned into chances it is no better than saying the same of everybody."
    if card.low is None or card.low <= 0:
        return f"{said} A scorecard learnt from your own past is no better than that yet."
    beaten = [name for name in CONTENDERS if name != SCORECARD and (judged[name].scorecard_gain.low or 0) > 0]
    rest = [name for name in CONTENDERS if name not in (*beaten, SCORECARD)]
    won, not_won = (", ".join(f"“{WORDS[name]}”" for name in names) for names in (beaten, rest))
    but = f", but not {not_won}" if rest else ""
    return f"{said} A scorecard learnt from your own past beats {won}{but}."


def _percent(estimate: Estimate) -> str:
    low, high = (percent(end or 0.0) for end in (estimate.low, estimate.high))
    return f"{percent(estimate.value or 0.0)} (95\N{NO-BREAK SPACE}% interval {low} to {high})"
