"""Outcomes over HTTP: noted, agreed, changed by two at once, measured, confirmed, given up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from regulars.ledger.models import Fact
from regulars.records.models import AuditEntry, Outcome, OutcomeEdit, Reading
from regulars.records.opaque import opaque

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()
LATER = (TODAY + timedelta(days=90)).isoformat()


@pytest.fixture
def noted(asking, at_ida):
    body = {
        "sentence": "Never out of milk",
        "due_on": LATER,
        "measure": "days out",
        "target": 0,
        "baseline": 9,
    }
    return asking("POST", f"{at_ida}/outcomes", body, expect=201)


def test_one_sentence_is_enough_and_the_keys_colleague_owns_it(asking, at_ida):
    told = asking("POST", f"{at_ida}/outcomes", {"sentence": "More guests"}, expect=201)
    assert (told["state"], told["owner"], told["version"]) == ("draft", "Member", 1)
    assert AuditEntry.objects.filter(action="note_outcome", actor__email="member@example.org").exists()
    assert asking("GET", f"/outcomes/{told['id']}") == told
    assert asking("GET", f"{at_ida}/outcomes")["items"] == [told]


def test_people_of_theirs_are_named_by_id_and_only_those_who_are_there(asking, at_ida, nils, stranger):
    body = {"sentence": "More guests", "said_by": opaque(nils.pk)}
    assert asking("POST", f"{at_ida}/outcomes", body, expect=201)["said_by"] == opaque(nils.pk)
    body["said_by"] = opaque(stranger.pk)
    told = asking("POST", f"{at_ida}/outcomes", body, expect=404)
    assert told["errors"] == [{"pointer": "/said_by", "detail": "Nobody at this customer has this id."}]


def test_nothing_unknown_is_taken_and_what_follows_is_never_typed_in(asking, at_ida, noted):
    for unknown in ("agreed_on", "customer_id", "state", "created_by_id", "id"):
        told = asking("POST", f"{at_ida}/outcomes", {"sentence": "x", unknown: 1}, expect=422)
        assert unknown in told["errors"][0]["pointer"]
    asking("PATCH", f"/outcomes/{noted['id']}", {"version": 1, "dropped_on": LATER}, expect=422)
    assert Outcome.objects.count() == 1


def test_a_change_is_told_by_the_version_it_was_seen_in(asking, noted):
    told = asking("PATCH", f"/outcomes/{noted['id']}", {"version": 1, "why": "Guests leave"})
    assert (told["why"], told["version"], told["sentence"]) == ("Guests leave", 2, "Never out of milk")


def test_what_two_changed_at_once_is_kept_aside_and_settled(asking, noted):
    path = f"/outcomes/{noted['id']}"
    asking("PATCH", path, {"version": 1, "sentence": "Milk every day"})
    problem = asking("PATCH", path, {"version": 1, "sentence": "Milk at eight", "unit": "days"}, expect=409)
    edit = OutcomeEdit.objects.get(aside=True)
    assert (problem["code"], problem["edit"]) == ("kept-aside", opaque(edit.pk))
    assert [error["pointer"] for error in problem["errors"]] == ["/sentence"]
    told = asking("GET", path)
    assert (told["sentence"], told["unit"], told["edits"]) == ("Milk every day", "days", [problem["edit"]])
    settled = asking("POST", f"/edits/{problem['edit']}/settle", {"take": True})
    assert (settled["sentence"], settled["edits"]) == ("Milk at eight", [])
    asking("POST", f"/edits/{problem['edit']}/settle", {"take": True}, expect=409)


def test_agreed_measured_confirmed_and_each_leaves_its_entry(asking, noted, nils):
    path = f"/outcomes/{noted['id']}"
    assert asking("POST", f"{path}/agree", {"person": opaque(nils.pk)})["state"] in {"agreed", "on_track"}
    asking("POST", f"{path}/readings", {"value": 4.5, "evidence": "Stock list"}, expect=201)
    told = asking("GET", path)
    assert (told["value"], told["progress"]) == (4.5, 0.5)
    body = {"verdict": "confirmed", "value": 0, "words": "Never again", "said_by": opaque(nils.pk)}
    said = asking("POST", f"{path}/confirmations", body, expect=201)
    assert said["said_by_name"] == "Nils" and said["expires_on"] and not said["on_their_page"]
    assert asking("GET", path)["state"] == "confirmed"
    assert [row["verdict"] for row in asking("GET", f"{path}/confirmations")["items"]] == ["confirmed"]
    assert [row["value"] for row in asking("GET", f"{path}/readings")["items"]] == [0, 4.5]
    kinds = set(Fact.objects.values_list("kind", flat=True))
    assert kinds >= {"outcome_agreed", "outcome_measured", "outcome_confirmed"}


def test_a_refusal_names_the_field(asking, at_ida, noted):
    path = f"/outcomes/{noted['id']}"
    tomorrow = (TODAY + timedelta(days=2)).isoformat()
    told = asking("POST", f"{path}/readings", {"value": 1, "day": tomorrow}, expect=400)
    assert (told["code"], told["errors"][0]["pointer"]) == ("day-to-come", "/day")
    assert (
        asking("POST", f"{path}/confirmations", {"verdict": "disputed"}, expect=400)["code"]
        == "words-missing"
    )
    asking("POST", f"{path}/confirmations", {"verdict": "perhaps"}, expect=422)
    draft = asking("POST", f"{at_ida}/outcomes", {"sentence": "Undated"}, expect=201)
    assert asking("POST", f"/outcomes/{draft['id']}/agree", {}, expect=400)["code"] == "due-missing"


def test_given_up_with_a_reason(asking, noted):
    told = asking("POST", f"/outcomes/{noted['id']}/drop", {"why": "They closed"})
    assert (told["state"], told["dropped_why"]) == ("dropped", "They closed")
    asking("POST", f"/outcomes/{noted['id']}/drop", {"why": " "}, expect=400)


def test_a_row_costs_no_query_of_its_own(asking, queries, at_ida, ida):
    first = Outcome.objects.create(customer=ida, sentence="One", noted_on=TODAY)
    Reading.objects.create(outcome=first, day=TODAY, value=1)
    lists = [f"{at_ida}/outcomes", f"/outcomes/{opaque(first.pk)}/readings"]
    before = [queries(path) for path in lists]
    for number in range(19):
        row = Outcome.objects.create(customer=ida, sentence=f"{number}", noted_on=TODAY)
        Reading.objects.create(outcome=row, day=TODAY, value=number)
        Reading.objects.create(outcome=first, day=TODAY, value=number)
    assert len(asking("GET", lists[0])["items"]) == len(asking("GET", lists[1])["items"]) == 20
    assert [queries(path) for path in lists] == before


def test_the_date_of_what_was_agreed_is_never_emptied(asking, noted):
    path = f"/outcomes/{noted['id']}"
    assert asking("PATCH", path, {"version": 1, "due_on": None})["due_on"] is None
    asking("PATCH", path, {"version": 2, "due_on": LATER})
    asking("POST", f"{path}/agree", {})
    told = asking("PATCH", path, {"version": 3, "due_on": None}, expect=400)
    assert (told["code"], told["errors"][0]["pointer"]) == ("due-missing", "/due_on")
    assert asking("GET", path)["due_on"] == LATER


def test_what_they_said_holds_at_least_on_the_day_they_said_it(asking, noted):
    asking("POST", f"/outcomes/{noted['id']}/agree", {})
    path = f"/outcomes/{noted['id']}/confirmations"
    said = {"verdict": "confirmed", "said_on": TODAY.isoformat()}
    before = (TODAY - timedelta(days=1)).isoformat()
    told = asking("POST", path, {**said, "expires_on": before}, expect=400)
    assert (told["code"], told["errors"][0]["pointer"]) == ("expires-before-said", "/expires_on")
    asking("POST", path, {**said, "expires_on": TODAY.isoformat()}, expect=201)


def test_a_number_beyond_all_measure_is_refused(asking, noted):
    path = f"/outcomes/{noted['id']}"
    for place, body in ((f"{path}/readings", {"value": 1e16}), (f"{path}/readings", {"value": -1e300})):
        assert asking("POST", place, body, expect=400)["code"] == "number-unfit"
    assert asking("PATCH", path, {"version": 1, "target": 1e25}, expect=400)["code"] == "number-unfit"


def test_a_zero_byte_is_refused_as_a_problem(asking, at_ida):
    told = asking("POST", f"{at_ida}/outcomes", {"sentence": "a\0b"}, expect=400)
    assert told["code"] == "zero-byte"
    assert asking("GET", f"{at_ida}/outcomes?after=%00", expect=400)["code"] == "zero-byte"
    told = asking("POST", f"{at_ida}/outcomes", {"sentence": r"a \u0000 written out"}, expect=201)
    assert told["sentence"] == r"a \u0000 written out"
