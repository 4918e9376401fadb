"""Contracts folded from facts: stored rows, both clocks, and what they do to the stage."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.attention import board
from regulars.attention.contracts import contract_terms, customer_contracts, time_under_contract
from regulars.attention.models import Contract, ContractStanding, Standing
from regulars.attention.person_months import spells
from regulars.attention.read.success_list import success_of
from regulars.attention.reassess import reassess_all
from regulars.attention.write.contract_standings import refresh_contracts
from regulars.insight.months import add_months
from regulars.insight.stage import Stage
from regulars.insight.stage_words import StageInputs, day_words, sentence
from regulars.ledger.by_hand import record_told
from regulars.ledger.models import Fact
from regulars.records.models import Customer
from tests.attention.contracts import contract, told
from tests.web.factories import customer, today

pytestmark = pytest.mark.django_db
WHOLE = pytest.mark.django_db(transaction=True)
"""Everybody is assessed in transactions of their own."""


@pytest.fixture
def nord() -> Customer:
    return customer("Café Nord")


def test_a_contract_and_what_a_customer_has_of_them_are_stored(nord: Customer) -> None:
    now = today()
    contract(nord, now - 100, 120_000, item="Roaster care", notice_days=30, auto_renews=True)
    contract(nord, now - 50, 2_400, number="C-2", currency="USD")
    assert refresh_contracts([nord.pk], now) == 3
    one, other = Contract.objects.order_by("number")
    assert (one.state, one.item, one.monthly, one.target, one.forecast) == (
        "active", "Roaster care", 10_000, 120_000, None,
    )  # fmt: skip
    assert one.notice_day == (one.end_day or 0) - 31
    assert other.currency == "USD"
    standing = ContractStanding.objects.get()
    assert (standing.yearly, standing.contracts, standing.elsewhere) == (120_000, 2, 1)
    assert (standing.renewal_day, standing.target, standing.forecast) == (one.end_day, 120_000, None)
    assert standing.auto_renews


def test_only_what_changed_is_written(nord: Customer) -> None:
    now = today()
    contract(nord, now - 100)
    assert refresh_contracts(None, now) == 2
    with CaptureQueriesContext(connection) as caught:
        assert refresh_contracts(None, now) == 0
    written = [one["sql"] for one in caught if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert not [sql for sql in written if "contract" in sql]
    record_told([told(nord, "renewal_forecast", now, 90_000, text="Fewer seats")])
    assert refresh_contracts([nord.pk], now) == 2
    assert ContractStanding.objects.get().forecast == 90_000
    assert Contract.objects.get().forecast_why == "Fewer seats"


def test_what_is_not_told_any_more_is_removed(nord: Customer) -> None:
    contract(nord, today() - 100)
    refresh_contracts(None, today())
    Fact.objects.all().delete()
    assert refresh_contracts(None, today()) == 2
    assert not Contract.objects.exists()
    assert not ContractStanding.objects.exists()


def test_the_forecast_of_a_day_is_empty_until_each_contract_has_one(nord: Customer) -> None:
    now = today()
    contract(nord, now - 100)
    contract(nord, now - 100, 60_000, number="C-2")
    record_told([told(nord, "renewal_forecast", now, 90_000)])
    refresh_contracts(None, now)
    assert (ContractStanding.objects.get().target, ContractStanding.objects.get().forecast) == (180_000, None)
    record_told([told(nord, "renewal_forecast", now, 0, number="C-2")])
    refresh_contracts(None, now)
    assert ContractStanding.objects.get().forecast == 90_000


def test_terms_are_read_by_either_clock(nord: Customer) -> None:
    now = today()
    contract(nord, now - 500)
    record_told([told(nord, "contract_changed", now - 200, 240_000, text="Second site")])
    found = contract_terms(now)
    terms = found.columns
    assert found.contracts == ((nord.pk, "C-1"),)
    assert terms["monthly"].tolist() == [10_000, 20_000]
    assert terms["months"].tolist() == [12, 12]
    assert terms["end"].tolist()[0] == terms["start"].tolist()[1] == now - 200
    assert terms["reason"].tolist() == [-1, -1]
    assert contract_terms(now - 300).columns["monthly"].tolist() == [10_000]
    assert contract_terms(now, known_by=now - 1).columns["monthly"].size == 0
    assert contract_terms(now - 600).columns["monthly"].dtype == np.int64


def test_terms_say_why_a_contract_was_cancelled(nord: Customer) -> None:
    now = today()
    contract(nord, now - 300)
    record_told([told(nord, "contract_cancelled", now - 10, reason="Moved away")])
    found = contract_terms(now)
    assert found.columns["end"].tolist() == [now - 10]
    assert [found.reasons[place] for place in found.columns["reason"]] == ["Moved away"]


def test_what_was_cancelled_after_it_had_ended_brings_nothing_any_more(nord: Customer) -> None:
    now = today()
    contract(nord, now - 370)
    record_told([told(nord, "contract_cancelled", now, reason="Too dear for what we use")])
    found = contract_terms(now)
    assert [found.reasons[place] for place in found.columns["reason"]] == ["Too dear for what we use"]


def test_a_cancelled_contract_comes_up_for_no_renewal_and_says_why_it_ended(nord: Customer) -> None:
    now = today()
    contract(nord, now - 300)
    record_told([told(nord, "contract_cancelled", now, ends=now + 60, reason="Too dear for what we use")])
    refresh_contracts(None, now)
    standing = ContractStanding.objects.get()
    assert (standing.leaving, standing.forecast, standing.contracts) == (True, 0, 1)
    found = board.renewals(now)
    assert (found["contracts"], found["leaving"], found["leaving_target"]) == (0, 1, 120_000)
    assert board.left(now) == {"contracts": 0, "reasons": []}
    later = now + 90
    refresh_contracts(None, later)
    assert board.left(later) == {"contracts": 1, "reasons": [("Too dear for what we use", 1)]}


def test_a_renewal_that_is_awaited_comes_up_still(nord: Customer) -> None:
    now = today()
    contract(nord, now - 370)
    refresh_contracts(None, now)
    assert board.renewals(now)["contracts"] == 1


def test_a_forecast_in_another_currency_was_said_and_adds_nothing_to_ours(nord: Customer) -> None:
    now = today()
    contract(nord, now - 300, number="C-2", currency="USD")
    record_told([told(nord, "renewal_forecast", now, 110_000, number="C-2", currency="USD")])
    refresh_contracts(None, now)
    standing = ContractStanding.objects.get()
    assert (standing.target, standing.forecast, standing.leaving) == (0, 0, False)


def test_what_renewals_brought_is_added_up_in_our_currency_alone(nord: Customer) -> None:
    now = today()
    for number, currency, amount in (("C-1", "EUR", 100_000), ("C-2", "JPY", 15_000_000)):
        contract(nord, now - 500, amount, number=number, currency=currency)
        record_told([told(nord, "contract_renewed", now - 134, amount, number=number, currency=currency)])
    refresh_contracts(None, now)
    assert success_of([nord.pk])[nord.pk].final == 100_000


def test_an_awaited_renewal_does_not_bridge_an_earlier_time_without_contract(nord: Customer) -> None:
    now = today()
    contract(nord, now - 840)
    record_told([told(nord, "contract_started", now - 375, 120_000, months=12)])
    [one] = customer_contracts(now)
    assert one.told.state == "late"
    assert time_under_contract([one.told], now)[0] == now - 375
    assert [(one.begun, one.until) for one in spells(now)] == [
        (now - 840, add_months(now - 840, 12)),
        (now - 375, None),
    ]


def stage_of(one: Customer) -> Stage:
    reassess_all(today())
    return Stage(Standing.objects.get(customer=one).stage)


@WHOLE
def test_a_contract_that_is_agreed_and_has_not_begun_says_from_when(nord: Customer) -> None:
    now = today()
    record_told([told(nord, "contract_started", now, 120_000, months=12, starts=now + 20)])
    assert stage_of(nord) == Stage.FIRST_TIME_BUYER
    standing = Standing.objects.get(customer=nord)
    said = sentence(Stage.FIRST_TIME_BUYER, StageInputs.from_json(standing.inputs), now)
    assert said == f"contract agreed, from {day_words(now + 20)}"


@WHOLE
def test_who_left_long_ago_stays_so_until_the_next_contract_begins(nord: Customer) -> None:
    now = today()
    contract(nord, now - 800)
    record_told([told(nord, "contract_started", now, 120_000, number="C-2", months=12, starts=now + 200)])
    assert stage_of(nord) == Stage.CHURNED


@WHOLE
def test_a_contract_that_ran_out_is_churned_and_one_cancelled_ahead_is_not(nord: Customer) -> None:
    now = today()
    contract(nord, now - 500)
    assert stage_of(nord) == Stage.CHURNED
    south = customer("Süd")
    contract(south, now - 100)
    ahead = told(south, "contract_cancelled", now, ends=now + 200, reason="Closing down")
    record_told([ahead])
    assert stage_of(south) == Stage.FIRST_TIME_BUYER


@WHOLE
def test_the_end_of_one_contract_says_nothing_of_another(nord: Customer) -> None:
    now = today()
    contract(nord, now - 400, months=36)
    contract(nord, now - 300, number="C-2")
    record_told([told(nord, "contract_cancelled", now - 10, number="C-2", reason="Not used")])
    assert stage_of(nord) == Stage.FIRST_TIME_BUYER


@WHOLE
def test_a_renewed_contract_makes_a_repeat_customer_and_one_that_begins_again_won_back(
    nord: Customer,
) -> None:
    now = today()
    contract(nord, now - 500)
    record_told([told(nord, "contract_renewed", now - 134, 120_000)])
    assert stage_of(nord) == Stage.REPEAT_CUSTOMER
    south = customer("Süd")
    contract(south, now - 900)
    record_told([told(south, "contract_cancelled", now - 600)])
    contract(south, now - 100)
    assert stage_of(south) == Stage.WON_BACK
