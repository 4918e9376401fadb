"""Where customers stand, computed for many at once from one table of what they did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.attention.base import AHEAD, YEAR, Base, Together
from regulars.attention.contracts import with_contracts
from regulars.attention.read.profiles import Profiles
from regulars.attention.write.standings import Columns, Stored
from regulars.insight.base_silence import base_silence
from regulars.insight.lifetime.chance import reach_of
from regulars.insight.lifetime.summary import PurchaseSummary
from regulars.insight.rhythm import BaseRhythm, Rhythms, base_rhythm, customer_rhythms
from regulars.insight.silence import due_gaps
from regulars.insight.stage import Stage, Stages, stages

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

RULE_VERSION = 1


def learnt_base(base: Base, rows: Columns, together: Together, known: BaseRhythm | None = None) -> Base:
    """Return the base with its rhythm, and what is to be said of all at once.

    The rhythm is learnt from everybody's rows unless a fresh one is handed in: relearnt daily, its last
    digits would move everybody's dates each night.
    """
    rhythm = base_rhythm(rows, base.open_now) if known is None else known
    silence = base_silence(rows, customer_rhythms(rows, rhythm), rhythm, base.open_now, together.weeks)
    return replace(
        base,
        rhythm=rhythm,
        customers=int(rows["customer"].size),
        quiet_sentence=f"{silence.sentence()}." if silence.held else "",
    )


def summary_of(base: Base, rows: Columns) -> tuple[PurchaseSummary, IntArray]:
    """Return the lifetime summary of those who bought, and which rows they are.

    Units
    -----
    Open days throughout where the base says so, else calendar days.
    """
    bought = np.flatnonzero(rows["days"] > 0)
    if base.in_open_days:
        first, last, now = rows["first_open"], rows["last_open"], base.open_now
    else:
        first, last, now = rows["first_day"], rows["last_day"], base.as_of
    start = first[bought].astype(np.int64)
    t_x = last[bought].astype(np.int64) - start
    age = np.maximum(now - start, t_x)
    x = np.minimum(rows["days"][bought].astype(np.int64) - 1, t_x)  # two days within one closed spell
    return PurchaseSummary(x=np.where(t_x == 0, 0, x), t_x=np.where(x == 0, 0, t_x), T=age), bought


def scores(base: Base, rows: Columns) -> tuple[FloatArray, FloatArray]:
    """Return P(at least one purchase within the horizon) and expected purchase days within a year.

    Two decimals and one: finer digits would change for half of all customers every night. NaN without a
    model or a purchase, the probability also where the model does not reach so far.
    """
    size = rows["customer"].size
    p_buy, expected = np.full(size, np.nan), np.full(size, np.nan)
    if base.model is None or size == 0:
        return p_buy, expected
    summary, bought = summary_of(base, rows)
    if bought.size:
        if base.ahead(base.horizon) <= reach_of(base.model):
            p_buy[bought] = base.model.scores(summary, base.ahead(base.horizon)).p_buy
        expected[bought] = base.model.scores(summary, base.ahead(YEAR)).expected
    return np.round(p_buy, 2), np.round(expected, 1)


def aligned(rows: Columns, customers: IntArray) -> Columns:
    """Return the rows in the order of these customers; who has no fact gets zeros and missing days.

    Shape
    -----
    Whole numbers of days become -1, counts 0, fractions NaN where there is no row.
    """
    order = np.argsort(rows["customer"], kind="stable")
    sorted_ids = rows["customer"][order]
    place = np.minimum(np.searchsorted(sorted_ids, customers), max(sorted_ids.size - 1, 0))
    here = sorted_ids[place] == customers if sorted_ids.size else np.zeros(customers.size, dtype=bool)
    source = order[place] if sorted_ids.size else place
    found: Columns = {"customer": customers}
    for name, column in rows.items():
        if name == "customer":
            continue
        missing: Any = np.nan if column.dtype.kind == "f" else (-1 if _is_day(name) else 0)
        out = np.full(customers.size, missing, dtype=column.dtype)
        out[here] = column[source[here]]
        found[name] = out
    return found


def _is_day(name: str) -> bool:
    return name.endswith(("_day", "first_open", "last_open"))


def mixed(*parts: npt.NDArray[Any]) -> IntArray:
    """Return one 64-bit hash per row over columns of whole numbers."""
    total = np.zeros(parts[0].size, dtype=np.uint64)
    for part in parts:
        total ^= part.astype(np.int64).view(np.uint64)
        total *= np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(29)
    return total.view(np.int64)


def or_null(days: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return whole numbers with -1 masked, so that they are stored as NULL."""
    return np.ma.masked_equal(days.astype(np.int64), -1)


@dataclass(frozen=True)
class Assessed:
    """Everything one assessment found for a set of customers.

    ``columns`` are those of a standing, ready to be written; ``looked_at`` holds what rules look at.
    """

    columns: Columns
    looked_at: Columns


def assessed(
    base: Base,
    rows: Columns,
    profiles: Profiles,
    stored: Stored,
    rainy: IntArray,
    *,
    known_by: int | None = None,
) -> Assessed:
    """Return where these customers stand.

    Parameters
    ----------
    known_by
        Leave out what was learnt of contracts after this day.

    Shape
    -----
    ``rows`` are STANDINGS columns aligned with ``profiles``, ``rainy`` too: 2 named, 1 nearly, 0 not. The
    answer's ``inputs`` are told where the row differs from the stored one.
    """
    rows = with_contracts(rows, base.as_of, known_by)
    place, here = stored.places(profiles.customer)
    was = np.full(profiles.customer.size, -1, dtype=np.int8)
    was[here] = stored.stage[place[here]] if stored.customer.size else -1
    rhythms = customer_rhythms(rows, base.rhythm)
    found = stages(
        rows, base.rhythm, base.coming, base.as_of,
        rhythms=rhythms, rules=base.rules, rainy=rainy.astype(np.int8), previous=was,
    )  # fmt: skip
    stage_day = _stage_day(base, rows, found, was)
    if stored.customer.size:
        same = here & (was == found.stage)
        stage_day[same] = stored.stage_day[place[same]]
    p_buy, expected = scores(base, rows)
    columns = _standing(base, rows, profiles, rhythms, found)
    columns |= {"stage_day": stage_day, "p_buy": p_buy, "expected": expected, "rainy": (rainy == NAMED)}
    columns["row_hash"] = _row_hash(columns, profiles)
    unlike = ~here
    if stored.customer.size:
        unlike |= stored.row_hash[place] != columns["row_hash"]
    columns["inputs"] = _inputs(rows, rhythms, found, np.flatnonzero(unlike))
    columns |= {"owner_id": or_null(profiles.owner), "kind_id": or_null(profiles.kind)}
    looked_at = {**rows, **{name: np.ma.getdata(columns[name]) for name in _FOR_RULES}, "was": was}
    looked_at["rainy_visits"] = rows["hard_days"]
    looked_at["stake"] = _stake(rows, expected)
    return Assessed(columns, looked_at)


NAMED = 2
_FOR_RULES = ("stage", "usual_gap", "due_day", "quiet_day", "lapse_day", "p_buy", "expected", "rainy")


def _standing(base: Base, rows: Columns, profiles: Profiles, rhythms: Rhythms, found: Stages) -> Columns:
    repeat = rows["days"] > 1
    due = base.coming.day_at(rows["last_open"] + np.ceil(due_gaps(rhythms, 0.5)))
    return {
        "customer": profiles.customer,
        "stage": found.stage.astype(np.int64),
        "name_folded": profiles.name,
        "first_day": or_null(rows["first_day"]),
        "last_day": or_null(rows["last_day"]),
        "purchases": rows["purchases"].astype(np.int64),
        "purchase_days": rows["days"].astype(np.int64),
        "usual_gap": np.where(repeat, np.round(rhythms.usual_gap, 1), np.nan),
        "due_day": or_null(_in_sight(base, np.where(repeat, due, -1))),
        "quiet_day": or_null(_in_sight(base, found.quiet_day)),
        "lapse_day": or_null(_in_sight(base, found.lapse_day)),
        "value": rows["amount"].astype(np.int64),
        "contracts_hash": mixed(rows["contract_day"], rows["contract_end_day"], rows["renewals"]),
        "missed_us_day": or_null(rows["last_missed_day"]),
        "known": (rows["touchpoints"] + rows["praises"] + rows["referrals"] + rows["ideas"]) > 0,
        "rule_version": np.full(profiles.customer.size, RULE_VERSION),
    }


def _in_sight(base: Base, days: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return days up to a year ahead: beyond, the calendar is a guess that shifts every night."""
    return np.where(days > base.as_of + AHEAD, -1, days)


def _inputs(
    rows: Columns, rhythms: Rhythms, found: Stages, places: npt.NDArray[np.intp]
) -> npt.NDArray[np.object_]:
    """Return `StageInputs` as JSON at these places, what is at its default left out; nothing elsewhere."""
    out = np.empty(rows["days"].size, dtype=object)
    plain = (rows["days"], rows["last_day"], rhythms.usual_gap)
    out[places] = [
        f'{{"days": {days}, "last_day": {last}, "usual_gap": {gap:.1f}}}'
        for days, last, gap in zip(*(column[places].tolist() for column in plain), strict=True)
    ]
    told = {
        "regular_day": (rows["regular_day"], -1),
        "away": (found.away, 0),
        "since": (found.since, 0),
        "signs": (found.signs, 0),
        "renewals": (rows["renewals"], 0),
        "contract_day": (rows["contract_day"], -1),
        "contract_end_day": (rows["contract_end_day"], -1),
    }
    for name, (column, default) in told.items():
        for row in places[column[places] != default].tolist():
            out[row] = f'{out[row][:-1]}, "{name}": {int(column[row])}}}'
    return out


def _stage_day(base: Base, rows: Columns, found: Stages, was: npt.NDArray[np.int8]) -> IntArray:
    """Return since when they stand there: today for a change, else the day the facts tell."""
    told = np.where(rows["last_day"] >= 0, rows["last_day"], base.as_of).astype(np.int64)
    begun = np.minimum(rows["contract_day"], base.as_of)  # one that is agreed may begin later
    told = np.where((rows["last_day"] < 0) & (rows["contract_day"] >= 0), begun, told)
    told = np.where(found.stage == Stage.CHURNED, rows["contract_end_day"] + 1, told)
    told = np.where(found.stage == Stage.GONE_QUIET, found.quiet_day, told)
    told = np.where(found.stage == Stage.LAPSED, found.lapse_day, told)
    told = np.where(found.stage == Stage.FOR_LIFE, found.life_day, told)
    return np.where(was >= 0, base.as_of, told)


def _stake(rows: Columns, expected: FloatArray) -> FloatArray:
    """Return the money at stake within a year: expected purchase days times their usual amount."""
    usual = rows["amount"] / np.maximum(rows["days"], 1)
    return np.asarray(np.nan_to_num(expected, nan=1.0) * np.maximum(usual, 0))


def _row_hash(columns: Columns, profiles: Profiles) -> IntArray:
    """Return the hash of everything but the scores; the version of the rules is part of it."""
    whole = (
        "stage", "stage_day", "first_day", "last_day", "purchases", "purchase_days", "due_day", "quiet_day",
        "lapse_day", "value", "contracts_hash", "missed_us_day", "known", "rainy", "rule_version",
    )  # fmt: skip
    gap = np.nan_to_num(columns["usual_gap"], nan=-1.0) * 10
    parts = [np.ma.getdata(columns[name]) for name in whole]
    return mixed(*parts, gap, profiles.name_hash, profiles.owner, profiles.kind)
