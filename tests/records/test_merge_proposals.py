"""Proposals to merge: spellings, addresses and phones are seen; people who share a name are left alone."""

import pytest

from regulars.insight.errors import RegularsError
from regulars.records.alike import name_key, turned_key
from regulars.records.folding import folded
from regulars.records.models import Customer, MergeProposal, Person, Role, Source
from regulars.records.write import proposals
from regulars.records.write.customers import ensure_customers
from regulars.records.write.merges import merge_customers
from regulars.records.write.proposals import call_different, propose_merges
from regulars.records.write.search_index import index_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def till():
    return Source.objects.create(slug="till", name="Till")


@pytest.fixture
def shop():
    return Source.objects.create(slug="shop", name="Shop")


def pairs():
    return {
        frozenset(row)
        for row in MergeProposal.objects.filter(state="open").values_list("first__name", "second__name")
    }


def person(at, email="", phone=""):
    human = Person.objects.create(email=email, phone=phone, phone_reversed=phone[::-1])
    Role.objects.create(person=human, customer_id=at)


def test_three_spellings_of_one_name_as_a_till_has_them(till):
    ensure_customers(
        till, dict.fromkeys(("Café Nord", "Cafe Nord GmbH", "cafe-nord", "Café Süd", "Nord"), "")
    )
    assert propose_merges() == 2
    assert pairs() == {frozenset({"Café Nord", "Cafe Nord GmbH"}), frozenset({"Café Nord", "cafe-nord"})}
    reason = MergeProposal.objects.order_by("pk").first().reason
    assert reason == "Spelled alike: “Café Nord” and “Cafe Nord GmbH”."


@pytest.mark.parametrize("large", [False, True])
def test_only_around_some_customers(till, monkeypatch, large):
    if large:
        monkeypatch.setattr(proposals, "_SMALL_BASE", 0)
    made = ensure_customers(till, dict.fromkeys(("Café Nord", "Cafe Nord GmbH", "Bar Süd", "bar-sud"), ""))
    index_due()
    assert propose_merges([made["Café Nord"]]) == 1
    assert pairs() == {frozenset({"Café Nord", "Cafe Nord GmbH"})}
    assert propose_merges([]) == 0


def test_turned_names_and_two_sources(till, shop):
    ensure_customers(till, {"1": "Berg, Anna"})
    ensure_customers(shop, {"a-9": "Anna Berg"})
    assert propose_merges() == 1


def test_people_whom_one_source_tells_apart_are_left_alone(till):
    ensure_customers(till, {"1": "Anna Berg", "2": "Anna Berg", "3": "Anna  Berg"})
    assert propose_merges() == 0


def test_a_company_that_one_source_has_twice(till):
    ensure_customers(till, {"1": "Nordwind GmbH", "2": "Nordwind"})
    assert propose_merges() == 1


def test_a_name_that_many_have_tells_nothing(till):
    ensure_customers(
        till,
        dict.fromkeys(
            (
                "Kiosk am Tor",
                "kiosk-am-tor",
                "KIOSK am Tor",
                "Kiosk: am Tor",
                "kiosk am.tor",
                "kiosk, am tor",
            ),
            "",
        ),
    )
    assert propose_merges() == 0


def test_names_that_differ_in_a_number_or_a_word_are_two(till):
    ensure_customers(
        till, dict.fromkeys(("Bar 25", "Bar 26", "Café Nord", "Café Nord Berlin", "10117", "10-117"), "")
    )
    assert propose_merges() == 0


def test_the_same_address_or_phone(till):
    ids = list(
        ensure_customers(till, {"1": "Anna Berg", "2": "A. Berg-Huber", "3": "Bo", "4": "Beatrix"}).values()
    )
    person(ids[0], email="anna@berg.example")
    person(ids[1], email="Anna@Berg.example")
    person(ids[2], phone="+49305554711")
    person(ids[3], phone="0305554711")
    assert propose_merges() == 2
    assert set(MergeProposal.objects.values_list("first_id", "second_id", "reason")) == {
        (ids[0], ids[1], "The same e-mail address is on file for both."),
        (ids[2], ids[3], "The same phone number is on file for both."),
    }
    assert "berg" not in "".join(MergeProposal.objects.values_list("reason", flat=True))


def test_an_address_that_many_use_tells_nothing(till):
    for customer in ensure_customers(till, {str(n): f"Tenant {n}" for n in range(6)}).values():
        person(customer, email="office@landlord.example")
    assert propose_merges() == 0


def test_an_address_as_identifier_of_two_sources(till, shop):
    ensure_customers(till, {"anna@berg.example": "Anna"})
    ensure_customers(shop, {"Anna@berg.example": "A. Berg"})
    assert propose_merges() == 1


def test_what_was_decided_is_not_proposed_again(ana, vic, till):
    made = ensure_customers(till, dict.fromkeys(("Café Nord", "Cafe Nord GmbH", "cafe-nord"), ""))
    assert propose_merges() == 2
    with pytest.raises(RegularsError):
        call_different(vic, MergeProposal.objects.get(second=made["cafe-nord"]).pk)
    call_different(ana, MergeProposal.objects.get(second=made["cafe-nord"]).pk)
    merge_customers(ana, made["Café Nord"], made["Cafe Nord GmbH"])
    assert propose_merges() == 0
    assert sorted(MergeProposal.objects.values_list("state", flat=True)) == ["different", "merged"]


def test_twenty_thousand_names_take_a_handful_of_queries(till, django_assert_max_num_queries):
    Customer.objects.bulk_create(
        Customer(name=f"Customer {n}", name_folded=f"customer {n}") for n in range(20_000)
    )
    Customer.objects.create(name="CUSTOMER-77", name_folded="customer-77")
    with django_assert_max_num_queries(30):
        assert propose_merges() == 1


def test_keys_set_spelling_aside_and_nothing_else():
    same = ("Café Nord", "Cafe Nord GmbH", "cafe-nord", "CAFENORD", "Café  Nord & Co. KG")
    assert len({name_key(folded(name)) for name in same}) == 1
    assert name_key("gmbh") == name_key("nord") == name_key("12345678") == ""
    assert turned_key("berg anna") == turned_key("anna berg") != ""
    assert turned_key("nordwind") == ""
