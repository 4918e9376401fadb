"""Standings at the command line: of today, or of a day that overwrites nothing newer; and whom a name means."""

import pytest
from click.testing import CliRunner
from django.utils import timezone

from regulars.attention.models import Standing
from regulars.attention.read.freshness import last_assessed_day
from regulars.cli.assess import reassess
from regulars.cli.customer import meant
from regulars.insight.errors import RegularsError
from regulars.ledger.models import DueCustomer
from regulars.records.models import Customer, Identifier, MergeProposal, SearchDue, Source
from regulars.records.read.company import calendar_date, company
from tests.attention.stands import END, stand

pytestmark = pytest.mark.django_db(transaction=True)


def as_of(day):
    given = ["--as-of", calendar_date(day).isoformat()]
    return CliRunner().invoke(reassess, given, catch_exceptions=False, standalone_mode=False)


def test_a_past_day_is_stored_only_while_nothing_newer_is():
    stand(5)
    assert as_of(END - 1).exit_code == 0
    assert as_of(END).exit_code == 0
    before = list(Standing.objects.order_by("pk").values())
    with pytest.raises(RegularsError, match="regulars standings --as-of") as refused:
        as_of(END - 1)
    assert refused.value.code == "assess-past"
    assert list(Standing.objects.order_by("pk").values()) == before


def test_a_day_to_come_is_refused():
    stand(5)
    with pytest.raises(RegularsError) as refused:
        as_of(company().day_of(timezone.now()) + 1)
    assert refused.value.code == "assess-ahead"
    assert last_assessed_day() is None


def test_an_identifier_of_two_customers_in_two_sources_is_asked_back():
    for name in ("Nord", "Süd"):
        customer = Customer.objects.create(name=name, name_folded=name.lower())
        source = Source.objects.create(slug=name.lower()[:1], name=name)
        Identifier.objects.create(customer=customer, source=source, value="C-17")
    with pytest.raises(RegularsError, match="Nord; Süd") as refused:
        meant("C-17")
    assert refused.value.code == "customer-ambiguous"
    Identifier.objects.update(customer=customer)
    assert meant("C-17") == customer.pk


def test_who_came_in_is_found_and_compared_with_whom_we_know_also_from_the_command_line():
    stand(5)
    for name in ("Müller Bäckerei", "Mueller Baeckerei"):
        made = Customer.objects.create(name=name, name_folded="muller backerei")
        DueCustomer.objects.create(customer=made, since=timezone.now())
        SearchDue.objects.get_or_create(kind=0, subject=made.pk)
    CliRunner().invoke(reassess, ["--all"], catch_exceptions=False, standalone_mode=False)
    assert not SearchDue.objects.exists()
    assert MergeProposal.objects.count() == 1
