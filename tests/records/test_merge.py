"""Merging and undoing it: nothing is lost, whatever the order."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.ledger.dialects.incoming import IncomingFact
from regulars.ledger.models import DueCustomer, Fact
from regulars.ledger.record import Whom, record_facts
from regulars.records.folding import folded
from regulars.records.identity import merged_customers, resolve
from regulars.records.models import (
    AuditEntry,
    Customer,
    Identifier,
    KindOfCustomer,
    Merge,
    MergeProposal,
    Note,
    Person,
    Role,
    Source,
    Tag,
    ToDo,
)
from regulars.records.write.merges import merge_customers, unmerge_customers

pytestmark = pytest.mark.django_db
MOMENT = datetime(2024, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def till():
    return Source.objects.create(slug="till", name="Till")


def customer(name, source, **more):
    """A customer with one of everything that follows a merge."""
    made = Customer.objects.create(name=name, name_folded=folded(name), **more)
    Identifier.objects.create(customer=made, source=source, value=f"id-{name}")
    Role.objects.create(customer=made, person=Person.objects.create(name=name), title="owner")
    Note.objects.create(customer=made, text=f"note {name}", noted_on=date(2024, 1, 1))
    ToDo.objects.create(customer=made, text=f"to do {name}")
    Fact.objects.create(
        source=source, message_id=name, customer=made, kind="purchase", occurred_at=MOMENT, received_at=MOMENT,
        day=1, received_day=1,
    )  # fmt: skip
    Tag.objects.create(name=f"tag {name}").customers.add(made)
    return made


def everything():
    """All rows that a merge touches."""
    follow = [
        sorted(table.objects.values_list("pk", "customer_id", "moved_from_id"))
        for table in (Identifier, Role, Note, ToDo, Fact)
    ]
    customers = sorted(
        Customer.objects.values_list(
            "pk", "merged_into_id", "owner_id", "kind_id", "not_before", "parent_id"
        ),
        key=lambda row: row[0],
    )
    return [*follow, customers, sorted(Tag.customers.through.objects.values_list("customer_id", "tag_id"))]


@pytest.fixture
def three(till):
    return [customer(name, till).pk for name in "abc"]


def test_all_that_belongs_to_the_absorbed_one_moves_and_comes_back(ana, three, till):
    a, b, _ = three
    before = everything()
    merge = merge_customers(ana, a, b)
    for table in (Identifier, Role, Note, ToDo, Fact):
        assert set(table.objects.filter(customer=a).values_list("moved_from_id", flat=True)) == {None, b}
        assert not table.objects.filter(customer=b).exists()
    assert resolve(till, ["id-b"]) == {"id-b": a}
    assert merged_customers() == {b: a}
    assert set(Tag.objects.filter(customers=a).values_list("name", flat=True)) == {"tag a", "tag b"}
    assert unmerge_customers(ana, merge.pk).pk == b
    assert everything() == before


def test_both_are_due_after_either_and_claims_are_taken_back(ana, three):
    a, b, c = three
    DueCustomer.objects.create(customer_id=a, since=MOMENT, claimed_by="worker", claimed_at=MOMENT)
    merge = merge_customers(ana, a, b)
    assert set(DueCustomer.objects.values_list("customer_id", "claimed_by")) == {(a, ""), (b, "")}
    DueCustomer.objects.all().delete()
    merge_customers(ana, c, a)
    DueCustomer.objects.all().delete()
    unmerge_customers(ana, merge.pk)
    assert set(DueCustomer.objects.values_list("customer_id", flat=True)) == {b, c}, (
        "who held it, and who has it"
    )


def test_audit_entries_say_who_merged_what(ana, three):
    a, b, _ = three
    merge = merge_customers(ana, a, b)
    unmerge_customers(ana, merge.pk)
    entries = list(AuditEntry.objects.order_by("pk").values_list("action", "subject", "actor_name"))
    assert entries == [
        ("merge_customers", f"customer {a}", "Ana"),
        ("unmerge_customers", f"customer {b}", "Ana"),
    ]
    assert AuditEntry.objects.order_by("pk").first().detail["moved"] == {
        "identifier": 1, "role": 1, "note": 1, "todo": 1, "fact": 1,
    }  # fmt: skip


def test_merges_of_merges_undone_from_inside(ana, three):
    a, b, c = three
    before = everything()
    inner, outer = merge_customers(ana, b, a), merge_customers(ana, c, b)
    assert set(Fact.objects.values_list("customer_id", flat=True)) == {c}
    assert merged_customers() == {a: c, b: c}
    unmerge_customers(ana, inner.pk)
    assert dict(Fact.objects.values_list("message_id", "customer_id")) == {"a": a, "b": c, "c": c}
    unmerge_customers(ana, outer.pk)
    assert everything() == before


def test_what_comes_later_by_a_moved_identifier_goes_back_too(ana, three, till):
    a, b, _ = three
    merge = merge_customers(ana, a, b)
    record_facts(till, [IncomingFact("later", "purchase", "id-b", MOMENT, amount=100, currency="EUR")])
    assert Fact.objects.get(message_id="later").customer_id == a
    unmerge_customers(ana, merge.pk)
    assert Fact.objects.get(message_id="later").customer_id == b
    assert Fact.objects.get(message_id="later").moved_from_id is None


def test_the_same_person_in_the_same_role_at_both(ana, three):
    a, b, _ = three
    both = Person.objects.create(name="Both")
    for at in (a, b):
        Role.objects.create(person=both, customer_id=at, title="buyer")
    before = everything()
    merge = merge_customers(ana, a, b)
    assert Role.objects.filter(person=both, customer=a).count() == 1
    unmerge_customers(ana, merge.pk)
    assert everything() == before


def test_empty_columns_are_filled_and_emptied_again_unless_changed(ana, max, till):
    kind = KindOfCustomer.objects.create(name="cafés")
    a = customer("a", till, owner=ana)
    b = customer("b", till, owner=max, kind=kind, not_before=date(2030, 1, 1))
    child = customer("child", till, parent=b)
    before = everything()
    merge = merge_customers(ana, a.pk, b.pk)
    a.refresh_from_db()
    assert (a.owner, a.kind, a.not_before) == (ana, kind, date(2030, 1, 1))
    assert Customer.objects.get(pk=child.pk).parent == a
    unmerge_customers(ana, merge.pk)
    assert everything() == before
    again = merge_customers(ana, a.pk, b.pk)
    Customer.objects.filter(pk=a.pk).update(not_before=date(2031, 1, 1))
    unmerge_customers(ana, again.pk)
    assert Customer.objects.get(pk=a.pk).not_before == date(2031, 1, 1), "changed since: a colleague meant it"


@pytest.mark.parametrize("case", ["same", "merged", "gone", "viewer", "undone", "nothing"])
def test_what_cannot_be_done_says_why_and_changes_nothing(ana, vic, three, case):
    a, b, c = three
    merge = merge_customers(ana, a, b)
    if case == "undone":
        unmerge_customers(ana, merge.pk)
    before = everything()
    attempts = {
        "same": ("merge-same", lambda: merge_customers(ana, c, c)),
        "merged": ("merge-merged", lambda: merge_customers(ana, c, b)),
        "gone": ("not-found", lambda: merge_customers(ana, c, 10**9)),
        "viewer": ("forbidden", lambda: merge_customers(vic, c, a)),
        "undone": ("merge-undone", lambda: unmerge_customers(ana, merge.pk)),
        "nothing": ("not-found", lambda: unmerge_customers(ana, 10**9)),
    }
    code, attempt = attempts[case]
    with pytest.raises(RegularsError) as caught:
        attempt()
    assert caught.value.code == code
    assert everything() == before


def test_a_proposal_follows_what_was_decided(ana, three):
    a, b, _ = three
    proposal = MergeProposal.objects.create(first_id=a, second_id=b, reason="Spelled alike.")
    merge = merge_customers(ana, b, a)
    proposal.refresh_from_db()
    assert proposal.state == "merged"
    unmerge_customers(ana, merge.pk)
    proposal.refresh_from_db()
    assert proposal.state == "different"


places = st.integers(0, 4)


@given(
    merges=st.lists(st.tuples(places, places), max_size=6),
    undone=st.permutations(range(6)),
    between=st.lists(st.booleans(), min_size=6, max_size=6),
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undone_in_any_order_everything_is_as_it_was(ana, till, merges, undone, between):
    Merge.objects.all().delete()
    for table in (Fact, Identifier, Role, Note, ToDo, Tag, Customer, Person):
        table.objects.all().delete()
    customers = [customer(name, till).pk for name in "abcde"]
    before = everything()
    made = []
    for (kept, absorbed), undo_now in zip(merges, between, strict=False):
        try:
            made.append(merge_customers(ana, customers[kept], customers[absorbed]))
        except RegularsError:
            continue
        if undo_now:
            unmerge_customers(ana, made.pop(0).pk)
    for place in undone:
        if place < len(made):
            unmerge_customers(ana, made[place].pk)
    assert everything() == before


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_facts_that_arrive_during_a_merge_follow_it(ana, three, till):
    kept, absorbed, _ = three

    class MergedMeanwhile(Whom):
        def customers(self, columns):
            found = super().customers(columns)
            with ThreadPoolExecutor(1) as other:
                other.submit(merge_customers, ana, kept, absorbed).result()
                other.submit(lambda: connection.close()).result()
            return found

    fact = IncomingFact(
        "late", "purchase", "id-b", datetime(2026, 1, 5, tzinfo=UTC), amount=1, currency="EUR"
    )
    record_facts(till, [fact], whom=MergedMeanwhile(till))
    late = Fact.objects.get(message_id="late")
    assert (late.customer_id, late.moved_from_id) == (kept, absorbed)
    assert DueCustomer.objects.filter(customer=kept).exists()
