"""Each rule of success speaks when it should, is silent when it should, and says why in the customer's words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import (
    BlockerCase,
    OutcomeCase,
    PromiseCase,
    SuccessBook,
    SuccessCase,
)
from regulars.attention.rules.success_registry import SUCCESS_RULES, success_steps
from regulars.insight.outcome import OutcomeStanding, OutcomeState

TODAY = 20_500


def stands(state: OutcomeState, late: int = 0, since: int = TODAY - 5) -> OutcomeStanding:
    return OutcomeStanding(state, late, None, None, since)


def outcome(state: OutcomeState, late: int = 0, **more: object) -> OutcomeCase:
    return OutcomeCase(7, "Ship 20 orders a day", stands(state, late), **more)  # type: ignore[arg-type]


def of(*cases: SuccessCase, whole: bool = False) -> list[Step]:
    return success_steps(SuccessBook(TODAY, cases, whole, lambda amount: f"€{amount / 100:,.0f}"))


AGREED = outcome(OutcomeState.AGREED)
SAID = {"said_day": TODAY - 3, "said_by": "Ida"}
FIRES: dict[str, tuple[SuccessCase, str]] = {
    "customer_disagrees": (
        SuccessCase(1, outcomes=(outcome(OutcomeState.ON_TRACK, verdict="not_yet", words="not yet, 12 not 20", **SAID),)),
        "says “not yet” to “Ship 20 orders a day”: “not yet, 12 not 20” (Ida). Answer them today.",
    ),
    "outcome_late": (
        SuccessCase(1, outcomes=(outcome(OutcomeState.LATE, 12),)),
        "wants “Ship 20 orders a day”; it is 12 days late. Find what is in the way together.",
    ),
    "renewal_near": (
        SuccessCase(1, working=True, yearly=1_200_000, renewal_day=TODAY + 60, notice_day=TODAY + 30, outcomes=(AGREED,)),
        (
            "renews in 60 days (€12,000 a year), notice possible for 30 more days; nobody has said what to expect and no "
            "outcome of theirs is reached. Talk about what they came for, not about the contract."
        ),
    ),
    "champion_left": (
        SuccessCase(1, left=("champion", TODAY - 9)),
        (
            "lost their champion 9 days ago, and nobody has taken that part. "
            "Ask who carries this now, whatever the numbers say."
        ),
    ),
    "no_agreed_success": (
        SuccessCase(1, working=True),
        "has told nobody here what success is for them. Ask them, and write down one sentence and a date.",
    ),
    "blocker_old": (
        SuccessCase(1, blockers=(BlockerCase(3, "No API key from IT", TODAY - 20, theirs=True, clears="Their IT"),)),
        (
            "has been held up for 20 days: “No API key from IT”. Their IT can unclog it; "
            "offer your help and name a day."
        ),
    ),
    "promise_late": (
        SuccessCase(1, promises=(PromiseCase(4, "Send the price list", TODAY - 2, ours=True),)),
        "was promised “Send the price list” by us; we are 2 days late. Say so before they ask.",
    ),
    "ask_to_confirm": (
        SuccessCase(1, outcomes=(outcome(OutcomeState.REACHED),)),
        "has reached “Ship 20 orders a day” by what we measured. Only they can say so: share the plan and ask.",
    ),
    "thank_confirmed": (
        SuccessCase(1, outcomes=(outcome(OutcomeState.CONFIRMED, verdict="confirmed", **SAID),)),
        "confirmed “Ship 20 orders a day” 3 days ago. Thank them, and ask what comes next.",
    ),
    "expansion_early": (
        SuccessCase(1, outcomes=(AGREED,), expansions=(("Ten more seats", TODAY - 4),)),
        (
            "is being offered Ten more seats while no outcome of theirs is reached. "
            "Hold the offer until they have what they came for."
        ),
    ),
    "look_again": (
        SuccessCase(1, not_yet=(9, "the new site is live", TODAY)),
        "was not to be sold to until “the new site is live”. The day to look again has come.",
    ),
}  # fmt: skip


def test_behind_with_the_date_ahead_is_said_otherwise_than_late() -> None:
    standing = OutcomeStanding(OutcomeState.LATE, 68, 0.2, None, TODAY - 5, behind=True)
    case = SuccessCase(1, outcomes=(OutcomeCase(7, "Ship 20 orders a day", standing, due_day=TODAY + 20),))
    [step] = [one for one in of(case) if one.kind == "outcome_late"]
    assert step.sentence.startswith("wants “Ship 20 orders a day”; it is 68 days behind, with 20 days left.")


def test_every_rule_is_tried_here() -> None:
    assert set(FIRES) == {rule.kind for rule in SUCCESS_RULES}


@pytest.mark.parametrize("kind", FIRES)
def test_a_rule_says_why_in_one_sentence(kind: str) -> None:
    case, sentence = FIRES[kind]
    found = [step for step in of(case) if step.kind == kind]
    assert [step.sentence for step in found] == [sentence]
    assert 0 <= found[0].urgency <= 1
    assert found[0].until_day >= TODAY
    assert found[0].opening_line


SILENT: dict[str, SuccessCase] = {
    "answered since": replace(FIRES["customer_disagrees"][0], touched_day=TODAY - 1),
    "said too long ago": SuccessCase(
        1, outcomes=(outcome(OutcomeState.ON_TRACK, verdict="not_yet", said_day=TODAY - 61),)
    ),
    "on track": SuccessCase(1, working=True, outcomes=(outcome(OutcomeState.ON_TRACK),)),
    "missed long ago": SuccessCase(1, outcomes=(outcome(OutcomeState.MISSED, 200),)),
    "renewal far": SuccessCase(1, working=True, renewal_day=TODAY + 200, outcomes=(AGREED,)),
    "renewal foreseen and outcome confirmed": SuccessCase(
        1, working=True, renewal_day=TODAY + 20, forecast=5, outcomes=(outcome(OutcomeState.CONFIRMED),)
    ),
    "champion left long ago": SuccessCase(1, left=("champion", TODAY - 91)),
    "fresh blocker": SuccessCase(1, blockers=(BlockerCase(3, "x", TODAY - 13, theirs=True, clears="y"),)),
    "their promise a few days late": SuccessCase(1, promises=(PromiseCase(4, "x", TODAY - 6, ours=False),)),
    "promise due today": SuccessCase(1, promises=(PromiseCase(4, "x", TODAY, ours=True),)),
    "expansion after success": SuccessCase(
        1, outcomes=(outcome(OutcomeState.CONFIRMED),), expansions=(("Seats", TODAY),)
    ),
    "not to look at yet": SuccessCase(1, not_yet=(9, "x", TODAY + 1)),
}


@pytest.mark.parametrize("why", SILENT)
def test_rules_are_silent_when_there_is_nothing_to_say(why: str) -> None:
    assert of(SILENT[why]) == []


def test_an_occasion_keeps_its_key_from_day_to_day() -> None:
    case = FIRES["blocker_old"][0]
    tomorrow = success_steps(SuccessBook(TODAY + 1, (case,), False, str))
    assert [step.key for step in of(case)] == [step.key for step in tomorrow]


def test_much_of_the_base_without_success_is_one_line_and_ten_to_start_with() -> None:
    cases = [SuccessCase(n, working=True, yearly=n * 100, renewal_day=TODAY + 400 - n) for n in range(1, 61)]
    found = [step for step in of(*cases, whole=True) if step.kind == "no_agreed_success"]
    line, *people = found
    assert line.customer is None
    assert line.sentence.startswith("We work for 60 customers and have agreed with 0 what success is.")
    assert len(people) == 10
    assert {step.customer for step in people} == set(range(51, 61)), "the largest where none renews soon"


def test_a_few_without_success_are_people_not_a_line() -> None:
    fine = [SuccessCase(n, working=True, outcomes=(outcome(OutcomeState.ON_TRACK),)) for n in range(1, 61)]
    without = SuccessCase(99, working=True)
    assert [step.customer for step in of(*fine, without, whole=True)] == [99]


def test_a_rule_about_much_of_the_base_is_one_line_and_some_to_start_with() -> None:
    cases = [SuccessCase(n, outcomes=(outcome(OutcomeState.REACHED),)) for n in range(1, 61)]
    line, *people = of(*cases, whole=True)
    assert (line.customer, line.evidence) == (None, {"customers": 60})
    assert line.sentence.startswith("60 customers have reached an outcome")
    assert len(people) == 10
    assert len(of(*cases)) == 60, "a part of the base says nothing about all of it"


def test_who_said_so_once_is_asked_again_and_the_line_tells_them_apart() -> None:
    once = replace(
        outcome(OutcomeState.REACHED, verdict="confirmed", said_day=TODAY - 100),
        standing=stands(OutcomeState.REACHED, since=TODAY - 100),
    )
    cases = [SuccessCase(n, outcomes=(once,)) for n in range(1, 46)]
    cases += [SuccessCase(n, outcomes=(outcome(OutcomeState.REACHED),)) for n in range(46, 81)]
    line, *_ = of(*cases, whole=True)
    assert line.sentence == (
        "80 customers have reached an outcome and are to be asked: 45 said so earlier, and that has run out; "
        "of 35 only our measure says so. Share their plans, a few a day."
    )
    [step] = of(cases[0])
    assert step.sentence.startswith("said 100 days ago to have reached “Ship 20 orders a day”")


def test_a_customer_who_is_gone_is_left_in_peace() -> None:
    gone = replace(FIRES["promise_late"][0], over=True)
    assert of(gone) == []
    assert of(replace(FIRES["look_again"][0], over=True)), "but looked at again on the day"


def test_who_has_cancelled_is_not_asked_to_renew() -> None:
    leaving = SuccessCase(1, working=True, yearly=1_200_000, renewal_day=TODAY + 60, leaving=True)
    [step] = of(leaving)
    assert step.kind == "no_agreed_success"
    assert "renews" not in step.sentence


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (14, "notice possible for 14 more days;"),
        (1, "notice possible for 1 more day;"),
        (0, "today is the last day to give notice;"),
    ],
)
def test_how_long_notice_is_possible_is_said_plainly(left: int, said: str) -> None:
    case = SuccessCase(1, working=True, renewal_day=TODAY + 60, notice_day=TODAY + left, outcomes=(AGREED,))
    assert said in next(one for one in of(case) if one.kind == "renewal_near").sentence


def test_a_renewal_tomorrow_is_not_in_1_days() -> None:
    for done in ((AGREED,), ()):
        case = SuccessCase(1, working=True, renewal_day=TODAY + 1, outcomes=done)
        assert "renews tomorrow" in of(case)[0].sentence
