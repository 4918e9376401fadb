"""A silence of the whole base is told apart from single customers' silences."""

from __future__ import annotations

from typing import Any

import numpy as np

from regulars.insight.base_silence import base_silence
from regulars.insight.calendar import OpeningCalendar
from regulars.insight.days import as_of, base_days
from regulars.insight.rainy_day import demand
from regulars.insight.rhythm import base_rhythm, customer_rhythms
from regulars.insight.shapes import columns
from regulars.insight.standing_rows import standing_rows
from tests.insight.simulated import START, base, purchase_facts


def _asked(con: Any, arrow: Any, day: int) -> Any:
    given = con.create_table("silence", arrow, overwrite=True)
    cut = as_of(given, day)
    calendar = OpeningCalendar().between(START, day)
    rows = columns(standing_rows(cut, con.create_table("sm", calendar.arrow(), overwrite=True)).to_pyarrow())
    now = int(calendar.index_at(day))
    usual = base_rhythm(rows, now)
    weeks = demand(columns(base_days(cut).to_pyarrow()), calendar)
    return base_silence(rows, customer_rhythms(rows, usual), usual, now, weeks)


def test_an_ordinary_week_is_nobodys_fault(con: Any) -> None:
    simulated = base(41, 500)
    held = [_asked(con, simulated.facts, START + day) for day in (500, 610, 720, 830, 940)]
    assert not any(answer.held for answer in held)
    assert all(abs(answer.z) < 3 for answer in held)


def test_a_week_in_which_nearly_nobody_came_is_one_message_about_us(con: Any) -> None:
    simulated = base(42, 500)
    day = START + 800
    stayed = (simulated.day > day - 7) & (simulated.day <= day)
    rare = np.random.default_rng(1).random(len(stayed)) < 0.1
    keep = ~stayed | rare
    answer = _asked(con, purchase_facts(simulated.customer[keep], simulated.day[keep]), day)
    assert answer.held
    assert answer.came < 0.4 * answer.expected
    assert "look at ourselves first" in answer.sentence()


def test_a_handful_of_regulars_is_never_called_a_base(con: Any) -> None:
    simulated = base(43, 12)
    keep = simulated.day <= START + 700
    answer = _asked(con, purchase_facts(simulated.customer[keep], simulated.day[keep]), START + 710)
    assert not answer.held
