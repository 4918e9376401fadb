"""One typed line becomes one entry: how we met, whom, and what came of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.attention.one_line import asked_to_record, entry_of, todo_of
from regulars.attention.touchpoint import CHANNELS, LINES, counted_words

TUESDAY = date(2026, 3, 3)


def test_the_line_of_the_handbook_is_one_call_a_request_and_a_to_do() -> None:
    line = "called Ida, she loves the new blend; wants oat deliveries; todo send price list friday"
    entry = entry_of(line, 7, TUESDAY, {4: "Ida Nord", 5: "Jon Nord"})
    assert (entry.customer, entry.on, entry.channel, entry.people) == (7, TUESDAY, "call", (4,))
    assert entry.text == "she loves the new blend"
    assert [(one.kind, one.text, one.due_on) for one in entry.lines] == [
        ("request", "wants oat deliveries", None),
        ("todo", "send price list", date(2026, 3, 6)),
    ]
    assert counted_words(entry.kinds) == "1 call, 1 request, 1 to-do"


def test_a_line_that_meets_nobody_is_a_note() -> None:
    entry = entry_of("only before ten; they close early", 1, TUESDAY)
    assert (entry.channel, entry.text, entry.lines) == ("", "only before ten; they close early", ())
    assert counted_words(entry.kinds) == "1 note"


@pytest.mark.parametrize(
    ("clause", "kind", "text"),
    [
        ("praise: best oats in town", "praise", "best oats in town"),
        ("complaint cold milk", "complaint", "cold milk"),
        ("she complains about cold milk", "complaint", "she complains about cold milk"),
        ("would like Sunday visits", "request", "would like Sunday visits"),
        ("suggests a smaller bag", "idea", "suggests a smaller bag"),
        ("blocked by their IT", "blocker", "their IT"),
        ("learnt that they open a second shop", "knowledge", "they open a second shop"),
        ("characteristic impatient", "characteristic", "impatient"),
        ("praise", "", ""),
        ("the shop was full", "", ""),
        ("we asked for the lease", "", ""),
    ],
)
def test_a_clause_is_what_it_says_or_belongs_to_what_happened(clause: str, kind: str, text: str) -> None:
    entry = entry_of(f"visited; {clause}", 1, TUESDAY)
    if kind:
        assert [(one.kind, one.text) for one in entry.lines] == [(kind, text)]
    else:
        assert entry.lines == ()
        assert entry.text == f"visited; {clause}"


@pytest.mark.parametrize(
    ("line", "on", "text"),
    [
        ("met Mira yesterday", date(2026, 3, 2), ""),
        ("met with mira falke yesterday: she likes it", date(2026, 3, 2), "she likes it"),
        ("Met Mira, she likes it", TUESDAY, "she likes it"),
        ("met Mira today", TUESDAY, ""),
        ("met Mira on Friday", date(2026, 2, 27), ""),
        ("met mira tuesday", date(2026, 2, 24), ""),
        ("met Mira last monday. She likes it", date(2026, 3, 2), "She likes it"),
        ("met Mira 3 days ago", date(2026, 2, 28), ""),
        ("met Mira a week ago", date(2026, 2, 24), ""),
        ("met Mira on 2026-02-01, she likes it", date(2026, 2, 1), "she likes it"),
        ("met Mira the day before yesterday", date(2026, 3, 1), ""),
        ("met Mira yesterday about oats", date(2026, 3, 2), "met Mira about oats"),
        ("met Mira about Friday", TUESDAY, "met Mira about Friday"),
        ("met Mira, come back on friday", TUESDAY, "come back on friday"),
        ("met Mira 2027-01-01", TUESDAY, "met Mira 2027-01-01"),
        ("met Otto yesterday", date(2026, 3, 2), "met Otto"),
        ("met Otto Falke friday", date(2026, 2, 27), "met Otto Falke"),
        ("met yesterday", date(2026, 3, 2), "met"),
        ("call: they like it", TUESDAY, "they like it"),
        ("called", TUESDAY, "called"),
        ("closed yesterday", TUESDAY, "closed yesterday"),
    ],
)
def test_what_opens_a_line_says_how_whom_and_when_and_is_not_said_again(
    line: str, on: date, text: str
) -> None:
    entry = entry_of(line, 1, TUESDAY, {4: "Mira Falke"})
    assert (entry.on, entry.text) == (on, text)


def test_how_we_met_may_stand_before_whom() -> None:
    for typed in ("record call Café Nord: they like it", "log a phone call with Café Nord: they like it"):
        asked = asked_to_record(typed)
        assert asked is not None
        assert asked.met is not None
        assert (asked.met.who, asked.met.line) == ("Café Nord", "call: they like it")
        entry = entry_of(asked.met.line, 1, TUESDAY)
        assert (entry.channel, entry.text) == ("call", "they like it")
    plain = asked_to_record("note Café Nord: called")
    assert plain is not None
    assert plain.met is None


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("today", date(2026, 3, 3)),
        ("tomorrow", date(2026, 3, 4)),
        ("by Monday", date(2026, 3, 9)),
        ("tuesday", date(2026, 3, 10)),
        ("next week", date(2026, 3, 10)),
        ("in 3 days", date(2026, 3, 6)),
        ("on 2026-04-01", date(2026, 4, 1)),
    ],
)
def test_a_to_do_ends_with_its_date(words: str, due: date) -> None:
    line = todo_of(f"send prices {words}", TUESDAY)
    assert (line.text, line.due_on) == ("send prices", due)


@pytest.mark.parametrize("text", ["send prices 2026-02-30", "friday", "buy mondayish cake"])
def test_what_is_no_date_stays_in_the_words(text: str) -> None:
    assert (todo_of(text, TUESDAY).text, todo_of(text, TUESDAY).due_on) == (text, None)


def test_two_people_of_one_first_name_are_not_told_apart() -> None:
    people = {1: "Ida Nord", 2: "Ida Süd"}
    assert entry_of("called Ida", 1, TUESDAY, people).people == ()
    assert entry_of("called Ida Süd", 1, TUESDAY, people).people == (2,)
    assert entry_of("called Idaho", 1, TUESDAY, {1: "Ida Nord"}).people == ()


def test_minutes_are_read_where_they_stand() -> None:
    assert entry_of("called Ida, 12 min", 1, TUESDAY).minutes == 12
    assert entry_of("called Ida about 12 minds", 1, TUESDAY).minutes is None
    assert entry_of("called for 0 min", 1, TUESDAY).minutes is None


def test_finding_is_told_from_recording() -> None:
    assert asked_to_record("Notebook Store") is None
    assert asked_to_record("note") is None
    typing = asked_to_record("note Café No")
    assert typing is not None
    assert (typing.who, typing.line) == ("Café No", "")
    whole = asked_to_record("Log Café: Nord: called")
    assert whole is not None
    assert (whole.who, whole.line) == ("Café", "Nord: called")


@given(st.text(max_size=200))
def test_whatever_is_typed_is_an_entry_of_its_own_letters(line: str) -> None:
    entry = entry_of(line, 1, TUESDAY, {1: "Ida Nord", 2: ""})
    assert entry.channel in ("", *CHANNELS)
    assert all(one.kind in LINES for one in entry.lines)
    told = "".join([entry.text, *(one.text for one in entry.lines)])
    assert all(letter in line for letter in told.replace("; ", ""))
