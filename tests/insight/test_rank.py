"""The order of next steps: money where it counts, every fifth place for those we owe attention."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.rank import Candidate, rank, sureness, urgency


def _step(key: str, stake: float | None = 100.0, **more: object) -> Candidate:
    given_values = {"kind": "gone_quiet", "urgency": 0.5, "sureness": 0.8} | more
    return Candidate(key, stake=stake, **given_values)  # type: ignore[arg-type]


def test_stake_times_urgency_times_sureness_decides() -> None:
    steps = [
        _step("small", 10),
        _step("large", 1000),
        _step("sure", 500, sureness=0.9),
        _step("late", 500, urgency=1.0),
    ]
    assert [placed.candidate.key for placed in rank(steps, 1000).today] == ["large", "late", "sure", "small"]


def test_every_fifth_place_is_owed_attention_whatever_they_pay() -> None:
    steps = [_step(f"money {n:02}", 100 + n) for n in range(20)]
    steps += [_step(f"owed {n}", 1.0, kind="just_because", owed=True, urgency=n / 10) for n in range(3)]
    found = rank(steps, 1000)
    order = [placed.candidate for placed in (*found.today, *found.below)]
    assert [place for place, step in enumerate(order, 1) if step.owed] == [5, 10, 15]
    assert order[4].key == "owed 2"
    assert len(found.today) == 7
    assert "owed attention" in found.today[4].reason


def test_places_without_a_taker_go_to_the_others() -> None:
    only_owed = rank([_step(f"o{n}", owed=True) for n in range(4)], 1000)
    assert len(only_owed.today) == 4
    assert [placed.place for placed in rank([_step("a"), _step("b")], 1000).today] == [1, 2]


def test_an_order_check_ignores_what_the_order_is_worth() -> None:
    others = [_step("a", 50), _step("b", 5000), _step("c", 500)]

    def order(worth: float) -> list[str]:
        check = _step("check", worth, kind="order_check", blind=True)
        return [placed.candidate.key for placed in rank([*others, check], 1000).today]

    assert order(1.0) == order(1e9)


def test_an_unknown_stake_is_the_middle_one_and_says_so() -> None:
    found = rank([_step("low", 1), _step("none", None), _step("mid", 100), _step("high", 10_000)], 1000).today
    keys = [placed.candidate.key for placed in found]
    assert keys[0] == "high" and keys[-1] == "low"
    assert "unknown" in found[keys.index("none")].reason


def test_with_the_switch_every_customer_counts_the_same() -> None:
    steps = [_step("poor but late", 1, urgency=0.9), _step("rich", 1e6, urgency=0.2)]
    assert rank(steps, 1000).today[0].candidate.key == "rich"
    assert rank(steps, 1000, equal=True).today[0].candidate.key == "poor but late"


def test_a_rule_that_fires_for_more_than_a_fifth_of_the_base_is_one_line() -> None:
    quiet = [_step(f"q{n:03}", n) for n in range(30)]
    few = [_step("thanks", 5, kind="unthanked")]
    found = rank(quiet + few, 100)
    assert [placed.candidate.key for placed in found.today] == ["thanks"]
    (line,) = found.base_wide
    assert (line.kind, line.count, line.share) == ("gone_quiet", 30, 0.3)
    assert line.first == tuple(f"q{n:03}" for n in range(29, 19, -1))
    assert rank(quiet[:20] + few, 100).base_wide == ()


def test_owed_attention_keeps_its_places_even_when_owed_to_most() -> None:
    owed = [_step(f"o{n}", kind="just_because", owed=True) for n in range(60)]
    found = rank(owed + [_step(f"m{n}") for n in range(6)], 100)
    assert found.base_wide[0].kind == "just_because"
    assert [placed.candidate.owed for placed in found.today] == [False] * 4 + [True] + [False] * 2


def test_sureness_learns_slowly_from_its_own_record() -> None:
    assert sureness(0, 0) == 0.75
    assert sureness(0, 1) > 0.6
    assert sureness(1, 99) < 0.1
    assert urgency(10, 0, 11) == 1.0
    assert (urgency(10, 10, 5), urgency(10, 10, 15), urgency(10, 10, 50)) == (0.0, 0.5, 1.0)


STEP = st.builds(
    Candidate,
    key=st.text("abcdef", min_size=1, max_size=6),
    kind=st.sampled_from(["a", "b", "c"]),
    urgency=st.floats(0, 1),
    sureness=st.floats(0, 1),
    stake=st.none() | st.floats(0, 1e9),
    owed=st.booleans(),
    blind=st.booleans(),
)


@given(st.lists(STEP, max_size=30, unique_by=lambda step: step.key), st.data())
def test_the_order_of_arrival_changes_nothing_and_nobody_is_lost(
    steps: list[Candidate], data: st.DataObject
) -> None:
    found = rank(steps, 40)
    mixed = rank(data.draw(st.permutations(steps)), 40)
    assert found == mixed
    wide = {line.kind for line in found.base_wide}
    shown = {placed.candidate.key for placed in (*found.today, *found.below)}
    assert shown == {step.key for step in steps if step.owed or step.kind not in wide}
    assert [placed.place for placed in (*found.today, *found.below)] == list(range(1, len(shown) + 1))


@pytest.mark.parametrize("count", [0, 1, 4, 5, 9])
def test_the_daily_number_is_never_exceeded(count: int) -> None:
    assert len(rank([_step(str(n), n) for n in range(count)], 1000, places=5).today) == min(count, 5)


def test_what_is_checked_whatever_it_is_worth_does_not_wait_behind_the_upper_half():
    known = [
        Candidate(key=str(n), kind="gone_quiet", urgency=1.0, sureness=0.75, stake=n) for n in range(1, 101)
    ]
    check = Candidate(key="check", kind="order_check", urgency=1.0, sureness=0.75, stake=1.0, blind=True)
    order = rank([*known, check], 1_000, places=7)
    placed = [one.candidate.key for one in (*order.today, *order.below)]
    assert placed.index("check") == 25
    same = [replace(one, stake=500.0) for one in known]
    order = rank([*same, check], 1_000, places=7)
    assert next(iter(order.today)).candidate.key == "check", "of equals it goes first"
