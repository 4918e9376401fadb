"""Public pages speak five languages: each says everything, fills the same gaps, and is chosen as one would expect."""

import string
from dataclasses import fields

import pytest

from regulars.insight.outcome import OutcomeState
from regulars.records.models import Verdict
from regulars.records.read.shares import LANGUAGES
from regulars.records.write.shares import share_plan
from regulars.web.public.held import held_about
from regulars.web.public.words import Words, accepted, words_of
from tests.web.test_public import holder, ida, link, nord, outcome

__all__ = ["ida", "link", "nord", "outcome"]

KEYS = [field.name for field in fields(Words) if field.name not in {"code", "locale"}]


def gaps(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_says_everything_with_the_same_gaps(language):
    words, english = words_of(language), words_of("en")
    assert words.code == language
    for key in KEYS:
        sentence = getattr(words, key)
        assert sentence.strip() == sentence != "", key
        assert gaps(sentence) == gaps(getattr(english, key)), key


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_a_language_is_not_english_left_standing(language):
    same = [key for key in KEYS if getattr(words_of(language), key) == getattr(words_of("en"), key)]
    assert same == []


def test_every_state_verdict_and_holding_has_its_sentence(link):
    states = {state.name.lower() for state in OutcomeState} - {"draft", "dropped"}  # never on the page
    states.add("behind")  # late, with the date still ahead
    assert {key for key in KEYS if key.startswith("state_")} == {f"state_{state}" for state in states}
    assert {f"said_{verdict}" for verdict in Verdict.values} <= set(KEYS)
    assert {f"held_{one.key}" for one in held_about(link[0])} <= set(KEYS)


@pytest.mark.parametrize(
    ("of_link", "browser", "switched", "spoken"),
    [
        ("", "", "", "en"),
        ("", "fr-CH, de;q=0.8", "", "fr"),
        ("", "fi, sv", "", "en"),
        ("de", "fr", "", "de"),
        ("de", "fr", "?lang=es", "es"),
        ("de", "fr", "?lang=tlh", "de"),
        ("", "pt-BR", "", "pt"),
    ],
)
def test_the_switch_goes_before_the_link_and_the_link_before_the_browser(
    max, nord, outcome, of_link, browser, switched, spoken
):
    client = holder(share_plan(max, nord.pk, language=of_link)[1])
    page = client.get(f"/plan{switched}", headers={"Accept-Language": browser}).content.decode()
    assert f'<html lang="{spoken}">' in page
    assert words_of(spoken).title in page


def test_days_and_numbers_are_written_as_the_language_does(link, outcome):
    type(outcome).objects.filter(pk=outcome.pk).update(
        target=1234.5, due_on="2030-03-01", agreed_on="2026-01-01"
    )
    client = holder(link[1])
    written = {
        "en": ("1 March 2030", "1,234.5"),
        "de": ("1. März 2030", "1.234,5"),
        "fr": ("1 mars 2030", "1\N{NARROW NO-BREAK SPACE}234,5"),
        "es": ("1 de marzo de 2030", "1234,5"),
        "pt": ("1 de março de 2030", "1.234,5"),
    }
    for language, (day, number) in written.items():
        page = client.get(f"/plan?lang={language}").content.decode()
        assert day in page
        assert number in page.replace("1.234,5", "1234,5") if language == "es" else number in page


def test_a_wish_that_is_no_language_is_passed_over():
    assert [accepted(wish) for wish in ("", "*", ";;,", "\x00", "é" * 300, "de_DE")] == [""] * 6


def test_the_page_that_opens_nothing_speaks_the_browsers_language(as_nobody, db):
    page = as_nobody.get("/l/nothing", headers={"Accept-Language": "de-AT"}).content.decode()
    assert '<html lang="de">' in page
    assert words_of("de").gone in page
