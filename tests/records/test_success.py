"""Outcomes changed by two people at once, wishes, templates: nothing anybody wrote is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.insight.outcome import OutcomeRecord, OutcomeState, outcome_standing
from regulars.records.models import (
    Commitment,
    Customer,
    KindOfCustomer,
    Milestone,
    Outcome,
    OutcomeEdit,
    OutcomeTemplate,
    Person,
    Reading,
    Role,
    Wish,
)
from regulars.records.read.company import epoch_day
from regulars.records.read.outcomes import outcome_record
from regulars.records.read.success import OutcomeRows, person_named, plan_rows
from regulars.records.write.merges import merge_customers, unmerge_customers
from regulars.records.write.outcomes import (
    agree_outcome,
    change_outcome,
    drop_outcome,
    note_outcome,
    remove_draft,
    settle_edit,
    take_up_outcome,
)
from regulars.records.write.plan import add_commitment, add_milestone, add_reading
from regulars.records.write.templates import (
    STARTS,
    drop_template,
    keep_template,
    make_starts,
    start_from_template,
)
from regulars.records.write.wishes import add_wish, end_wish, judge_wish

pytestmark = pytest.mark.django_db
ON = date(2026, 3, 1)


@pytest.fixture
def nord() -> Customer:
    return Customer.objects.create(name="Café Nord", name_folded="cafe nord")


@pytest.fixture
def outcome(nord: Customer) -> Outcome:
    return note_outcome(
        None, nord.pk, "  Never out of milk ", noted_on=ON, due_on=ON + timedelta(days=90), why="Guests leave"
    )


def test_a_sentence_is_enough_and_is_tidied(outcome: Outcome, nord: Customer) -> None:
    assert outcome.sentence == "Never out of milk"
    assert note_outcome(None, nord.pk, "Open at six", noted_on=ON).due_on is None
    with pytest.raises(RegularsError, match="few words"):
        note_outcome(None, nord.pk, "   ", noted_on=ON)


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [
        ({"baseline": 5.0, "target": 5.0}, "target-equals-baseline", "target"),
        ({"target": 0.0}, "target-equals-baseline", "target"),
        ({"target": float("inf")}, "number-unfit", "target"),
        ({"due_on": ON - timedelta(days=1)}, "due-before-agreed", "due_on"),
        ({"reading_rule": {"kind": "usage", "what": "mean", "days": 3}}, "reading-rule-unfit", "reading_rule"),
        ({"sentence": "x" * 501}, "text-too-long", "sentence"),
    ],
)  # fmt: skip
def test_what_nobody_could_reach_or_tell_is_refused_beside_its_field(
    outcome: Outcome, typed: dict[str, Any], code: str, field: str
) -> None:
    agreed = agree_outcome(None, outcome, ON)
    with pytest.raises(RegularsError) as raised:
        change_outcome(None, agreed, 1, typed)
    assert (raised.value.code, list(raised.value.fields)) == (code, [field])
    outcome.refresh_from_db()
    assert outcome.version == 1
    assert not OutcomeEdit.objects.exists()


def test_two_people_who_touch_different_fields_never_notice_each_other(
    outcome: Outcome, max: Any, ana: Any
) -> None:
    change_outcome(max, outcome, 1, {"sentence": "Always milk", "why": "Guests leave"})
    merged = change_outcome(ana, outcome, 1, {"sentence": "Never out of milk", "why": "Guests do not return"})
    outcome.refresh_from_db()
    assert (outcome.sentence, outcome.why, outcome.version) == ("Always milk", "Guests do not return", 3)
    assert (merged.taken, merged.aside) == (("why",), None)


def test_two_people_who_touch_the_same_field_both_keep_their_words(
    outcome: Outcome, max: Any, ana: Any
) -> None:
    change_outcome(max, outcome, 1, {"sentence": "Always milk"})
    merged = change_outcome(ana, outcome, 1, {"sentence": "Milk at seven", "why": "Breakfast"})
    outcome.refresh_from_db()
    assert (outcome.sentence, outcome.why) == ("Always milk", "Breakfast")
    assert merged.aside is not None
    assert merged.aside.changes == {"sentence": ["Always milk", "Milk at seven"]}
    settle_edit(max, merged.aside, take=True)
    outcome.refresh_from_db()
    assert (outcome.sentence, outcome.version) == ("Milk at seven", 4)
    with pytest.raises(RegularsError, match="settled this already"):
        settle_edit(max, merged.aside, take=False)


def test_what_stands_can_be_kept_and_what_was_aside_stays_in_the_history(outcome: Outcome) -> None:
    later = ON + timedelta(days=120)
    change_outcome(None, outcome, 1, {"due_on": later})
    merged = change_outcome(None, outcome, 1, {"due_on": ON + timedelta(days=60)})
    assert merged.aside is not None
    settle_edit(None, merged.aside, take=False)
    outcome.refresh_from_db()
    assert outcome.due_on == later
    assert OutcomeEdit.objects.get(aside=True).changes["due_on"][1] == "2026-04-30"


def test_both_typing_the_same_is_no_contest(outcome: Outcome) -> None:
    change_outcome(None, outcome, 1, {"sentence": "Always milk"})
    merged = change_outcome(None, outcome, 1, {"sentence": "Always milk"})
    assert (merged.taken, merged.aside) == ((), None)
    assert OutcomeEdit.objects.count() == 1


WORDS = st.sampled_from(["a", "b", "c"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.integers(1, 4), WORDS, WORDS), min_size=1, max_size=6))
def test_whatever_is_typed_stands_or_is_kept_aside(nord: Customer, edits: list[tuple[int, str, str]]) -> None:
    one = note_outcome(None, nord.pk, "start", noted_on=ON, why="start")
    for version, sentence, why in edits:
        one.refresh_from_db()
        seen = min(version, one.version)
        merged = change_outcome(None, one, seen, {"sentence": sentence, "why": why})
        one.refresh_from_db()
        aside = merged.aside.changes if merged.aside else {}
        for name, typed in (("sentence", sentence), ("why", why)):
            kept_aside = name in aside and aside[name][1] == typed
            as_seen = getattr(one, name) != typed and name not in aside
            assert getattr(one, name) == typed or kept_aside or (as_seen and seen < one.version)


def test_a_draft_needs_a_date_to_be_agreed(nord: Customer) -> None:
    draft = note_outcome(None, nord.pk, "Open at six", noted_on=ON)
    with pytest.raises(RegularsError) as raised:
        agree_outcome(None, draft, ON)
    assert (raised.value.code, list(raised.value.fields)) == ("due-missing", ["due_on"])


def record_of(rows: OutcomeRows) -> OutcomeRecord:
    return outcome_record(rows.outcome, rows.readings, rows.milestones, rows.said)


def test_an_outcome_is_given_up_with_a_reason_and_taken_up_again(outcome: Outcome) -> None:
    with pytest.raises(RegularsError, match="few words"):
        drop_outcome(None, outcome, ON, " ")
    drop_outcome(None, outcome, ON, "They bought a cow")
    rows = plan_rows([outcome.customer_id])[outcome.customer_id].outcomes[0]
    assert outcome_standing(record_of(rows), epoch_day(ON)).state is OutcomeState.DROPPED
    take_up_outcome(None, outcome)
    outcome.refresh_from_db()
    assert (outcome.dropped_on, outcome.dropped_why) == (None, "")


def test_a_draft_goes_and_what_something_rests_on_stays(nord: Customer, outcome: Outcome) -> None:
    draft = note_outcome(None, nord.pk, "A slip", noted_on=ON)
    remove_draft(None, draft)
    add_reading(None, outcome, ON, 3)
    with pytest.raises(RegularsError) as raised:
        remove_draft(None, outcome)
    assert raised.value.code == "outcome-in-use"
    assert list(Outcome.objects.all()) == [outcome]


def test_of_one_day_the_newest_reading_counts(outcome: Outcome) -> None:
    change_outcome(None, outcome, 1, {"target": 10.0})
    agree_outcome(None, outcome, ON)
    add_reading(None, outcome, ON, 3)
    add_reading(None, outcome, ON, 7, by_customer=True)
    rows = plan_rows([outcome.customer_id])[outcome.customer_id].outcomes[0]
    assert outcome_standing(record_of(rows), epoch_day(ON)).value == 7
    record, later = record_of(rows), epoch_day(ON) + 1
    assert outcome_standing(replace(record, by_rule=(later, 9.0)), later).value == 9
    assert outcome_standing(replace(record, by_rule=(epoch_day(ON), 9.0)), later).value == 7


def test_plans_of_many_are_read_in_as_many_queries_as_of_one() -> None:
    def queries(number: int) -> int:
        ids = []
        for _ in range(number):
            one = Customer.objects.create(name="X", name_folded="x")
            ids.append(one.pk)
            for _ in range(3):
                wanted = note_outcome(None, one.pk, "Milk", noted_on=ON)
                add_reading(None, wanted, ON, 1)
                add_milestone(None, one.pk, "Step", outcome=wanted)
                add_commitment(None, one.pk, "ours", "Call", outcome=wanted)
                change_outcome(None, wanted, 1, {"why": "a"})
                change_outcome(None, wanted, 1, {"why": "b"})
            add_wish(None, one.pk, "channel", "Phone", noted_on=ON)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            found = plan_rows(ids)
        assert all(len(found[pk].outcomes) == 3 and found[pk].outcomes[2].aside for pk in ids)
        return len(captured)

    assert queries(1) == queries(20)


def test_a_plan_follows_a_merge_and_comes_back(nord: Customer, outcome: Outcome) -> None:
    other = Customer.objects.create(name="Nord 2", name_folded="nord 2")
    add_wish(None, nord.pk, "channel", "Phone", noted_on=ON)
    merge = merge_customers(None, other.pk, nord.pk)
    assert len(plan_rows([other.pk])[other.pk].outcomes) == 1
    unmerge_customers(None, merge.pk)
    assert plan_rows([other.pk])[other.pk].outcomes == []
    assert len(plan_rows([nord.pk])[nord.pk].wishes) == 1


def test_a_wish_is_judged_with_evidence_ended_and_taken_up(nord: Customer) -> None:
    wish = add_wish(None, nord.pk, "channel", "By phone", noted_on=ON, test={"channel": "phone"})
    with pytest.raises(RegularsError, match="few words"):
        judge_wish(None, wish, "met", " ", ON)
    judge_wish(None, wish, "met", "Ida says so", ON)
    wish.refresh_from_db()
    assert (wish.judged, wish.evidence, wish.judged_on) == ("met", "Ida says so", ON)
    end_wish(None, wish, ON)
    assert plan_rows([nord.pk])[nord.pk].wishes == []
    end_wish(None, wish, None)
    assert len(plan_rows([nord.pk])[nord.pk].wishes) == 1
    with pytest.raises(RegularsError) as raised:
        add_wish(None, nord.pk, "colour", "Blue", noted_on=ON)
    assert raised.value.code == "wish-kind-unknown"


def test_the_templates_that_ship_are_made_once(max: Any, vic: Any) -> None:
    assert (make_starts(max), make_starts(max)) == (len(STARTS), 0)
    with pytest.raises(RegularsError):
        make_starts(vic)
    drop_template(max, OutcomeTemplate.objects.get(name=STARTS[0].name))
    assert OutcomeTemplate.objects.count() == len(STARTS) - 1


def test_a_template_carries_steps_and_promises_and_nothing_of_the_customer(
    nord: Customer, outcome: Outcome, max: Any
) -> None:
    ida = Person.objects.create(name="Ida")
    change_outcome(
        None, outcome, 1, {"measure": "days without", "unit": "days", "baseline": 4.0, "target": 0.5}
    )
    agreed = agree_outcome(None, outcome, ON)
    add_milestone(None, nord.pk, "Fridge there", outcome=agreed, due_on=ON + timedelta(days=10), go_live=True)
    add_commitment(
        None, nord.pk, "theirs", "Clear a shelf", outcome=agreed, due_on=ON + timedelta(days=5), person=ida
    )
    add_wish(None, nord.pk, "channel", "By phone", noted_on=ON)
    kind = KindOfCustomer.objects.create(name="café")
    agreed.refresh_from_db()
    template = keep_template(max, agreed, "Milk", kind)
    assert (template.days, template.measure) == (90, "days without")
    assert template.milestones == [["Fridge there", 10, True]]
    assert template.commitments == [["theirs", "Clear a shelf", 5]]
    with pytest.raises(RegularsError) as raised:
        keep_template(max, agreed, "Milk", None)
    assert raised.value.code == "template-there"
    other = Customer.objects.create(name="Süd", name_folded="sud")
    day = date(2026, 6, 1)
    draft = start_from_template(max, template, other.pk, on=day, owner=max)
    assert (draft.agreed_on, draft.due_on, draft.baseline, draft.why) == (
        None,
        day + timedelta(days=90),
        None,
        "",
    )
    assert Milestone.objects.get(customer=other).due_on == day + timedelta(days=10)
    assert Commitment.objects.get(customer=other).person is None
    assert Wish.objects.get(customer=other).text == "By phone"
    remove_draft(max, draft)
    assert not Milestone.objects.filter(customer=other).exists()


def test_a_person_is_found_by_name_at_their_customer_only(nord: Customer) -> None:
    ida = Person.objects.create(name="Ida Nord", email="ida@example.org")
    Role.objects.create(person=ida, customer=nord)
    assert person_named(nord.pk, " ida  nord ") == ida
    assert person_named(nord.pk, "ida@example.org") == ida
    assert person_named(nord.pk, "  ") is None
    other = Customer.objects.create(name="Süd", name_folded="sud")
    with pytest.raises(RegularsError) as raised:
        person_named(other.pk, "Ida Nord")
    assert raised.value.code == "person-unknown"


def test_a_first_name_or_a_beginning_that_one_of_them_has_is_enough(nord: Customer) -> None:
    def there(name: str, **role: Any) -> Person:
        person = Person.objects.create(name=name)
        Role.objects.create(person=person, customer=nord, **role)
        return person

    isak, jose, ann = there("Isak Silva"), there("José Núñez"), there("Ann Berg")
    anna = there("Anna Dahl")
    there("Isak Lund", until=date(2026, 1, 1))
    for typed, meant in (
        ("isak", isak), ("ISAK S", isak), ("jose", jose), ("nunez", jose), ("ann", ann), ("anna", anna),
        ("silva", isak),
    ):  # fmt: skip
        assert person_named(nord.pk, typed) == meant, typed
    with pytest.raises(RegularsError) as raised:
        person_named(nord.pk, "an")
    assert (raised.value.code, raised.value.message) == (
        "person-unclear", "This may mean Ann Berg or Anna Dahl. Write more of the name.",
    )  # fmt: skip
    with pytest.raises(RegularsError) as raised:
        person_named(nord.pk, "Zoe")
    assert raised.value.message == (
        "Nobody at this customer goes by Zoe. On record: Isak Silva, José Núñez, Ann Berg, Anna Dahl. Choose "
        "one, add somebody under People on their page, or leave it empty."
    )
    assert not Reading.objects.exists()
