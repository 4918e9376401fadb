"""Contracts written down on a customer's page: each way, its trail, and what is wrong beside its field."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from regulars.attention.models import Contract, ContractStanding
from regulars.attention.read.contracts import expansions
from regulars.ledger.models import Fact
from regulars.records.models import AuditEntry, Customer
from regulars.records.opaque import opaque
from regulars.records.write.not_yet import say_not_yet
from tests.attention.contracts import contract
from tests.web.factories import customer, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def nord() -> Customer:
    return customer("Café Nord")


def iso(days: int = 0) -> str:
    return (date(1970, 1, 1) + timedelta(days=today() + days)).isoformat()


def noted(client: Any, one: Customer, **typed: str) -> Any:
    given = {
        "number": "C-1",
        "start": iso(-30),
        "months": "12",
        "amount": "1,200.00",
        "currency": "EUR",
    } | typed
    return client.post(f"/customers/{opaque(one.pk)}/contracts", given)


def contracts_part(client: Any, one: Customer) -> str:
    return str(client.get(f"/customers/{opaque(one.pk)}?tab=success").content.decode())


def act(client: Any, verb: str, **typed: str) -> Any:
    return client.post(f"/contracts/{opaque(Contract.objects.get().pk)}/{verb}", typed)


def test_a_new_contract_renews_itself_or_not_and_leads_back_to_the_contracts(
    as_max: Any, nord: Customer
) -> None:
    form = as_max.get(f"/customers/{opaque(nord.pk)}/contracts").content.decode()
    assert "as before" not in form, "nothing was before"
    assert noted(as_max, nord, auto_renews="no").url.endswith("?tab=success#contracts")
    assert not Contract.objects.get().auto_renews
    renewing = as_max.get(f"/contracts/{opaque(Contract.objects.get().pk)}/renew").content.decode()
    assert '<option value="">as before</option>' in renewing


def test_a_contract_is_noted_with_its_trail_and_shown_at_once(as_max: Any, nord: Customer) -> None:
    assert noted(as_max, nord, item="Care", notice="30", auto_renews="yes").status_code == 303
    one = Contract.objects.get()
    assert (one.monthly, one.item, one.auto_renews, one.months) == (10_000, "Care", True, 12)
    assert ContractStanding.objects.get().yearly == 120_000
    assert AuditEntry.objects.latest("id").action == "note_contract"
    text = contracts_part(as_max, nord)
    assert "€1,200" in text
    assert "nobody has said" in text
    assert "goes on by itself" in text


def test_an_amount_with_cents_is_shown_with_them_where_one_checks_it(as_max: Any, nord: Customer) -> None:
    noted(as_max, nord, amount="19,500.50")
    act(as_max, "forecast", amount="20,100.25", reason="More seats")
    text = contracts_part(as_max, nord)
    assert "€19,500.50" in text
    assert "€20,100.25" in text


def test_what_is_wrong_stays_beside_its_field_with_what_was_typed(as_max: Any, nord: Customer) -> None:
    for typed, field, words in (
        ({"amount": ""}, "amount", "Say what it is worth"),
        ({"amount": "1.234"}, "amount", "can be read in two ways"),
        ({"currency": "QQQ"}, "currency", "is not a currency"),
        ({"number": " "}, "number", "Give it a number"),
        ({"ends": iso(-60), "months": ""}, "ends", "ends before it starts"),
        ({"ends": iso(10)}, "months", "end on another day"),
        ({"start": ""}, "start", "Say the day"),
        ({"months": "soon"}, "months", "not a whole number"),
    ):
        answer = noted(as_max, nord, **typed)
        assert answer.status_code == 422, typed
        form = answer.context["form"]
        [wrong] = [entry for entry in form.entries if entry.error]
        assert wrong.name == field
        assert words in wrong.error
        assert {entry.name: entry.value for entry in form.entries}["months"] == typed.get("months", "12")
    assert not Fact.objects.exists()
    assert not AuditEntry.objects.filter(action="note_contract").exists()


def test_a_number_in_use_is_refused(as_max: Any, nord: Customer) -> None:
    noted(as_max, nord)
    assert "already" in noted(as_max, nord).context["form"].entries[0].error


def test_a_renewal_agreed_ahead_does_not_begin_before_its_day(as_max: Any, nord: Customer) -> None:
    noted(as_max, nord, start=iso(-300))
    end = Contract.objects.get().end_day or 0
    begins = (date(1970, 1, 1) + timedelta(days=end)).isoformat()
    assert act(as_max, "renew", start=begins, months="12", amount="1500").status_code == 303
    one = Contract.objects.get()
    assert (one.state, one.monthly, one.final) == ("active", 10_000, 150_000)
    assert (one.end_day or 0) > end + 360
    fact = Fact.objects.get(kind="contract_renewed")
    assert (fact.day, fact.properties["starts_on"]) == (today(), begins)


def test_a_change_a_forecast_and_a_cancellation_each_say_why(as_max: Any, max: Any, nord: Customer) -> None:
    noted(as_max, nord)
    act(as_max, "change", start=iso(), amount="2400", reason="Second site")
    assert Contract.objects.get().monthly == 20_000
    assert act(as_max, "forecast", amount="0", reason=" ").status_code == 422
    act(as_max, "forecast", amount="0", reason="They build their own")
    one = Contract.objects.get()
    assert (one.forecast, one.forecast_why, one.forecast_by) == (0, "They build their own", max)
    assert "will be lost" in contracts_part(as_max, nord)
    act(as_max, "cancel", day=iso(20), reason="Their own machine is ready")
    one = Contract.objects.get()
    assert (one.state, one.end_day, one.final, one.ended_why) == (
        "active", today() + 20, 0, "Their own machine is ready",
    )  # fmt: skip
    assert "runs, cancelled" in contracts_part(as_max, nord)
    assert Fact.objects.get(kind="contract_cancelled").day == today()
    assert act(as_max, "change", start=iso(40), amount="1").status_code == 422


def test_another_currency_needs_a_number_of_its_own(as_max: Any, nord: Customer) -> None:
    contract(nord, today() - 30, currency="USD")
    from regulars.attention.write.contract_standings import refresh_contracts

    refresh_contracts(None, today())
    act(as_max, "renew", start=iso(335), amount="10")
    assert Contract.objects.get().currency == "USD"
    assert Fact.objects.get(kind="contract_renewed").currency == "USD"


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("€1,200.50", "EUR", 120_050), ("1.200,50 EUR", "EUR", 120_050), ("1 200", "EUR", 120_000),
        ("$1,200", "USD", None), ("$1,200.00", "USD", 120_000), ("1.234", "KWD", 1_234), ("1234.00", "JPY", 1_234),
        ("12k", "EUR", None), ("1.2m", "EUR", None), ("$100", "EUR", None), ("100 USD", "EUR", None),
        ("1234.5", "JPY", None), ("12.3456", "KWD", None), ("12.345", "EUR", None), ("1234.567", "EUR", None),
        ("1_000", "EUR", None), ("9" * 5_000, "EUR", None), ("²", "EUR", None),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_meant_or_refused_beside_its_field(
    as_max: Any, nord: Customer, typed: str, currency: str, amount: int | None
) -> None:
    answer = noted(as_max, nord, amount=typed, currency=currency)
    found = list(Fact.objects.values_list("amount", flat=True))
    assert (answer.status_code, found) == ((422, []) if amount is None else (303, [amount]))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"ends": "9999-12-31", "months": ""}, "ends"), ({"ends": "2200-12-31", "months": ""}, "ends"),
        ({"start": "9999-01-01"}, "start"), ({"start": "0001-01-01"}, "start"), ({"months": "1201"}, "months"),
        ({"reason": "x" * 301}, "reason"), ({"item": "x" * 201}, "item"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_never_cut(
    as_max: Any, nord: Customer, typed: dict[str, str], field: str
) -> None:
    answer = noted(as_max, nord, **typed)
    assert answer.status_code == 422
    errors = {entry.name: entry.error for entry in answer.context["form"].entries if entry.error}
    assert set(errors) == {field} or (field == "reason" and not errors)
    assert field != "ends" or "Leave it empty" in errors["ends"]
    assert not Fact.objects.exists()


def test_a_long_reason_is_refused_wherever_one_is_given(as_max: Any, nord: Customer) -> None:
    noted(as_max, nord)
    facts, long = Fact.objects.count(), "x" * 301
    for verb, typed in (
        ("cancel", {"day": iso(30), "reason": long}),
        ("forecast", {"amount": "5", "reason": long}),
        ("change", {"start": iso(), "amount": "5", "reason": long}),
        ("renew", {"start": iso(400), "months": "1201"}),
        ("renew", {"start": "9999-06-01", "amount": "5"}),
        ("cancel", {"day": "9999-12-31", "reason": "x"}),
    ):
        answer = act(as_max, verb, **typed)
        assert answer.status_code == 422, verb
        assert [one for one in answer.context["form"].entries if one.error], verb
    assert Fact.objects.count() == facts


def test_an_expansion_is_known_by_its_name_and_worth_nothing_or_more(as_max: Any, nord: Customer) -> None:
    place = f"/customers/{opaque(nord.pk)}/expansions"
    given = {"number": "Second site", "item": "Care", "amount": "600"}
    for typed, field in (
        ({"amount": "-5"}, "amount"), ({"reason": "x" * 301}, "reason"), ({"item": "x" * 201}, "item"),
    ):  # fmt: skip
        answer = as_max.post(place, given | typed)
        assert (answer.status_code, [one.name for one in answer.context["form"].entries if one.error]) == (
            422, [field],
        )  # fmt: skip
    assert as_max.post(place, given).status_code == 303
    answer = as_max.post(place, given | {"amount": "900"})
    [wrong] = [one for one in answer.context["form"].entries if one.error]
    assert (answer.status_code, wrong.name) == (422, "number")
    assert (
        as_max.post(f"{place}/close?number=Second%20site", {"amount": "-1", "reason": "x"}).status_code == 422
    )
    [one] = expansions(today())
    assert (one.yearly, one.closed_day) == (60_000, None)
    assert as_max.post(f"/customers/{opaque(customer('Süd').pk)}/expansions", given).status_code == 303


def test_an_expansion_is_opened_and_closed_with_what_it_brought(
    as_max: Any, max: Any, nord: Customer
) -> None:
    place = f"/customers/{opaque(nord.pk)}/expansions"
    as_max.post(place, {"number": "Second site", "item": "Care", "amount": "600", "reason": "They asked"})
    [one] = expansions(today())
    assert (one.yearly, one.colleague, one.closed_day) == (60_000, max.pk, None)
    assert "What became of it?" in contracts_part(as_max, nord)
    close = f"{place}/close?number=Second%20site"
    assert as_max.get(close).status_code == 200
    assert as_max.post(close, {"amount": "300", "reason": "Half of it"}).status_code == 303
    [one] = expansions(today())
    assert (one.yearly, one.brought, one.closed_day, one.reason) == (60_000, 30_000, today(), "Half of it")
    assert as_max.get(close).status_code == 404


def test_a_rewound_page_shows_the_contract_of_that_day_and_changes_nothing(
    as_max: Any, nord: Customer
) -> None:
    contract(nord, today() - 400, months=24)
    past = iso(-500)
    text = str(as_max.get(f"/customers/{opaque(nord.pk)}?tab=success&as_of={past}").content.decode())
    assert "No contract on record." in text
    assert "Note a contract" not in text


def test_a_viewer_reads_and_may_not_write(as_vic: Any, nord: Customer) -> None:
    contract(nord, today() - 30)
    text = contracts_part(as_vic, nord)
    assert "C-1" in text
    assert "Note a contract" not in text
    assert noted(as_vic, nord).status_code == 403


def test_a_far_end_is_followed_by_its_comma_at_once(as_max: Any, nord: Customer) -> None:
    noted(as_max, nord, notice="30", auto_renews="yes")
    text = contracts_part(as_max, nord)
    assert " ," not in text.partition("Runs until")[2].partition("</dd>")[0]
    assert ", then goes on by itself" in text


def undone(client: Any, action: str) -> int:
    entry = AuditEntry.objects.filter(action=action).latest("id")
    return int(client.post(f"/written/undo/{opaque(entry.pk)}").status_code)


def test_a_contract_noted_by_mistake_is_taken_back_from_the_toast(as_max: Any, nord: Customer) -> None:
    answer = as_max.get(noted(as_max, nord).url)
    [message] = list(answer.context["messages"])
    assert message.extra_tags.startswith("/written/undo/")
    assert as_max.post(message.extra_tags).status_code == 303
    assert not Contract.objects.exists()
    assert not ContractStanding.objects.exists()
    assert not Fact.objects.exists()
    assert AuditEntry.objects.latest("id").action == "undo_note_contract"
    assert as_max.post(message.extra_tags).status_code == 409, "once"


def test_each_entry_on_a_contract_is_taken_back_the_newest_first(
    as_max: Any, as_ana: Any, nord: Customer
) -> None:
    noted(as_max, nord)
    act(as_max, "change", start=iso(), amount="2400", reason="Second site")
    act(as_max, "forecast", amount="0", reason="They build their own")
    act(as_max, "renew", start=iso(400), months="12", amount="1500")
    act(as_max, "cancel", day=iso(20), reason="Their own machine is ready")
    assert undone(as_max, "note_contract") == 409, "the rest rests on it"
    assert undone(as_ana, "note_cancellation") == 409, "only its author"
    for action in ("note_cancellation", "note_renewal", "note_forecast", "note_change"):
        assert undone(as_max, action) == 303, action
    one = Contract.objects.get()
    assert (one.monthly, one.forecast, one.final, one.cancelled_day) == (10_000, None, None, None)
    assert undone(as_max, "note_contract") == 303
    assert not Contract.objects.exists()


def test_who_notes_an_expansion_meanwhile_reads_not_yet_and_may_note_it(
    as_max: Any, max: Any, nord: Customer
) -> None:
    place = f"/customers/{opaque(nord.pk)}/expansions"
    assert "Not yet" not in as_max.get(place).content.decode()
    said = date(2099, 5, 3)
    say_not_yet(max, nord.pk, "the map is <right>.", said, today=date(2026, 1, 1))
    warning = (
        "Not yet, Max said: do not sell to them until the map is &lt;right&gt;. Look again on 3 May 2099."
    )
    assert warning in as_max.get(place).content.decode()
    assert warning in as_max.post(place, {"number": "", "amount": "1"}).content.decode()
    assert as_max.post(place, {"number": "M-2", "amount": "100"}).status_code == 303
    assert [one.number for one in expansions(today())] == ["M-2"]


def test_an_expansion_is_taken_back_with_what_became_of_it(as_max: Any, nord: Customer) -> None:
    place = f"/customers/{opaque(nord.pk)}/expansions"
    as_max.post(place, {"number": "Second site", "item": "Care", "amount": "600"})
    as_max.post(f"{place}/close?number=Second%20site", {"amount": "300", "reason": "Half of it"})
    assert undone(as_max, "open_expansion") == 409
    assert undone(as_max, "close_expansion") == 303
    [one] = expansions(today())
    assert one.closed_day is None
    assert undone(as_max, "open_expansion") == 303
    assert not list(expansions(today()))


def test_after_ten_minutes_an_entry_on_a_contract_is_history(as_max: Any, nord: Customer) -> None:
    noted(as_max, nord)
    AuditEntry.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert undone(as_max, "note_contract") == 409
    assert Contract.objects.exists()


def test_entries_on_contracts_just_recorded_are_said_on_the_page_with_their_way_back(
    as_max: Any, as_ana: Any, nord: Customer
) -> None:
    noted(as_max, nord)
    act(as_max, "change", start=iso(), amount="2400", reason="Second site")
    act(as_max, "forecast", amount="0", reason="They build their own")
    act(as_max, "renew", start=iso(400), months="12", amount="1500")
    act(as_max, "cancel", day=iso(20), reason="Their own machine is ready")
    place = f"/customers/{opaque(nord.pk)}/expansions"
    as_max.post(place, {"number": "Second site", "item": "Care", "amount": "600"})
    as_max.post(f"{place}/close?number=Second%20site", {"amount": "300", "reason": "Half of it"})
    said = [
        "what became of Second site", "Second site, which they may take", "the cancellation of C-1",
        "the renewal of C-1", "the forecast of C-1", "the change of C-1", "contract C-1",
    ]  # fmt: skip
    page = as_max.get(f"/customers/{opaque(nord.pk)}?tab=success")
    assert [one.words for one in page.context["recent"]] == said
    assert f"You recorded just now: {said[2]}." in page.content.decode()
    assert undone(as_max, "close_expansion") == undone(as_max, "note_cancellation") == 303
    page = as_max.get(f"/customers/{opaque(nord.pk)}")
    assert [one.words for one in page.context["recent"]] == [said[1], *said[3:]]
    assert not as_ana.get(f"/customers/{opaque(nord.pk)}").context["recent"], "only their author's"


def test_a_form_says_what_the_contract_is_worth_now(as_max: Any, nord: Customer) -> None:
    noted(as_max, nord, amount="7560")
    for verb in ("renew", "change", "forecast"):
        text = as_max.get(f"/contracts/{opaque(Contract.objects.get().pk)}/{verb}").content.decode()
        assert "now €7,560 for the term" in text, verb
    south = customer("Süd")
    noted(as_max, south, number="C-2", months="", amount="80")
    text = as_max.get(f"/contracts/{opaque(Contract.objects.get(number='C-2').pk)}/change").content.decode()
    assert "now €80.00 a month" in text


def test_what_was_noted_of_a_contract_is_said(as_max: Any, nord: Customer) -> None:
    noted(as_max, nord)
    for verb, typed, words in (
        ("change", {"start": iso(), "amount": "2400"}, "Change of C-1 noted."),
        ("forecast", {"amount": "0", "reason": "No budget"}, "Forecast of C-1 noted."),
        ("renew", {"start": iso(400), "months": "12"}, "Renewal of C-1 noted."),
        ("cancel", {"day": iso(20), "reason": "No budget"}, "Cancellation of C-1 noted."),
    ):
        page = as_max.get(act(as_max, verb, **typed).url)
        assert [str(message) for message in page.context["messages"]][-1] == words
