"""Renewals, success plans and no agreed success on the page Customers, and the renewal calendar."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.attention.models import Contract, HealthProfileVersion, HealthStanding, PlanStanding
from regulars.attention.success import refresh_success
from regulars.attention.write.contract_standings import refresh_contracts
from regulars.insight.outcome import OutcomeState
from regulars.insight.stage import Stage
from regulars.ledger.by_hand import record_told
from regulars.records.models import Customer
from regulars.records.write.company import change_company
from regulars.web.pages.customers.page import CustomersPage
from tests.attention.contracts import contract, told
from tests.web.factories import counted, customer, regular, standing, today

pytestmark = pytest.mark.django_db


def one_of(name: str, **fields: Any) -> Customer:
    one = customer(name)
    standing(one, Stage.REGULAR, **fields)
    return one


def page_of(client: Any, query: str = "") -> CustomersPage:
    response = client.get(f"/customers{query}")
    assert response.status_code == 200, response.content.decode()
    page: CustomersPage = response.context["page"]
    return page


def words(page: CustomersPage) -> set[str]:
    return {choice.word for choice in page.views}


def health(one: Customer, band: int, score: int | None, based_on: int) -> None:
    profile = HealthProfileVersion.objects.get_or_create(name="all", version=1, text="")[0]
    HealthStanding.objects.create(
        customer=one, band=band, score=score, based_on=based_on, profile=profile, day=today()
    )


def cells_a_row(text: str) -> set[int]:
    """Return how many cells the heading and the rows of the list have; months stand alone."""
    rows = [row for row in text.split("<tr")[1:] if "customers-month" not in row.split(">")[0]]
    return {row.split("</tr>")[0].count("<td") + row.split("</tr>")[0].count("<th ") for row in rows}


def test_a_list_that_nobody_is_in_is_not_offered(as_vic: Any) -> None:
    one = one_of("Café Nord")
    assert words(page_of(as_vic)).isdisjoint({"Renewals", "Success plans", "No agreed success"})
    contract(one, today() - 30)
    PlanStanding.objects.create(customer=one, state=None, working=True)
    refresh_contracts(None, today())
    counted()
    assert {"Renewals", "No agreed success"} <= words(page_of(as_vic))
    assert "Success plans" not in words(page_of(as_vic))
    assert page_of(as_vic, "?view=plans").empty.startswith("Nobody is here now")


def test_renewals_come_by_month_with_what_is_expected_and_why(as_max: Any) -> None:
    soon, later, late, ended = (one_of(name) for name in ("Soon", "Later", "Late", "Ended"))
    now = today()
    contract(soon, now - 355, notice_days=5)
    contract(later, now - 200, auto_renews=True)
    contract(late, now - 370)
    contract(ended, now - 900)
    record_told([told(soon, "renewal_forecast", now, 0, text="They build their own")])
    health(soon, 0, None, 15)
    refresh_contracts(None, now)
    text = as_max.get("/customers?view=renewals").content.decode()
    page = page_of(as_max, "?view=renewals")
    assert [row.standing.name for row in page.rows] == ["Late", "Soon", "Later"]
    assert page.rows[0].month is not None
    for said in (
        "not renewed yet",
        "will be lost",
        "They build their own",
        "nobody has said",
        "not enough known",
    ):
        assert said in text, said
    assert "based on 15" in text
    assert len(cells_a_row(text)) == 1, "headings and cells are as many"
    assert "Rewind" not in text
    assert page_of(as_max, "?view=renewals&sort=yearly&dir=asc").rows[0].month is None


def test_plans_say_where_they_stand_in_words_late_ones_first(as_vic: Any) -> None:
    good, late, bad = (one_of(name) for name in ("Good", "Late", "Bad"))
    now = today()
    states = {good: OutcomeState.CONFIRMED, late: OutcomeState.LATE, bad: OutcomeState.DISPUTED}
    for one, state in states.items():
        PlanStanding.objects.create(
            customer=one, state=int(state), days_late=9 if one == late else 0, agreed=3, confirmed=int(one == good),
            next_due_day=now + 5, words="Twelve regulars", blockers=int(one == late),
        )  # fmt: skip
    text = as_vic.get("/customers?view=plans").content.decode()
    assert [row.standing.name for row in page_of(as_vic, "?view=plans").rows] == ["Bad", "Late", "Good"]
    for said in (
        "9 days late",
        "confirmed by the customer",
        "1 of 3",
        "1 blocker",
        "Twelve regulars",
        "never",
    ):
        assert said in text, said
    assert len(cells_a_row(text)) == 1


def test_value_and_renewal_stand_in_all_where_people_buy_on_contract(as_vic: Any) -> None:
    one = one_of("Café Nord")
    contract(one, today() - 30)
    refresh_contracts(None, today())
    regular("Rita")
    assert not {"yearly", "renewal"} & page_of(as_vic).keys
    change_company(None, {"buying": "contract"})
    assert {"yearly", "renewal"} <= page_of(as_vic).keys
    health(one, 3, 81, 70)
    text = as_vic.get("/customers?sort=renewal").content.decode()
    assert "€1,200" in text
    assert "good 81" in text
    assert len(cells_a_row(text)) == 1
    assert not {"yearly", "renewal"} & page_of(as_vic, "?view=unagreed").keys - {"yearly"}


PURCHASE_COLUMNS = {"rhythm", "last", "gap", "due", "value", "p_buy"}


def test_where_nobody_ever_bought_the_list_is_about_contracts(as_vic: Any) -> None:
    one = one_of("Café Nord")
    contract(one, today() - 30)
    PlanStanding.objects.create(
        customer=one, state=int(OutcomeState.AGREED), working=True, words="Twelve regulars"
    )
    refresh_contracts(None, today())
    health(one, 3, 81, 70)
    counted()
    page = page_of(as_vic)
    assert [heading.key for heading in page.headings] == [
        "name", "stage", "yearly", "renewal", "health", "plan", "step", "owner",
    ]  # fmt: skip
    text = as_vic.get("/customers").content.decode()
    assert "Twelve regulars" in text
    assert len(cells_a_row(text)) == 1, "headings and cells are as many"
    for query in ("?view=regulars", "?view=unagreed", "?view=plans"):
        assert not PURCHASE_COLUMNS & page_of(as_vic, query).keys, query
    assert [choice.word for choice in page.views] == [
        "All", "Renewals", "Success plans", "Health", "No agreed success", "Regulars",
    ]  # fmt: skip
    assert "Won back" in words(page_of(as_vic, "?view=won-back")), "what is looked at stays offered"
    regular("Rita")
    counted()
    page = page_of(as_vic)
    assert PURCHASE_COLUMNS & page.keys
    assert {"Won back", "Prospects"} <= words(page)


def test_an_empty_view_offers_a_file_only_where_there_are_no_customers(as_max: Any) -> None:
    assert "Bring in a file" in as_max.get("/customers").content.decode()
    one_of("Café Nord")
    counted()
    text = as_max.get("/customers?view=won-back").content.decode()
    assert "Nobody is here now" in text
    assert "Bring in a file" not in text
    assert "Look at all customers" in text


def test_these_lists_are_of_today_and_say_so(as_vic: Any) -> None:
    answer = as_vic.get("/customers?view=renewals&as_of=2026-01-01")
    assert answer.status_code == 400
    assert "view of today" in answer.content.decode()


def test_a_page_costs_the_same_queries_for_one_row_and_for_thirty(as_vic: Any) -> None:
    def queries(view: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            as_vic.get(f"/customers?view={view}")
        return len(caught)

    def more(name: str) -> None:
        one = one_of(name)
        contract(one, today() - 30)
        PlanStanding.objects.create(customer=one, state=2, working=True)

    more("First")
    refresh_contracts(None, today())
    views = ("renewals", "plans", "unagreed", "all")
    queries("all")
    alone = [queries(view) for view in views]
    for number in range(30):
        more(f"Another {number}")
    refresh_contracts(None, today())
    assert [queries(view) for view in views] == alone


def test_the_export_carries_contracts_and_runs_in_no_spreadsheet(as_vic: Any) -> None:
    one = one_of("Café Nord")
    contract(one, today() - 30)
    record_told([told(one, "renewal_forecast", today(), 0, text="=HYPERLINK(1)")])
    refresh_contracts(None, today())
    body = b"".join(as_vic.get("/customers.csv?view=renewals")).decode("utf-8-sig")
    [line] = csv.DictReader(io.StringIO(body))
    assert (line["contracts a year"], line["forecast"], line["currency"]) == ("1200.00", "0.00", "EUR")
    assert line["why this forecast or end"] == "'=HYPERLINK(1)"
    assert line["renewal"]
    assert "value" not in line, "nobody buys: there are no columns about purchases"


def test_no_two_columns_of_the_export_have_one_name(as_vic: Any) -> None:
    regular("Ida")
    one = one_of("Café Nord")
    contract(one, today() - 30)
    refresh_contracts(None, today())
    head, *_ = csv.reader(io.StringIO(b"".join(as_vic.get("/customers.csv")).decode("utf-8-sig")))
    assert len(head) == len(set(head))
    assert {"value", "contracts a year", "currency"} <= set(head)


def test_the_calendar_adds_up_what_is_due_expected_and_decided(as_vic: Any) -> None:
    assert "No contract that ends" in as_vic.get("/renewals").content.decode()
    one, other, third = (one_of(name) for name in ("A", "B", "C"))
    now = today()
    for each in (one, other, third):
        contract(each, now - 355)
    refresh_contracts(None, now)
    last_day = (Contract.objects.filter(customer=other).get().end_day or 0) - 1
    record_told(
        [
            told(one, "renewal_forecast", now, 90_000, text="Fewer seats"),
            told(other, "contract_cancelled", now, ends=last_day, reason="Moved away"),
        ]
    )
    contract(one, now - 30, number="C-2", currency="USD")
    refresh_success([one.pk], now)
    text = as_vic.get("/renewals").content.decode()
    assert "1 unknown" in text
    assert "1 lost" in text
    [line] = csv.DictReader(io.StringIO(as_vic.get("/renewals.csv").content.decode()))
    assert {name: line[name] for name in ("due", "same terms", "forecast", "nobody has said", "final", "lost", "difference")} == {
        "due": "3", "same terms": "3600.00", "forecast": "900.00", "nobody has said": "1", "final": "0.00",
        "lost": "1", "difference": "-1500.00",
    }  # fmt: skip
    assert "1 renewal in other currencies" in text
