"""One entry by hand: several facts, one transaction, one way back; and the entries blockers and leavers leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from regulars.attention.read.blockers import blockers, unclog_times
from regulars.attention.touchpoint import Line, TouchpointEntry
from regulars.attention.write.blockers import close_blocker, open_blocker
from regulars.attention.write.people import person_leaves
from regulars.attention.write.touchpoints import record_touchpoint
from regulars.attention.write.undo import undo_written
from regulars.insight.errors import RegularsError
from regulars.ledger.models import DueCustomer, Fact, Segment
from regulars.ledger.seal import seal_facts
from regulars.records.models import (
    AuditEntry,
    Blocker,
    Customer,
    Knowledge,
    Note,
    NotYet,
    Outcome,
    Person,
    Role,
    ShareLink,
    ToDo,
)
from regulars.records.opaque import opaque
from regulars.records.read.company import epoch_day
from regulars.records.write import knowledge, notes, todos
from regulars.records.write.blockers import NewBlocker
from regulars.records.write.not_yet import say_not_yet
from regulars.records.write.people import end_role
from regulars.records.write.shares import revoke_share, share_plan

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 3)
LINES = (
    Line("praise", "Best oats in town"),
    Line("idea", "A smaller bag"),
    Line("characteristic", "in a hurry before ten"),
    Line("todo", "Send prices", due_on=date(2026, 3, 6)),
    Line("knowledge", "Breakfast must be quick", of="job"),
    Line("blocker", "The invoice needs a purchase order", of="theirs"),
)


@pytest.fixture
def nord() -> Customer:
    return Customer.objects.create(name="Café Nord", name_folded="cafe nord")


@pytest.fixture
def ida(nord: Customer) -> Person:
    person = Person.objects.create(name="Ida Nord", name_folded="ida nord")
    Role.objects.create(person=person, customer=nord, title="Owner", part="champion")
    return person


def told(nord: Customer, **more: Any) -> TouchpointEntry:
    given = {"channel": "call", "text": "Called about oats", "on": DAY, "lines": LINES} | more
    return TouchpointEntry(nord.pk, **given)


def left() -> list[int]:
    return [model.objects.count() for model in (Fact, ToDo, Knowledge, Blocker)]


def test_one_entry_becomes_its_facts_and_records_at_once(nord: Customer, ida: Person, max: Any) -> None:
    max.department = "Roasting"
    entry = record_touchpoint(
        max, told(nord, people=(ida.pk,), turf="theirs", selling=False, minutes=12), today=DAY
    )
    assert entry.detail["words"] == "1 call, 1 praise, 1 idea, 1 characteristic, 1 to-do, 1 card, 1 blocker"
    facts = list(Fact.objects.order_by("id"))
    assert [(fact.kind, fact.item, fact.text) for fact in facts] == [
        ("touchpoint", "", "Called about oats"),
        ("praise", "", "Best oats in town"),
        ("feedback", "idea", "A smaller bag"),
        ("characteristic_noted", "in a hurry before ten", ""),
        ("blocker_opened", "", "The invoice needs a purchase order"),
    ]
    assert facts[0].properties == {
        "channel": "call", "person": opaque(ida.pk), "turf": "theirs", "selling": False, "minutes": 12,
        "department": "Roasting",
    }  # fmt: skip
    assert {fact.day for fact in facts} == {epoch_day(DAY)}
    todo, card, blocker = ToDo.objects.get(), Knowledge.objects.get(), Blocker.objects.get()
    assert (todo.text, todo.due_on, todo.owner) == ("Send prices", date(2026, 3, 6), max)
    assert (card.kind, card.said_by, card.said_by_them) == ("job", ida, True)
    assert (blocker.side, facts[4].serial) == ("theirs", f"blocker-{blocker.pk}")
    assert DueCustomer.objects.filter(customer=nord).exists()


def test_undo_takes_back_exactly_one_entry(nord: Customer, max: Any) -> None:
    record_touchpoint(max, told(nord, text="Earlier", lines=LINES[:1]), today=DAY)
    before, earlier = left(), set(Fact.objects.values_list("pk", flat=True))
    entry = record_touchpoint(max, told(nord), today=DAY)
    DueCustomer.objects.all().delete()
    undo_written(max, entry)
    assert left() == before
    assert set(Fact.objects.values_list("pk", flat=True)) == earlier
    assert DueCustomer.objects.filter(customer=nord).exists(), "who loses an entry is assessed again"
    with pytest.raises(RegularsError) as raised:
        undo_written(max, entry)
    assert raised.value.code == "not-undoable"


def test_undo_takes_sealed_facts_off_their_segment(nord: Customer, max: Any) -> None:
    entry = record_touchpoint(max, told(nord), today=DAY)
    seal_facts(min_rows=1)
    assert Segment.objects.exists()
    undo_written(max, entry)
    assert not Segment.objects.exists()


def test_only_its_author_takes_an_entry_back_and_only_for_ten_minutes(
    nord: Customer, max: Any, ana: Any
) -> None:
    entry = record_touchpoint(max, told(nord), today=DAY)
    with pytest.raises(RegularsError, match="Only its author") as raised:
        undo_written(ana, entry)
    assert raised.value.code == "undo-too-late"
    AuditEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(minutes=11))
    with pytest.raises(RegularsError, match="within 10 minutes"):
        undo_written(max, entry)
    assert Fact.objects.count() == 5


def test_a_card_is_taken_back_by_its_author_and_only_for_ten_minutes(
    nord: Customer, max: Any, ana: Any
) -> None:
    entries = [
        knowledge.note_knowledge(max, nord.pk, "need", "Oats", said_by_them=True, noted_on=DAY),
        say_not_yet(max, nord.pk, "the oats work", DAY + timedelta(days=9), today=DAY),
    ]
    for entry in entries:
        with pytest.raises(RegularsError) as raised:
            undo_written(ana, entry)
        assert raised.value.code == "undo-too-late"
    AuditEntry.objects.update(at=timezone.now() - timedelta(days=400))
    for entry in entries:
        with pytest.raises(RegularsError) as raised:
            undo_written(max, entry)
        assert raised.value.code == "undo-too-late"
    AuditEntry.objects.update(at=timezone.now())
    for entry in entries:
        undo_written(max, entry)
        with pytest.raises(RegularsError) as raised:
            undo_written(max, entry)
        assert raised.value.code == "not-undoable"
    assert not Knowledge.objects.exists()
    assert not NotYet.objects.exists()


@pytest.mark.parametrize(
    "work",
    [
        lambda ana: todos.finish_todo(ana, ToDo.objects.get()),
        lambda ana: todos.change_todo(ana, ToDo.objects.get(), "Send prices and samples", None),
        lambda ana: knowledge.change_knowledge(
            ana, Knowledge.objects.get(), "Better", said_by_them=True, noted_on=DAY
        ),
        lambda ana: knowledge.renew_knowledge(ana, Knowledge.objects.get(), DAY),
        lambda ana: close_blocker(ana, Blocker.objects.get(), cleared_by="ours", how="", on=DAY),
    ],
)
def test_what_a_colleague_did_with_a_part_of_it_stays(
    nord: Customer, max: Any, ana: Any, work: Callable[[Any], Any]
) -> None:
    entry = record_touchpoint(max, told(nord), today=DAY)
    work(ana)
    before = left()
    with pytest.raises(RegularsError) as raised:
        undo_written(max, entry)
    assert (raised.value.code, raised.value.status) == ("not-undoable", 409)
    assert left() == before


def test_a_note_that_somebody_put_otherwise_stays(nord: Customer, max: Any, ana: Any) -> None:
    entry = record_touchpoint(max, told(nord, channel="", lines=()), today=DAY)
    notes.change_note(ana, Note.objects.get(), "Called about oats, twice")
    with pytest.raises(RegularsError) as raised:
        undo_written(max, entry)
    assert raised.value.code == "not-undoable"
    assert Note.objects.get().removed_at is None


def test_one_unfit_line_leaves_nothing_behind(nord: Customer, max: Any) -> None:
    lines = (*LINES, Line("praise", "  "))
    with pytest.raises(RegularsError) as raised:
        record_touchpoint(max, told(nord, lines=lines), today=DAY)
    assert raised.value.fields == {"praise": "Write a few words first."}
    assert left() == [0, 0, 0, 0]
    assert not AuditEntry.objects.exists()


def test_a_note_never_becomes_a_fact(nord: Customer, max: Any) -> None:
    entry = record_touchpoint(max, told(nord, channel="", lines=LINES[3:4]), today=DAY)
    assert (entry.detail["words"], Fact.objects.count()) == ("1 note, 1 to-do", 0)
    assert Note.objects.get().text == "Called about oats"
    undo_written(max, entry)
    assert not Note.objects.filter(removed_at=None).exists()
    assert not ToDo.objects.exists()
    with pytest.raises(RegularsError):
        undo_written(max, entry)


def test_what_cannot_be_is_refused(nord: Customer, max: Any, vic: Any) -> None:
    stranger = Person.objects.create(name="Somebody")
    for more, code in (
        ({"on": DAY + timedelta(days=1)}, "day-in-future"),
        ({"channel": "pigeon"}, "touchpoint-unfit"),
        ({"turf": "moon"}, "touchpoint-unfit"),
        ({"minutes": 0}, "touchpoint-unfit"),
        ({"people": (stranger.pk,)}, "not-found"),
        ({"text": " "}, "text-missing"),
        ({"lines": (Line("gossip", "x"),)}, "touchpoint-unfit"),
    ):
        with pytest.raises(RegularsError) as raised:
            record_touchpoint(max, told(nord, **more), today=DAY)
        assert raised.value.code == code
    with pytest.raises(RegularsError, match="may not"):
        record_touchpoint(vic, told(nord), today=DAY)
    assert left() == [0, 0, 0, 0]


def test_a_blocker_is_opened_cleared_and_both_are_entries(nord: Customer, ida: Person, max: Any) -> None:
    new = NewBlocker("No single sign-on", side="theirs", clears="it", person=ida.pk)
    open_blocker(max, nord.pk, new, DAY)
    blocker = Blocker.objects.get()
    at = epoch_day(DAY)
    assert [(one.age, one.whose, one.clears) for one in blockers(nord.pk, at + 9).standing] == [
        (9, "on their side", "Their IT")
    ]
    closed = close_blocker(
        max, blocker, cleared_by="theirs", how="Ida called IT", on=DAY + timedelta(days=12)
    )
    assert blockers(nord.pk, at + 20).cleared[0].age == 12
    assert blockers(nord.pk, at + 9).standing, "on an earlier day it still stood"
    facts = {fact.kind: fact for fact in Fact.objects.all()}
    assert facts["blocker_opened"].properties == {"side": "theirs", "clears": "it", "person": opaque(ida.pk)}
    assert facts["blocker_opened"].serial == facts["blocker_closed"].serial
    assert (facts["blocker_closed"].item, facts["blocker_closed"].text) == (
        "No single sign-on",
        "Ida called IT",
    )
    with pytest.raises(RegularsError) as raised:
        close_blocker(max, blocker, cleared_by="ours", how="", on=DAY)
    assert raised.value.code == "blocker-closed"
    undo_written(max, closed)
    assert Fact.objects.get().kind == "blocker_opened"
    assert Blocker.objects.values_list("closed_on", "cleared_by", "cleared_how").get() == (None, "", "")


def test_a_blocker_that_was_cleared_since_is_not_undone(nord: Customer, max: Any) -> None:
    opened = open_blocker(max, nord.pk, NewBlocker("Budget"), DAY)
    close_blocker(max, Blocker.objects.get(), cleared_by="ours", how="", on=DAY)
    with pytest.raises(RegularsError) as raised:
        undo_written(max, opened)
    assert raised.value.code == "not-undoable"
    assert Fact.objects.count() == 2


def test_a_blocker_belongs_to_this_customer(nord: Customer, max: Any) -> None:
    other = Customer.objects.create(name="Süd", name_folded="sud")
    theirs = Outcome.objects.create(customer=other, sentence="x", noted_on=DAY)
    for new in (NewBlocker("x", outcome=theirs.pk), NewBlocker("x", person=99)):
        with pytest.raises(RegularsError) as raised:
            open_blocker(max, nord.pk, new, DAY)
        assert raised.value.code == "not-found"
    assert not Fact.objects.exists()


def test_the_usual_time_to_unclog_is_told_by_side(nord: Customer) -> None:
    for days in (2, 4, 6, 8, 10):
        Blocker.objects.create(
            customer=nord, text="x", side="theirs", opened_on=DAY, closed_on=DAY + timedelta(days=days)
        )
    times = unclog_times(epoch_day(DAY) + 100)
    assert (times["theirs"].value, times["theirs"].n) == (6, 5)
    assert times["ours"].refusal.startswith("0 cleared so far")


def test_a_champion_who_leaves_is_an_entry_and_a_user_is_not(nord: Customer, ida: Person, max: Any) -> None:
    jon = Person.objects.create(name="Jon")
    user = Role.objects.create(person=jon, customer=nord, part="user")
    person_leaves(max, user, DAY)
    assert not Fact.objects.exists()
    champion = Role.objects.get(person=ida)
    entry = person_leaves(max, champion, DAY)
    fact = Fact.objects.get()
    assert (fact.kind, fact.item, fact.properties) == (
        "person_left", "champion", {"person": opaque(ida.pk)},
    )  # fmt: skip
    champion.refresh_from_db()
    assert champion.until == DAY
    with pytest.raises(RegularsError):
        person_leaves(max, champion, DAY)
    undo_written(max, entry)
    champion.refresh_from_db()
    assert (champion.until, Fact.objects.count()) == (None, 0)


def open_links() -> set[int]:
    return set(ShareLink.objects.filter(revoked_at=None).values_list("pk", flat=True))


def test_who_leaves_reads_no_more_by_their_links_until_that_is_undone(
    nord: Customer, ida: Person, max: Any
) -> None:
    jon, sud = Person.objects.create(name="Jon"), Customer.objects.create(name="Süd", name_folded="sud")
    role = Role.objects.get()
    Role.objects.create(person=jon, customer=nord)
    Role.objects.create(person=ida, customer=sud)
    theirs = {share_plan(max, nord.pk, person=ida.pk)[0].pk for _ in range(2)}
    others = {
        share_plan(max, nord.pk, person=jon.pk)[0].pk,
        share_plan(max, nord.pk)[0].pk,
        share_plan(max, sud.pk, person=ida.pk)[0].pk,
    }
    revoked, _ = share_plan(max, nord.pk, person=ida.pk)
    revoke_share(max, revoked)
    entry = person_leaves(max, role, DAY)
    assert open_links() == others
    with pytest.raises(RegularsError) as raised:
        share_plan(max, nord.pk, person=ida.pk)
    assert raised.value.code == "not-found"
    undo_written(max, entry)
    assert open_links() == theirs | others


def test_who_still_has_a_part_there_goes_on_reading(nord: Customer, ida: Person, max: Any) -> None:
    other = Role.objects.create(person=ida, customer=nord, title="Cook")
    link, _ = share_plan(max, nord.pk, person=ida.pk)
    person_leaves(max, other, DAY)
    assert open_links() == {link.pk}
    end_role(max, Role.objects.get(until=None))
    assert open_links() == set()
