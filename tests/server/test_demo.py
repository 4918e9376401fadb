"""The seeded company: always the same, quick to find things in, and gone without a trace."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from regulars.attention.models import NextStep, Standing, StoredResult
from regulars.attention.reassess import reassess_all
from regulars.insight.errors import RegularsError
from regulars.ledger.by_hand import Told, record_told
from regulars.ledger.facts import tail_arrow
from regulars.ledger.models import Fact, Segment
from regulars.ledger.seal import seal_facts, verify_segments
from regulars.privacy.demo import demo_contents, remove_demo
from regulars.privacy.remove_source import remove_source
from regulars.records.models import (
    Colleague,
    Customer,
    Identifier,
    Note,
    Person,
    SearchLine,
    Source,
    Tag,
    ToDo,
)
from regulars.records.read.company import company, epoch_day
from regulars.records.write.company import change_company
from regulars.records.write.merges import merge_customers
from regulars.records.write.search_index import index_due, scrub_search
from regulars.server.demo.coffee import coffee
from regulars.server.demo.fill import being_filled, fill
from regulars.server.demo.load import seed
from regulars.server.demo.opening import opening
from regulars.server.demo.stories import SEED, stories
from regulars.web.style import style_address

TODAY = date(2026, 11, 22)
KEPT_ON_PURPOSE = {"audit_entry", "django_migrations", "auth_permission", "django_content_type"}


def counts() -> dict[str, int]:
    """How many rows each table has."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return {table: rows for table, rows in found.items() if table not in KEPT_ON_PURPOSE}


def bytes_kept() -> bytes:
    """Every byte of the database, its write-ahead log included, and of the files beside it."""
    folders = [Path(settings.REGULARS_HOME)]
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        folders += [database, *database.parent.glob(database.name + "-*")]
    files = {file for folder in folders for file in [folder, *folder.rglob("*")] if file.is_file()}
    return b"\0".join(file.read_bytes() for file in files)


def trigrams() -> set[str]:
    """Every three letters that SQLite's full-text index still knows of."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE temp.search_terms USING fts5vocab(main, search_text, row)")
        cursor.execute("SELECT term FROM search_terms")
        found = {term for (term,) in cursor.fetchall()}
        cursor.execute("DROP TABLE temp.search_terms")
    return found


@pytest.fixture(scope="module")
def lemon_and_bean():
    return coffee(TODAY)


def test_the_same_day_gives_the_same_company(lemon_and_bean):
    again = coffee(TODAY)
    assert again.facts == lemon_and_bean.facts
    assert again.buyers == lemon_and_bean.buyers


def test_sizes_are_those_of_a_chain_of_stands(lemon_and_bean):
    facts = [fact for rows in lemon_and_bean.facts.values() for fact in rows]
    unnamed = sum(1 for fact in facts if not fact.who)
    assert 750 <= len(lemon_and_bean.buyers) <= 850
    assert 50_000 <= len(facts) <= 80_000
    assert 0.5 <= unnamed / len(facts) <= 0.65
    assert {"purchase", "refund", "missed_us", "touchpoint", "praise", "referral", "feedback"} <= {
        fact.kind for fact in facts
    }


def test_message_ids_are_used_once_and_nothing_happens_after_yesterday(lemon_and_bean):
    for rows in lemon_and_bean.facts.values():
        assert len({fact.message_id for fact in rows}) == len(rows)
        assert all(fact.received_at == fact.occurred_at for fact in rows)
        assert max(fact.occurred_at for fact in rows).date() < TODAY


def test_names_reach_nobody_real(lemon_and_bean):
    contacts = [buyer.contact for buyer in lemon_and_bean.buyers if buyer.contact]
    assert len({buyer.name for buyer in lemon_and_bean.buyers}) == len(lemon_and_bean.buyers)
    assert all(contact.email.endswith(".example") for contact in contacts)
    assert all(contact.phone.startswith(("+493023125", "+442079460")) for contact in contacts)
    assert all(colleague.email.endswith(".example") for colleague in lemon_and_bean.colleagues)


@pytest.mark.parametrize(
    "day",
    [date(2026, month, 1) for month in range(1, 13)]
    + [date(2026, 12, 25), date(2027, 1, 2), date(2026, 5, 2), date(2028, 2, 29), date(2026, 11, 23)],
    ids=str,
)
def test_the_stands_are_open_around_the_day_the_demo_is_looked_at(day):
    hours = opening(day, SEED)
    today = epoch_day(day)
    spells = [range(first, last + 1) for first, last in hours.breaks]
    assert hours.ago(1) == today - 1
    assert (today + 3) % 7 != hours.closed_weekday
    assert not any(near in spell for spell in spells for near in range(today - 9, today + 2))
    closed_in_winter = sum(1 for spell in spells for at in spell if today - 365 <= at < today)
    assert closed_in_winter >= 20
    assert len(stories(day)) == 10


def test_seeding_writes_everything_and_only_once(db, lemon_and_bean):
    report = seed(company="coffee", today=TODAY)
    facts = sum(len(rows) for rows in lemon_and_bean.facts.values())
    assert report.facts == facts == Fact.objects.count()
    assert report.customers == len(lemon_and_bean.buyers) == Customer.objects.count()
    kinds = Counter(Customer.objects.values_list("kind__name", flat=True))
    assert {"walk-in", "office", "café", "hotel"} == set(kinds)
    assert Colleague.objects.get(role="admin").name == "Ana"
    assert Source.objects.filter(demo=True).count() == Source.objects.count() == 3
    assert company().name == "Lemon & Bean"
    with pytest.raises(RegularsError, match="loaded already"):
        seed(company="coffee", today=TODAY)
    facts_are_of_the_right_customers()


def facts_are_of_the_right_customers():
    ida = Customer.objects.get(name="Ida Sørensen")
    mornings = Fact.objects.filter(customer=ida, kind="purchase")
    assert mornings.count() > 300
    assert all(480 <= fact.minute <= 512 and fact.item == "Flat white" for fact in mornings)
    assert all(fact.received_day == fact.day for fact in mornings)
    told = Fact.objects.get(customer__name="Beatriz Almeida", kind="missed_us")
    assert told.day == epoch_day(TODAY) - 1
    twelve = Fact.objects.filter(customer__name="Linden Dental Practice").order_by("day").last()
    assert (twelve.amount, twelve.quantity) == (1200, 12)


def test_an_unknown_company_is_named_in_the_error(db):
    with pytest.raises(RegularsError, match="Use one of: coffee"):
        seed(company="tea", today=TODAY)
    assert not Source.objects.exists()


def test_the_demo_leaves_as_it_came(transactional_db):
    index_due()
    scrub_search()
    before = counts()
    seed(company="coffee", today=TODAY)
    seal_facts(min_rows=1)
    reassess_all(epoch_day(TODAY))
    assert Segment.objects.exists()
    assert Standing.objects.exists()
    assert NextStep.objects.exists()
    assert StoredResult.objects.exists()
    removal = remove_demo(None)
    assert removal.facts > 50_000
    after = counts()
    assert {table: rows for table, rows in after.items() if rows != before.get(table, 0)} == {}
    assert verify_segments() == []
    call_command("migrate", verbosity=0)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its files to itself")
def test_no_byte_of_the_demos_customers_stays_in_file_log_or_index(transactional_db):
    seed(company="coffee", today=TODAY)
    seal_facts(min_rows=1)
    reassess_all(epoch_day(TODAY))
    told = {
        *Customer.objects.values_list("name", flat=True),
        *Customer.objects.values_list("name_folded", flat=True),
        *(word for row in Person.objects.values_list("name", "email", "phone") for word in row),
    }
    names = {word.encode() for word in told if len(word) > 6}
    # Somebody else has the file open, as worker and pages do: the log is not simply dropped with the last one.
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("SELECT COUNT(*) FROM customer").fetchone()
        kept = bytes_kept()
        assert sum(name in kept for name in names) > 1_500
        remove_demo(None)
        kept = bytes_kept()
    assert [name for name in names if name in kept] == []
    assert trigrams() == set()


def test_what_is_not_demo_stays(transactional_db, ana):
    till = Source.objects.create(slug="our-till", name="Our till")
    ours = Customer.objects.create(name="Ours", name_folded="ours", first_source=till)
    Identifier.objects.create(customer=ours, source=till, value="1")
    Note.objects.create(customer=ours, text="Stays", noted_on=TODAY, author=ana)
    change_company(ana, {"name": "Ours", "currency": "EUR"})
    seed(company="coffee", today=TODAY, actor=ana)
    assert company().name == "Ours"
    change_company(ana, {"timezone": "Europe/Lisbon"})
    shared = Customer.objects.get(name="Villa Rosenhof")
    Identifier.objects.create(customer=shared, source=till, value="2")
    Tag.objects.get(name="early bird").customers.add(ours)
    remove_demo(ana)
    assert set(Customer.objects.values_list("name", flat=True)) == {"Ours", "Villa Rosenhof"}
    if connection.vendor == "sqlite":
        left = SearchLine.objects.values_list("text", flat=True)
        assert trigrams() == {text[at : at + 3] for text in left for at in range(len(text) - 2)}
    assert Note.objects.get().text == "Stays"
    assert Tag.objects.get().name == "early bird"
    assert list(Source.objects.values_list("slug", flat=True)) == ["our-till"]
    assert list(Colleague.objects.all()) == [ana]
    assert company().name == "Ours"
    assert company().told == {"name", "currency", "timezone"}


@pytest.fixture
def small_demo(db):
    """Two customers of a demo, and two of our own: one by hand, one from a list."""
    ours, demo = (
        Source.objects.create(slug=slug, name=slug, demo=slug == "demo") for slug in ("list", "demo")
    )
    people = [
        Customer.objects.create(name=name, name_folded=name.lower(), first_source=first)
        for name, first in (("Demo Quay", demo), ("Demo Pier", demo), ("Our Mill", None), ("Our Shop", ours))
    ]
    for one, first in ((people[0], demo), (people[1], demo), (people[3], ours)):
        Identifier.objects.create(customer=one, source=first, value=one.name)
    record_told([Told(one.pk, "praise", epoch_day(TODAY), one.name) for one in people[:3]])
    for one in people:
        Note.objects.create(customer=one, text=f"Of {one.name}", noted_on=TODAY)
        ToDo.objects.create(customer=one, text=f"For {one.name}")
    return people


def test_what_goes_with_the_demo_is_said_before_it_goes(client, ana, small_demo):
    client.force_login(ana)
    page = client.get("/demo/remove").content.decode()
    for words in ("2 made-up customers with 2 entries", "2 notes of yours", "2 to-dos of yours", "by hand"):
        assert words in page
    assert Customer.objects.count() == 4
    answer = client.post("/demo/remove", follow=True)
    assert "The demo is gone: 2 customers" in answer.content.decode()
    assert set(Note.objects.values_list("text", flat=True)) == {"Of Our Mill", "Of Our Shop"}
    assert client.get("/demo/remove").status_code == 302


@pytest.mark.parametrize("demo_kept", [True, False])
@pytest.mark.parametrize("own", [2, 3])
def test_what_is_ours_is_parted_from_the_demo_and_nothing_empty_stays(
    transactional_db, small_demo, demo_kept, own
):
    demo, ours = small_demo[0], small_demo[own]
    kept, absorbed = (demo, ours) if demo_kept else (ours, demo)
    merge_customers(None, kept.pk, absorbed.pk)
    contents = demo_contents()
    assert (contents.customers, contents.notes, contents.todos, contents.parted) == (2, 2, 2, 1)
    assert (contents.entries, contents.told) == (2, 2)
    remove_demo(None)
    left = Customer.objects.filter(merged_into=None)
    assert set(left.values_list("name", flat=True)) == {"Our Mill", "Our Shop"}
    assert set(Note.objects.values_list("text", "customer__name")) == {
        ("Of Our Mill", "Our Mill"),
        ("Of Our Shop", "Our Shop"),
    }
    assert ToDo.objects.count() == 2
    assert [fact.text for fact in Fact.objects.all()] == ["Our Mill"]


def test_an_admin_of_the_demo_removes_it_and_keeps_their_account(transactional_db, max):
    with pytest.raises(RegularsError, match="Your role"):
        seed(company="coffee", today=TODAY, actor=max)
    seed(company="coffee", today=TODAY)
    with pytest.raises(RegularsError, match="Your role"):
        remove_demo(max)
    assert Fact.objects.exists()
    ana = Colleague.objects.get(name="Ana")
    remove_demo(ana)
    assert set(Colleague.objects.all()) == {ana, max}
    with pytest.raises(RegularsError, match="no demo"):
        remove_demo(ana)


def test_removing_one_source_keeps_customers_that_another_knows(transactional_db):
    seed(company="coffee", today=TODAY)
    named = Customer.objects.filter(
        pk__in=Identifier.objects.filter(source__slug="lemon-bean-team").values("customer")
    ).count()
    seal_facts(min_rows=1)
    remove_source(None, Source.objects.get(slug="lemon-bean-till"))
    assert not Fact.objects.filter(kind="purchase", customer=None).exists()
    assert Customer.objects.filter(name="Ida Sørensen").exists() is False
    assert Customer.objects.filter(name="Beatriz Almeida").exists()
    assert Customer.objects.count() >= named
    assert Fact.objects.filter(order_number__startswith="W").exists()
    assert verify_segments() == []
    sealed = sum(Segment.objects.values_list("rows", flat=True))
    assert sealed + tail_arrow().num_rows == Fact.objects.count()


def test_pages_say_that_the_company_is_being_filled_until_it_is(db, client, settings, tmp_path):
    settings.REGULARS_DEMO, settings.REGULARS_HOME = True, tmp_path
    with being_filled(tmp_path):
        answer = client.get("/")
        assert answer.status_code == 503
        assert answer["Refresh"] == answer["Retry-After"] == "2"
        assert "is being filled" in answer.content.decode()
        assert client.get("/healthz").status_code == 503
        assert client.get(style_address()).status_code == 200
    assert client.get("/healthz").status_code == 200


def test_only_a_demo_waits_for_its_company(client, settings, tmp_path):
    settings.REGULARS_DEMO, settings.REGULARS_HOME = False, tmp_path
    with being_filled(tmp_path):
        assert client.get("/healthz").status_code == 200


def test_a_filling_that_fails_leaves_no_mark(tmp_path):
    with pytest.raises(RuntimeError), being_filled(tmp_path):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_a_company_that_is_there_is_not_filled_again():
    fill("coffee")
    facts = Fact.objects.count()
    assert Standing.objects.count() == Customer.objects.count() > 700
    fill("coffee")
    assert Fact.objects.count() == facts
    remove_demo(None)
