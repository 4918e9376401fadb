"""Anyone is found: by piece, by word with a typo, by number; and nobody who is gone."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from regulars.ledger.models import Fact
from regulars.records.folding import folded
from regulars.records.models import (
    Customer,
    Identifier,
    Person,
    Role,
    SearchDeletion,
    SearchDue,
    SearchGone,
    SearchLine,
    SearchLink,
    SearchWord,
    Source,
)
from regulars.records.search import Hit, find
from regulars.records.search_tables import TRIGGERS
from regulars.records.write.customers import ensure_customers
from regulars.records.write.search_index import index_due, scrub_search

pytestmark = pytest.mark.django_db


def customer(name, **more):
    return Customer.objects.create(name=name, name_folded=folded(name), **more)


def person(name, at, email="", phone=""):
    human = Person.objects.create(
        name=name,
        name_folded=folded(name),
        email=email,
        phone=phone,
        phone_reversed="".join(filter(str.isdigit, phone))[::-1],
    )
    Role.objects.create(person=human, customer=at)
    return human


@pytest.fixture
def nord():
    return customer("Café Nord GmbH")


@pytest.fixture
def crowd(nord):
    """Names around the one we look for."""
    for name in (
        "Café Süd",
        "Nordlicht",
        "Schneider & Söhne",
        "Schnitzler",
        "Bäckerei Brandt",
        "Ida",
        "王伟",
        "Bar 25",
    ):
        customer(name)
    index_due()


def labels(text, **more):
    return [hit.label for hit in find(text, **more)]


@pytest.mark.parametrize(
    "text",
    [
        "Café Nord GmbH",
        "cafe nord",
        "CAFÉ NORD",
        "nord cafe",
        "afe nor",
        "caf nord",
        "  Nord,  Café ",
        "é nord",
    ],
)
def test_pieces_of_a_name_in_any_order_and_case(crowd, text):
    assert labels(text)[0] == "Café Nord GmbH"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("cafe nrod", "Café Nord GmbH"),
        ("cfae nord gmhb", "Café Nord GmbH"),
        ("schneidr", "Schneider & Söhne"),
        ("shcneidre", "Schneider & Söhne"),
        ("scneder soehne", "Schneider & Söhne"),
        ("schitzlre", "Schnitzler"),
        ("bakerei brant", "Bäckerei Brandt"),
        ("norlicht", "Nordlicht"),
    ],
)
def test_typos_one_in_a_word_two_from_eight_letters(crowd, text, found):
    assert labels(text)[0] == found


def test_more_typos_than_that_are_not_forgiven(crowd):
    assert labels("nxxd") == []
    assert labels("sxxxider") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("王伟", "王伟"), ("王", "王伟"), ("id", "Ida"), ("b 25", "Bar 25"), ("25 ba", "Bar 25")],
)
def test_fewer_than_three_letters(crowd, text, found):
    assert labels(text)[0] == found


def test_the_very_same_name_comes_before_longer_ones(crowd):
    customer("Nord")
    customer("Nordwind Nord")
    index_due()
    assert labels("nord")[0] == "Nord"
    assert labels("NORD", limit=2)[0] == "Nord"


def test_one_name_cannot_fill_the_list(crowd):
    for _ in range(20):
        customer("Anna Schmitt")
    customer("Anna Schmidt")
    index_due()
    assert "Anna Schmidt" in labels("anna schmit")[:5]


def test_people_by_name_address_domain_and_phone_ending(crowd, nord):
    berg = person("Anna Berg", nord, "anna.berg@kaffee-haus.example", "+49 30 555 4711")
    index_due()
    assert find("anna berg")[0] == Hit("person", nord.pk, berg.pk, "Anna Berg", "Anna Berg")
    assert find("ana brg")[0].person == berg.pk
    for text in ("anna.berg@kaffee-haus.example", "Kaffee-Haus.example", "@kaffee", "berg@kaff"):
        hit = find(text)[0]
        assert (hit.kind, hit.person, hit.matched) == ("email", berg.pk, "anna.berg@kaffee-haus.example")
    for text in ("4711", "555 4711", "030 555 4711", "+49 30 5554711", "555-4711"):
        assert find(text)[0] == Hit("phone", nord.pk, berg.pk, "Anna Berg", "+49 30 555 4711")
    assert find("711") == []


def test_a_person_of_two_customers_is_two_hits(crowd, nord):
    sud = Customer.objects.get(name="Café Süd")
    berg = person("Anna Berg", nord)
    Role.objects.create(person=berg, customer=sud)
    index_due()
    assert {hit.customer for hit in find("anna berg")} == {nord.pk, sud.pk}


def test_order_serial_and_customer_numbers(crowd, nord):
    till = Source.objects.create(slug="till", name="Till")
    Identifier.objects.create(customer=nord, source=till, value="C-0042")
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    Fact.objects.create(
        source=till, message_id="1", customer=nord, kind="purchase", occurred_at=moment, received_at=moment,
        day=1, received_day=1, order_number="A-1001", serial="SN77",
    )  # fmt: skip
    assert [(hit.kind, hit.customer, hit.matched) for hit in find("c-0042")] == [
        ("identifier", nord.pk, "c-0042")
    ]
    assert [(hit.kind, hit.label) for hit in find("A-1001")] == [("order", "Café Nord GmbH")]
    assert [(hit.kind, hit.label) for hit in find("sn77")] == [("serial", "Café Nord GmbH")]
    assert find("A-1002") == []
    for kind, number in (
        ("contract_renewed", "NB-7"),
        ("renewal_forecast", "NB-7"),
        ("expansion_opened", "M-2"),
    ):
        Fact.objects.create(
            source=till, message_id=kind, customer=nord, kind=kind, occurred_at=moment, received_at=moment,
            day=1, received_day=1, serial=number,
        )  # fmt: skip
    assert [(hit.kind, hit.matched) for hit in find("nb-7")] == [("contract", "nb-7")]
    assert [hit.kind for hit in find("M-2")] == ["expansion"]


def test_nothing_asked_is_nothing_found_and_marks_do_no_harm(crowd):
    for text in ("", "   ", "%", "_", '"', "' OR 1=1 --", "(", "*", "\\", "a" * 5000, "\x00", "…"):
        assert all(isinstance(hit, Hit) for hit in find(text))
    assert find("  ") == find("%%%") == find("____") == []


def test_who_is_new_or_renamed_is_found_at_once_and_after_indexing(nord):
    for _ in range(2):
        assert labels("ord gm") == ["Café Nord GmbH"]
        index_due()
    Customer.objects.filter(pk=nord.pk).update(name="Ostwind", name_folded="ostwind")
    for _ in range(2):
        assert labels("stwin") == ["Ostwind"]
        index_due()
    assert labels("nord") == labels("cafe nrod") == []
    assert not SearchWord.objects.filter(text="nord").exists()


def test_customers_made_in_bulk_are_indexed():
    till = Source.objects.create(slug="till", name="Till")
    ensure_customers(till, {f"k{n}": name for n, name in enumerate(["Marmelade Meyer", "Honig Huber"])})
    assert index_due() == 2
    assert index_due() == 0
    assert labels("marmlade meyer") == ["Marmelade Meyer"]


def test_indexing_twice_changes_nothing(crowd, nord):
    before = (
        SearchLine.objects.count(),
        SearchLink.objects.count(),
        list(SearchWord.objects.values_list("text", "uses")),
    )
    SearchDue.objects.create(kind=0, subject=nord.pk)
    index_due()
    assert before == (
        SearchLine.objects.count(), SearchLink.objects.count(), list(SearchWord.objects.values_list("text", "uses"))
    )  # fmt: skip
    assert SearchWord.objects.get(text="cafe").uses == 2


def test_a_merged_customer_is_found_by_its_old_name_as_who_it_is_today(crowd, nord):
    sud = Customer.objects.get(name="Café Süd")
    Customer.objects.filter(pk=nord.pk).update(merged_into=sud)
    assert (find("nord gmbh")[0].customer, find("nord gmbh")[0].label) == (sud.pk, "Café Nord GmbH")


@pytest.mark.parametrize("way", ["object", "rows"])
def test_who_is_deleted_leaves_nothing(crowd, nord, way):
    berg = person("Anna Zzyzx", nord, "anna@zzyzx.example")
    index_due()
    if way == "rows":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM role")
            cursor.execute("DELETE FROM person")
            cursor.execute("DELETE FROM customer WHERE id = %s", [nord.pk])
    else:
        berg.delete()
        nord.delete()
    assert labels("cafe nord") == labels("zzyzx") == []
    index_due()
    scrub_search()
    assert not SearchGone.objects.exists()
    assert not SearchWord.objects.filter(text__in=["nord", "zzyzx", "gmbh"]).exists()
    assert SearchWord.objects.get(text="cafe").uses == 1
    words = set(SearchWord.objects.values_list("pk", flat=True))
    lines = set(SearchLine.objects.values_list("pk", flat=True))
    assert set(SearchLink.objects.values_list("word_id", flat=True)) <= words
    assert set(SearchLink.objects.values_list("line_id", flat=True)) <= lines
    assert set(SearchDeletion.objects.values_list("word_id", flat=True)) <= words


def test_all_migrations_leave_the_triggers_in_place():
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            if sqlite
            else "SELECT tgname FROM pg_trigger"
        )
        assert set(TRIGGERS) <= {name for (name,) in cursor.fetchall()}


def test_the_number_of_queries_does_not_grow_with_the_number_of_hits(crowd, django_assert_max_num_queries):
    for n in range(30):
        customer(f"Bakery Branch {n}")
    index_due()
    with django_assert_max_num_queries(16):
        assert len(find("bakery branch", limit=20)) == 20
    with django_assert_max_num_queries(40):
        assert len(find("bakry brnch", limit=20)) == 20
