"""Cards are never overwritten, each change is undone exactly, and a not-yet keeps the customer in step."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, Customer, Knowledge, NotYet, QuestionAsked
from regulars.records.read.knowing import cards, not_yets, past_cards
from regulars.records.write.knowledge import (
    change_knowledge,
    end_knowledge,
    note_knowledge,
    note_question_asked,
    renew_knowledge,
    undo_knowledge,
)
from regulars.records.write.not_yet import end_not_yet, say_not_yet, undo_not_yet

pytestmark = pytest.mark.django_db
JAN, FEB, MAR = date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)


@pytest.fixture
def nord() -> Customer:
    return Customer.objects.create(name="Café Nord", name_folded="cafe nord")


def noted(nord: Customer, actor: Any = None, **more: Any) -> Knowledge:
    given = {"said_by_them": True, "noted_on": JAN} | more
    entry = note_knowledge(actor, nord.pk, "need", "Oat milk by seven", **given)
    return Knowledge.objects.get(pk=entry.detail["card"])


def test_a_changed_card_ends_and_names_what_took_its_place(nord: Customer, max: Any) -> None:
    old = noted(nord, max)
    change_knowledge(max, old, "Oat milk by six", said_by_them=True, noted_on=FEB)
    old.refresh_from_db()
    assert old.ended_on == FEB
    assert old.replaced_by is not None
    assert (old.text, old.replaced_by.text) == ("Oat milk by seven", "Oat milk by six")
    assert [card.text for card in cards([nord.pk], FEB)] == ["Oat milk by six"]
    assert [card.text for card in cards([nord.pk], JAN)] == ["Oat milk by seven"], "as it stood in January"
    assert [card.text for card in past_cards(nord.pk, FEB)] == ["Oat milk by seven"]


def test_each_change_is_undone_exactly(nord: Customer, max: Any) -> None:
    card = noted(nord, max)
    before = Knowledge.objects.values().get()
    undo_knowledge(max, change_knowledge(max, card, "Else", said_by_them=False, noted_on=FEB))
    assert Knowledge.objects.values().get() == before
    undo_knowledge(max, renew_knowledge(max, card, FEB))
    undo_knowledge(max, end_knowledge(max, card, FEB))
    assert Knowledge.objects.values().get() == before
    undo_knowledge(max, note_question_asked(max, nord.pk, "think", FEB))
    assert not QuestionAsked.objects.exists()


def refused(undo: Any, actor: Any, entry: AuditEntry) -> None:
    cards_before, entries = list(Knowledge.objects.order_by("pk").values()), AuditEntry.objects.count()
    with pytest.raises(RegularsError) as raised:
        undo(actor, entry)
    assert (raised.value.code, raised.value.status) == ("not-undoable", 409)
    assert list(Knowledge.objects.order_by("pk").values()) == cards_before
    assert AuditEntry.objects.count() == entries


def test_what_moved_on_since_is_not_undone(nord: Customer, max: Any) -> None:
    told = note_knowledge(max, nord.pk, "need", "First", said_by_them=True, noted_on=JAN)
    first = Knowledge.objects.get()
    one = change_knowledge(max, first, "Second", said_by_them=True, noted_on=FEB)
    second = Knowledge.objects.get(text="Second")
    other = change_knowledge(max, second, "Third", said_by_them=True, noted_on=FEB)
    refused(undo_knowledge, max, one)
    refused(undo_knowledge, max, told)
    assert [card.text for card in cards([nord.pk], MAR)] == ["Third"]
    undo_knowledge(max, other)
    undo_knowledge(max, one)
    assert [card.text for card in cards([nord.pk], MAR)] == ["First"]
    refused(undo_knowledge, max, one)
    renewed = renew_knowledge(max, first, FEB)
    refused(undo_knowledge, max, told)
    later = renew_knowledge(max, first, MAR)
    refused(undo_knowledge, max, renewed)
    undo_knowledge(max, later)
    undo_knowledge(max, renewed)
    ended = end_knowledge(max, first, MAR)
    refused(undo_knowledge, max, told)
    undo_knowledge(max, ended)
    refused(undo_knowledge, max, ended)
    undo_knowledge(max, told)
    refused(undo_knowledge, max, told)


def test_a_not_yet_that_moved_on_is_not_undone(nord: Customer, max: Any) -> None:
    said = say_not_yet(max, nord.pk, "the oats work", FEB, today=JAN)
    row = NotYet.objects.get()
    ended = end_not_yet(max, row, JAN)
    with pytest.raises(RegularsError) as raised:
        end_not_yet(max, row, FEB)
    assert raised.value.code == "not-yet-ended"
    refused(undo_not_yet, max, said)
    undo_not_yet(max, ended)
    refused(undo_not_yet, max, ended)
    undo_not_yet(max, said)
    refused(undo_not_yet, max, said)


def test_a_card_that_somebody_changed_meanwhile_is_not_changed_again(nord: Customer) -> None:
    card = noted(nord)
    change_knowledge(None, card, "First", said_by_them=True, noted_on=FEB)
    with pytest.raises(RegularsError) as raised:
        renew_knowledge(None, card, MAR)
    assert raised.value.code == "card-ended"


def test_what_is_assumed_names_nobody_as_its_source(nord: Customer) -> None:
    assert noted(nord, said_by_them=False, said_by=99).said_by_id is None


def test_an_unknown_kind_is_refused_beside_its_field(nord: Customer) -> None:
    with pytest.raises(RegularsError) as raised:
        note_knowledge(None, nord.pk, "gossip", "x", said_by_them=True, noted_on=JAN)
    assert raised.value.fields == {"learnt_kind": "Choose what the card answers."}


def test_a_viewer_writes_no_card(nord: Customer, vic: Any) -> None:
    with pytest.raises(RegularsError, match="may not"):
        noted(nord, vic)
    assert not Knowledge.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_not_yet_keeps_the_customer_in_step(nord: Customer, max: Any) -> None:
    def not_before() -> date | None:
        nord.refresh_from_db()
        return nord.not_before

    say_not_yet(max, nord.pk, "the oats work", FEB, today=JAN)
    later = say_not_yet(max, nord.pk, "the lease is signed", MAR, today=JAN)
    assert not_before() == MAR
    assert [row.until for row in not_yets(nord.pk)] == ["the oats work", "the lease is signed"]
    row = NotYet.objects.get(pk=later.detail["not_yet"])
    ended = end_not_yet(max, row, FEB)
    assert not_before() == FEB
    assert [row.until for row in not_yets(nord.pk)] == ["the oats work"]
    undo_not_yet(max, ended)
    assert not_before() == MAR
    undo_not_yet(max, later)
    assert not_before() == FEB


def test_looking_again_is_in_the_future(nord: Customer) -> None:
    for day in (None, JAN):
        with pytest.raises(RegularsError) as raised:
            say_not_yet(None, nord.pk, "x", day, today=JAN)
        assert raised.value.code == "look-again-not-future"
