"""The state of an outcome follows from its dates, readings, milestones and what the customer said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.outcome import (
    OutcomeRecord,
    OutcomeState,
    Said,
    most_urgent,
    outcome_standing,
    progress,
)

AGREED = OutcomeRecord(0, agreed_day=0, due_day=100, baseline=10, target=20)


def with_(**changes: object) -> OutcomeRecord:
    return OutcomeRecord(
        **{
            "noted_day": 0,
            "agreed_day": 0,
            "due_day": 100,
            "baseline": 10.0,
            "target": 20.0,
            **changes,
        }  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("record", "day", "state", "late"),
    [
        (OutcomeRecord(0, due_day=100), 50, OutcomeState.DRAFT, 0),
        (with_(agreed_day=60), 50, OutcomeState.DRAFT, 0),
        (AGREED, 50, OutcomeState.AGREED, 0),
        (with_(readings=[(50, 15.0)]), 50, OutcomeState.ON_TRACK, 0),
        (with_(readings=[(50, 14.3)]), 50, OutcomeState.ON_TRACK, 0),
        (with_(readings=[(50, 12.0)]), 55, OutcomeState.LATE, 30),
        (AGREED, 101, OutcomeState.LATE, 1),
        (AGREED, 130, OutcomeState.LATE, 30),
        (AGREED, 131, OutcomeState.MISSED, 31),
        (with_(milestones=[(40, None)]), 50, OutcomeState.LATE, 10),
        (with_(milestones=[(40, 41)]), 50, OutcomeState.ON_TRACK, 0),
        (with_(milestones=[(40, 55)]), 50, OutcomeState.LATE, 10),
        (with_(readings=[(90, 20.0)]), 150, OutcomeState.REACHED, 0),
        (with_(readings=[(90, 20.0)], said=[Said(95, "not_yet")]), 96, OutcomeState.ON_TRACK, 0),
        (with_(readings=[(96, 21.0)], said=[Said(95, "not_yet")]), 96, OutcomeState.REACHED, 0),
        (with_(by_rule=(90, 20.0)), 90, OutcomeState.REACHED, 0),
        (with_(by_rule=(96, 21.0), said=[Said(95, "not_yet")]), 96, OutcomeState.ON_TRACK, 0),
        (with_(by_rule=(126, 21.0), said=[Said(95, "not_yet")]), 126, OutcomeState.REACHED, 0),
        (with_(by_rule=(96, 21.0), readings=[(96, 12.0)]), 96, OutcomeState.LATE, 76),
        (with_(said=[Said(95, "confirmed", 200)]), 150, OutcomeState.CONFIRMED, 0),
        (with_(said=[Said(95, "confirmed", 200)]), 200, OutcomeState.REACHED, 0),
        (with_(said=[Said(95, "confirmed"), Said(97, "disputed")]), 98, OutcomeState.DISPUTED, 0),
        (with_(said=[Said(95, "disputed"), Said(97, "confirmed")]), 98, OutcomeState.CONFIRMED, 0),
        (with_(said=[Said(95, "disputed")]), 94, OutcomeState.AGREED, 0),
        (with_(said=[Said(95, "not_yet"), Said(93, "disputed")]), 96, OutcomeState.DISPUTED, 0),
        (with_(said=[Said(95, "not_yet"), Said(95, "disputed")]), 96, OutcomeState.DISPUTED, 0),
        (
            with_(said=[Said(97, "not_yet"), Said(95, "confirmed"), Said(9, "disputed")]),
            98,
            OutcomeState.AGREED,
            0,
        ),
        (with_(said=[Said(95, "confirmed", 200, 99)]), 98, OutcomeState.CONFIRMED, 0),
        (with_(said=[Said(95, "confirmed", 200, 99)]), 99, OutcomeState.AGREED, 0),
        (with_(said=[Said(95, "confirmed", 200, 99)], readings=[(90, 20.0)]), 99, OutcomeState.REACHED, 0),
        (with_(said=[Said(95, "confirmed", 200, 99), Said(90, "disputed")]), 99, OutcomeState.AGREED, 0),
        (with_(said=[Said(95, "confirmed", 200, 99), Said(90, "not_yet")]), 99, OutcomeState.AGREED, 0),
        (with_(said=[Said(99, "confirmed"), Said(99, "confirmed", 200, 99)]), 99, OutcomeState.CONFIRMED, 0),
        (with_(agreed_day=None, said=[Said(95, "confirmed")]), 96, OutcomeState.DRAFT, 0),
        (with_(agreed_day=None, said=[Said(95, "disputed")]), 96, OutcomeState.DISPUTED, 0),
        (with_(dropped_day=80), 90, OutcomeState.DROPPED, 0),
    ],
)
def test_a_state_follows_from_what_is_on_record(
    record: OutcomeRecord, day: int, state: OutcomeState, late: int
) -> None:
    found = outcome_standing(record, day)
    assert (found.state, found.days_late) == (state, late)


def test_a_target_below_the_baseline_counts_downwards() -> None:
    found = outcome_standing(with_(baseline=40.0, target=20.0, readings=[(30, 34.0)]), 30)
    assert found.progress == pytest.approx(0.3)
    assert found.state is OutcomeState.ON_TRACK


def test_what_comes_later_never_changes_an_earlier_day() -> None:
    early = with_(readings=[(20, 12.0)])
    later = with_(
        readings=[(20, 12.0), (60, 19.0)], said=[Said(70, "confirmed")], milestones=[(15, 70)], dropped_day=90
    )
    seen = with_(readings=[(20, 12.0)], milestones=[(15, None)])
    assert outcome_standing(later, 30) == outcome_standing(seen, 30)
    assert outcome_standing(early, 20).state is OutcomeState.ON_TRACK


def test_nothing_averages_a_missed_outcome_away() -> None:
    fine = outcome_standing(with_(said=[Said(10, "confirmed")]), 140)
    missed = outcome_standing(AGREED, 140)
    late = outcome_standing(with_(due_day=120), 140)
    assert most_urgent([fine, late, fine, missed]) == 3
    assert most_urgent([fine, outcome_standing(with_(dropped_day=1), 140)]) == 0


def test_an_outcome_cannot_be_asked_about_before_it_was_noted() -> None:
    with pytest.raises(ValueError, match="not noted yet"):
        outcome_standing(OutcomeRecord(10), 9)


@given(
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6),
    st.floats(0.1, 1000),
    st.integers(0, 200),
)
def test_the_unit_of_the_measure_does_not_matter(
    baseline: float, target: float, value: float, scale: float, day: int
) -> None:
    if abs(target - baseline) < 1e-3:
        return
    one, other = progress(value, baseline, target), progress(value * scale, baseline * scale, target * scale)
    assert one == pytest.approx(other, rel=1e-6, abs=1e-6)


def test_behind_with_the_date_ahead_is_not_called_late():
    behind = outcome_standing(with_(readings=[(50, 12.0)]), 55)
    assert (behind.state, behind.words) == (OutcomeState.LATE, "30 days behind")
    overdue_step = outcome_standing(with_(milestones=[(40, None)]), 50)
    assert overdue_step.words == "10 days behind"
    assert outcome_standing(AGREED, 101).words == "a day late"
    assert not outcome_standing(AGREED, 101).behind
