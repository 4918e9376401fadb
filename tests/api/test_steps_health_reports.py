"""Next steps, health and reports over HTTP."""

from __future__ import annotations

from datetime import timedelta
from importlib import resources

import pytest
from django.utils import timezone

from regulars.attention.health import refresh_health
from regulars.attention.models import (
    HealthHistory,
    HealthProfileVersion,
    HealthStanding,
    NextStep,
    StoredResult,
)
from regulars.records.models import Colleague
from regulars.records.opaque import opaque
from tests.attention.contracts import contract
from tests.web.factories import fact, today

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()


def _step(customer, number, **more):
    return NextStep.objects.create(
        customer=customer, kind="gone_quiet", key=f"k{number}", sentence=f"is silent {number}.",
        opened_day=20_000, place=number, **more,
    )  # fmt: skip


def test_next_steps_come_in_the_order_of_today_with_whom_to_reach(asking, ida, nils):
    for number in (3, 1, 2):
        _step(ida, number)
    told = asking("GET", "/next-steps")["items"]
    assert [row["sentence"] for row in told] == ["is silent 1.", "is silent 2.", "is silent 3."]
    assert told[0]["customer"] == opaque(ida.pk) and told[0]["contact"]["name"] == "Nils"
    assert all(row["top"] for row in told)


def test_the_days_own_are_told_from_those_below(asking, ida):
    for number in range(9):
        _step(ida, number)
    assert [row["top"] for row in asking("GET", "/next-steps")["items"]] == [True] * 7 + [False] * 2


def test_a_step_is_done_put_off_with_a_reason_or_not_useful(asking, ida):
    done, later, useless = (_step(ida, number) for number in range(3))
    told = asking("POST", f"/next-steps/{opaque(done.pk)}/done", {"reason": "They were away"})
    assert (told["state"], told["answer"]) == ("done", "They were away")
    until = (TODAY + timedelta(days=5)).isoformat()
    path = f"/next-steps/{opaque(later.pk)}/later"
    assert asking("POST", path, {"until": until, "reason": " "}, expect=400)["code"] == "reason-missing"
    past = {"until": TODAY.isoformat(), "reason": "x"}
    assert asking("POST", path, past, expect=400)["code"] == "snooze-not-future"
    assert asking("POST", path, {"until": until, "reason": "Holiday"})["snoozed_until"] == until
    assert asking("POST", f"/next-steps/{opaque(useless.pk)}/not-useful", {})["state"] == "not_useful"
    assert asking("GET", "/next-steps")["items"] == []
    member = Colleague.objects.get(role="member")
    assert set(NextStep.objects.values_list("answered_by", flat=True)) == {member.pk}


def test_a_step_costs_no_query_of_its_own(queries, ida, nils):
    _step(ida, 0)
    one = queries("/next-steps")
    for number in range(1, 20):
        _step(ida, number)
    assert queries("/next-steps") == one


@pytest.fixture
def profile():
    text = resources.files("regulars.insight.profiles").joinpath("shop.toml").read_text(encoding="utf-8")
    return HealthProfileVersion.objects.create(name="shop", version=1, text=text, current=True)


def test_health_says_what_it_rests_on_and_what_is_not_known(asking, at_ida, ida, profile):
    HealthStanding.objects.create(
        customer=ida, day=20_000, score=49, band=1, based_on=35, profile=profile,
        contributions={"rhythm_or_usage": 8_000, "relationship": None, "success_not_agreed": -3_100},
        inputs={"rhythm_or_usage": [1.0, 3]},
    )  # fmt: skip
    told = asking("GET", f"{at_ida}/health")
    assert (told["score"], told["band"], told["based_on"], told["not_known"]) == (49, "bad", 35, 65)
    points = {part["key"]: part["points"] for part in told["contributions"]}
    assert (points["rhythm_or_usage"], points["success_not_agreed"], points["relationship"]) == (
        80.0,
        -31.0,
        None,
    )
    assert sum(given for given in points.values() if given is not None) == told["score"]


def test_what_the_worker_stored_is_told_part_by_part(asking, at_ida, ida):
    contract(ida, today() - 400, months=36)
    fact(ida, today() - 20, "touchpoint")
    refresh_health(None, today())
    told, row = asking("GET", f"{at_ida}/health"), HealthStanding.objects.get()
    known = [part["points"] for part in told["contributions"] if part["points"] is not None]
    assert (int(sum(known)), told["based_on"]) == (row.score, row.based_on)
    assert len(known) == len(row.contributions) < len(told["contributions"])
    assert told["profile"].startswith(row.profile.name)


def test_without_a_score_there_is_not_enough_data(asking, at_ida):
    assert asking("GET", f"{at_ida}/health", expect=404)["code"] == "not-enough-data"
    assert asking("GET", f"{at_ida}/health/history") == {"items": [], "next": ""}


def test_how_it_was_comes_latest_first_and_a_row_costs_no_query(asking, queries, at_ida, ida, profile):
    def past(day):
        HealthHistory.objects.create(
            customer=ida, day=day, score=day - 20_000, band=3, based_on=100, profile=profile,
            contributions={"money": 100 * (day - 20_000)}, inputs={"money": [1, 1]},
        )  # fmt: skip

    past(20_000)
    one = queries(f"{at_ida}/health/history")
    for day in range(20_001, 20_020):
        past(day)
    scores = [row["score"] for row in asking("GET", f"{at_ida}/health/history")["items"]]
    assert scores == list(range(19, -1, -1))
    assert queries(f"{at_ida}/health/history") == one


def test_a_report_is_as_it_was_stored_but_for_the_ids(asking, ida):
    risk = {"customer": ida.pk, "name": ida.name, "yearly": 9}
    StoredResult.objects.create(key="board", as_of=20_000, result={"risks": [risk], "refusal": ""})
    StoredResult.objects.create(key="revenue", as_of=20_001, result={"refusal": "No contract has begun yet."})
    told = asking("GET", "/reports/board")
    assert (told["as_of"], told["currency"], told["refusal"]) == ("2024-10-04", "EUR", "")
    assert told["report"] == {"risks": [{**risk, "customer": opaque(ida.pk)}]}
    assert asking("GET", "/reports/revenue")["refusal"] == "No contract has begun yet."


def test_a_report_that_was_never_made_says_so(asking):
    assert asking("GET", "/reports/board", expect=404)["code"] == "not-enough-data"
