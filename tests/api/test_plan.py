"""Milestones, commitments, wishes, blockers, knowledge, not-yet and people over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from regulars.ledger.models import Fact
from regulars.records.models import (
    Blocker,
    Commitment,
    Customer,
    Knowledge,
    Milestone,
    NotYet,
    Outcome,
    Person,
    Role,
    Wish,
)
from regulars.records.opaque import opaque

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
LATER = (TODAY + timedelta(days=30)).isoformat()


@pytest.fixture
def wanted(ida):
    return Outcome.objects.create(customer=ida, sentence="Never out of milk", noted_on=TODAY)


def test_people_come_with_what_they_are_there_and_those_who_left_say_so(asking, at_ida, nils, stranger):
    (row,) = asking("GET", f"{at_ida}/people")["items"]
    assert (row["person"], row["name"], row["title"], row["email"]) == (
        opaque(nils.pk), "Nils", "Chef", "nils@example.org",
    )  # fmt: skip
    assert row["until"] is None


def test_a_merged_customers_id_means_the_one_that_was_kept(asking, at_ida, nils, ida):
    twin = Customer.objects.create(name="Idas Cafe", name_folded="idas cafe", merged_into=ida)
    asking("POST", f"/customers/{opaque(twin.pk)}/milestones", {"text": "Fridge there"}, expect=201)
    assert Milestone.objects.get().customer == ida
    assert asking("GET", f"/customers/{opaque(twin.pk)}/people") == asking("GET", f"{at_ida}/people")


def test_a_milestone_belongs_to_an_outcome_or_to_the_onboarding(asking, at_ida, wanted):
    body = {"text": "Fridge there", "outcome": opaque(wanted.pk), "go_live": True, "due_on": LATER}
    step = asking("POST", f"{at_ida}/milestones", body, expect=201)
    assert (step["onboarding"], step["go_live"], step["done_on"]) == (False, True, None)
    assert asking("POST", f"{at_ida}/milestones", {"text": "Talk"}, expect=201)["onboarding"]
    done = asking("POST", f"/milestones/{step['id']}/reach", {})
    assert done["done_on"] == TODAY.isoformat()
    assert Fact.objects.get().kind == "milestone_reached"
    assert [one["text"] for one in asking("GET", f"{at_ida}/milestones")["items"]] == ["Fridge there", "Talk"]


def test_an_outcome_of_somebody_else_is_not_found(asking, at_ida, stranger):
    other = Outcome.objects.create(customer=stranger.roles.get().customer, sentence="Theirs", noted_on=TODAY)
    for path, body in (
        ("milestones", {"text": "x"}),
        ("commitments", {"text": "x", "side": "ours"}),
        ("blockers", {"text": "x"}),
    ):
        told = asking("POST", f"{at_ida}/{path}", {**body, "outcome": opaque(other.pk)}, expect=404)
        assert told["errors"][0]["pointer"] == "/outcome"
    assert not Milestone.objects.exists() and not Commitment.objects.exists()


def test_promises_are_made_kept_and_missed_once(asking, at_ida, nils, colleague):
    colleague("admin")
    ours = {"side": "ours", "text": "Call back", "colleague": "ADMIN@example.org"}
    made = asking("POST", f"{at_ida}/commitments", ours, expect=201)
    assert (made["colleague"], made["words"]) == ("Admin", "open")
    theirs = {"side": "theirs", "text": "Send the list", "person": opaque(nils.pk)}
    sent = asking("POST", f"{at_ida}/commitments", theirs, expect=201)
    assert asking("POST", f"/commitments/{made['id']}/tick", {})["words"] == "kept"
    told = asking("POST", f"/commitments/{made['id']}/miss", {}, expect=409)
    assert told["code"] == "commitment-closed"
    assert asking("POST", f"/commitments/{sent['id']}/miss", {})["words"] == "missed"
    unknown = {"side": "ours", "text": "x", "colleague": "who@example.org"}
    assert asking("POST", f"{at_ida}/commitments", unknown, expect=400)["code"] == "colleague-unnamed"


def test_a_wish_says_whether_it_is_met_and_why(asking, at_ida):
    wish = asking(
        "POST", f"{at_ida}/wishes", {"kind": "channel", "text": "Call us", "test": "phone"}, expect=201
    )
    assert (wish["state"], wish["why"]) == ("unknown", "no touchpoint on record that tells")
    judged = asking("POST", f"/wishes/{wish['id']}/judge", {"state": "unmet", "evidence": "They said so"})
    assert (judged["state"], judged["why"], judged["by_hand"]) == ("unmet", "They said so", True)
    for _ in range(3):
        asking("POST", f"{at_ida}/touchpoints", {"text": "Wrote", "channel": "mail"}, expect=201)
    (told,) = asking("GET", f"{at_ida}/wishes")["items"]
    assert (told["state"], told["kept"], told["counted"]) == ("unmet", 0, 3)
    assert told["why"] == "asked for phone: 3 of the last 3 were mail"


def test_a_blocker_is_opened_and_cleared_once(asking, at_ida, nils):
    body = {"text": "The lease", "clears": "leader", "person": opaque(nils.pk)}
    made = asking("POST", f"{at_ida}/blockers", body, expect=201)
    assert (made["side"], made["person"], made["days"]) == ("theirs", opaque(nils.pk), 0)
    closed = asking("POST", f"/blockers/{made['id']}/close", {"cleared_by": "ours", "how": "Signed"})
    assert (closed["closed_on"], closed["cleared_how"]) == (TODAY.isoformat(), "Signed")
    asking("POST", f"/blockers/{made['id']}/close", {"cleared_by": "ours"}, expect=409)
    assert asking("GET", f"{at_ida}/blockers")["items"] == [closed]


def test_what_we_know_says_who_said_it_and_how_old_it_is(asking, at_ida, nils, ida):
    body = {"kind": "need", "text": "Oat milk", "said_by_them": True, "said_by": opaque(nils.pk)}
    card = asking("POST", f"{at_ida}/knowledge", body, expect=201)
    assert (card["said_by_them"], card["said_by"], card["age_days"]) == (True, opaque(nils.pk), 0)
    old = Knowledge.objects.create(
        customer=ida, kind="need", text="Ice", said_by_them=False, noted_on=TODAY - timedelta(days=400)
    )
    told = asking("GET", f"{at_ida}/knowledge")["items"][1]
    assert (told["id"], told["age_days"], told["aged"]) == (opaque(old.pk), 400, True)
    renewed = asking("POST", f"/knowledge/{told['id']}/still-true")
    assert (renewed["age_days"], renewed["aged"]) == (0, False)


def test_not_yet_is_said_and_ended(asking, at_ida, ida):
    row = asking("POST", f"{at_ida}/not-yet", {"until": "the oven works", "look_again_on": LATER}, expect=201)
    assert Customer.objects.get(pk=ida.pk).not_before.isoformat() == LATER
    assert asking("GET", f"{at_ida}/not-yet")["items"] == [row]
    assert asking("POST", f"/not-yet/{row['id']}/end")["ended_on"] == TODAY.isoformat()
    assert asking("GET", f"{at_ida}/not-yet")["items"] == []
    past = {"until": "x", "look_again_on": TODAY.isoformat()}
    assert asking("POST", f"{at_ida}/not-yet", past, expect=400)["code"] == "look-again-not-future"


def _twenty(customer, first, last):
    for number in range(first, last):
        words = f"Number {number}"
        Milestone.objects.create(customer=customer, text=words)
        Commitment.objects.create(customer=customer, side="ours", text=words)
        Wish.objects.create(customer=customer, kind="pace", text=words, noted_on=TODAY)
        Blocker.objects.create(customer=customer, text=words, side="ours", opened_on=TODAY)
        Knowledge.objects.create(
            customer=customer, kind="need", text=words, said_by_them=True, noted_on=TODAY
        )
        NotYet.objects.create(customer=customer, until=words, look_again_on=TODAY)
        person = Person.objects.create(name=words, name_folded=words.lower())
        Role.objects.create(customer=customer, person=person)


LISTS = ("milestones", "commitments", "wishes", "blockers", "knowledge", "not-yet", "people")


@pytest.mark.parametrize("noun", LISTS)
def test_a_row_costs_no_query_and_pages_hold_everything_once(asking, queries, at_ida, ida, noun):
    _twenty(ida, 0, 1)
    one = queries(f"{at_ida}/{noun}")
    _twenty(ida, 1, 20)
    assert queries(f"{at_ida}/{noun}") == one
    whole, seen, after = asking("GET", f"{at_ida}/{noun}")["items"], [], ""
    while True:
        page = asking("GET", f"{at_ida}/{noun}?limit=8&after={after}")
        seen, after = [*seen, *page["items"]], page["next"]
        if not after:
            break
    assert seen == whole and len(whole) == 20


def test_the_link_to_the_next_page_can_be_followed_as_it_is(program, at_ida, ida):
    _twenty(ida, 0, 20)
    client, address, seen = program("viewer"), f"/api/v1{at_ida}/milestones?limit=15", 0
    while address:
        response = client.get(address)
        seen += len(response.json()["items"])
        link = response.headers.get("Link", "")
        address = link.removeprefix("<").removesuffix('>; rel="next"')
    assert seen == 20


def test_a_page_after_a_row_that_is_gone_says_so(asking, at_ida, ida):
    _twenty(ida, 0, 2)
    first = asking("GET", f"{at_ida}/milestones?limit=1")["next"]
    Milestone.objects.order_by("pk")[0].delete()
    assert asking("GET", f"{at_ida}/milestones?after={first}", expect=400)["code"] == "cursor-gone"
