"""Stage: where a customer stands on the way from first purchase to customer for life, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.insight.calendar import CalendarDays
from regulars.insight.rhythm import BaseRhythm, Columns, Rhythms, customer_rhythms
from regulars.insight.silence import SilenceBounds, SilenceRules, silence_bounds
from regulars.insight.standing_rows import REGULAR_DAYS

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
NO_DAY = -1
_LATER = 2**31 - 1


class Sign(IntFlag):
    """What a customer did beyond buying."""

    RAINY_DAY = 1
    MISSED_US = 2
    IDEA = 4
    REFERRAL = 8
    PRAISE = 16


class Stage(IntEnum):
    """Where a customer stands; the number is what is stored."""

    PROSPECT = 0
    FIRST_TIME_BUYER = 1
    REPEAT_CUSTOMER = 2
    REGULAR = 3
    FOR_LIFE = 4
    GONE_QUIET = 5
    LAPSED = 6
    CHURNED = 7
    WON_BACK = 8

    @property
    def word(self) -> str:
        """The stage as people read it."""
        return WORDS[self]


WORDS: Mapping[Stage, str] = {
    Stage.PROSPECT: "prospect",
    Stage.FIRST_TIME_BUYER: "first-time buyer",
    Stage.REPEAT_CUSTOMER: "repeat customer",
    Stage.REGULAR: "regular",
    Stage.FOR_LIFE: "on the way to for life",
    Stage.GONE_QUIET: "gone quiet",
    Stage.LAPSED: "lapsed",
    Stage.CHURNED: "churned",
    Stage.WON_BACK: "won back",
}


@dataclass(frozen=True, slots=True)
class StageRules:
    """The thresholds of the stages; the defaults are the documented ones.

    Parameters
    ----------
    silence
        When a silence means gone quiet, and lapsed.
    for_life_days
        A regular for longer than this, with a sign beyond buying, is on the way to for life.
    renewals_for_life
        So many renewed terms and a sign are as much.
    won_back_days
        Purchase days after the return until "won back" gives way to the ordinary stages.
    won_back_contract_days
        Days after the return to a contract for the same.
    margin
        Share by which a silence must fall short of its bound before a stage once given is taken back
        without a new purchase.
    """

    silence: SilenceRules = field(default_factory=SilenceRules)
    for_life_days: int = 365
    renewals_for_life: int = 2
    won_back_days: int = REGULAR_DAYS
    won_back_contract_days: int = 365
    margin: float = 0.1


@dataclass(frozen=True, slots=True)
class Stages:
    """Every customer's stage on ``as_of`` and the days on which the mere passing of time changes it.

    Units
    -----
    Epoch days, -1 where there is none. ``quiet_day`` and ``lapse_day`` are the first days of those stages,
    ``life_day`` the first day on the way to for life. ``since`` counts the purchase days from the latest
    return on (0: never away), ``away`` the open days of that absence. ``signs`` adds up `Sign`.
    """

    as_of: int
    stage: NDArray[np.int8]
    active: NDArray[np.int8]
    quiet_day: Ints
    lapse_day: Ints
    life_day: Ints
    away: Ints
    since: Ints
    signs: NDArray[np.int8]


def stage_on(active: Any, quiet_day: Any, lapse_day: Any, life_day: Any, day: int) -> NDArray[np.int8]:
    """Return the stage on a day from what is stored, as long as no new fact has arrived.

    ``active`` is the stage the customer has while not silent; the later of the days that have come wins.
    """
    stage = np.asarray(active, dtype=np.int8)
    reached = [np.asarray(moment, dtype=np.int64) for moment in (life_day, quiet_day, lapse_day)]
    codes = (Stage.FOR_LIFE, Stage.GONE_QUIET, Stage.LAPSED)
    for moment, code in zip(reached, codes, strict=True):
        stage = np.where((moment != NO_DAY) & (moment <= day), np.int8(code), stage)
    return stage


def _ongoing_contract(rows: Columns) -> Bools:
    return np.asarray((rows["contract_day"] >= 0) & (rows["contract_day"] > rows["contract_end_day"]))


def _latest_return(rows: Columns, lapse: Ints) -> tuple[Ints, Ints]:
    """Return the purchase days since the latest return from a lapse and its length, 0 without one."""
    days = rows["days"].astype(np.int64)
    since, away = np.zeros_like(days), np.zeros_like(days)
    candidates = (
        (rows["longest_gap"], days - rows["days_to_longest"] + 1),
        (rows["gap_before"], np.int64(2)),
        (rows["last_gap"], np.int64(1)),
    )
    for gap, count in candidates:
        long = gap > lapse
        since, away = np.where(long, count, since), np.where(long, gap, away)
    return since, away


def _signs(rows: Columns, rainy: NDArray[np.int8], was_for_life: Bools) -> NDArray[np.int8]:
    """Return what each showed beyond buying; a rainy-day sign once counted stays while it is near."""
    came = (rainy == 2) | ((rainy == 1) & was_for_life)
    found = (
        (Sign.RAINY_DAY, came),
        (Sign.MISSED_US, rows["missed_us"] > 0),
        (Sign.IDEA, rows["ideas"] > 0),
        (Sign.REFERRAL, rows["referrals"] > 0),
        (Sign.PRAISE, rows["praises"] > 0),
    )
    total = np.zeros(len(rainy), dtype=np.int8)
    for sign, shown in found:
        total |= np.where(shown, np.int8(sign), np.int8(0))
    return total


def _active_stage(
    rows: Columns, since: Ints, settled: Ints, rules: StageRules, as_of: int
) -> NDArray[np.int8]:
    """Return the stage that would hold if nobody were silent."""
    days, renewals = rows["days"].astype(np.int64), rows["renewals"]
    contract = _ongoing_contract(rows)
    stage = np.full(len(days), Stage.PROSPECT, dtype=np.int8)
    stage[(days == 1) | contract] = Stage.FIRST_TIME_BUYER
    stage[(days >= 2) | (contract & (renewals >= 1))] = Stage.REPEAT_CUSTOMER
    stage[(days >= REGULAR_DAYS) | (contract & (renewals >= rules.renewals_for_life))] = Stage.REGULAR
    returned = (since > 0) & (since < rules.won_back_days)
    stage[returned | (settled > as_of)] = Stage.WON_BACK
    ended = (rows["contract_end_day"] >= 0) & ~contract & (rows["last_day"] <= rows["contract_end_day"])
    stage[ended] = Stage.CHURNED
    return stage


def _settled_day(rows: Columns, rules: StageRules) -> Ints:
    """Return until when a return after an ended contract is called won back."""
    end = rows["contract_end_day"].astype(np.int64)
    again = np.where(rows["contract_day"] > end, rows["contract_day"], rows["last_day"]).astype(np.int64)
    return np.where((end >= 0) & (again > end), again + rules.won_back_contract_days, NO_DAY)


def _life_day(rows: Columns, active: NDArray[np.int8], sign: Bools, since: Ints, rules: StageRules) -> Ints:
    began = rows["regular_day"].astype(np.int64)
    by_purchases = np.where(began >= 0, began + rules.for_life_days + 1, _LATER)
    # A return starts the year anew; it is dated by its last purchase, the only one that is certain.
    by_purchases = np.where(since > 0, _LATER, by_purchases)
    by_terms = np.where(
        _ongoing_contract(rows) & (rows["renewals"] >= rules.renewals_for_life), rows["contract_day"], _LATER
    )
    day = np.minimum(by_purchases, by_terms)
    return np.where((active == Stage.REGULAR) & sign & (day < _LATER), day, NO_DAY)


def _silence_days(
    rows: Columns, bounds: SilenceBounds, active: NDArray[np.int8], calendar: CalendarDays
) -> tuple[Ints, Ints]:
    """Return the first days of gone quiet and of lapsed."""
    bought = (rows["days"] > 0) & (active != Stage.CHURNED)
    rhythmic = bought & (rows["days"] >= REGULAR_DAYS)
    last = rows["last_open"].astype(np.int64)
    quiet = np.where(rhythmic, calendar.day_at(last + bounds.quiet + 1), NO_DAY)
    # Those with a rhythm are first missed, then given up.
    lapse_after = np.where(rhythmic, np.maximum(bounds.lapse, bounds.quiet + 1), bounds.lapse)
    lapse = np.where(bought & ~_ongoing_contract(rows), calendar.day_at(last + lapse_after + 1), NO_DAY)
    return quiet, lapse


def _kept_by_margin(
    bounds: SilenceBounds, rows: Columns, previous: NDArray[np.int8], open_now: int, margin: float
) -> SilenceBounds:
    """Lower the bound for those already beyond it, so that a small change of the bound takes nothing back."""
    silence = np.maximum(open_now - rows["last_open"].astype(np.int64), 0)
    lower_quiet = np.floor(bounds.quiet * (1 - margin)).astype(np.int64)
    lower_lapse = np.floor(bounds.lapse * (1 - margin)).astype(np.int64)
    was_quiet = np.isin(previous, (Stage.GONE_QUIET, Stage.LAPSED))
    near_quiet = was_quiet & (silence > lower_quiet) & (silence <= bounds.quiet)
    near_lapse = (previous == Stage.LAPSED) & (silence > lower_lapse) & (silence <= bounds.lapse)
    return SilenceBounds(
        np.where(near_quiet | near_lapse, np.minimum(lower_quiet, bounds.quiet), bounds.quiet),
        np.where(near_lapse, lower_lapse, bounds.lapse),
    )


def stages(
    rows: Columns,
    base: BaseRhythm,
    calendar: CalendarDays,
    as_of: int,
    *,
    rhythms: Rhythms | None = None,
    rules: StageRules | None = None,
    rainy: NDArray[np.int8] | None = None,
    previous: NDArray[np.int8] | None = None,
) -> Stages:
    """Return every customer's stage.

    Shape
    -----
    The columns of STANDINGS (`shapes.columns`), cut at ``as_of``; the answer is aligned with them. ``rainy``
    holds 2 for named rainy-day customers, 1 for nearly (`RainyDay.sign`); ``previous`` the stored stages, -1
    where there is none: they only keep a stage from flickering.
    """
    chosen = rules or StageRules()
    rhythm = customer_rhythms(rows, base) if rhythms is None else rhythms
    before = np.full(len(rows["days"]), -1, dtype=np.int8) if previous is None else previous
    came = np.zeros(len(before), dtype=np.int8) if rainy is None else np.asarray(rainy)
    bounds = silence_bounds(rhythm, base, chosen.silence)
    since, away = _latest_return(rows, bounds.lapse)
    bounds = _kept_by_margin(bounds, rows, before, int(calendar.index_at(as_of)), chosen.margin)
    settled = _settled_day(rows, chosen)
    active = _active_stage(rows, since, settled, chosen, as_of)
    signs = _signs(rows, came, before == Stage.FOR_LIFE)
    life = _life_day(rows, active, signs > 0, since, chosen)
    quiet, lapse = _silence_days(rows, bounds, active, calendar)
    now = stage_on(active, quiet, lapse, life, as_of)
    return Stages(as_of, now, active, quiet, lapse, life, away, since, signs)
