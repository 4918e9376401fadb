"""Is our score right: months as they began, lost customers in every sample, and no figure on too few."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner

from regulars.attention.health_profiles import current_profiles
from regulars.attention.models import ContractStanding, FittedModel, StoredResult
from regulars.attention.person_months import person_months, spells
from regulars.attention.score_record import KEY, KIND, refresh_score_record, score_record_due
from regulars.attention.write.contract_standings import refresh_contracts
from regulars.attention.write.health_profiles import install_shipped
from regulars.cli.models import score as score_command
from regulars.insight.health import health
from regulars.insight.months import first_day_of, month_of
from regulars.insight.person_periods import PersonPeriods
from regulars.insight.scorecard import Scorecard
from regulars.ledger.by_hand import record_told
from regulars.records.models import Customer
from regulars.records.read.company import epoch_day
from tests.attention.contracts import contract, told
from tests.web.factories import customer, fact

pytestmark = pytest.mark.django_db

AS_OF = epoch_day(date(2026, 3, 20))
JULY = epoch_day(date(2025, 7, 1))


def cancelled(one: Customer, day: int) -> None:
    record_told([told(one, "contract_cancelled", day, text="Too dear")])


@pytest.fixture
def nord() -> Customer:
    """A customer who used it, complained, and was lost in December."""
    one = customer("Café Nord")
    contract(one, JULY)
    for day in range(JULY, JULY + 150, 7):
        fact(one, day, "usage", quantity=20, item="orders")
    fact(one, JULY + 120, "complaint")
    cancelled(one, epoch_day(date(2025, 12, 10)))
    return one


def rows_of(as_of: int) -> PersonPeriods:
    return person_months(as_of).rows


def test_a_lost_customer_stays_in_every_month_up_to_the_loss(nord: Customer) -> None:
    other = customer("Werft Süd")
    contract(other, JULY + 5)
    rows = rows_of(AS_OF)
    theirs = rows[rows.account == 0]
    assert [month % 12 + 1 for month in theirs.month.tolist()] == [7, 8, 9, 10, 11, 12]
    assert theirs.lost.tolist() == [False] * 5 + [True]
    assert theirs.tenure.tolist() == [0, 1, 2, 3, 4, 5]
    stays = rows[rows.account == 1]
    assert not stays.lost.any()
    assert stays.month.max() == month_of(epoch_day(date(2026, 1, 1))), "February's ends may still be renewed"
    assert stays.renewal_in.tolist() == [11, 10, 9, 8, 7, 6]


def test_what_happens_later_never_changes_an_earlier_month(nord: Customer) -> None:
    until = epoch_day(date(2025, 11, 30))
    before = rows_of(until)
    assert before.month.max() == month_of(epoch_day(date(2025, 9, 1))), "the loss is not known by then"
    fact(nord, until + 1, "complaint")
    fact(nord, until + 2, "usage", quantity=9000, item="orders")
    contract(nord, until + 60, number="C-2")
    after = rows_of(AS_OF)
    after = after[after.month <= before.month.max()]
    for name in ("account", "month", "tenure", "renewal_in", "lost", "features", "silence", "points"):
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name), err_msg=name)
    assert not np.isnan(before.silence[1:]).any()


def test_a_complaint_is_known_from_the_month_after_it_and_not_before(nord: Customer) -> None:
    rows = rows_of(AS_OF)
    column = [signal.key for signal in rows.signals].index("severe_complaint_open")
    assert rows.features[:, column].tolist() == [0, 0, 0, 0, 1, 0]


def test_a_late_renewal_is_no_loss_and_who_comes_back_is_counted_anew() -> None:
    late, back = customer("Late"), customer("Back")
    for one, gap in ((late, 20), (back, 90)):
        contract(one, JULY - 365)
        contract(one, JULY + gap, number="C-2")
    found = spells(AS_OF)
    assert [(one.customer, one.until) for one in found] == [(late.pk, None), (back.pk, JULY), (back.pk, None)]
    rows = rows_of(AS_OF)
    assert rows[rows.account == 0].losses == 0
    assert rows[rows.account == 1].month[-1] == month_of(JULY - 1)
    assert rows.losses == 1


def test_everybody_is_judged_by_the_profile_that_judges_them_on_their_page(
    nord: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_shipped()
    [one] = [stored for stored in current_profiles().values() if "*" in stored.profile.kinds][:1]
    for_contracts = replace(one.profile, name="contracts", kinds=("subscription",))
    for_others = replace(one.profile, name="others", kinds=("*",))
    stored = {own.name: replace(one, profile=own) for own in (for_others, for_contracts)}
    monkeypatch.setattr("regulars.attention.person_months.current_profiles", lambda: stored)
    judged = list[str]()
    real = health
    monkeypatch.setattr(
        "regulars.attention.known_then.health",
        lambda profile, inputs: (judged.append(profile.name), real(profile, inputs))[1],
    )
    assert len(rows_of(AS_OF))
    assert set(judged) == {"contracts"}


def test_who_came_and_went_within_a_month_is_counted_as_unseen(nord: Customer) -> None:
    brief = customer("Brief")
    contract(brief, JULY + 40)
    cancelled(brief, JULY + 55)
    found = person_months(AS_OF)
    assert found.unseen == 1
    assert found.rows.accounts == 1


def forty_with_three_losses() -> list[Customer]:
    everybody = [customer(f"Customer {place:02}") for place in range(40)]
    for one in everybody:
        contract(one, JULY, months=24)
        fact(one, JULY + 90, "survey_answer", quantity=9.0)
    for one in everybody[:3]:
        cancelled(one, JULY + 190)
    refresh_contracts(None, AS_OF)
    return everybody


def test_forty_customers_with_three_losses_are_not_enough_and_the_cases_are_told() -> None:
    lost = forty_with_three_losses()[:3]
    assert score_record_due(AS_OF)
    found = refresh_score_record(AS_OF)
    assert found["refusal"].startswith("Not enough data yet: 40 customers and 3 losses")
    assert (found["ways"], found["weights"]) == ([], [])
    assert not FittedModel.objects.filter(kind=KIND).exists()
    assert {case["customer"] for case in found["cases"]} == {one.pk for one in lost}
    assert all("of 100, based on" in case["known"] for case in found["cases"])
    assert StoredResult.objects.get(key=KEY).result == json.loads(json.dumps(found, allow_nan=False))


def test_it_is_judged_once_a_week_and_only_where_contracts_are() -> None:
    assert not score_record_due(AS_OF)
    forty_with_three_losses()
    assert ContractStanding.objects.exists()
    refresh_score_record(AS_OF)
    assert not score_record_due(AS_OF + 6)
    assert score_record_due(AS_OF + 7)


def a_book(seed: int = 7) -> None:
    """160 customers over two years; whoever answers badly is lost far more often."""
    rng = np.random.default_rng(seed)
    first = first_day_of(month_of(AS_OF) - 26)
    for place in range(160):
        one = customer(f"Customer {place:03}")
        begun = first + int(rng.integers(0, 300))
        contract(one, begun, months=36)
        answer = float(rng.choice([2.0, 9.0]))
        for day in range(begun, AS_OF, 30):
            if day % 90 < 30:
                fact(one, day, "survey_answer", quantity=answer)
            if day > begun and rng.random() < (0.06 if answer < 5 else 0.004):
                cancelled(one, day)
                break
    refresh_contracts(None, AS_OF)


def test_with_enough_of_both_it_is_judged_fitted_and_kept() -> None:
    a_book()
    said = CliRunner().invoke(score_command, ["--until", "2026-03-20", "--json"])
    found = json.loads(said.stdout)
    assert not StoredResult.objects.filter(key=KEY).exists()
    assert found["refusal"] == ""
    assert refresh_score_record(AS_OF) == found
    ways = {way["name"]: way for way in found["ways"]}
    assert set(ways) == {"base rate", "tenure only", "silence rule", "points shown", "scorecard"}
    assert ways["scorecard"]["skill"]["low"] > 0
    assert ways["points shown"]["auc"]["low"] > 0.5
    weights = {weight["key"]: weight for weight in found["weights"]}
    assert weights["survey_answers"]["beta"] < 0 < weights["survey_answers"]["points_per_unit"]
    assert all(
        weight["note"] == "your weight, not yet proven by data"
        for weight in found["weights"]
        if weight["se"] is None
    )
    kept = FittedModel.objects.get(kind=KIND)
    assert len(Scorecard.from_json(kept.parameters).weights()) == len(weights)
    assert [len(table) for table in found["fifths"].values()] == [5, 5]
