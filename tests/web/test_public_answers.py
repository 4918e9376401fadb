"""What a customer says on the page of their plan: recorded once, with their words, and told back."""

import json
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from regulars.attention.write import corrections
from regulars.insight.errors import RegularsError
from regulars.ledger.models import Fact
from regulars.records.models import (
    Acknowledgement,
    AuditEntry,
    Commitment,
    Confirmation,
    Customer,
    Outcome,
    OutcomeEdit,
    Person,
    Reading,
    Role,
    ShareLink,
    ToDo,
)
from regulars.records.opaque import opaque
from regulars.records.write.outcomes import change_outcome
from regulars.records.write.shares import share_plan
from regulars.web.public.misses import misses
from tests.web.factories import customer, regular
from tests.web.test_public import form, holder, ida, link, nord, outcome

__all__ = ["ida", "link", "nord", "outcome"]

XSS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</textarea><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% debug %}",
    "{company}{0.__class__}",
    "\N{RIGHT-TO-LEFT OVERRIDE}evil",
)


@pytest.fixture(autouse=True)
def no_misses_yet():
    misses.forget()


@pytest.fixture
def reader(link):
    return holder(link[1])


def send(client, row, act, **typed):
    return client.post("/plan?lang=en", form(row, act, **typed), follow=True)


def said():
    return Confirmation.objects.order_by("pk").last()


# --- nothing that was typed is lost ---


def test_what_was_missing_is_kept_together_with_the_verdict(reader, outcome):
    Outcome.objects.update(why="")
    send(reader, outcome, "not_yet", words="Soon", why="The second shop")
    outcome.refresh_from_db()
    assert (outcome.why, said().words) == ("The second shop", "Soon")


def test_what_was_typed_into_other_cards_stays_in_its_fields(reader, outcome, nord):
    today = timezone.now().date()
    other = Outcome.objects.create(customer=nord, sentence="Milk by six", noted_on=today, agreed_on=today)
    fields = form(outcome, "not_yet", words="Soon", message="Your map is wrong")
    fields[f"words-{opaque(other.pk)}"] = "It came at seven"
    answer = reader.post("/plan?lang=en", fields)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Thank you" in page
    assert "It came at seven" in page
    assert "Your map is wrong" in page
    assert "Soon</textarea>" not in page
    assert Confirmation.objects.count() == 1


def test_what_was_written_on_the_page_of_another_link_is_not_put_down_to_this_one(reader, outcome, link, max):
    other = customer("Süd")
    share, token = share_plan(max, other.pk)
    reader.get(f"/l/{token}")
    fields = form(outcome, "tell", message="Something is wrong") | {"do": "tell", "link": opaque(link[0].pk)}
    answer = reader.post("/plan?lang=en", fields)
    assert (answer.status_code, "Something is wrong" in answer.content.decode()) == (422, True)
    assert not Fact.objects.exists()
    assert f'name="link" value="{opaque(share.pk)}"' in answer.content.decode()


# --- verdicts ---


def test_not_yet_twelve_not_twenty(reader, link, outcome, ida):
    answer = send(reader, outcome, "not_yet", number="12", words="Twelve, not twenty. The van is late.")
    assert answer.redirect_chain == [("/plan?done=not_yet&lang=en", 303)]
    found = said()
    assert (found.verdict, found.value, found.words) == (
        "not_yet",
        12,
        "Twelve, not twenty. The van is late.",
    )
    assert (found.said_by, found.said_by_name, found.share, found.noted_by) == (ida, "", link[0], None)
    reading = Reading.objects.get()
    assert (reading.value, reading.by_customer) == (12, True)
    fact = Fact.objects.get(kind="outcome_measured")
    assert (fact.quantity, fact.text) == (12, "Twelve, not twenty. The van is late.")
    page = answer.content.decode()
    assert "not reached yet, and will look into it" in page
    assert "Twelve, not twenty. The van is late." in page
    assert "<b>12</b> a day" in page


def test_what_they_said_stands_on_their_page_here_too(reader, outcome, as_ana):
    send(reader, outcome, "not_yet", number="12", words="Twelve, not twenty")
    address = reverse("customer", args=[opaque(outcome.customer_id)])
    page = as_ana.get(address).content.decode()
    assert "They say: not yet, 12 a day, <q>Twelve, not twenty</q>" in page
    assert "“Twelve, not twenty”" in page
    assert "their last words, not yet, " in page
    history = as_ana.get(address, {"tab": "history"}).content.decode()
    assert "They say: not yet, 12 a day" in history
    assert "said on their page" in history


def test_a_verdict_without_a_word_is_no_words_of_theirs(reader, outcome, as_ana):
    send(reader, outcome, "not_yet", number="12")
    page = as_ana.get(reverse("customer", args=[opaque(outcome.customer_id)])).content.decode()
    assert "No words of theirs on record yet." in page
    assert "They say: not yet, 12 a day" in page


@pytest.mark.parametrize(
    ("act", "kind", "words"),
    [
        ("confirmed", "outcome_confirmed", "Reached, you said"),
        ("disputed", "outcome_disputed", "You see it differently"),
    ],
)
def test_a_verdict_becomes_a_confirmation_an_entry_and_a_state(reader, outcome, act, kind, words):
    answer = send(reader, outcome, act, words="Because so")
    assert (said().verdict, said().words) == (act, "Because so")
    assert json.loads(json.dumps(Fact.objects.get(kind=kind).properties))["verdict"] == act
    assert words in answer.content.decode()


def test_to_see_it_differently_takes_words(reader, outcome):
    answer = send(reader, outcome, "disputed")
    assert answer.status_code == 422
    assert "Write a few words, so that we understand." in answer.content.decode()
    assert not Confirmation.objects.exists()
    assert send(reader, outcome, "disputed", number="12").status_code == 422
    assert send(reader, outcome, "disputed", words="It is not").status_code == 200


def test_the_person_of_the_link_is_known_and_another_gives_a_name(reader, outcome, ida):
    send(reader, outcome, "not_yet", name="")
    assert said().said_by == ida
    send(reader, outcome, "not_yet", name="Otto Nord")
    assert (said().said_by, said().said_by_name) == (None, "Otto Nord")


def test_a_link_for_nobody_asks_for_a_name_once(max, nord, outcome):
    reader = holder(share_plan(max, nord.pk)[1])
    answer = send(reader, outcome, "not_yet", name=" ")
    assert answer.status_code == 422
    assert "Tell us your name" in answer.content.decode()
    send(reader, outcome, "not_yet", name="Otto Nord")
    assert 'name="name" type="text" value="Otto Nord"' in reader.get("/plan").content.decode()


@pytest.mark.parametrize(
    ("language", "typed", "meant"), [("de", "12,5", 12.5), ("en", "12.5", 12.5), ("fr", "12,5 %", 12.5)]
)
def test_a_number_is_read_as_the_language_writes_it(reader, outcome, language, typed, meant):
    reader.post(f"/plan?lang={language}", form(outcome, "not_yet", number=typed))
    assert said().value == meant


@pytest.mark.parametrize("typed", ["twelve", "12,5", "1.2.3", "nan", "inf", "-"])
def test_a_number_that_cannot_be_read_is_asked_again_with_everything_kept(reader, outcome, typed):
    answer = send(reader, outcome, "not_yet", number=typed, words="Keep these words", name="Otto")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"We cannot read “{typed}” as a number." in page
    assert f'value="{typed}"' in page
    assert "Keep these words" in page
    assert 'value="Otto"' in page
    assert not Confirmation.objects.exists()


def test_what_is_too_long_is_said(reader, outcome):
    for field, longest in (("words", 1000), ("name", 120)):
        answer = send(reader, outcome, "not_yet", **{field: "x" * (longest + 1)})
        assert answer.status_code == 422
        assert f"at most {longest} characters fit" in answer.content.decode()
    assert not Confirmation.objects.exists()


def test_enter_in_a_field_sends_nothing(reader, outcome):
    page = reader.get("/plan").content.decode()
    assert page.index('name="do" value=""') == page.index('name="do"'), "the button that Enter presses"
    answer = reader.post("/plan", form(outcome, "confirmed") | {"do": ""})
    assert answer.status_code == 422
    assert "Choose one of the buttons" in answer.content.decode()
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize(
    "do", ["confirmed-", "confirmed-00000000", "tick-x", "fill-x", "nonsense", "confirmed"]
)
def test_what_the_page_never_offered_does_nothing(reader, outcome, do):
    before = Fact.objects.count(), AuditEntry.objects.count()
    assert reader.post("/plan", form(outcome, "x") | {"do": do}).status_code == 422
    assert (Fact.objects.count(), AuditEntry.objects.count()) == before


def test_nobody_answers_for_another_customer(reader, outcome):
    other = customer("Bakery South")
    theirs = Outcome.objects.create(
        customer=other, sentence="Theirs", noted_on=outcome.noted_on, agreed_on=outcome.noted_on
    )
    promise = Commitment.objects.create(customer=other, outcome=theirs, side="theirs", text="Train")
    assert send(reader, theirs, "confirmed").status_code == 422
    assert reader.post("/plan", form(promise, "tick")).status_code == 422
    assert send(reader, theirs, "fill", why="Because").status_code == 422
    theirs.refresh_from_db()
    promise.refresh_from_db()
    assert (theirs.why, promise.done_on, Confirmation.objects.count()) == ("", None, 0)


# --- once, and when the plan changed meanwhile ---


def test_posting_twice_records_once_and_answers_the_same(reader, outcome):
    fields = form(outcome, "not_yet", number="12", words="Not yet")
    answers = [reader.post("/plan?lang=en", fields) for _ in range(3)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (303, "/plan?done=not_yet&lang=en")
    }
    assert (Confirmation.objects.count(), Reading.objects.count(), Fact.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_button_pressed_four_times_at_once_counts_once(reader, link, outcome):
    fields = form(outcome, "not_yet", number="12")
    answers = []

    def press():
        client = Client()
        client.cookies["link"] = reader.cookies["link"].value
        answers.append(client.post("/plan?lang=en", fields)["Location"])
        connections.close_all()

    presses = [Thread(target=press) for _ in range(4)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert answers == ["/plan?done=not_yet&lang=en"] * 4
    assert (Confirmation.objects.count(), Reading.objects.count(), Fact.objects.count()) == (1, 1, 1)


def test_going_back_and_saying_something_else_counts(reader, outcome):
    fields = form(outcome, "confirmed")
    reader.post("/plan", fields)
    reader.post("/plan", fields | {"do": f"not_yet-{opaque(outcome.pk)}"})
    assert [row.verdict for row in Confirmation.objects.order_by("pk")] == ["confirmed", "not_yet"]


def test_yes_to_an_older_plan_is_kept_as_words_and_asked_again(max, reader, outcome):
    stale = form(outcome, "confirmed", words="We are there", number="20")
    change_outcome(max, outcome, outcome.version, {"target": 40.0})
    answer = reader.post("/plan?lang=en", stale, follow=True)
    assert not Confirmation.objects.exists()
    fact = Fact.objects.get(kind="feedback")
    assert (fact.text, fact.quantity) == ("We are there", 20)
    assert "The plan changed while you were reading. Your words are kept" in answer.content.decode()


@pytest.mark.parametrize("act", ["not_yet", "disputed"])
def test_no_to_an_older_plan_counts_and_they_are_told(max, reader, outcome, act):
    stale = form(outcome, act, words="Not at all")
    change_outcome(max, outcome, outcome.version, {"target": 40.0})
    answer = reader.post("/plan?lang=en", stale, follow=True)
    assert (said().verdict, said().words) == (act, "Not at all")
    assert "The plan changed while you were reading" in answer.content.decode()


# --- filling in, ticking, reading, telling ---


def test_what_is_missing_is_filled_in(reader, outcome):
    Outcome.objects.filter(pk=outcome.pk).update(why="", due_on=None, target=None)
    due = outcome.noted_on + timedelta(days=30)
    page = reader.get("/plan?lang=en").content.decode()
    assert "Something is missing here" in page
    answer = send(reader, outcome, "fill", why="We open a second shop", due=due.isoformat(), target="25")
    outcome.refresh_from_db()
    assert (outcome.why, outcome.due_on, outcome.target) == ("We open a second shop", due, 25)
    assert "What was missing stands there now" in answer.content.decode()
    assert "Something is missing here" not in answer.content.decode()


def test_what_somebody_wrote_meanwhile_stands_and_their_words_are_kept_beside(max, reader, outcome):
    Outcome.objects.filter(pk=outcome.pk).update(why="")
    outcome.refresh_from_db()
    stale = form(outcome, "fill", why="Their reason")
    change_outcome(max, outcome, outcome.version, {"why": "Our reason"})
    answer = reader.post("/plan?lang=en", stale, follow=True)
    outcome.refresh_from_db()
    assert outcome.why == "Our reason"
    assert OutcomeEdit.objects.get(aside=True).changes["why"][1] == "Their reason"
    assert "Your words are kept beside it" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Nothing was filled in"),
        ({"due": "soon"}, "We cannot read “soon” as a day"),
        ({"due": "1999-01-01"}, "This does not fit the rest of the plan"),
        ({"target": "5"}, "This does not fit the rest of the plan"),
    ],
)
def test_what_does_not_fit_is_asked_again(reader, outcome, typed, sentence):
    Outcome.objects.filter(pk=outcome.pk).update(why="", due_on=None, target=None)
    answer = send(reader, outcome, "fill", **typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_they_tick_what_they_promised_and_nothing_of_ours(reader, nord, outcome):
    theirs, ours = (
        Commitment.objects.create(customer=nord, outcome=outcome, side=side, text=f"A promise of {side}")
        for side in ("theirs", "ours")
    )
    assert reader.post("/plan", form(ours, "tick")).status_code == 422
    answer = reader.post("/plan?lang=en", form(theirs, "tick"), follow=True)
    theirs.refresh_from_db()
    ours.refresh_from_db()
    assert (theirs.done_on, theirs.ticked_by_customer) == (timezone.now().date(), True)
    assert ours.done_on is None
    page = answer.content.decode()
    assert "done on" in page
    assert f"tick-{opaque(theirs.pk)}" not in page
    assert reader.post("/plan", form(theirs, "tick")).status_code == 303, "ticked twice is ticked"
    assert Fact.objects.filter(kind="commitment_kept").count() == 1


@pytest.mark.parametrize(("act", "agreed"), [("agree", True), ("read", False)])
def test_reading_and_agreeing_are_noted_for_each_outcome_as_it_stands(
    reader, nord, ida, outcome, act, agreed
):
    another = Outcome.objects.create(
        customer=nord, sentence="And this", noted_on=outcome.noted_on, agreed_on=outcome.noted_on, version=3
    )
    fields = form(outcome, "x") | form(another, "x") | {"do": act}
    answer = reader.post("/plan?lang=en", fields, follow=True)
    rows = Acknowledgement.objects.order_by("outcome_id")
    assert [(row.outcome_id, row.version, row.person, row.agreed_on is not None) for row in rows] == [
        (outcome.pk, 1, ida, agreed),
        (another.pk, 3, ida, agreed),
    ]
    assert ("Ida Berg read it and agreed on" in answer.content.decode()) is agreed


def test_nobody_agrees_to_what_they_have_not_read(max, reader, outcome):
    stale = form(outcome, "x") | {"do": "agree"}
    change_outcome(max, outcome, outcome.version, {"target": 40.0})
    answer = reader.post("/plan?lang=en", stale, follow=True)
    assert not Acknowledgement.objects.exists()
    assert "Please read it again before you agree" in answer.content.decode()


def erase(reader, words="Please erase my phone number", name="Ida Berg"):
    fields = {"do": "tell", "message": words, "name": name, "once": "a"}
    return reader.post("/plan?lang=en", fields, follow=True)


def test_a_correction_reaches_us_as_an_entry(reader, link, nord, ida):
    answer = erase(reader, "My name is spelt Bergh")
    fact = Fact.objects.get(kind="correction_asked")
    assert (fact.customer, fact.text, fact.properties) == (
        nord,
        "My name is spelt Bergh",
        {"person": opaque(ida.pk), "share": opaque(link[0].pk)},
    )
    assert "Your message has arrived" in answer.content.decode()
    erase(reader, "Delete my number", "Otto")
    assert Fact.objects.filter(text="Otto: Delete my number").exists()


@pytest.mark.parametrize("owned", [True, False])
def test_what_they_ask_to_erase_stands_on_today_of_their_owner_or_of_everybody(
    reader, nord, max, as_ana, as_max, owned
):
    regular("Süd")
    if owned:
        Customer.objects.filter(pk=nord.pk).update(owner=max)
    erase(reader)
    todo = ToDo.objects.get()
    assert (todo.customer, todo.owner) == (nord, max if owned else None)
    assert todo.text == "Ida Berg asked on their page to correct or erase: “Please erase my phone number”"
    assert timedelta(0) < todo.due_on - timezone.now().date() <= timedelta(days=4)
    assert "Please erase my phone number" in as_max.get("/").content.decode()
    assert ("Please erase my phone number" in as_ana.get("/").content.decode()) is not owned


def test_who_has_left_is_not_asked_to_erase(reader, nord, max):
    type(max).objects.filter(pk=max.pk).update(is_active=False)
    Customer.objects.filter(pk=nord.pk).update(owner=max)
    erase(reader)
    assert ToDo.objects.get().owner is None


def test_a_long_message_fits_into_its_to_do_and_stays_whole_in_the_history(reader):
    erase(reader, "é" * 1000)
    assert ToDo.objects.get().text.endswith("é…”")
    assert len(ToDo.objects.get().text) == 500
    assert Fact.objects.get().text == "é" * 1000


def test_what_is_never_kept_gets_into_no_to_do(reader):
    erase(reader, "Erase my card 4111 1111 1111 1111")
    assert "4111" not in ToDo.objects.get().text + Fact.objects.get().text
    assert "ask them what it is" in ToDo.objects.get().text


def test_no_entry_without_its_to_do(reader, monkeypatch):
    def failing(*_given, **_named):
        raise RegularsError("text-too-long", "Too long.")

    monkeypatch.setattr(corrections, "add_todo", failing)
    erase(reader)
    assert not Fact.objects.exists()


def test_what_they_ask_to_erase_is_no_word_about_us_and_came_from_their_page(reader, nord, as_ana):
    erase(reader)
    address = reverse("customer", args=[opaque(nord.pk)])
    assert "No words of theirs on record yet." in as_ana.get(address).content.decode()
    history = as_ana.get(address, {"tab": "history"}).content.decode()
    assert "Asks to correct or erase" in history
    assert "said on their page" in history
    assert "Written down by hand" not in history


def test_answers_leave_their_day_and_an_audit_entry(reader, link, outcome):
    send(reader, outcome, "not_yet")
    share = ShareLink.objects.get(pk=link[0].pk)
    assert share.first_seen_on == share.last_seen_on == timezone.now().date()
    assert AuditEntry.objects.filter(action="answer_share", actor=None).count() == 1


# --- hostile words ---


@pytest.mark.parametrize("hostile", XSS)
def test_hostile_words_stay_words(reader, as_ana, nord, outcome, hostile):
    for answer in (
        send(reader, outcome, "disputed", words=hostile, name=hostile),
        send(reader, outcome, "not_yet", words=hostile, number=hostile),
        as_ana.get(f"/customers/{opaque(nord.pk)}/share/preview"),
    ):
        page = answer.content.decode()
        for raw in ("<script", "<img", "<svg", "onerror=alert(1)>", "49<", "&lt;class"):
            assert raw not in page.replace("&lt;script", "")
    assert said().words == hostile


def test_a_form_from_elsewhere_is_refused(link, outcome):
    strict = Client(enforce_csrf_checks=True)
    strict.get(f"/l/{link[1]}")
    assert strict.post("/plan", form(outcome, "confirmed")).status_code == 403
    assert not Confirmation.objects.exists()


def test_roles_and_people_of_the_link_stay_as_they_are(reader, outcome):
    before = list(Person.objects.values()), list(Role.objects.values())
    send(reader, outcome, "disputed", words="x", name="Somebody")
    assert (list(Person.objects.values()), list(Role.objects.values())) == before
