"""How long it takes to clear blockers, those still standing counted as what they are."""

from __future__ import annotations

from regulars.insight.unclog import BlockerSpan, time_to_unclog


def spans(closed: list[int], standing: int = 0) -> list[BlockerSpan]:
    return [BlockerSpan("theirs", 0, day) for day in closed] + [BlockerSpan("theirs", 0)] * standing


def test_few_are_refused_with_what_is_missing() -> None:
    estimate = time_to_unclog(spans([3, 9], standing=4), "theirs", 100)
    assert estimate.refused
    assert estimate.refusal == "2 cleared so far; from 5 on there is a usual time"
    assert estimate.n == 2


def test_those_still_standing_make_the_usual_time_longer() -> None:
    quick = time_to_unclog(spans([2, 4, 6, 8, 10]), "theirs", 100)
    slow = time_to_unclog(spans([2, 4, 6, 8, 10], standing=3), "theirs", 100)
    assert (quick.value, slow.value) == (6, 8)


def test_when_most_still_stand_there_is_no_usual_time() -> None:
    assert time_to_unclog(spans([2, 4, 6, 8, 10], standing=20), "theirs", 100).refused


def test_the_other_side_and_what_came_later_do_not_count() -> None:
    mine = spans([2, 4, 6, 8, 10])
    later = [BlockerSpan("theirs", 200, 201)] * 9
    other = [BlockerSpan("ours", 0, 90)] * 9
    assert time_to_unclog([*mine, *later, *other], "theirs", 100).value == 6


def test_one_cleared_after_the_day_still_stood_on_it() -> None:
    assert time_to_unclog(spans([2, 4, 6, 8, 50]), "theirs", 20).refused
