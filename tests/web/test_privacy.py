"""The registry of what is held, and the reasons behind it."""

import pytest
from django.urls import reverse

from regulars.ledger.models import DroppedProperty
from regulars.records.models import AuditEntry, FieldDecision
from regulars.records.opaque import opaque
from regulars.records.write.registry import KEEP, LEAVE_OUT, NEVER, Decided, decide_fields
from tests.web.factories import source


@pytest.fixture
def decided(ana):
    source("till")
    decide_fields(
        ana,
        "till",
        [
            Decided("Amount", KEEP, "Rank by what is at stake", category="purchase"),
            Decided("Cashier", LEAVE_OUT),
            Decided("Birthday", NEVER, "a birth date"),
        ],
    )
    return FieldDecision.objects.get(field="Amount")


def change(client, row, **post):
    good = {
        "purpose": "Rank by what is at stake",
        "category": "purchase",
        "lawful_basis": "contract",
        "not_before": "first_purchase",
        "retention": "730",
        "readers": "member",
    }
    return client.post(reverse("privacy_field", args=[opaque(row.pk)]), {**good, **post})


def test_an_empty_registry_says_so_and_names_what_is_never_taken(as_max):
    page = as_max.get(reverse("privacy")).content.decode()
    assert "nothing about anybody is held" in page
    for never in ("a birth date", "an age", "a gender", "a social security number", "an income"):
        assert never in page


def test_what_is_held_what_is_left_out_and_what_was_refused_are_told_apart(as_vic, decided):
    page = as_vic.get(reverse("privacy")).context["page"]
    assert [(field.place, field.field, field.owner) for field in page.held] == [("Till", "Amount", "Ana")]
    assert [(place.place, place.fields) for place in page.left_out] == [("Till", ("Cashier",))]
    assert [place.fields for place in page.refused] == [("Birthday",)]


def test_dropped_properties_show_their_name_and_count(as_max, db):
    DroppedProperty.objects.create(source=source("till"), name="notes: a card number", times=412)
    page = as_max.get(reverse("privacy")).content.decode()
    assert "notes: a card number" in page
    assert "412 times" in page


def test_an_admin_changes_the_reasons(as_ana, decided):
    assert change(as_ana, decided, purpose="Know who pays").status_code == 303
    decided.refresh_from_db()
    assert (decided.purpose, decided.lawful_basis, decided.retention_days) == (
        "Know who pays",
        "contract",
        730,
    )
    assert (decided.not_before, decided.readers) == ("first_purchase", "member")
    assert AuditEntry.objects.filter(action="decide_field").exists()


@pytest.mark.parametrize(
    ("field", "value"), [("purpose", "  "), ("retention", "5"), ("not_before", "whenever")]
)
def test_a_change_that_cannot_be_kept_is_said_and_changes_nothing(as_ana, decided, field, value):
    answer = change(as_ana, decided, **{field: value})
    assert answer.status_code in {400, 422}
    assert 'role="alert"' in answer.content.decode() or f'id="{field}-error"' in answer.content.decode()
    before = decided.purpose, decided.retention_days, decided.not_before
    decided.refresh_from_db()
    assert (decided.purpose, decided.retention_days, decided.not_before) == before


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_only_admins_change_reasons(cast, role, decided):
    assert change(cast[role], decided, purpose="Something else").status_code == 403
    decided.refresh_from_db()
    assert decided.purpose == "Rank by what is at stake"


def test_a_field_left_out_has_no_page(as_ana, decided):
    left = FieldDecision.objects.get(field="Cashier")
    assert as_ana.get(reverse("privacy_field", args=[opaque(left.pk)])).status_code == 404


def test_words_from_a_file_stay_words(as_max, ana):
    decide_fields(ana, "till", [Decided("<script>alert(1)</script>", KEEP, "<b>why</b>")])
    page = as_max.get(reverse("privacy")).content.decode().partition("<main")[2]
    assert "<script>alert" not in page
    assert "<b>why" not in page
