"""Which model the product uses: the ladder from a rule of thumb to a fitted model, with the reason why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from regulars.insight.lifetime import mbg
from regulars.insight.lifetime.backtest import PurchaseDays, learn_hiatus, purchase_days
from regulars.insight.lifetime.mbg import FittedMBG
from regulars.insight.lifetime.own_rhythm import RhythmRule, learn_by_rhythm
from regulars.insight.lifetime.regularity import regularity_of
from regulars.insight.lifetime.skill import (
    FEWEST_CUSTOMERS,
    FEWEST_FOR_A_RULE,
    FEWEST_REPEAT_BUYERS,
    SkillCard,
    card_of,
    regular_fit,
)
from regulars.insight.lifetime.summary import PurchaseSummary

REGULAR_FROM = 1.5
REGULAR_KS = (2, 3)
WEIGHED = "the rule weighed by each customer's own rhythm"
OWN_RHYTHM = "It is weighed by each customer's own rhythm."
DIFFER = (
    "Nothing is said of those whom that rule holds likely to buy and who are silent beyond their own rhythm."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The model to use, why in a sentence, and the skill card behind it.

    ``model`` is None when nobody has bought yet. ``card`` is that of the model where one could be judged,
    else that of the rule, else None.
    """

    model: FittedMBG | RhythmRule | None
    why: str
    card: SkillCard | None

    @property
    def use(self) -> str:
        """Which kind was chosen: model, hiatus or nothing."""
        if self.model is None:
            return "nothing"
        return "hiatus" if isinstance(self.model, RhythmRule) else "model"

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return {
            "use": self.use,
            "why": self.why,
            "model": None if self.model is None else self.model.to_json(),
            "card": None if self.card is None else self.card.to_json(),
        }


def choose(customer: ArrayLike, day: ArrayLike, as_of: int, *, horizon: int = 90, origins: int = 3) -> Choice:
    """Return the model that the data carry: hiatus below the floor or without skill, else MBG/NBD (MAP).

    Parameters
    ----------
    customer, day
        Purchases in any order; several of one customer on one day count once.
    horizon
        Days ahead for which P(at least one purchase) is shown and checked.

    Source
    ------
    Floor of 200 customers and 30 repeat buyers; MBG/CNBD-2 and -3 are tried when Wheat & Morrison's k is
    above 1.5 and kept only when they beat MBG/NBD on the holdout. The rule is weighed by each customer's
    own rhythm where its own skill card speaks for that.
    """
    days = purchase_days(customer, day, as_of)
    if not days.customers:
        return Choice(None, "Nobody has bought yet, so nothing can be said about coming back.", None)
    now = days.at(as_of)
    if len(now) < FEWEST_CUSTOMERS or now.repeat_buyers < FEWEST_REPEAT_BUYERS:
        why = (
            f"{len(now):,} customers, {now.repeat_buyers:,} of them bought again: a fitted model needs "
            f"{FEWEST_CUSTOMERS} and {FEWEST_REPEAT_BUYERS}. The rule 'bought recently' is used."
        )
        return _by_rule(days, as_of, horizon, origins, why)
    k, card = _best_k(days, as_of, horizon, origins)
    if card.use == "hiatus":
        return _by_rule(days, as_of, horizon, origins, card.sentence(), card)
    fitted = mbg.fit(days.at(as_of, log_gaps=k > 1), model="mbg", k=k, estimate="map")
    if fitted.fit.boundary:
        return _by_rule(days, as_of, horizon, origins, fitted.fit.boundary, card)
    return Choice(fitted, card.sentence(), card)


def _by_rule(
    days: PurchaseDays, as_of: int, horizon: int, origins: int, why: str, card: SkillCard | None = None
) -> Choice:
    """Return the rule, by whose measure and why; the model's card stays where there is one."""
    judged = _judged_rule(days, as_of, horizon, origins)
    found = learn_by_rhythm(days, as_of, horizon)
    said = f"{why} {judged.sentence()}" if not judged.refusal else why
    kept = judged if card is None and not judged.refusal else card
    if judged.use == "model":
        return Choice(found, f"{why} {OWN_RHYTHM} {judged.sentence()}", kept)
    plain = RhythmRule(learn_hiatus(days, as_of, horizon), found.rhythm, proven=False)
    return Choice(plain, f"{said} {DIFFER}", kept)


def _judged_rule(days: PurchaseDays, as_of: int, horizon: int, origins: int) -> SkillCard:
    """Return the skill card of the rule weighed by everybody's own rhythm, against the plain one."""

    def fit(_: PurchaseSummary, before: PurchaseDays, cut: int) -> RhythmRule:
        return learn_by_rhythm(before, cut, horizon)

    return card_of(days, as_of, horizon, fit, name=WEIGHED, origins=origins, fewest=FEWEST_FOR_A_RULE)


def _best_k(days: PurchaseDays, as_of: int, horizon: int, origins: int) -> tuple[int, SkillCard]:
    """Return k = 1, or a more regular k that the base's gaps suggest and the holdout confirms."""
    best = 1, card_of(days, as_of, horizon, regular_fit(1, "map"), name="MBG/NBD", origins=origins)
    if best[1].refusal or not regularity_of(days.who, days.day)[0] > REGULAR_FROM:
        return best
    for k in REGULAR_KS:
        fit = regular_fit(k, "map")
        card = card_of(days, as_of, horizon, fit, name=f"MBG/CNBD-{k}", origins=origins, gaps=True)
        if not card.refusal and card.scored["model"].brier < best[1].scored["model"].brier:
            best = k, card
    return best
