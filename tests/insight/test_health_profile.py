"""Profiles as text: what comes back, what is refused and where, what a difference looks like."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from regulars import insight
from regulars.insight.errors import RegularsError
from regulars.insight.health_profile import DEAL_BREAKERS, INPUTS, canonical_text, diff, faults, profile_for
from regulars.insight.health_profile_text import BREAKER, INPUT, TOP, parse_profile
from tests.house.sources import ROOT
from tests.insight.health_worlds import profiles

SHIPPED = sorted((Path(insight.__file__).parent / "profiles").glob("*.toml"))
SUBSCRIPTION = next(file for file in SHIPPED if file.stem == "subscription").read_text(encoding="utf-8")


@given(profiles())
def test_a_profile_comes_back_from_its_own_text(profile):
    text = canonical_text(profile)
    assert faults(profile) == []
    assert parse_profile(text) == profile
    assert canonical_text(parse_profile(text)) == text


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_what_ships_is_valid_and_named_as_its_file(file):
    profile = parse_profile(file.read_text(encoding="utf-8"), file=file.name)
    assert profile.name == file.stem
    assert parse_profile(canonical_text(profile)) == profile
    # A deal-breaker means bad, whatever else is fine.
    assert all(breaker.cap < profile.watch for breaker in profile.deal_breakers)


def test_three_profiles_ship_for_three_ways_to_buy():
    assert [file.stem for file in SHIPPED] == ["shop", "subscription", "wholesale"]
    read = [parse_profile(file.read_text(encoding="utf-8")) for file in SHIPPED]
    assert profile_for("shop", read).name == "shop"
    assert profile_for("something else", read).name == "subscription"


def test_names_with_odd_letters_survive():
    profile = replace(parse_profile(SUBSCRIPTION), kinds=('say "hi"', "back\\slash", "two\nlines", "日本"))
    assert parse_profile(canonical_text(profile)) == profile


def test_the_difference_of_two_versions_is_readable():
    old = parse_profile(SUBSCRIPTION)
    new = replace(old, version=2, good=75)
    shown = diff(old, new)
    assert shown.startswith("--- subscription version 1\n+++ subscription version 2\n")
    assert "-good = 70\n+good = 75\n" in shown
    assert diff(old, old) == ""


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ("good = 70", 'good = "70"', "good", "must be a whole number"),
        ("good = 70", "good = 30", "good", "move one of them"),
        ("watch = 40\n", "", "watch", "is missing; add it as a whole number"),
        ("watch = 40", "wacth = 40", "wacth", "there is no such key"),
        ("points = 30", "points = 35", "points", "add up to 105"),
        ('key = "money"', 'key = "mony"', "mony.key", "there is no such input"),
        ("shelf_life = 60", "shelf_life = 0", "outcome_progress.shelf_life", "at least 1"),
        ("[0.5, 0.35]", "[0.5, 1.35]", "outcome_progress.knots", "between 0 and 1"),
        ("[0.5, 0.35]", "[0.5, 0.9]", "outcome_progress.knots", "may only rise"),
        ("[0.5, 0.35]", "[-0.5, 0.35]", "outcome_progress.knots", "put them in order"),
        ("[0.5, 0.35]", "0.35", "outcome_progress.knots", "a list of pairs"),
        ('["one person", 0.4]', '["nobody", 0.4]', "relationship.levels", "a name of its own"),
        ('more_is = "worse"\nknots = [[0, 1], [30', 'more_is = "less"\nknots = [[0, 1], [30', "money.more_is", "worse"),
        ("cap = 35", "cap = 70", "severe_complaint_open.cap", "below good"),
        ('key = "champion_gone"', 'key = "bored"', "bored.key", "no such deal-breaker"),
        ("no_success_cap = 65", "no_success_cap = 70", "no_success_cap", "keep it below good"),
        ("least_known = 0.4", "least_known = 40", "least_known", "a share between 0 and 1"),
        ("version = 1", "version = true", "version", "must be a whole number"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_line_key_and_remedy(old, new, key, said):
    text = SUBSCRIPTION.replace(old, new, 1)
    assert text != SUBSCRIPTION
    with pytest.raises(RegularsError) as caught:
        parse_profile(text, file="subscription.toml")
    error = caught.value
    assert error.code == "health-profile-invalid"
    assert f": {key}: " in error.message
    assert said in error.message
    assert key in error.fields
    line = re.search(r"subscription\.toml, line (\d+)", error.message)
    if key != "watch":  # what is missing stands on no line
        assert line
        word = key.rpartition(".")[2]
        at = text.splitlines()[int(line.group(1)) - 1]
        assert re.match(rf"{word}|levels" if word == "knots" else word, at), at


def test_a_fault_stands_on_the_line_of_its_own_input():
    text = SUBSCRIPTION.replace("shelf_life = 180", "shelf_life = -1")
    with pytest.raises(RegularsError) as caught:
        parse_profile(text)
    number = 1 + text.splitlines().index("shelf_life = -1")
    assert f"line {number}: survey_answers.shelf_life" in caught.value.message


def test_text_that_is_no_toml_is_refused_with_its_line():
    with pytest.raises(RegularsError, match=r"shop\.toml, line 2: this is not TOML"):
        parse_profile('name = "shop"\nversion 1\n', file="shop.toml")
    with pytest.raises(RegularsError, match="longer than a profile can be"):
        parse_profile("#" * 70_000)


def test_fewer_than_four_inputs_and_doubled_ones_are_refused():
    profile = parse_profile(SUBSCRIPTION)
    few = replace(profile, inputs=profile.inputs[:3])
    assert any("3 inputs" in sentence for _, sentence in faults(few))
    twice = replace(profile, inputs=(profile.inputs[0], *profile.inputs[:5]))
    assert any("appears twice" in sentence for _, sentence in faults(twice))


def test_the_how_to_shows_every_key_and_only_keys_there_are():
    page = (ROOT / "docs" / "how-to" / "change-a-health-profile-safely.md").read_text(encoding="utf-8")
    shown = tomllib.loads(page.split("```toml\n")[1].split("```")[0])
    assert set(shown) == set(TOP)
    assert set(shown["input"][0]) | {"levels"} == set(INPUT)
    assert set(shown["deal_breaker"][0]) == set(BREAKER)
    assert all(f"`{key}`" in page for key in (*INPUTS, *DEAL_BREAKERS))
