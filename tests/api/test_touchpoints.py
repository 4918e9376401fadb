"""Touchpoints over HTTP: one entry with all that came of it, all or nothing, and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from regulars.ledger.models import Fact
from regulars.records.models import AuditEntry, Blocker, Knowledge, Note, ToDo
from regulars.records.opaque import opaque
from regulars.records.write.knowledge import note_knowledge

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()


@pytest.fixture
def met(nils):
    return {
        "text": "Talked about the new menu",
        "channel": "visit",
        "people": [opaque(nils.pk)],
        "turf": "theirs",
        "selling": False,
        "minutes": 45,
        "lines": [
            {"kind": "praise", "text": "Best beans in town"},
            {"kind": "todo", "text": "Send samples", "due_on": (TODAY + timedelta(days=3)).isoformat()},
            {"kind": "knowledge", "text": "Oat milk", "of": "need"},
            {"kind": "blocker", "text": "The lease", "of": "theirs"},
        ],
    }


def _kept():
    return [table.objects.count() for table in (Fact, ToDo, Knowledge, Blocker, Note)]


def test_one_entry_records_all_that_came_of_it_and_is_taken_back_whole(asking, at_ida, met):
    told = asking("POST", f"{at_ida}/touchpoints", met, expect=201)
    assert told["recorded"] == "1 visit, 1 praise, 1 to-do, 1 card, 1 blocker"
    assert _kept() == [3, 1, 1, 1, 0]
    undone = asking("POST", f"/touchpoints/{told['id']}/undo")
    assert undone == {**told, "undone": True}
    assert _kept() == [0, 0, 0, 0, 0]
    assert asking("POST", f"/touchpoints/{told['id']}/undo", expect=409)["code"] == "not-undoable"


def test_one_unfit_line_leaves_nothing_behind(asking, at_ida, met):
    met["lines"].append({"kind": "knowledge", "text": "Tea", "of": "mood"})
    assert asking("POST", f"{at_ida}/touchpoints", met, expect=400)["code"] == "knowledge-kind"
    assert _kept() == [0, 0, 0, 0, 0]


def test_somebody_of_another_customer_was_not_there(asking, at_ida, met, stranger):
    met["people"].append(opaque(stranger.pk))
    asking("POST", f"{at_ida}/touchpoints", met, expect=404)
    assert _kept() == [0, 0, 0, 0, 0]


def test_without_a_channel_nobody_was_met(asking, at_ida):
    told = asking("POST", f"{at_ida}/touchpoints", {"text": "Closed on Mondays"}, expect=201)
    assert told["recorded"] == "1 note" and _kept() == [0, 0, 0, 0, 1]


def test_only_its_author_takes_an_entry_back_and_nothing_else_goes_by_its_id(
    asking, program, at_ida, met, ida, colleague
):
    told = asking("POST", f"{at_ida}/touchpoints", met, expect=201)
    answer = program("admin").post(f"/api/v1/touchpoints/{told['id']}/undo")
    assert (answer.status_code, answer.json()["code"]) == (409, "undo-too-late")
    card = note_knowledge(colleague("member"), ida.pk, "need", "Ice", said_by_them=True, noted_on=TODAY)
    asking("POST", f"/touchpoints/{opaque(card.pk)}/undo", expect=404)
    assert Knowledge.objects.filter(text="Ice").exists()
    assert not AuditEntry.objects.filter(action="undo_note_knowledge").exists()
