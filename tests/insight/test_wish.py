"""A wish is met, unmet or unknown by what was recorded, and by hand only where that cannot tell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.insight.wish import (
    LEAST,
    Judgement,
    Touchpoint,
    WishState,
    wish_standing,
    wish_test,
)

MET, UNMET, UNKNOWN = WishState.MET, WishState.UNMET, WishState.UNKNOWN


def points(*channels: str, direction: str = "ours") -> list[Touchpoint]:
    return [Touchpoint(day, channel, direction) for day, channel in enumerate(channels)]


@pytest.mark.parametrize(
    ("test", "touchpoints", "state", "words"),
    [
        ({"channel": "phone"}, points(*["mail"] * 9, "phone"), UNMET, "9 of the last 10 were mail"),
        ({"channel": "phone"}, points(*["mail"] * 20, *["phone"] * 10), MET, "10 of the last 10 were phone"),
        ({"channel": "phone"}, points("phone", "phone"), UNKNOWN, "only 2 touchpoints on record"),
        ({"channel": "phone"}, points(*["mail"] * 9, direction="theirs"), UNKNOWN, "no touchpoint on record"),
        ({"language": "de"}, [Touchpoint(day, language="DE") for day in range(3)], MET, "3 of the last 3 were in de"),
        ({"person": "Max"}, [Touchpoint(day, people=(name,)) for day, name in enumerate(["Max", "Bo", "Bo"])], UNMET,
         "2 of the last 3 were with Bo"),
        ({"selling": False}, [Touchpoint(day, selling=day > 0) for day in range(3)], UNMET, "2 of the last 3 sold"),
        ({"selling": False}, [Touchpoint(day, selling=False) for day in range(3)], MET, "0 of the last 3 sold"),
        ({}, points(*["mail"] * 9), UNKNOWN, "nobody has judged it yet"),
    ],
)  # fmt: skip
def test_touchpoints_tell(
    test: dict[str, Any], touchpoints: list[Touchpoint], state: WishState, words: str
) -> None:
    found = wish_standing(test, touchpoints, 40)
    assert found.state is state
    assert words in found.words


def test_an_answer_in_time_is_theirs_followed_by_ours() -> None:
    asked = [Touchpoint(day, direction="theirs") for day in (0, 10, 20)]
    answers = [Touchpoint(day, direction="ours") for day in (1, 13, 21)]
    both = sorted([*asked, *answers], key=lambda one: one.day)
    found = wish_standing({"within_days": 1}, both, 30)
    assert (found.state, found.kept, found.counted) == (UNMET, 2, 3)
    assert "2 of the last 3 had one" in found.words
    assert wish_standing({"within_days": 3}, both, 30).state is MET


def test_what_waits_for_an_answer_and_has_time_left_says_nothing_yet() -> None:
    both = [Touchpoint(day, direction=side) for day in (0, 10, 20) for side in ("theirs", "ours")]
    waiting = [*both, Touchpoint(29, direction="theirs")]
    in_time = wish_standing({"within_days": 2}, waiting, 31)
    assert (in_time.kept, in_time.counted) == (3, 3)
    too_late = wish_standing({"within_days": 2}, waiting, 32)
    assert (too_late.kept, too_late.counted) == (3, 4)


def test_whom_they_asked_for_is_found_among_all_who_were_met() -> None:
    met = [Touchpoint(day, people=("Bo Lind", "Max Weber")) for day in range(3)]
    assert wish_standing({"person": "max"}, met, 5).state is MET
    assert wish_standing({"person": "Max Weber"}, met, 5).state is MET
    assert wish_standing({"person": "Maxine"}, met, 5).words == (
        "asked for Maxine: 3 of the last 3 were with Bo Lind"
    )


def test_what_was_recorded_decides_before_what_was_judged() -> None:
    mails = points(*["mail"] * LEAST)
    by_hand = Judgement("met", "Ida says we always call")
    assert wish_standing({"channel": "phone"}, mails, 40, by_hand).state is UNMET
    judged = wish_standing({"channel": "phone"}, mails[:2], 40, by_hand)
    assert (judged.state, judged.by_hand, judged.words) == (MET, True, "Ida says we always call")


def test_neither_the_future_nor_what_is_long_ago_tells() -> None:
    assert wish_standing({"channel": "mail"}, points(*["mail"] * 5), 2).state is MET
    assert wish_standing({"channel": "mail"}, points(*["mail"] * 5), 1).state is UNKNOWN
    assert wish_standing({"channel": "mail"}, points(*["mail"] * 5), 400).state is UNKNOWN


@given(st.lists(st.sampled_from(["phone", "mail", "visit"]), min_size=3, max_size=30))
def test_the_counts_are_those_of_the_last_ten(channels: list[str]) -> None:
    found = wish_standing({"channel": "phone"}, points(*channels), 40)
    assert (found.kept, found.counted) == (channels[-10:].count("phone"), min(10, len(channels)))
    assert (found.state is MET) == (found.kept >= 0.75 * found.counted)


@pytest.mark.parametrize(
    ("kind", "typed"), [("channel", "telegraph"), ("pace", "soon"), ("autonomy", "a lot"), ("language", "x")]
)
def test_what_touchpoints_could_never_tell_is_refused_beside_its_field(kind: str, typed: str) -> None:
    with pytest.raises(RegularsError) as raised:
        wish_test(kind, typed)
    assert list(raised.value.fields) == ["test"]
    assert wish_test(kind, "  ") == {}


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("2", 2), ("2 days", 2), ("24 hours", 1), ("48h", 2), ("25 hours", 2), ("1 week", 7), ("a week", 7),
        ("within 3 days", 3), ("one day", 1), ("same day", 0), ("0", 0), ("365", 365),
    ],
)  # fmt: skip
def test_a_pace_is_a_number_of_its_unit(typed: str, days: int) -> None:
    assert wish_test("pace", typed) == {"within_days": days}


@pytest.mark.parametrize(
    "typed", ["1-2 days", "2.5 days", "² days", "366", "53 weeks", "2 months", "9" * 5_000]
)
def test_a_pace_that_may_mean_several_is_not_guessed(typed: str) -> None:
    with pytest.raises(RegularsError) as raised:
        wish_test("pace", typed)
    assert raised.value.code == "wish-untestable"


def test_a_call_is_what_they_mean_by_phone() -> None:
    calls = [Touchpoint(day, "call", "ours") for day in range(3)]
    assert wish_standing({"channel": "phone"}, calls, 5).state is WishState.MET
    assert wish_test("channel", "Call") == {"channel": "phone"}
