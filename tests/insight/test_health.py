"""What holds of every health score, whatever the profile and whatever is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.insight.health import UNITS, Band, health
from regulars.insight.health_band import band_reason
from regulars.insight.health_change import PROFILE, change, dry_run, in_words_of
from regulars.insight.health_inputs import HealthInputs, health_inputs
from regulars.insight.health_profile import DealBreaker, HealthProfile, ProfileInput, Step
from tests.insight.health_worlds import N, two_times, worlds

LINE = (Step(0, 0.0), Step(1, 1.0))
KEYS = ("outcome_progress", "rhythm_or_usage", "relationship", "money")
POINTS = (40, 30, 20, 10)
PLAIN = HealthProfile(
    "plain",
    1,
    ("*",),
    70,
    40,
    0.4,
    60,
    tuple(ProfileInput(key, points, 90, "better", LINE) for key, points in zip(KEYS, POINTS, strict=True)),
    (DealBreaker("outcome_missed", 50), DealBreaker("champion_gone", 35)),
)


def known(*worth: float | None, age: float = 1, agreed: float = 1, **flags: float) -> HealthInputs:
    """One customer under PLAIN."""
    told = {"outcome_missed": 0, "champion_gone": 0} | flags
    values = {key: [value] for key, value in zip(KEYS, worth, strict=False)}
    return health_inputs(
        [1], values, {key: [age] for key in KEYS}, {key: [flag] for key, flag in told.items()}, [agreed]
    )


def only(inputs: HealthInputs) -> tuple[float, Band]:
    scores = health(PLAIN, inputs)
    return float(scores.score[0]), Band(scores.band[0])


def changed(
    inputs: HealthInputs, key: str, place: int, value: float, *, age: float | None = None
) -> HealthInputs:
    values, ages = dict(inputs.values), dict(inputs.ages)
    values[key] = np.where(np.arange(len(inputs)) == place, value, values[key])
    if age is not None:
        ages[key] = np.where(np.arange(len(inputs)) == place, age, ages[key])
    return replace(inputs, values=values, ages=ages)


# --- of every profile and every customer ---


@given(worlds())
def test_the_parts_sum_to_the_score_and_the_score_lies_between_0_and_100(world):
    profile, inputs = world
    scores = health(profile, inputs)
    assert (scores.parts.sum(axis=1) + scores.caps.sum(axis=1) == scores.total).all()
    assert ((scores.total >= 0) & (scores.total <= 100 * UNITS)).all()
    assert (scores.caps <= 0).all()
    assert (scores.parts[~scores.known] == 0).all()
    limits = np.array([cap.cap * UNITS for cap in profile.caps])
    assert (scores.total[:, None] <= np.where(scores.holds, limits, 100 * UNITS)).all()


@given(worlds())
def test_the_score_is_that_of_the_known_part_to_a_hundredth(world):
    profile, inputs = world
    scores = health(profile, inputs)
    for at in np.flatnonzero(scores.scored):
        parts = [(part, column) for column, part in enumerate(profile.inputs) if scores.known[at, column]]
        points = sum(part.points for part, _ in parts)
        exact = [
            100 * part.points * float(part.worth(inputs.values[part.key][at])) / points for part, _ in parts
        ]
        assert scores.parts[at].sum() == pytest.approx(UNITS * sum(exact), abs=0.51)
        for value, (_, column) in zip(exact, parts, strict=True):
            assert scores.parts[at, column] == pytest.approx(UNITS * value, abs=1 + 1e-6)
        assert scores.based_on[at] == pytest.approx(points / 100)


@given(worlds(), st.data())
def test_more_of_what_is_good_never_lowers_score_or_band(world, draw):
    profile, inputs = world
    part = draw.draw(st.sampled_from(profile.inputs))
    before = health(profile, inputs)
    step = draw.draw(st.integers(1, 2) if part.has_levels else st.floats(0.01, 80))
    raw = inputs.values[part.key] + (step if part.more_is == "better" else -step)
    raw = np.clip(raw, 0, 2) if part.has_levels else raw
    after = health(profile, replace(inputs, values={**inputs.values, part.key: raw}))
    assert (after.total >= before.total).all()
    # Not enough known lies between bad and watch here: what is known is not bad, what is not could be.
    rank = np.array([1, 0, 2, 3])
    assert (rank[after.band] >= rank[before.band]).all()


@given(worlds(), st.data())
def test_what_becomes_unknown_never_raises_the_band(world, draw):
    profile, inputs = world
    before = health(profile, inputs)
    key = draw.draw(st.sampled_from([*(p.key for p in profile.inputs), *(c.key for c in profile.caps)]))
    unknown = np.full(len(inputs), np.nan)
    how = draw.draw(st.sampled_from(["forgotten", "too old"]))
    if key == "success_not_agreed":
        less = replace(inputs, success_agreed=unknown)
    elif key in inputs.deal_breakers:
        less = replace(inputs, deal_breakers={**inputs.deal_breakers, key: unknown})
    elif how == "forgotten":
        less = replace(inputs, values={**inputs.values, key: unknown})
    else:
        less = replace(inputs, ages={**inputs.ages, key: np.full(len(inputs), 101.0)})
    after = health(profile, less)
    for old, new in zip(before.band, after.band, strict=True):
        assert new <= old if old else new in (Band.NOT_ENOUGH_KNOWN, Band.BAD)
    assert (after.based_on <= before.based_on).all()


@given(worlds(), st.permutations(range(N)))
def test_the_order_of_customers_changes_nothing(world, order):
    profile, inputs = world
    straight, shuffled = health(profile, inputs), health(profile, inputs[np.array(order)])
    for name in ("parts", "caps", "band", "based_on", "total"):
        assert (getattr(straight, name)[np.array(order)] == getattr(shuffled, name)).all()


@given(two_times())
def test_the_parts_of_a_change_sum_to_the_change(times):
    old, new, early, late = times
    before, after = health(old, early), health(new, late)
    found = change(before, after, [old, new])
    was = np.argsort(early.customers)[np.searchsorted(np.sort(early.customers), late.customers)]
    assert (found.customers == late.customers).all()
    assert (found.compared == (after.scored & before.scored[was])).all()
    assert (found.total == np.where(found.compared, after.total - before.total[was], 0)).all()
    assert (found.parts[~found.compared] == 0).all()
    if old == new:
        assert (found.parts[:, 0] == 0).all()


@given(two_times())
def test_an_input_that_stayed_the_same_has_no_part_in_a_change(times):
    old, _, early, late = times
    key = old.inputs[0].key
    late = replace(
        late,
        customers=early.customers,
        values={**late.values, key: early.values[key]},
        ages={**late.ages, key: early.ages[key]},
    )
    found = change(health(old, early), health(old, late), [old])
    assert (found.parts[:, found.keys.index(key)] == 0).all()


@given(two_times())
def test_a_dry_run_is_the_real_run(times):
    old, new, inputs, _ = times
    run = dry_run(old, new, inputs)
    assert (run.before.band == health(old, inputs).band).all()
    real = health(new, in_words_of(new, old, inputs))
    assert (run.after.total == real.total).all()
    assert (run.after.band == real.band).all()
    assert sum(run.counts.values()) == len(inputs)
    assert len(run.moves()) == sum(count for (a, b), count in run.counts.items() if a != b)


# --- of one ---


def test_unknown_is_neither_the_middle_nor_green():
    assert only(known(1, 1, None, None)) == (100, Band.GOOD)
    assert only(known(1, None, None, None)) == (100, Band.WATCH)
    assert only(known(None, 1, None, None)) == (100, Band.NOT_ENOUGH_KNOWN)
    assert only(known(None, None, 0.9, 0.9))[1] == Band.NOT_ENOUGH_KNOWN
    score, band = only(known(None, None, None, None))
    assert np.isnan(score)
    assert band == Band.NOT_ENOUGH_KNOWN


def test_what_passed_its_shelf_life_is_not_known():
    assert only(known(0.9, 0.9, 0.9, 0.9, age=90)) == (90, Band.GOOD)
    assert only(known(0.9, 0.9, 0.9, 0.9, age=91))[1] == Band.NOT_ENOUGH_KNOWN


def test_a_bad_answer_that_grows_too_old_does_not_turn_the_band_green():
    inputs = known(1, 1, 0, 0)
    assert only(inputs) == (70, Band.GOOD)
    worse = known(0.9, 0.9, 0, 0)
    assert only(worse) == (63, Band.WATCH)
    assert only(changed(worse, "relationship", 0, 0, age=200)) == (pytest.approx(78.75), Band.WATCH)


def test_the_tightest_cap_is_a_part_of_its_own():
    scores = health(PLAIN, known(1, 1, 1, 1, outcome_missed=1, champion_gone=1, agreed=0))
    assert scores.total.tolist() == [3500]
    assert scores.caps.tolist() == [[0, -6500, 0]]
    assert scores.holds.tolist() == [[True, True, True]]
    assert Band(scores.band[0]) == Band.BAD
    assert "their champion has gone" in scores.sentence(0)


def test_a_deal_breaker_is_bad_news_even_where_nothing_else_is_known():
    assert only(known(None, None, None, None, champion_gone=1))[1] == Band.BAD


def test_a_deal_breaker_that_nobody_can_rule_out_keeps_the_band_from_good():
    assert only(known(1, 1, 1, 1)) == (100, Band.GOOD)
    assert only(known(1, 1, 1, 1, outcome_missed=np.nan)) == (100, Band.WATCH)


def test_without_agreed_success_the_known_parts_show_under_a_cap_and_a_badge():
    scores = health(PLAIN, known(1, 1, 1, 1, agreed=0))
    assert scores.total.tolist() == [6000]
    assert scores.parts.tolist() == [[4000, 3000, 2000, 1000]]
    assert not scores.success_agreed[0]
    assert scores.sentence(0) == (
        "60 of 100, based on 100\N{NO-BREAK SPACE}% of what we would want to know: watch; success is not agreed."
    )
    assert scores.contributions(0)[-1] == ("success_not_agreed", "success is not agreed", -4000)


def test_a_change_names_what_became_known_and_what_aged():
    early, late = known(0.5, 0.5, 0.5, None), known(0.5, None, 1, 0)
    found = change(health(PLAIN, early), health(PLAIN, late), [PLAIN])
    reasons = {key: (sentence, part) for key, sentence, part in found.reasons(0)}
    assert set(reasons) == {"rhythm_or_usage", "relationship", "money"}
    assert reasons["rhythm_or_usage"][0].endswith("no longer known")
    assert reasons["relationship"][1] > 0 > reasons["money"][1]
    assert reasons["money"][0].endswith("now known")


def test_a_change_of_the_profile_alone_is_the_profiles_part():
    heavier = replace(
        PLAIN,
        version=2,
        inputs=(replace(PLAIN.inputs[0], points=10), *PLAIN.inputs[1:3], replace(PLAIN.inputs[3], points=40)),
    )
    inputs = known(1, 0.5, 0.5, 0)
    found = change(health(PLAIN, inputs), health(heavier, inputs), [PLAIN, heavier])
    assert found.parts[0].tolist() == [-3000, 0, 0, 0, 0, 0, 0, 0]
    assert found.reasons(0) == ((PROFILE, "the profile weighs things differently now", -3000),)


def test_a_cap_lifted_is_the_caps_part():
    found = change(health(PLAIN, known(1, 1, 1, 1, agreed=0)), health(PLAIN, known(1, 1, 1, 1)), [PLAIN])
    assert found.reasons(0) == (("success_not_agreed", "cap: success is not agreed", 4000),)


def test_only_customers_of_both_times_are_compared_in_the_later_order():
    early = health_inputs([1, 2, 3], {"money": [0, 0, 0]}, {"money": [1, 1, 1]}, {}, [1, 1, 1])
    late = health_inputs([4, 3, 1], {"money": [1, 0.5, 0.25]}, {"money": [1, 1, 1]}, {}, [1, 1, 1])
    found = change(health(PLAIN, early), health(PLAIN, late), [PLAIN])
    assert found.customers.tolist() == [3, 1]
    assert found.total.tolist() == [5000, 2500]


def test_a_dry_run_says_who_moves():
    stricter = replace(PLAIN, version=2, good=95)
    inputs = health_inputs(
        [5, 6],
        {key: [0.9, 1] for key in KEYS},
        {key: [1, 1] for key in KEYS},
        {"outcome_missed": [0, 0], "champion_gone": [0, 0]},
        [1, 1],
    )
    run = dry_run(PLAIN, stricter, inputs)
    assert run.moves() == ((5, Band.GOOD, Band.WATCH),)
    assert run.sentence() == "1 of 2 customers change band: 1 from good to watch."


def with_levels(version: int, **worth: float) -> HealthProfile:
    steps = tuple(Step(float(at), value, name) for at, (name, value) in enumerate(worth.items()))
    relationship = replace(PLAIN.inputs[2], steps=steps)
    return replace(PLAIN, version=version, inputs=(*PLAIN.inputs[:2], relationship, PLAIN.inputs[3]))


def test_levels_go_by_name_from_one_version_to_the_next():
    old = with_levels(1, nobody=0.0, champion=1.0)
    new = with_levels(2, nobody=0.0, contact=0.5, champion=1.0)
    inputs = known(1, 1, old.inputs[2].level("champion"), 1)
    assert dry_run(old, new, inputs).after.total.tolist() == [10_000]
    after = health(new, known(1, 1, new.inputs[2].level("champion"), 1))
    found = change(health(old, inputs), after, [old, new])
    assert found.parts[0].tolist() == [0] * 8
    gone = dry_run(new, old, known(1, 1, new.inputs[2].level("contact"), 1)).after
    assert gone.known[0].tolist() == [True, True, False, True]
    numbers = dry_run(old, PLAIN, inputs).after
    assert not numbers.known[0, 2]


@pytest.mark.parametrize(
    ("values", "ages", "flags", "agreed", "said"),
    [
        ({"money": [1, 2]}, {"money": [1]}, {}, [1], "Give one each"),
        ({"money": [1]}, {}, {}, [1], "its age is missing"),
        ({"money": [np.inf]}, {"money": [1]}, {}, [1], "infinite"),
        ({"money": [1]}, {"money": [-1]}, {}, [1], "after the day of asking"),
        ({"money": [1]}, {"money": [1]}, {"champion_gone": [2]}, [1], "neither 0 nor 1"),
    ],
)
def test_inputs_that_cannot_be_are_refused_with_a_remedy(values, ages, flags, agreed, said):
    with pytest.raises(RegularsError, match=said) as caught:
        health_inputs([1], values, ages, flags, agreed)
    assert caught.value.code == "health-inputs-invalid"


# --- why a band is lower than the score ---


def why(inputs: HealthInputs) -> str:
    reason = band_reason(PLAIN, health(PLAIN, inputs), 0)
    return "" if reason is None else reason.sentence.replace("\N{NO-BREAK SPACE}", " ")


def test_a_band_lower_than_its_score_is_explained_in_figures():
    assert why(known(0.9, 0.9, 0.9, 0.9)) == ""
    assert why(known(0.2, 0.2, 0.2, 0.2)) == ""
    assert why(known(0.8, 0.8)) == (
        "Watch, not good: 30 % is not known, and what is known alone brings 56 of the 70 that good needs."
    )
    assert why(known(0.5, 0.5)) == (
        "Not enough known, not watch: 30 % is not known, and what is known alone brings 35 of the 40 that "
        "watch needs."
    )
    assert why(known(None, 0.9)) == "Only 30 % known: no band is told before 40 % is."
    assert why(known(None, None)) == "Nothing is known of it yet."


def test_a_band_lower_than_its_score_names_the_cap():
    assert why(known(0.9, 0.9, 0.9, 0.9, agreed=0)) == (
        "Watch, not good: success is not agreed, which caps the score at 60; without it, it would be 90."
    )
    assert why(known(0.9, 0.9, 0.9, 0.9, champion_gone=1)) == (
        "Bad, not good: their champion has gone, which caps the score at 35; without it, it would be 90."
    )
    assert why(known(0.9, 0.9, 0.9, 0.9, champion_gone=float("nan"))) == (
        "Not enough known, not watch: nobody knows whether their champion has gone, which would cap "
        "the score at 35."
    )


@given(worlds())
def test_every_band_below_that_of_its_score_has_a_reason(world):
    profile, inputs = world
    scores = health(profile, inputs)
    for at in np.flatnonzero(scores.scored):
        points = int(scores.total[at])
        alone = (
            Band.GOOD if points >= profile.good * UNITS
            else Band.WATCH if points >= profile.watch * UNITS
            else Band.BAD
        )  # fmt: skip
        if scores.band[at] != alone:
            assert band_reason(profile, scores, int(at)) is not None
