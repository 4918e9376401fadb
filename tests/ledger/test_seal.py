"""Tail and segments are all facts, always: through sealing, undoing, merging and damage."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.insight.shapes import FACTS
from regulars.ledger import facts as facts_module
from regulars.ledger import seal
from regulars.ledger.facts import facts_of, facts_table, segments_folder, tail_arrow
from regulars.ledger.models import Fact, Segment
from regulars.ledger.seal import rewrite_segments, seal_facts, sweep_segments, unseal_facts, verify_segments
from regulars.records.models import Customer, Source
from regulars.store.engines import engine

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "REGULARS_HOME", tmp_path)
    monkeypatch.setattr(
        facts_module, "FEW", 0
    )  # few customers come from the database: not what is tested here
    return tmp_path


@pytest.fixture(scope="session")
def duck(tmp_path_factory):
    with engine("duckdb", memory="200MB", spill=tmp_path_factory.mktemp("spill")) as running:
        yield running


@pytest.fixture
def till():
    return Source.objects.create(slug="till", name="Till")


def make_customers(count):
    return [Customer.objects.create(name=f"C{n}", name_folded=f"c{n}").pk for n in range(count)]


_messages = iter(range(10**9))


def record(source, customers, day=20_000):
    """Record one purchase for each of these customers (None: demand without a name)."""
    moment = datetime(2024, 10, 4, 12, tzinfo=UTC)
    Fact.objects.bulk_create(
        Fact(
            source=source,
            message_id=str(next(_messages)),
            customer_id=customer,
            kind="purchase",
            occurred_at=moment,
            received_at=moment,
            day=day + place,
            minute=None if place % 2 else 720,
            received_day=day + place,
            amount=100 * place,
            currency="EUR" if place % 3 else "",
            item="beans" if place % 2 else "",
            quantity=2.5,
        )
        for place, customer in enumerate(customers)
    )


def in_database():
    columns = ("pk", "source_id", "customer_id", "kind", "day", "minute", "received_day", "amount")
    rows = Fact.objects.values_list(*columns, "currency", "item", "quantity", "order_number")
    return sorted(row[:8] + tuple(value or None for value in row[8:]) for row in rows)


def in_table(duck, **chosen):
    return sorted(tuple(row.values()) for row in duck.collect(facts_table(duck, **chosen)).to_pylist())


def test_facts_table_has_the_shape_and_every_fact_once(duck, till):
    customers = make_customers(3)
    record(till, [*customers, None])
    assert seal_facts(min_rows=1) == 4
    record(till, [None, customers[1]])
    table = facts_table(duck)
    assert table.schema() == FACTS
    assert in_table(duck) == in_database()
    assert tail_arrow().num_rows == 2
    assert [segment.rows for segment in Segment.objects.all()] == [4]


def test_nothing_recorded_is_an_empty_table(duck, till):
    assert in_table(duck) == []
    assert seal_facts(min_rows=1) == 0
    assert verify_segments() == []


def test_few_new_facts_stay_unsealed(duck, till):
    record(till, make_customers(5))
    assert seal_facts(min_rows=6) == 0
    assert seal_facts(min_rows=5) == 5
    assert seal_facts(min_rows=5) == 0


def test_large_tails_become_several_segments(duck, till, monkeypatch):
    monkeypatch.setattr(seal, "SEGMENT_ROWS", 4)
    record(till, make_customers(10))
    assert seal_facts(min_rows=1) == 10
    assert [segment.rows for segment in Segment.objects.order_by("first_fact")] == [4, 4, 2]
    assert in_table(duck) == in_database()


@pytest.mark.parametrize("few", [0, 1000])
def test_only_the_customers_and_days_asked_for(duck, till, monkeypatch, few):
    monkeypatch.setattr(facts_module, "FEW", few)
    a, b, c = make_customers(3)
    record(till, [a, b, c, None])
    seal_facts(min_rows=1)
    record(till, [a, b, c, None], day=20_100)
    chosen = [row for row in in_database() if row[2] in (a, c)]
    assert in_table(duck, customers=[a, c]) == chosen
    assert in_table(duck, customers=[a, c], until_day=20_002) == [row for row in chosen if row[4] <= 20_002]
    assert in_table(duck, customers=[]) == []
    assert sorted(facts_of([a])["fact_id"].to_pylist()) == [row[0] for row in chosen if row[2] == a]


def test_two_tables_of_one_engine_do_not_mix(duck, till):
    a, b = make_customers(2)
    record(till, [a, b, b])
    first, second = facts_table(duck, customers=[a]), facts_table(duck, customers=[b])
    assert (duck.collect(first).num_rows, duck.collect(second).num_rows) == (1, 2)


def test_undoing_an_import_below_the_sealed_line(duck, till, monkeypatch):
    monkeypatch.setattr(seal, "SEGMENT_ROWS", 4)
    record(till, make_customers(12))
    seal_facts(min_rows=1)
    ids = list(Fact.objects.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        Fact.objects.filter(pk__in=ids[3:6]).delete()
        assert unseal_facts(range(ids[3], ids[5] + 1)) == 2
    assert in_table(duck) == in_database()
    assert seal_facts(min_rows=1000) == 5, "gaps are closed whatever their size"
    assert in_table(duck) == in_database()
    assert tail_arrow().num_rows == 0


def test_an_undo_that_fails_leaves_the_segments(duck, till):
    record(till, make_customers(3))
    seal_facts(min_rows=1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        unseal_facts(range(1, 10**9))
        raise ZeroDivisionError
    assert Segment.objects.count() == 1
    assert in_table(duck) == in_database()


def test_erasure_leaves_no_byte_of_the_erased(duck, till):
    a, b = make_customers(2)
    record(till, [a, b])
    Fact.objects.filter(customer_id=a).update(item="SENTINEL")
    seal_facts(min_rows=1)
    erased = list(Fact.objects.filter(customer_id=a).values_list("pk", flat=True))
    assert any(b"SENTINEL" in file.read_bytes() for file in segments_folder().iterdir())
    with transaction.atomic():
        Fact.objects.filter(pk__in=erased).delete()
        unseal_facts(erased)
    assert rewrite_segments(erased) == 0
    assert not any(b"SENTINEL" in file.read_bytes() for file in segments_folder().iterdir())
    assert in_table(duck) == in_database()
    assert len(list(segments_folder().iterdir())) == Segment.objects.count() == 0


def test_erasure_seals_what_is_left_of_older_segments(duck, till, monkeypatch):
    monkeypatch.setattr(seal, "SEGMENT_ROWS", 3)
    record(till, make_customers(9))
    seal_facts(min_rows=1)
    gone = Fact.objects.order_by("pk")[1].pk
    with transaction.atomic():
        Fact.objects.filter(pk=gone).delete()
        unseal_facts([gone])
    assert rewrite_segments([gone]) == 2
    assert tail_arrow().num_rows == 0
    assert in_table(duck) == in_database()
    assert {file.name for file in segments_folder().iterdir()} == {one.name for one in Segment.objects.all()}


def test_a_missing_or_altered_file_is_made_again_and_said(duck, till, caplog):
    record(till, make_customers(4))
    seal_facts(min_rows=1)
    path = segments_folder() / Segment.objects.get().name
    path.unlink()
    with pytest.raises(RegularsError) as caught:
        facts_table(duck)
    assert caught.value.code == "segment-missing"
    repairs = verify_segments()
    assert [repair.fault for repair in repairs] == ["the file is missing"]
    assert "made again" in caplog.text
    path = segments_folder() / Segment.objects.get().name
    path.write_bytes(path.read_bytes()[:-7] + b"garbage")
    assert [repair.fault for repair in verify_segments()] == ["the file is not what was written"]
    assert verify_segments() == []
    assert in_table(duck) == in_database()


def test_the_next_sealing_makes_a_missing_file_again(duck, till):
    record(till, make_customers(4))
    seal_facts(min_rows=1)
    (segments_folder() / Segment.objects.get().name).unlink()
    seal_facts()
    assert in_table(duck) == in_database()


def test_facts_removed_without_a_word_are_found(duck, till):
    record(till, make_customers(4))
    seal_facts(min_rows=1)
    Fact.objects.order_by("pk").first().delete()
    assert [repair.rows for repair in verify_segments()] == [3]
    assert in_table(duck) == in_database()


def test_a_crash_before_listing_leaves_waste_that_is_swept(duck, till, monkeypatch):
    record(till, make_customers(4))

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(seal, "_listed", crash)
        seal_facts(min_rows=1)
    (segments_folder() / "half.part").write_bytes(b"PAR1")
    assert Segment.objects.count() == 0
    assert in_table(duck) == in_database(), "an unlisted file is not read"
    assert sweep_segments() == [], "a young file may be one that is about to be listed"
    assert len(sweep_segments(older_than=0)) == 2
    assert seal_facts(min_rows=1) == 4
    assert in_table(duck) == in_database()


def test_facts_removed_while_a_segment_is_written_are_not_sealed(duck, till, monkeypatch):
    record(till, make_customers(4))
    write = seal.write_segment

    def slow(folder, first, last, facts):
        Fact.objects.order_by("pk").first().delete()
        return write(folder, first, last, facts)

    with monkeypatch.context() as patch:
        patch.setattr(seal, "write_segment", slow)
        assert seal_facts(min_rows=1) == 0
    assert Segment.objects.count() == 0
    assert in_table(duck) == in_database()


def test_a_file_swept_before_it_is_listed_is_not_listed(duck, till, monkeypatch):
    record(till, make_customers(4))
    write = seal.write_segment

    def swept(*given):
        file = write(*given)
        seal.sweep_segments(older_than=0)  # as after an undo in another process
        return file

    with monkeypatch.context() as patch:
        patch.setattr(seal, "write_segment", swept)
        assert seal_facts(min_rows=1) == 0
    assert Segment.objects.count() == 0
    assert in_table(duck) == in_database()
    assert seal_facts(min_rows=1) == 4


def test_segments_are_sorted_by_customer(duck, till):
    a, b = make_customers(2)
    record(till, [b, a, b, a])
    seal_facts(min_rows=1)
    sealed = duck.parquet([segments_folder() / Segment.objects.get().name])
    assert duck.collect(sealed)["customer"].to_pylist() == [a, a, b, b]


def merge(absorbed, kept):
    """What merging does to customers and facts."""
    below = [absorbed, *descendants(absorbed)]
    Fact.objects.filter(customer_id=absorbed, moved_from__isnull=True).update(moved_from_id=absorbed)
    Fact.objects.filter(moved_from_id__in=below).update(customer_id=root(kept))
    Customer.objects.filter(pk=absorbed).update(merged_into_id=kept)


def unmerge(absorbed):
    Fact.objects.filter(moved_from_id__in=[absorbed, *descendants(absorbed)]).update(customer_id=absorbed)
    Fact.objects.filter(moved_from_id=absorbed).update(moved_from=None)
    Customer.objects.filter(pk=absorbed).update(merged_into=None)


def root(customer):
    while (into := Customer.objects.get(pk=customer).merged_into_id) is not None:
        customer = into
    return customer


def descendants(customer):
    found = []
    for child in Customer.objects.filter(merged_into_id=customer).values_list("pk", flat=True):
        found += [child, *descendants(child)]
    return found


places = st.integers(0, 4)
step = st.one_of(
    st.tuples(st.just("record"), st.lists(st.one_of(st.none(), places), min_size=1, max_size=6)),
    st.tuples(st.just("seal"), st.integers(1, 5)),
    st.tuples(st.just("undo"), st.tuples(st.integers(0, 30), st.integers(1, 8))),
    st.tuples(st.just("merge"), st.tuples(places, places)),
    st.tuples(st.just("unmerge"), places),
    st.tuples(st.just("damage"), st.booleans()),
)


def take(action, value, till, customers):
    if action == "record":
        record(till, [None if place is None else root(customers[place]) for place in value])
    elif action == "seal":
        seal_facts(min_rows=value)
    elif action == "undo":
        undo(*value)
    elif action == "merge":
        absorbed, kept = root(customers[value[0]]), root(customers[value[1]])
        if absorbed != kept:
            merge(absorbed, kept)
    elif action == "unmerge" and Customer.objects.get(pk=customers[value]).merged_into_id:
        unmerge(customers[value])
    elif action == "damage" and (segment := Segment.objects.first()) is not None:
        damage(segment, gone=value)


def undo(place, count):
    ids = list(Fact.objects.order_by("pk").values_list("pk", flat=True))[place:][:count]
    if ids:
        with transaction.atomic():
            unseal_facts(range(ids[0], ids[-1] + 1))
            Fact.objects.filter(pk__in=ids).delete()


def damage(segment, *, gone):
    path = segments_folder() / segment.name
    if gone:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(b"not what was written")
    assert [repair.rows for repair in verify_segments()] == [segment.rows]


@given(steps=st.lists(step, max_size=14))
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_happens_the_table_is_the_database(duck, till, monkeypatch, steps):
    monkeypatch.setattr(seal, "SEGMENT_ROWS", 4)
    Fact.objects.all().delete()
    Segment.objects.all().delete()
    customers = make_customers(5)
    for action, value in steps:
        take(action, value, till, customers)
        assert in_table(duck) == in_database()
        some = [root(customers[0]), root(customers[3])]
        assert in_table(duck, customers=some) == [row for row in in_database() if row[2] in some]
