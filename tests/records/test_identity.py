"""Identifiers mean customers, in bulk and without doubling."""

import pytest

from regulars.records.identity import identifier_value, origins, resolve
from regulars.records.models import Customer, Identifier, Source
from regulars.records.write.customers import ensure_customers

pytestmark = pytest.mark.django_db


@pytest.fixture
def till():
    return Source.objects.create(slug="till", name="Till")


def test_unknown_identifiers_are_absent_and_known_ones_resolved(till):
    made = ensure_customers(till, {"a": "Ana", "b": ""})
    assert resolve(till, ["a", "b", "c"]) == made
    assert resolve(till, []) == {}


def test_customers_are_made_once_with_the_given_name_or_the_identifier(till):
    first = ensure_customers(till, {"a": "Café Nord", "b": ""})
    again = ensure_customers(till, {"b": "", "a": "", "c": "Cy"})
    assert again == {**first, "c": again["c"]}
    assert sorted(Customer.objects.values_list("name", "name_folded")) == [
        ("Café Nord", "cafe nord"),
        ("Cy", "cy"),
        ("b", "b"),
    ]
    assert Customer.objects.get(name="Cy").first_source == till


def test_the_same_identifier_of_two_sources_means_two_customers(till):
    shop = Source.objects.create(slug="shop", name="Shop")
    assert ensure_customers(till, {"1": ""})["1"] != ensure_customers(shop, {"1": ""})["1"]


def test_a_customer_without_a_name_takes_the_first_one_given_and_keeps_it(till):
    customer = ensure_customers(till, {"17": ""})["17"]
    ensure_customers(till, {"17": "Bäckerei Süd"})
    ensure_customers(till, {"17": "Something else"})
    assert Customer.objects.get(pk=customer).name == "Bäckerei Süd"
    assert Customer.objects.get(pk=customer).name_folded == "backerei sud"


def test_space_around_an_identifier_means_nothing(till):
    made = ensure_customers(till, {" x ": "Xi"})
    assert resolve(till, ["x", " x", "x "]) == dict.fromkeys(["x", " x", "x "], made[" x "])
    assert Customer.objects.count() == 1


def test_two_spellings_of_one_identifier_in_one_batch_make_one_customer(till):
    made = ensure_customers(till, {"x": "", " x": "Xi"})
    assert len(set(made.values())) == 1
    assert Customer.objects.count() == 1


def test_an_empty_identifier_makes_nobody(till):
    assert ensure_customers(till, {"": "", "  ": "Ghost"}) == {}
    assert not Customer.objects.exists()


def test_long_identifiers_stay_different(till):
    made = ensure_customers(till, {"x" * 300 + "1": "", "x" * 300 + "2": ""})
    assert len(set(made.values())) == 2
    assert max(map(len, Identifier.objects.values_list("value", flat=True))) <= 200
    assert len(identifier_value("y" * 1000)) <= 200


def test_ten_thousand_take_a_handful_of_statements(till, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        made = ensure_customers(till, {f"c{n}": f"Customer {n}" for n in range(10_000)})
    assert len(set(made.values())) == 10_000
    with django_assert_max_num_queries(6):
        assert resolve(till, list(made)) == made


def test_ids_given_by_us_do_not_collide_with_those_of_the_database(till):
    first = ensure_customers(till, {"a": "", "b": ""})
    other = Customer.objects.create(name="By hand", name_folded="by hand")
    assert other.pk > max(first.values())
    assert min(ensure_customers(till, {"c": ""}).values()) > other.pk


def test_origins_name_the_customer_an_identifier_came_from(till):
    made = ensure_customers(till, {"a": "", "b": ""})
    Identifier.objects.filter(value="a").update(customer_id=made["b"], moved_from_id=made["a"])
    assert origins(till, ["a", "b", "c"]) == {"a": made["a"]}
    assert resolve(till, ["a"]) == {"a": made["b"]}
