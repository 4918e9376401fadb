"""Renewals, success plans and no agreed success: who is in them, in which order, page after page."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.attention.models import Contract, ContractStanding, HealthStanding, PlanStanding, Standing
from regulars.attention.read.customers import standing_page, standing_rows
from regulars.attention.read.standing_list import VIEW, ListQuery
from regulars.attention.read.success_list import success_counts, success_of
from regulars.insight.outcome import OutcomeState
from regulars.insight.stage import Stage
from tests.web.factories import customer, standing, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def base() -> dict[str, list[int]]:
    """Forty customers: some under contract, some with a plan, some worked for without agreed success."""
    now, made = today(), {"all": [], "renewals": [], "plans": [], "unagreed": []}
    for number in range(40):
        one = customer(f"Customer {number % 9} {number}")
        standing(one, list(Stage)[number % 9], value=number % 4 * 100, purchase_days=1, last_day=now - number)
        made["all"].append(one.pk)
        if number % 2:
            ended = number % 10 == 1
            day = None if ended or number % 6 == 1 else now + number % 5 * 40
            ContractStanding.objects.create(
                customer=one, yearly=number % 3 * 1_000, contracts=0 if ended else 1, renewal_day=day,
                ended_day=now - 9 if ended else None,
            )  # fmt: skip
            if not ended:
                made["renewals"].append(one.pk)
        if number % 3 == 0:
            agreed = number % 4 != 0
            state = None if number % 12 == 0 else number % 8
            due = None if number % 5 == 0 else now + number % 7
            PlanStanding.objects.create(
                customer=one, state=state, next_due_day=due, agreed=int(agreed), working=number % 2 == 0
            )
            if state is not None:
                made["plans"].append(one.pk)
            if number % 2 == 0 and not agreed:
                made["unagreed"].append(one.pk)
    return made


def listed(view: str, size: int = 4, **asked: Any) -> list[int]:
    shipped = VIEW[view]
    given = {
        "stages": tuple(shipped.stages), "sort": shipped.sort, "descending": shipped.descending, "listing": shipped.listing,
    } | asked  # fmt: skip
    query, after, seen = ListQuery(**given), None, list[int]()
    while True:
        page = standing_page(query, today(), after, size=size)
        seen += [row.customer for row in page.rows]
        if page.next is None:
            break
        after = page.next
    assert [row.customer for row in standing_rows(query, today(), size=7)] == seen
    return seen


def in_order(customers: list[int], keys: dict[int, Any], *, descending: bool) -> list[int]:
    there = sorted((keys[one], one) for one in customers if keys.get(one) is not None)
    missing = sorted(one for one in customers if keys.get(one) is None)
    if descending:
        there, missing = there[::-1], missing[::-1]
    return [*(one for _, one in there), *missing]


@pytest.mark.parametrize("view", ["all", "renewals"])
@pytest.mark.parametrize("sort", ["renewal", "yearly"])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_by_renewal_and_by_value_are_the_whole_list_in_order(
    base: dict[str, list[int]], view: str, sort: str, descending: bool
) -> None:
    column = {"renewal": "renewal_day", "yearly": "yearly"}[sort]
    running = ContractStanding.objects.filter(ended_day=None)
    keys = dict(running.values_list("customer", column))
    expected = in_order(base[view], keys, descending=descending)
    assert listed(view, sort=sort, descending=descending) == expected


@pytest.mark.parametrize("descending", [False, True])
def test_plans_come_by_state_then_by_the_day_that_is_due(
    base: dict[str, list[int]], descending: bool
) -> None:
    rows = PlanStanding.objects.filter(state__isnull=False).values_list("customer", "state", "next_due_day")
    keys = {one: (state, 10**6 if due is None else due) for one, state, due in rows}
    assert listed("plans", descending=descending) == in_order(base["plans"], keys, descending=descending)


@pytest.mark.parametrize("view", ["renewals", "plans", "unagreed"])
@pytest.mark.parametrize("sort", ["name", "value", "last"])
def test_each_list_may_be_ordered_by_what_every_customer_has(
    base: dict[str, list[int]], view: str, sort: str
) -> None:
    assert sorted(listed(view, sort=sort, descending=False)) == sorted(base[view])


def test_filters_narrow_these_lists_too(base: dict[str, list[int]], ana: Any) -> None:
    one = base["renewals"][3]
    Standing.objects.get(customer=one).customer.__class__.objects.filter(pk=one).update(owner=ana)
    Standing.objects.filter(customer=one).update(known=True)
    assert listed("renewals", owner=ana.pk) == [one]
    assert listed("renewals", known=True, sort="yearly") == [one]
    assert listed("renewals", only=(one,)) == [one]
    stage = Standing.objects.get(customer=one).stage
    mine = set(Standing.objects.filter(stage=stage).values_list("customer", flat=True))
    assert set(listed("renewals", stages=(stage,))) == mine & set(base["renewals"])


def test_how_many_are_in_each_is_told(base: dict[str, list[int]]) -> None:
    known = {name: len(base[name]) for name in ("renewals", "plans", "unagreed")}
    assert success_counts() == {**known, "health": 0}


def test_a_page_costs_the_same_statements_for_one_row_and_for_forty(base: dict[str, list[int]]) -> None:
    def statements(size: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            query = ListQuery(sort="renewal", listing="renewals")
            page = standing_page(query, today(), size=size)
            success_of([row.customer for row in page.rows])
        return len(caught)

    assert statements(1) == statements(40)


def test_what_is_stored_of_success_is_gathered_by_customer() -> None:
    one, now = customer("Café Nord"), today()
    ContractStanding.objects.create(customer=one, renewal_day=now + 9, contracts=1)
    for number, final, why in (("C-1", 500, "Fewer seats"), ("C-2", None, "Fewer seats"), ("C-3", 700, "")):
        Contract.objects.create(
            customer=one, number=number, state="late", currency="EUR", amount=1, monthly=1, first_day=0, start_day=0,
            end_day=now + (90 if number == "C-3" else 9), final=final, forecast_why=why,
        )  # fmt: skip
    found = success_of([one.pk, 999])
    assert [row.number for row in found[one.pk].due] == ["C-1", "C-2"]
    assert (found[one.pk].why, found[one.pk].late, found[one.pk].final) == ("Fewer seats", True, 1_200)
    assert (found[999].contract, found[999].why, found[999].final) == (None, "", None)
    assert not HealthStanding.objects.exists()
    assert OutcomeState(0).word == "disputed"


@pytest.mark.parametrize("descending", [False, True])
def test_health_goes_band_by_band_and_page_by_page(base: dict[str, list[int]], descending: bool) -> None:
    from regulars.attention.models import HealthProfileVersion
    from regulars.attention.read.success_list import BANDS_IN_ORDER

    profile = HealthProfileVersion.objects.create(name="shop", version=1, text="")
    keys = {}
    for place, one in enumerate(base["all"]):
        band, score = place % 4, None if place % 4 == 0 and place % 8 else place * 7 % 30
        HealthStanding.objects.create(
            customer_id=one, band=band, score=score, based_on=50, day=today(), profile=profile
        )
        keys[one] = ([int(each) for each in BANDS_IN_ORDER].index(band), score or 0)
    wanted = sorted(keys, key=lambda one: (keys[one], one), reverse=descending)
    found = listed("health", descending=descending)
    assert sorted(found) == sorted(base["all"])
    bands = [keys[one][0] for one in found]
    assert bands == sorted(bands, reverse=descending)
    assert found == wanted
