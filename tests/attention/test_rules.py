import numpy as np
import pytest

from regulars.attention.book import STAGES
from regulars.attention.rules.book import NEVER, Book, OddOrder, QuietFeed
from regulars.attention.rules.registry import AT_STAKE, HELP, OWED, RULES, TITLES, steps

TODAY = 20_500
BLANK = {
    "days": 0,
    "first_day": NEVER,
    "last_day": NEVER,
    "usual_gap": np.nan,
    "due_day": NEVER,
    "quiet_day": NEVER,
    "last_gap": 0,
    "missed_us": 0,
    "last_missed_day": NEVER,
    "last_touchpoint_day": NEVER,
    "rainy": 0,
    "rainy_visits": 0,
    "stake": 1_000.0,
    "reachable": 1,
}
REGULAR = {
    "stage": "regular",
    "days": 20,
    "first_day": TODAY - 300,
    "last_day": TODAY - 5,
    "usual_gap": 7.0,
    "due_day": TODAY + 2,
    "quiet_day": TODAY + 12,
    "last_touchpoint_day": TODAY - 10,
}


def book(*people, whole=False, **more):
    rows = [{"stage": "prospect", **BLANK, **person} for person in people]
    columns = {
        name: np.array([STAGES[row["stage"]] if name == "stage" else row[name] for row in rows])
        for name in rows[0]
    }
    return Book(
        as_of=TODAY,
        customer=np.arange(1, len(rows) + 1),
        columns=columns,
        open_days_since=lambda days: TODAY - days,
        whole_base=whole,
        base_size=len(rows),
        stages=STAGES,
        **more,
    )


def said(kind, *people, **more):
    return [step for step in steps(book(*people, **more)) if step.kind == kind]


FIRES = {
    "gone_quiet": REGULAR | {"stage": "gone_quiet", "last_day": TODAY - 31, "quiet_day": TODAY - 3},
    "due_now": REGULAR | {"due_day": TODAY - 1, "last_day": TODAY - 8},
    "became_regular": REGULAR | {"days": 4, "first_day": TODAY - 40, "last_day": TODAY - 2},
    "won_back": REGULAR | {"stage": "won_back", "last_gap": 120, "last_day": TODAY - 2},
    "missed_us": REGULAR | {"missed_us": 2, "last_missed_day": TODAY - 1},
    "thank_first": {"stage": "first_time_buyer", "days": 1, "first_day": TODAY - 4, "last_day": TODAY - 4},
    "second_purchase": {
        "stage": "repeat_customer",
        "days": 2,
        "first_day": TODAY - 30,
        "last_day": TODAY - 1,
    },
    "came_when_hard": REGULAR | {"rainy": 1, "rainy_visits": 9, "last_touchpoint_day": NEVER},
    "just_because": REGULAR | {"last_touchpoint_day": TODAY - 200},
}


@pytest.mark.parametrize("kind", FIRES)
def test_each_rule_speaks_of_whom_it_is_about_and_of_nobody_else(kind):
    found = said(kind, FIRES[kind], REGULAR, {})
    assert [step.customer for step in found] == [1]
    step = found[0]
    assert 0 <= step.urgency <= 1
    assert step.sentence[0].islower()
    assert step.sentence.endswith((".", "?"))
    assert step.opening_line
    assert step.evidence
    assert step.key.startswith(f"{kind}:1:")


def test_every_kind_has_a_title_help_and_a_stake():
    assert {rule.kind for rule in RULES} == set(FIRES)
    assert TITLES.keys() == HELP.keys()
    assert {"came_when_hard", "just_because"} == OWED
    assert all(0 < AT_STAKE[rule.kind] <= 1 for rule in RULES)


def test_the_sentence_counts_in_open_days():
    step = said("gone_quiet", FIRES["gone_quiet"], REGULAR)[0]
    assert step.sentence == "has been silent for 31 open days; every 7 is usual, over 20 visits."


def test_a_word_since_then_settles_it():
    for kind, day in (
        ("missed_us", "last_missed_day"),
        ("thank_first", "first_day"),
        ("won_back", "last_day"),
    ):
        answered = FIRES[kind] | {"last_touchpoint_day": FIRES[kind][day]}
        assert said(kind, FIRES[kind], REGULAR)
        assert not said(kind, answered, REGULAR)


def test_old_occasions_are_let_go():
    assert not said("thank_first", FIRES["thank_first"] | {"first_day": TODAY - 30})
    assert not said("missed_us", FIRES["missed_us"] | {"last_missed_day": TODAY - 30})
    assert not said("gone_quiet", FIRES["gone_quiet"] | {"quiet_day": TODAY - 200})


def test_whom_nobody_can_reach_is_not_to_be_called():
    assert not said("just_because", FIRES["just_because"] | {"reachable": 0})


def test_a_rule_about_much_of_the_base_is_one_line():
    many = [FIRES["thank_first"]] * 30 + [REGULAR] * 50
    lines = said("thank_first", *many, whole=True)
    assert [step.customer for step in lines] == [None]
    assert lines[0].sentence == "30 first-time buyers have had no thank-you yet."
    few = [FIRES["thank_first"]] * 15 + [REGULAR] * 65
    assert len(said("thank_first", *few, whole=True)) == 15


def test_a_silence_of_the_whole_base_is_one_message_about_us():
    people = [FIRES["gone_quiet"], FIRES["due_now"], REGULAR]
    quiet = "About 9 of 40 regulars were expected and 1 came: look at ourselves first."
    found = steps(book(*people, whole=True, base_quiet=quiet))
    assert not [step for step in found if step.kind in {"gone_quiet", "due_now"}]
    assert [step.sentence for step in found if step.kind == "base_quiet"] == [quiet]


def test_the_occasion_is_the_same_tomorrow_and_new_after_the_next_purchase():
    today = said("gone_quiet", FIRES["gone_quiet"], REGULAR)[0]
    again = said("gone_quiet", FIRES["gone_quiet"] | {"quiet_day": TODAY - 4}, REGULAR)[0]
    later = said("gone_quiet", FIRES["gone_quiet"] | {"last_day": TODAY - 20}, REGULAR)[0]
    assert today.key == again.key != later.key


def test_an_odd_order_is_asked_about_whatever_its_worth():
    odd = OddOrder(2, "W-7", TODAY - 1, "40 × House blend, where 2 is usual for them.", (11, 12))
    step = said("order_check", REGULAR, REGULAR, odd_orders=(odd,))[0]
    assert step.customer == 2
    assert step.urgency == 1.0
    assert step.evidence == {"facts": [11, 12], "order_number": "W-7"}


def test_a_feed_that_stopped_is_said_once_a_source():
    feed = QuietFeed(3, "Till", TODAY - 20, 7)
    step = said("feed_stopped", REGULAR, whole=True, quiet_feeds=(feed,))[0]
    assert step.customer is None
    assert "Nothing has come from Till for 20 days; every 7 is usual." in step.sentence
