"""The Success tab: what stands on it, and what is changed there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.ledger.models import DueCustomer, Fact
from regulars.records.models import (
    Commitment,
    Confirmation,
    Customer,
    Milestone,
    Outcome,
    OutcomeEdit,
    OutcomeTemplate,
    Person,
    Reading,
    Role,
    Wish,
)
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date
from regulars.records.write.outcomes import change_outcome, note_outcome
from regulars.records.write.plan import add_commitment, add_milestone, add_reading
from regulars.records.write.wishes import add_wish
from tests.web.factories import fact, regular, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def nord() -> Customer:
    one = regular("Café Nord")
    Role.objects.create(person=Person.objects.create(name="Ida Nord"), customer=one)
    return one


def address(one: Customer) -> str:
    return f"/customers/{opaque(one.pk)}"


def agreed(client: Any, one: Customer, **more: str) -> Outcome:
    typed = {"sentence": "Never out of milk", "due_on": "3m", "agreed": "yes", **more}
    response = client.post(f"{address(one)}/outcomes", typed)
    assert response.status_code == 303, response.content
    return Outcome.objects.latest("pk")


def test_one_sentence_and_a_date_make_an_agreed_outcome(as_max: Any, max: Any, nord: Customer) -> None:
    outcome = agreed(as_max, nord, said_by="ida nord", why="Guests leave")
    assert (outcome.agreed_on, outcome.owner, outcome.said_by and outcome.said_by.name) == (
        calendar_date(today()), max, "Ida Nord",
    )  # fmt: skip
    assert outcome.due_on is not None
    assert Fact.objects.filter(kind="outcome_agreed", customer=nord).count() == 1
    html = as_max.get(address(nord)).content.decode()
    assert "Agreed: by " in html, "the day that was understood is said back"
    assert html.count("Never out of milk") >= 2, "above the fold and in its tab"
    assert "Why: Guests leave" in html
    as_max.post(f"/outcomes/{opaque(outcome.pk)}/remove")
    assert not Outcome.objects.exists()
    assert not Fact.objects.filter(kind="outcome_agreed").exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"sentence": " "}, "sentence"),
        ({"due_on": "03/04/2027"}, "due_on"),
        ({"due_on": ""}, "due_on"),
        ({"said_by": "Nobody"}, "said_by"),
    ],
)  # fmt: skip
def test_an_error_stays_beside_its_field_and_nothing_is_noted(
    as_max: Any, nord: Customer, typed: dict[str, str], field: str
) -> None:
    sent = {"sentence": "Never out", "due_on": "3m", "agreed": "yes", **typed}
    response = as_max.post(f"{address(nord)}/outcomes", sent, headers={"HX-Request": "true"})
    assert response.status_code == 400
    assert f'"{field}":' in response["HX-Trigger"]
    assert not Outcome.objects.exists()


def test_the_tab_opens_by_itself_only_when_there_is_something_to_want(as_vic: Any, nord: Customer) -> None:
    assert as_vic.get(address(nord)).context["page"].tab == "history"
    note_outcome(None, nord.pk, "Never out", noted_on=calendar_date(today()))
    page = as_vic.get(address(nord)).context["page"]
    assert (page.tab, page.wanted.outcome.sentence) == ("success", "Never out")
    assert as_vic.get(address(nord) + "?tab=history").context["page"].tab == "history"
    assert as_vic.get(address(nord) + "?only=purchases").context["page"].tab == "history"


def test_nobody_who_may_not_write_is_offered_a_form(as_vic: Any, as_max: Any, nord: Customer) -> None:
    outcome = agreed(as_max, nord)
    html = as_vic.get(address(nord)).content.decode()
    assert "outcome-" in html
    assert f"/outcomes/{opaque(outcome.pk)}/change" not in html
    assert as_vic.post(f"/outcomes/{opaque(outcome.pk)}/change", {"why": "x"}).status_code == 403


def test_an_outcome_is_measured_confirmed_and_disputed(as_max: Any, nord: Customer) -> None:
    outcome = agreed(as_max, nord, measure="days without milk", unit="days", baseline="8", target="0,5")
    assert (outcome.baseline, outcome.target) == (8.0, 0.5)
    path = f"/outcomes/{opaque(outcome.pk)}"
    as_max.post(f"{path}/measure", {"value": "4", "evidence": "their list"})
    shown = as_max.get(address(nord)).context["page"].success.cards[0].shown
    assert (shown.standing.value, shown.standing.words) == (4.0, "on track")
    as_max.post(
        f"{path}/say",
        {"verdict": "disputed", "words": "Still out on Mondays", "value": "6", "said_by": "Ida Nord"},
    )
    html = as_max.get(address(nord)).content.decode()
    assert "Still out on Mondays" in html
    said = Confirmation.objects.get()
    assert (said.verdict, said.said_by and said.said_by.name, said.value) == ("disputed", "Ida Nord", 6.0)
    assert as_max.get(address(nord)).context["page"].wanted.shown.standing.words == "disputed"
    as_max.post(f"/confirmations/{opaque(said.pk)}/withdraw")
    assert [row.value for row in Reading.objects.all()] == [4.0]
    as_max.post(f"{path}/say", {"verdict": "confirmed", "words": "Yes"})
    assert (
        as_max.get(address(nord)).context["page"].wanted.shown.standing.words == "confirmed by the customer"
    )


def test_a_measure_is_read_from_entries_by_its_rule(as_max: Any, nord: Customer) -> None:
    outcome = agreed(as_max, nord, unit="orders", target="10")
    rule = {"rule_kind": "purchase", "rule_item": "House blend", "rule_what": "count", "rule_days": "400"}
    as_max.post(f"/outcomes/{opaque(outcome.pk)}/change", {"version": "1", **rule})
    shown = as_max.get(address(nord)).context["page"].success.cards[0].shown
    assert (shown.standing.value, shown.by_rule.entries) == (8, 8)
    refused = as_max.post(
        f"/outcomes/{opaque(outcome.pk)}/change", {"version": "2", **rule, "rule_days": "soon"}
    )
    assert refused.status_code == 400
    assert b"over how many days" in refused.content


def test_two_colleagues_at_once_both_keep_their_words_and_settle_it(
    as_max: Any, as_ana: Any, nord: Customer
) -> None:
    outcome = agreed(as_max, nord)
    path = f"/outcomes/{opaque(outcome.pk)}/change"
    as_max.post(path, {"version": "1", "sentence": "Always milk", "why": ""})
    as_ana.post(path, {"version": "1", "sentence": "Milk at seven", "why": "Breakfast"})
    html = as_max.get(address(nord)).content.decode()
    assert "is what Ana wrote" in html
    assert "Milk at seven" in html
    outcome.refresh_from_db()
    assert (outcome.sentence, outcome.why) == ("Always milk", "Breakfast")
    aside = OutcomeEdit.objects.get(aside=True)
    as_max.post(f"/edits/{opaque(aside.pk)}/settle", {"take": "theirs"})
    outcome.refresh_from_db()
    assert outcome.sentence == "Milk at seven"
    assert "is what Ana wrote" not in as_max.get(address(nord)).content.decode()
    again = as_ana.post(f"/edits/{opaque(aside.pk)}/settle", {"take": ""})
    assert again.status_code == 409


def test_a_change_is_taken_back_unless_somebody_changed_it_since(
    as_max: Any, as_ana: Any, nord: Customer
) -> None:
    outcome = agreed(as_max, nord)
    path = f"/outcomes/{opaque(outcome.pk)}/change"
    as_max.post(path, {"version": "1", "sentence": "Always milk"})
    first = OutcomeEdit.objects.latest("pk")
    as_ana.post(path, {"version": "2", "sentence": "Milk at seven"})
    as_max.post(f"/edits/{opaque(first.pk)}/undo")
    outcome.refresh_from_db()
    assert outcome.sentence == "Milk at seven"
    assert OutcomeEdit.objects.get(aside=True).changes["sentence"][1] == "Never out of milk"
    last = OutcomeEdit.objects.filter(aside=False).latest("pk")
    as_max.post(f"/edits/{opaque(last.pk)}/undo")
    outcome.refresh_from_db()
    assert outcome.sentence == "Always milk"


def test_steps_and_promises_of_both_sides_are_kept_late_or_missed(
    as_max: Any, max: Any, nord: Customer
) -> None:
    outcome = agreed(as_max, nord)
    ref = opaque(outcome.pk)
    as_max.post(
        f"{address(nord)}/milestones",
        {"milestone": "Fridge there", "due_on": "2w", "outcome": ref, "go_live": "on"},
    )
    step = Milestone.objects.get()
    assert (step.go_live, step.outcome, step.onboarding) == (True, outcome, False)
    as_max.post(f"/milestones/{opaque(step.pk)}/reached")
    assert Fact.objects.filter(kind="milestone_reached").count() == 1
    as_max.post(f"/milestones/{opaque(step.pk)}/open")
    as_max.post(f"/milestones/{opaque(step.pk)}/drop")
    assert not Milestone.objects.exists()
    for side, who in (("ours", "Max"), ("theirs", "Ida Nord")):
        as_max.post(
            f"{address(nord)}/promises",
            {"commitment": f"{side} does it", "side": side, "who": who, "due_on": "1"},
        )
    ours, theirs = Commitment.objects.order_by("pk")
    assert (ours.colleague, theirs.person and theirs.person.name) == (max, "Ida Nord")
    Commitment.objects.update(due_on=calendar_date(today() - 2))
    as_max.post(f"/promises/{opaque(ours.pk)}/kept")
    words = [one.words for one in as_max.get(address(nord)).context["page"].success.promises]
    assert words == ["kept, 2 days late", "2 days overdue"]
    as_max.post(f"/promises/{opaque(theirs.pk)}/missed")
    html = as_max.get(address(nord)).content.decode()
    assert "missed" in html
    as_max.post(f"/promises/{opaque(theirs.pk)}/open")
    as_max.post(f"/promises/{opaque(theirs.pk)}/drop")
    assert Commitment.objects.count() == 1


def test_a_wish_is_told_from_what_we_did(as_max: Any, nord: Customer) -> None:
    typed = {"wish": "Call, do not write", "kind": "channel", "test": "phone"}
    as_max.post(f"{address(nord)}/wishes", typed)
    tab = f"{address(nord)}?tab=success"
    assert "no touchpoint on record that tells" in as_max.get(tab).content.decode().lower()
    for back in range(10):
        channel = "phone" if back == 4 else "mail"
        fact(nord, today() - back, "touchpoint", properties={"channel": channel, "direction": "ours"})
    html = as_max.get(tab).content.decode()
    assert "Asked for phone: 9 of the last 10 were mail." in html
    wish = Wish.objects.get()
    as_max.post(f"/wishes/{opaque(wish.pk)}/judge", {"judged": "met", "evidence": "She said so"})
    assert "9 of the last 10 were mail" in as_max.get(tab).content.decode(), "what we did counts first"
    as_max.post(f"/wishes/{opaque(wish.pk)}/end")
    assert not as_max.get(tab).context["page"].success.wishes
    as_max.post(f"/wishes/{opaque(wish.pk)}/resume")
    assert len(as_max.get(tab).context["page"].success.wishes) == 1
    refused = as_max.post(f"{address(nord)}/wishes", {**typed, "test": "telegraph"})
    assert refused.status_code == 400


def test_who_has_seen_which_version_is_said(as_max: Any, as_vic: Any, nord: Customer) -> None:
    outcome = agreed(as_max, nord)
    path = f"/outcomes/{opaque(outcome.pk)}"
    as_max.post(f"{path}/seen", {"person": "Ida Nord", "agrees": "yes"})
    as_max.post(f"{path}/change", {"version": "1", "why": "Guests leave"})
    as_vic.post(f"{path}/seen", {})
    html = as_vic.get(address(nord)).content.decode()
    assert "version 1 of 2" in html
    assert "Vic: seen" in html
    assert as_vic.post(f"{path}/seen", {"person": "Ida Nord"}).status_code == 403


def test_an_outcome_is_given_up_and_taken_up(as_max: Any, nord: Customer) -> None:
    outcome = agreed(as_max, nord)
    path = f"/outcomes/{opaque(outcome.pk)}"
    as_max.post(f"{path}/drop", {"dropped_why": "They bought a cow"})
    page = as_max.get(f"{address(nord)}?tab=success").context["page"]
    assert (page.wanted, page.success.cards[0].shown.standing.words) == (None, "given up by both")
    as_max.post(f"{path}/take-up")
    assert as_max.get(address(nord)).context["page"].wanted is not None


def test_templates_are_made_used_and_kept(as_max: Any, as_vic: Any, nord: Customer) -> None:
    assert "There is none yet." in as_vic.get("/success-templates").content.decode()
    as_max.post("/success-templates/make")
    first = OutcomeTemplate.objects.order_by("name")[0]
    as_max.post(f"{address(nord)}/outcomes/from-template", {"template": opaque(first.pk)})
    draft = Outcome.objects.get()
    assert (draft.sentence, draft.agreed_on) == (first.sentence, None)
    as_max.post(f"/outcomes/{opaque(draft.pk)}/agree", {"person": "Ida Nord"})
    as_max.post(f"/outcomes/{opaque(draft.pk)}/unagree")
    as_max.post(f"/outcomes/{opaque(draft.pk)}/template", {"template": "Ours"})
    kept = OutcomeTemplate.objects.get(name="Ours")
    as_max.post(f"/success-templates/{opaque(kept.pk)}/drop")
    as_max.post(f"/outcomes/{opaque(draft.pk)}/remove")
    assert not Outcome.objects.exists()


def test_the_plan_of_a_past_day_is_what_had_happened_by_then(as_max: Any, nord: Customer) -> None:
    long_ago = calendar_date(today() - 60)
    outcome = note_outcome(
        None, nord.pk, "Never out", noted_on=long_ago, due_on=calendar_date(today() + 60), target=10.0
    )
    Outcome.objects.update(agreed_on=long_ago)
    add_reading(None, outcome, calendar_date(today() - 50), 2)
    add_reading(None, outcome, calendar_date(today()), 10)
    note_outcome(None, nord.pk, "Later", noted_on=calendar_date(today()))
    then = calendar_date(today() - 40).isoformat()
    page = as_max.get(f"{address(nord)}?as_of={then}").context["page"]
    assert [card.shown.standing.value for card in page.success.cards] == [2]
    assert b"Agree on an outcome" not in as_max.get(f"{address(nord)}?as_of={then}").content


def filled(one: Customer, outcomes: int, *, version_aside: bool = True) -> None:
    day = calendar_date(today() - 10)
    for number in range(outcomes):
        wanted = note_outcome(
            None, one.pk, f"Outcome {number}", noted_on=day, due_on=day + timedelta(days=90 + number), target=10.0,
            reading_rule={"kind": "usage", "what": "sum", "days": 30},
        )  # fmt: skip
        add_reading(None, wanted, day, number)
        add_milestone(None, one.pk, "Step", outcome=wanted, due_on=day)
        add_commitment(None, one.pk, "theirs", "Promise", outcome=wanted, due_on=day)
        add_wish(None, one.pk, "channel", f"Wish {number}", noted_on=day, test={"channel": "phone"})
        if version_aside:
            change_outcome(None, wanted, 1, {"why": "a"})
            change_outcome(None, wanted, 1, {"why": "b"})


def test_twenty_outcomes_ask_as_often_as_one(as_max: Any) -> None:
    def queries(outcomes: int) -> int:
        one = regular(f"Customer {outcomes}")
        filled(one, outcomes)
        as_max.get(address(one))
        with CaptureQueriesContext(connection) as captured:
            success = as_max.get(address(one)).context["page"].success
        assert len(success.cards) + success.more == outcomes
        return len(captured)

    assert queries(1) == queries(20)


def test_what_is_typed_is_shown_and_never_run(as_max: Any, nord: Customer) -> None:
    agreed(
        as_max,
        nord,
        sentence="<img src=x onerror=alert(1)>",
        why="<script>alert(1)</script>",
        unit="<b>",
        target="4",
    )
    html = as_max.get(address(nord)).content.decode()
    for raw in ("<img src=x", "<script>alert", "<b>"):
        assert raw not in html


def test_somebody_who_has_left_does_not_stand_in_the_way_of_a_change(
    as_max: Any, ana: Any, nord: Customer
) -> None:
    outcome = agreed(as_max, nord, said_by="Ida Nord", owner="Ana")
    Role.objects.all().delete()
    type(ana).objects.filter(pk=ana.pk).update(is_active=False)
    typed = {"version": "1", "why": "Guests leave", "said_by": "Ida Nord", "owner": "Ana", "their_owner": ""}
    assert as_max.post(f"/outcomes/{opaque(outcome.pk)}/change", typed).status_code == 303
    outcome.refresh_from_db()
    assert (outcome.why, outcome.said_by and outcome.said_by.name) == ("Guests leave", "Ida Nord")
    assert (
        as_max.post(f"/outcomes/{opaque(outcome.pk)}/change", {"their_owner": "Ida Nord"}).status_code == 400
    )


def test_whatever_changes_a_plan_has_the_customer_assessed_again(as_max: Any, nord: Customer) -> None:
    outcome = agreed(as_max, nord)
    path, here = f"/outcomes/{opaque(outcome.pk)}", address(nord)
    for target, typed in (
        (f"{path}/change", {"due_on": "5m"}),
        (f"{path}/measure", {"value": "3"}),
        (f"{path}/say", {"verdict": "not_yet"}),
        (f"{here}/milestones", {"milestone": "Fridge"}),
        (f"{here}/promises", {"commitment": "Call", "side": "ours"}),
        (f"{path}/drop", {"dropped_why": "A cow"}),
        (f"{path}/take-up", {}),
        (f"{here}/outcomes", {"sentence": "A draft"}),
    ):
        DueCustomer.objects.all().delete()
        assert as_max.post(target, typed).status_code == 303, target
        assert DueCustomer.objects.filter(customer=nord).exists(), target
