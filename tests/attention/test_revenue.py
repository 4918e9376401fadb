"""The report on revenue and the board page rest on contracts, and every figure opens to them."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from regulars.attention.board import refresh_board
from regulars.attention.models import StoredResult
from regulars.attention.revenue import refresh_revenue
from regulars.attention.success import refresh_success
from regulars.attention.write.success import confirm_outcome
from regulars.ledger.by_hand import Told, record_told
from regulars.records.models import Confirmation, Customer, Outcome, Reading
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date, epoch_day
from regulars.records.write.todos import add_todo

pytestmark = pytest.mark.django_db
TODAY = epoch_day(date(2026, 3, 10))


def day(text: str) -> int:
    return epoch_day(date.fromisoformat(text))


def signed(
    name: str, number: str, start: str, amount: int, kind: str = "contract_started", **more: object
) -> int:
    customer, _ = Customer.objects.get_or_create(name=name, defaults={"name_folded": name.lower()})
    record_told(
        [
            Told(
                customer.pk, kind, day(start), amount=amount, currency="EUR", subject=number,
                properties={"months": 12, "auto_renews": False, **more},
            )
        ]
    )  # fmt: skip
    return customer.pk


@pytest.fixture
def book() -> dict[str, int]:
    """Four customers: Abel renews larger, Berta leaves, Cleo is new, Dora runs."""
    abel = signed("Abel", "A-1", "2025-02-01", 12_000_00)
    signed("Abel", "A-1", "2026-02-01", 18_000_00, "contract_renewed")
    berta = signed("Berta", "B-1", "2025-01-15", 6_000_00)
    record_told([Told(berta, "contract_cancelled", day("2026-01-15"), "a cheaper tool", subject="B-1")])
    cleo = signed("Cleo", "C-1", "2026-02-20", 2_400_00)
    dora = signed("Dora", "D-1", "2025-06-01", 3_600_00)
    for ago, amount in ((95, 7_200_00), (62, 6_600_00), (31, 6_000_00)):
        at = day("2026-01-15") - ago
        record_told([Told(berta, "renewal_forecast", at, amount=amount, currency="EUR", subject="B-1")])
    refresh_success(None, TODAY)
    refresh_revenue(TODAY)
    refresh_board(TODAY)
    return {"abel": abel, "berta": berta, "cleo": cleo, "dora": dora}


def test_the_bridge_is_what_a_hand_works_out(book):
    told = StoredResult.objects.get(key="revenue").result
    at = {month: place for place, month in enumerate(told["months"])}
    # 2025-12: Abel 1,000 + Berta 500 + Dora 300.
    assert told["end"][at["2025-12"]] == 1_800_00
    assert told["lost"][at["2026-01"]] == 500_00
    assert told["expansion"][at["2026-02"]] == 500_00
    assert told["new"][at["2026-02"]] == 200_00
    assert told["end"][at["2026-02"]] == 2_000_00
    assert told["yearly"] == 24_000_00
    moved = sum(told[name][at["2026-02"]] for name in ("new", "returned", "expansion"))
    moved -= sum(told[name][at["2026-02"]] for name in ("contraction", "lost"))
    assert told["start"][at["2026-02"]] + moved == told["end"][at["2026-02"]]


def test_what_stayed_of_a_year_ago(book):
    kept = StoredResult.objects.get(key="revenue").result["kept"]
    # A year before, Abel's 1,000 and Berta's 500 ran; Abel pays 1,500 now and Berta nothing.
    assert kept["grr"]["value"] == pytest.approx(1_000 / 1_500)
    assert kept["nrr"]["value"] == pytest.approx(1_500 / 1_500)
    assert (kept["churn"]["n"], kept["lost"]) == (2, 1)


def test_every_figure_opens_to_its_contracts(as_vic, book):
    page = as_vic.get(reverse("reports_revenue")).content.decode()
    address = reverse("reports_behind", args=["2026-01", "lost"])
    assert address in page
    behind = as_vic.get(address).content.decode()
    assert "Berta" in behind
    assert "B-1" in behind
    assert reverse("customer", args=[opaque(book["berta"])]) in behind
    assert "Abel" not in behind
    assert as_vic.get(reverse("reports_behind", args=["2026-01", "new"])).status_code == 404


def test_forecasts_are_judged_as_they_stood(book):
    record = StoredResult.objects.get(key="forecast_record").result
    assert [(one["ahead"], one["signed"], one["n"]) for one in record["leads"]] == [
        (30, 6_000_00, 1), (60, 6_600_00, 1), (90, 7_200_00, 1),
    ]  # fmt: skip


def test_the_board_reads_outcomes_first_and_names_risks_with_cause_plan_owner_and_date(as_vic, book):
    Outcome.objects.create(
        customer_id=book["abel"], sentence="Open on Sundays", noted_on=date(2025, 3, 1),
        agreed_on=date(2025, 3, 1), due_on=date(2026, 2, 20),
    )  # fmt: skip
    add_todo(None, "Agree on a new date", due_on=date(2026, 3, 20), customer=book["abel"])
    refresh_success(None, TODAY)
    refresh_board(TODAY)
    page = as_vic.get(reverse("reports_board")).content.decode()
    order = (
        "What they came for",
        "Recurring revenue",
        "Renewals within",
        "Why 1 contract ended",
        "What they say",
    )
    assert sorted(order, key=page.index) == list(order)
    assert "0 of 3 customers have confirmed an outcome" in page
    risk = StoredResult.objects.get(key="board").result["risks"][0]
    assert (risk["name"], risk["plan"], risk["date"]) == ("Abel", "Agree on a new date", "2026-03-20")
    assert "18 days late" in risk["cause"]
    assert "by 20 Mar 2026." in page
    assert "2026-03-20" not in page
    assert "a cheaper tool" in page


def test_the_board_counts_who_reached_disputes_or_says_not_yet(as_vic, book):
    for name, verdict in (("abel", "not_yet"), ("dora", "confirmed"), ("dora", "")):
        wanted = Outcome.objects.create(
            customer_id=book[name], sentence=f"Open on Sundays {verdict}", noted_on=date(2025, 3, 1),
            agreed_on=date(2025, 3, 1), due_on=date(2026, 9, 1), target=1.0,
        )  # fmt: skip
        if verdict:
            Confirmation.objects.create(outcome=wanted, verdict=verdict, said_on=date(2026, 2, 1))
        else:
            Reading.objects.create(outcome=wanted, day=date(2026, 2, 1), value=1.0)
    refresh_success(None, TODAY)
    refresh_board(TODAY)
    told = StoredResult.objects.get(key="board").result["outcomes"]
    assert {name: told[name] for name in ("confirmed", "reached", "not_yet", "disputed")} == {
        "confirmed": 1, "reached": 1, "not_yet": 1, "disputed": 0,
    }  # fmt: skip
    page = as_vic.get(reverse("reports_board")).content.decode()
    assert 'Say “not yet” of an outcome</dt><dd class="figure">1</dd>' in page


def test_a_yes_without_a_word_is_no_saying_of_theirs(book):
    wanted = Outcome.objects.create(
        customer_id=book["abel"], sentence="Open on Sundays", noted_on=date(2025, 3, 1),
        agreed_on=date(2025, 3, 1), due_on=date(2026, 9, 1),
    )  # fmt: skip
    confirm_outcome(None, wanted, "confirmed", on=date(2026, 2, 1))
    confirm_outcome(None, wanted, "not_yet", on=date(2026, 2, 2), words="Only every other Sunday")
    refresh_board(TODAY)
    said = StoredResult.objects.get(key="board").result["said"]
    assert [(one["words"], one["good"]) for one in said] == [("Only every other Sunday", False)]


def test_a_board_with_nothing_to_count_says_so_in_plain_sentences(as_vic, book):
    stored = StoredResult.objects.get(key="board")
    zeros = dict.fromkeys(stored.result["renewals"], 0)
    told = stored.result | {"renewals": zeros, "left": {"contracts": 0, "reasons": []}}
    StoredResult.objects.filter(key="board").update(result=told)
    page = as_vic.get(reverse("reports_board")).content.decode()
    for said in ("No contract ends within half a year.", "No contract ended within a year."):
        assert said in page
    for said in ("0 contracts", "€0.00", "For 0 of them"):
        assert said not in page


def test_unknown_is_not_a_forecast(book):
    renewals = StoredResult.objects.get(key="board").result["renewals"]
    # Dora's term ends within half a year, and nobody has said what to expect.
    assert renewals == {
        "contracts": 1, "target": 3_600_00, "foreseen": 0, "foreseen_target": 0, "forecast": 0,
        "silent": 1, "silent_target": 3_600_00, "leaving": 0, "leaving_target": 0,
    }  # fmt: skip


def test_without_contracts_the_reports_say_so_and_have_no_tab(as_vic):
    refresh_revenue(TODAY)
    refresh_board(TODAY)
    for name in ("reports_revenue", "reports_board"):
        assert "not enough data yet" in as_vic.get(reverse(name)).content.decode()
    assert "Board page" not in as_vic.get(reverse("reports")).content.decode()


def test_amounts_in_another_currency_are_named_and_not_added(book):
    swiss = signed("Emil", "E-1", "2026-01-01", 99)
    record_told(
        [
            Told(swiss, "contract_started", day("2026-01-01"), amount=5_000_00, currency="CHF", subject="E-2",
                 properties={"months": 12})
        ]
    )  # fmt: skip
    refresh_revenue(TODAY)
    told = StoredResult.objects.get(key="revenue").result
    assert [(one["currency"], one["contracts"]) for one in told["left_out"]] == [("CHF", 1)]
    assert calendar_date(TODAY) == date(2026, 3, 10)
