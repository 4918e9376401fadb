"""What we know ages by its kind, and one question is the best."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.knowing import (
    ASKED_AGAIN_DAYS,
    QUESTIONS,
    SHELF_DAYS,
    Card,
    Moment,
    best_question,
    freshness,
)

NOW = 20_000
KINDS = tuple(QUESTIONS)


def said(kind: str, ago: int = 0) -> Card:
    return Card(kind, True, NOW - ago)


def assumed(kind: str, ago: int = 0) -> Card:
    return Card(kind, False, NOW - ago)


def others_said(*but: str) -> list[Card]:
    return [said(kind) for kind in KINDS if kind not in but]


def test_every_kind_has_a_question_and_a_shelf_life() -> None:
    assert set(QUESTIONS) == set(SHELF_DAYS)


def test_a_card_is_current_up_to_its_last_day_and_aged_after_it() -> None:
    assert not freshness(said("need", 90), NOW).aged
    assert freshness(said("need", 91), NOW).aged
    assert not freshness(said("brought", 10_000), NOW).aged


def test_nothing_is_asked_when_all_was_said_lately() -> None:
    assert best_question(others_said(), [], Moment(5), NOW) is None


def test_missing_goes_before_assumed_and_assumed_before_aged() -> None:
    cards = [*others_said("think", "need", "others"), said("think", 121), assumed("need")]
    assert best_question(cards, [], Moment(5), NOW).kind == "others"  # type: ignore[union-attr]
    assert best_question([*cards, said("others")], [], Moment(5), NOW).kind == "need"  # type: ignore[union-attr]
    known = [*cards, said("others"), said("need")]
    question = best_question(known, [], Moment(5), NOW)
    assert question is not None
    assert (question.kind, question.why) == ("think", "what they said is a while ago")


def test_the_question_of_the_moment_goes_first_but_not_when_it_is_answered() -> None:
    second = best_question([said("brought")], [], Moment(2), NOW)
    renewal = best_question([said("continue", 200)], [], Moment(40, renewal_in=30), NOW)
    assert second is not None
    assert second.kind == "came_back"
    assert renewal is not None
    assert (renewal.kind, renewal.why) == ("continue", "the term ends in 30 days")
    answered = best_question([said("continue", 10)], [], Moment(40, renewal_in=30), NOW)
    assert answered is not None
    assert answered.kind != "continue"


def test_who_bought_once_is_not_asked_why_they_came_back() -> None:
    assert best_question(others_said("came_back"), [], Moment(1), NOW) is None


def test_a_question_asked_in_vain_rests_for_a_month() -> None:
    cards = others_said("need")
    asked = [("need", NOW - ASKED_AGAIN_DAYS + 1)]
    assert best_question(cards, asked, Moment(5), NOW) is None
    assert best_question(cards, [("need", NOW - ASKED_AGAIN_DAYS)], Moment(5), NOW) is not None


CARDS = st.lists(st.builds(Card, st.sampled_from(KINDS), st.booleans(), st.integers(NOW - 900, NOW)))
ASKED = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(NOW - 90, NOW)))


@given(CARDS, ASKED, st.integers(0, 9), st.none() | st.integers(-10, 400))
def test_never_what_they_answered_nor_what_was_just_asked(
    cards: list[Card], asked: list[tuple[str, int]], days: int, renewal: int | None
) -> None:
    question = best_question(cards, asked, Moment(days, renewal), NOW)
    if question is None:
        return
    answers = [card for card in cards if card.kind == question.kind and card.said_by_them]
    assert all(freshness(card, NOW).aged for card in answers)
    assert all(kind != question.kind or NOW - day >= ASKED_AGAIN_DAYS for kind, day in asked)
