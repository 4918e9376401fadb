"""Stages: each with its sentence, no flicker, few false alarms, and the gone are found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from regulars.insight.calendar import OpeningCalendar, learnt
from regulars.insight.days import as_of, base_days
from regulars.insight.rhythm import BaseRhythm, base_rhythm
from regulars.insight.shapes import columns
from regulars.insight.stage import Sign, Stage, StageRules, stage_on, stages
from regulars.insight.stage_words import StageInputs, sentence, silence_on
from regulars.insight.standing_rows import standing_rows
from tests.insight.simulated import START, Base, base, facts

BASE = BaseRhythm(shape=2.0, weight=6.0, scale=40.0, usual_gap=14.0, leave_first=0.4, leave_later=0.08, n=500)
CALENDAR = OpeningCalendar().between(0, 4000)


def _rows(table: Any, rows: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    return columns(standing_rows(table(facts(rows))).order_by("customer").to_pyarrow())


def _stage(table: Any, rows: list[dict[str, Any]], day: int, **more: Any) -> Stage:
    found = stages(_rows(table, [{"customer": 1, **row} for row in rows]), BASE, CALENDAR, day, **more)
    return Stage(int(found.stage[0]))


def _bought(*days: int) -> list[dict[str, Any]]:
    return [{"day": day} for day in days]


def test_the_way_from_prospect_to_regular(table: Any) -> None:
    assert _stage(table, [{"day": 10, "kind": "touchpoint"}], 12) == Stage.PROSPECT
    assert _stage(table, _bought(1000), 1005) == Stage.FIRST_TIME_BUYER
    assert _stage(table, _bought(1000, 1012), 1015) == Stage.REPEAT_CUSTOMER
    assert _stage(table, _bought(1000, 1012, 1025), 1030) == Stage.REPEAT_CUSTOMER
    assert _stage(table, _bought(1000, 1012, 1025, 1036), 1040) == Stage.REGULAR


def test_silence_makes_quiet_then_lapsed(table: Any) -> None:
    weekly = _bought(*range(1000, 1200, 7))
    assert _stage(table, weekly, 1200) == Stage.REGULAR
    assert _stage(table, weekly, 1220) == Stage.GONE_QUIET
    assert _stage(table, weekly, 1400) == Stage.LAPSED
    assert _stage(table, _bought(1000), 2500) == Stage.LAPSED


def test_somebody_who_returns_from_a_lapse_is_won_back_then_a_regular_again(table: Any) -> None:
    before = list(range(1000, 1200, 7))
    assert _stage(table, _bought(*before, 1500), 1502) == Stage.WON_BACK
    assert _stage(table, _bought(*before, 1500, 1507, 1514), 1515) == Stage.WON_BACK
    assert _stage(table, _bought(*before, 1500, 1507, 1514, 1521), 1523) == Stage.REGULAR


def test_for_life_asks_for_more_than_buying(table: Any) -> None:
    year = _bought(*range(1000, 1500, 7))
    assert _stage(table, year, 1500) == Stage.REGULAR
    assert _stage(table, [*year, {"day": 1300, "kind": "missed_us"}], 1500) == Stage.FOR_LIFE
    assert _stage(table, [*year, {"day": 1300, "kind": "feedback"}], 1500) == Stage.FOR_LIFE
    assert _stage(table, year, 1500, rainy=np.array([2], np.int8)) == Stage.FOR_LIFE
    assert _stage(table, year, 1500, rainy=np.array([1], np.int8)) == Stage.REGULAR
    young = [*_bought(*range(1000, 1100, 7)), {"day": 1050, "kind": "referral"}]
    assert _stage(table, young, 1100) == Stage.REGULAR


def test_contracts_churn_and_come_back(table: Any) -> None:
    started = [{"day": 1000, "kind": "contract_started"}]
    ended = [*started, {"day": 1300, "kind": "contract_cancelled"}]
    renewed = [*started, *({"day": 1000 + 365 * n, "kind": "contract_renewed"} for n in (1, 2))]
    assert _stage(table, started, 1100) == Stage.FIRST_TIME_BUYER
    assert _stage(table, ended, 1310) == Stage.CHURNED
    assert _stage(table, [*ended, {"day": 1400, "kind": "contract_started"}], 1410) == Stage.WON_BACK
    assert _stage(table, [*ended, {"day": 1400}], 1410) == Stage.WON_BACK
    assert _stage(table, renewed, 1800) == Stage.REGULAR
    assert _stage(table, [*renewed, {"day": 1500, "kind": "praise"}], 1800) == Stage.FOR_LIFE


def test_nearly_rainy_keeps_for_life_but_does_not_give_it(table: Any) -> None:
    rows = _rows(table, [{"customer": 1, **row} for row in _bought(*range(1000, 1500, 7))])
    nearly = np.array([1], np.int8)
    was = np.array([Stage.FOR_LIFE], np.int8)
    kept = stages(rows, BASE, CALENDAR, 1500, rainy=nearly, previous=was)
    assert kept.stage.tolist() == [Stage.FOR_LIFE]
    assert kept.signs.tolist() == [Sign.RAINY_DAY]


def test_a_small_change_of_the_bound_takes_no_stage_back(table: Any) -> None:
    rows = _rows(table, [{"customer": 1, **row} for row in _bought(*range(1000, 1100, 7))])
    found = stages(rows, BASE, CALENDAR, 1100)
    last = int(rows["last_day"][0])
    bound = int(found.quiet_day[0]) - last - 1
    day = last + bound  # the last day within the bound
    assert stages(rows, BASE, CALENDAR, day).stage.tolist() == [Stage.REGULAR]
    was = np.array([Stage.GONE_QUIET], np.int8)
    assert stages(rows, BASE, CALENDAR, day, previous=was).stage.tolist() == [Stage.GONE_QUIET]
    early = stages(rows, BASE, CALENDAR, last + 2, previous=was)
    assert early.stage.tolist() == [Stage.REGULAR]


def test_what_is_stored_tells_every_later_day_and_midnight_changes_nothing(table: Any) -> None:
    rows = _rows(
        table,
        [{"customer": 1, **row} for row in [*_bought(*range(1000, 1300, 7)), {"day": 1010, "kind": "praise"}]]
        + [{"customer": 2, **row} for row in _bought(*range(1100, 1290, 9))]
        + [{"customer": 3, "day": 1280}],
    )
    stored = stages(rows, BASE, CALENDAR, 1300)
    for day in range(1300, 2600, 13):
        fresh = stages(rows, BASE, CALENDAR, day)
        derived = stage_on(stored.active, stored.quiet_day, stored.lapse_day, stored.life_day, day)
        assert fresh.stage.tolist() == derived.tolist(), day
        assert fresh.quiet_day.tolist() == stored.quiet_day.tolist()
        assert fresh.lapse_day.tolist() == stored.lapse_day.tolist()


def test_one_customer_alone_gets_the_same_stage_as_among_all(con: Any) -> None:
    simulated = base(21, 80)
    rows = columns(
        standing_rows(con.create_table("alone", simulated.facts, overwrite=True))
        .order_by("customer")
        .to_pyarrow()
    )
    calendar = OpeningCalendar().between(START, START + 2000)
    day = START + 900
    whole = stages(rows, BASE, calendar, day)
    for place in range(0, 80, 7):
        one = stages({name: values[place : place + 1] for name, values in rows.items()}, BASE, calendar, day)
        assert one.stage[0] == whole.stage[place]
        assert (one.quiet_day[0], one.lapse_day[0]) == (whole.quiet_day[place], whole.lapse_day[place])


# Every open month of two years, those just after the winter break first.
MONTHS = [START + day for day in (422, 429, 480, 541, 602, 663, 787, 794, 845, 906, 967, 1028)]


def _monthly(con: Any, simulated: Base, *, learn: bool) -> tuple[list[float], list[float]]:
    """Share of true regulars called quiet, and of regulars long gone that are found, at each open month."""
    given = con.create_table("monthly", simulated.facts, overwrite=True)
    wrongly, found = [], []
    for day in MONTHS:
        cut = as_of(given, day)
        calendar = simulated.calendar
        if learn:
            seen = columns(base_days(cut).to_pyarrow())
            calendar = learnt(seen["day"], seen["purchases"], day)
        laid = calendar.between(START, day + 700)
        marks = con.create_table("monthly_calendar", laid.arrow(), overwrite=True)
        rows = columns(standing_rows(cut, marks).to_pyarrow())
        usual = base_rhythm(rows, int(laid.index_at(day)))
        silent = np.isin(stages(rows, usual, laid, day).stage, (Stage.GONE_QUIET, Stage.LAPSED))
        regular, died = rows["days"] >= 4, simulated.died[rows["customer"]]
        wrongly.append(float(silent[regular & (died > day)].mean()))
        since = laid.index_at(day) - laid.index_at(np.minimum(died, day))
        gone = regular & (died <= day) & (since > 6 * simulated.mean_gap[rows["customer"]])
        found.append(float(silent[gone].mean()))
    return wrongly, found


WINTER = OpeningCalendar(weekdays=frozenset(range(6)), seasons=(((11, 15), (2, 20)),))


@pytest.mark.parametrize("learn", [False, True], ids=["calendar given", "calendar learnt"])
@pytest.mark.parametrize("shape", [(1.0, 1.001), (0.8, 4.0)], ids=["random", "mixed"])
def test_a_shop_closed_in_winter_calls_few_true_regulars_quiet_and_finds_the_gone(
    con: Any, shape: tuple[float, float], *, learn: bool
) -> None:
    simulated = base(31, 900, calendar=WINTER, shape=shape)
    wrongly, found = _monthly(con, simulated, learn=learn)
    assert max(wrongly) <= 0.05, wrongly
    assert np.mean(found) >= 0.93, found


def test_counting_calendar_days_instead_would_break_the_promise(con: Any) -> None:
    simulated = base(31, 900, calendar=WINTER)
    every = Base(
        OpeningCalendar(),
        simulated.laid_out,
        simulated.customer,
        simulated.day,
        simulated.died,
        simulated.mean_gap,
        simulated.shape,
    )
    wrongly, _ = _monthly(con, every, learn=False)
    assert max(wrongly) > 0.1


def test_the_sentence_of_the_mission() -> None:
    calendar = OpeningCalendar(weekdays=frozenset(range(6))).between(0, 1000)
    last = int(calendar.day_at(100))
    now = int(calendar.day_at(109))
    inputs = StageInputs(days=7, last_day=last, usual_gap=11.8)
    assert silence_on(last, now, calendar) == 9
    assert (
        sentence(Stage.REGULAR, inputs, now, calendar) == "7 purchases, every 12 open days or so, last 9 ago"
    )


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_a_word_and_a_sentence_without_gaps(stage: Stage) -> None:
    inputs = StageInputs(
        5, 900, 7.2, regular_day=400, away=80, since=2, signs=Sign.IDEA, contract_end_day=880
    )
    words = sentence(stage, inputs, 930)
    assert stage.word
    assert words
    assert "  " not in words
    assert not words.endswith((" ", ",", ";"))
    assert StageInputs.from_json(inputs.to_json()) == inputs


def test_sentences_speak_of_one_and_of_today() -> None:
    assert sentence(Stage.FIRST_TIME_BUYER, StageInputs(1, 930, 14.0), 930) == "1 purchase, today"
    assert sentence(Stage.FIRST_TIME_BUYER, StageInputs(1, 929, 14.0), 930) == "1 purchase, 1 day ago"
    assert (
        sentence(Stage.REGULAR, StageInputs(40, 930, 1.2), 930)
        == "40 purchases, nearly every day, last today"
    )


def test_thresholds_are_settings(table: Any) -> None:
    year = [*_bought(*range(1000, 1200, 7)), {"day": 1100, "kind": "praise"}]
    assert _stage(table, year, 1200) == Stage.REGULAR
    assert _stage(table, year, 1200, rules=StageRules(for_life_days=100)) == Stage.FOR_LIFE


def test_renewals_are_said_once():
    inputs = StageInputs(0, -1, 0.0, contract_day=0, renewals=3, signs=int(Sign.PRAISE))
    said = sentence(Stage.FOR_LIFE, inputs, 930)
    assert said == "contract since 1 January 1970, renewed 3 times; praised us"
    bought = StageInputs(9, 900, 30.0, contract_day=0, renewals=3, regular_day=100)
    assert sentence(Stage.FOR_LIFE, bought, 930).endswith("a regular since 11 April 1970; renewed 3 times")


def test_a_contract_renewed_once_is_said_so():
    inputs = StageInputs(0, -1, 0.0, contract_day=0, renewals=1)
    assert sentence(Stage.REPEAT_CUSTOMER, inputs, 930).endswith(", renewed once")
