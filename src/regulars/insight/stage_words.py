"""The sentence beside a stage: why a customer stands where they stand, in plain English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from regulars.insight.calendar import CalendarDays
from regulars.insight.figures import times
from regulars.insight.stage import Sign, Stage

SIGN_WORDS: Mapping[Sign, str] = {
    Sign.RAINY_DAY: "comes when hardly anybody else does",
    Sign.MISSED_US: "came or asked when we were closed or out of stock",
    Sign.IDEA: "offered us an idea",
    Sign.REFERRAL: "sent somebody to us",
    Sign.PRAISE: "praised us",
}


@dataclass(frozen=True, slots=True)
class StageInputs:
    """What a stage rests on; nothing in it changes because a day has passed.

    Units
    -----
    ``usual_gap`` and ``away`` in open days, the rest counts and epoch days (-1: none).
    """

    days: int
    last_day: int
    usual_gap: float
    regular_day: int = -1
    away: int = 0
    since: int = 0
    signs: int = 0
    renewals: int = 0
    contract_day: int = -1
    contract_end_day: int = -1

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> StageInputs:
        """Return the inputs that `to_json` stored."""
        return cls(**stored)


def day_words(day: int) -> str:
    """Return an epoch day as people write it.

    Example
    -------
    >>> day_words(19_783)
    '1 March 2024'
    """
    moment = date(1970, 1, 1) + timedelta(days=day)
    return f"{moment.day} {moment:%B %Y}"


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def gap_words(gap: float, *, open_days: bool) -> str:
    """Return a usual gap as people say it.

    Example
    -------
    >>> gap_words(11.7, open_days=True)
    'every 12 open days or so'
    """
    unit = "open day" if open_days else "day"
    rounded = max(round(gap), 1)
    return f"nearly every {unit}" if rounded == 1 else f"every {rounded:,} {unit}s or so"


def silence_on(last_day: int, as_of: int, calendar: CalendarDays | None = None) -> int:
    """Return the open days since the last purchase day, none if it is not over."""
    if calendar is None:
        return max(as_of - last_day, 0)
    return max(int(calendar.index_at(as_of)) - int(calendar.index_at(last_day)), 0)


def _bought(inputs: StageInputs, silence: int, *, open_days: bool) -> str:
    count = _many(inputs.days, "purchase")
    last = "last today" if silence == 0 else f"last {silence:,} ago"
    if inputs.days < 2:
        unit = "open day" if open_days else "day"
        return f"{count}, " + ("today" if silence == 0 else f"{_many(silence, unit)} ago")
    return f"{count}, {gap_words(inputs.usual_gap, open_days=open_days)}, {last}"


def _for_life(inputs: StageInputs) -> str:
    shown = [words for sign, words in SIGN_WORDS.items() if inputs.signs & sign]
    reasons = [f"a regular since {day_words(inputs.regular_day)}"] if inputs.regular_day >= 0 else []
    if inputs.renewals and inputs.days:  # else the contract, which the sentence begins with, says it
        reasons.append(f"renewed {times(inputs.renewals)}")
    return "; ".join(reasons + shown[:2])


def _contract(inputs: StageInputs, as_of: int) -> str:
    since = "since" if inputs.contract_day <= as_of else "agreed, from"
    begun = f"contract {since} {day_words(inputs.contract_day)}" if inputs.contract_day >= 0 else ""
    return f"{begun}, renewed {times(inputs.renewals)}" if inputs.renewals else begun


def _returned(inputs: StageInputs, *, open_days: bool) -> str:
    if inputs.since:
        unit = "open day" if open_days else "day"
        return f"back after {_many(inputs.away, unit)} away; {_many(inputs.since, 'purchase')} since"
    return f"back after their contract ended on {day_words(inputs.contract_end_day)}"


def sentence(stage: Stage, inputs: StageInputs, as_of: int, calendar: CalendarDays | None = None) -> str:
    """Return the one-sentence reason of a stage.

    Without a calendar the days are calendar days; made at reading, since "9 ago" is older tomorrow.

    Example
    -------
    >>> sentence(Stage.REGULAR, StageInputs(days=7, last_day=100, usual_gap=11.8), 109)
    '7 purchases, every 12 days or so, last 9 ago'
    """
    open_days = calendar is not None and calendar.closed_share > 0
    silence = silence_on(inputs.last_day, as_of, calendar)
    bought = _bought(inputs, silence, open_days=open_days) if inputs.days else _contract(inputs, as_of)
    if stage == Stage.PROSPECT:
        return "no purchase yet"
    if stage == Stage.FOR_LIFE:
        return f"{bought}; {_for_life(inputs)}"
    if stage == Stage.GONE_QUIET:
        return f"{bought}: longer than 19 of 20 of their gaps"
    if stage == Stage.LAPSED:
        return f"{bought}: the chance of another within two usual gaps is below 1 in 10"
    if stage == Stage.CHURNED:
        return f"contract ended on {day_words(inputs.contract_end_day)}"
    if stage == Stage.WON_BACK:
        return _returned(inputs, open_days=open_days)
    return bought
