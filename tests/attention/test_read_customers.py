"""The customer list: order, pages, filters, and one sentence per row."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.attention.models import Rewind, RewoundStanding, Standing
from regulars.attention.read.customers import (
    listed_customers,
    next_steps,
    purchase_days,
    standing_page,
    standing_rows,
)
from regulars.attention.read.standing_list import NOBODY, SORTS, VIEW, ListQuery, list_keys, stage_counts
from regulars.insight.errors import RegularsError
from regulars.insight.stage import Stage
from regulars.records.models import Tag
from tests.web.factories import counted, customer, fact, regular, standing, step, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def base() -> list[int]:
    """Thirty customers over all stages, some values alike, some missing."""
    made = []
    for number in range(30):
        stage = list(Stage)[number % 9]
        one = customer(f"Customer {number % 7} {number}")
        missing = stage == Stage.PROSPECT
        standing(
            one, stage, value=0 if missing else number % 4 * 100, last_day=None if missing else 20000 + number % 5,
            due_day=None if missing or number % 3 == 0 else 20010 + number % 5, p_buy=None if missing else number % 3 / 2,
            purchase_days=0 if missing else 4, usual_gap=None if missing else 7.0,
        )  # fmt: skip
        made.append(one.pk)
    return made


def expected_order(query: ListQuery) -> list[int]:
    column = SORTS[query.sort]
    rows = [row for row in Standing.objects.all() if row.stage in query.stages]
    there = [row for row in rows if getattr(row, column) is not None]
    missing = [row for row in rows if getattr(row, column) is None]
    there.sort(key=lambda row: (getattr(row, column), row.customer_id), reverse=query.descending)
    missing.sort(key=lambda row: row.customer_id, reverse=query.descending)
    return [row.customer_id for row in [*there, *missing]]


@pytest.mark.parametrize("sort", list(SORTS))
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("view", ["all", "regulars", "prospects"])
def test_pages_one_after_another_are_the_whole_list_in_order(
    base: list[int], sort: str, descending: bool, view: str
) -> None:
    query = ListQuery(stages=tuple(VIEW[view].stages), sort=sort, descending=descending)
    seen: list[int] = []
    after = None
    while True:
        page = standing_page(query, 20010, after, size=4)
        seen += [row.customer for row in page.rows]
        if page.next is None:
            break
        after = page.next
    assert seen == expected_order(query)
    assert [row.customer for row in standing_rows(query, 20010, size=7)] == seen


def test_a_page_costs_the_same_statements_for_one_row_and_for_twenty() -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            standing_page(ListQuery(), today())
        return len(caught)

    regular("Only one")
    alone = statements()
    for number in range(20):
        regular(f"Another {number}")
    assert statements() == alone


def test_no_statement_of_the_list_counts_or_skips(base: list[int]) -> None:
    with CaptureQueriesContext(connection) as caught:
        page = standing_page(ListQuery(sort="value", descending=True), today(), size=5)
        standing_page(ListQuery(sort="value", descending=True), today(), page.next, size=5)
    said = " ".join(query["sql"].upper() for query in caught)
    assert "OFFSET" not in said
    assert "COUNT(" not in said


def test_a_row_says_why_in_one_sentence_that_is_true_on_the_day() -> None:
    regular("Café Nord", every=12, times=7, last=9)
    [row] = standing_page(ListQuery(), today()).rows
    assert row.sentence == "7 purchases, every 12 days or so, last 9 ago"
    [later] = standing_page(ListQuery(), today() + 2).rows
    assert later.sentence.endswith("last 11 ago")


def test_filters_keep_owner_kind_tag_and_signs_apart(ana: Any) -> None:
    hers, nobodys = regular("Hers"), regular("Nobody's")
    hers.owner = ana
    hers.save()
    Standing.objects.filter(customer=nobodys).update(rainy=True, known=True)
    Tag.objects.create(name="wholesale").customers.add(hers)
    tag = Tag.objects.get().pk

    def listed(**filters: Any) -> list[int]:
        return [row.customer for row in standing_page(ListQuery(**filters), today()).rows]

    assert listed(owner=ana.pk) == [hers.pk]
    assert listed(owner=NOBODY) == [nobodys.pk]
    assert listed(tag=tag) == [hers.pk]
    assert listed(rainy=True) == [nobodys.pk]
    assert listed(known=False) == [hers.pk]
    assert listed(only=(hers.pk,)) == [hers.pk]
    assert listed(stages=()) == []


def test_a_rewound_list_is_read_from_its_own_rows() -> None:
    one = regular("Café Nord")
    rewind = Rewind.objects.create(as_of=today() - 90, mode="happened", state="done")
    RewoundStanding.objects.create(
        rewind=rewind, customer=one, stage=int(Stage.GONE_QUIET), stage_day=today() - 95, name_folded="cafe nord",
        never_came_back=True, inputs={"days": 3, "last_day": today() - 120, "usual_gap": 7.0},
    )  # fmt: skip
    [row] = standing_page(ListQuery(rewind=rewind.pk), today() - 90).rows
    assert row.stage == Stage.GONE_QUIET
    assert row.never_came_back is True
    assert stage_counts(rewind.pk) == {int(Stage.GONE_QUIET): 1}


def test_stages_are_counted_once_by_the_worker_and_only_read_here(base: list[int]) -> None:
    counted()
    assert sum(stage_counts().values()) == 30


def test_all_of_a_view_stops_at_the_limit(base: list[int]) -> None:
    assert len(listed_customers(ListQuery(), 12)) == 12
    assert len(list_keys(ListQuery(), None, 100)) == 30


def test_an_unknown_sort_is_said_with_the_ones_there_are() -> None:
    from regulars.attention.read.standing_list import sorted_by

    with pytest.raises(RegularsError, match="name, last, due, value, p_buy"):
        sorted_by("colour")


def test_each_customer_gets_the_step_that_matters_most() -> None:
    one = regular("Café Nord")
    step(one, "just_because", score=1)
    best = step(one, "gone_quiet", score=9)
    assert next_steps([one.pk]) == {one.pk: best}


def test_strips_leave_out_what_was_not_known_then() -> None:
    one, now = customer("Café Nord"), today()
    fact(one, now - 5)
    fact(one, now - 5)
    fact(one, now - 9, received_day=now)
    fact(one, now - 4, "touchpoint")
    assert purchase_days([one.pk], now - 30, now) == {one.pk: [now - 9, now - 5]}
    assert purchase_days([one.pk], now - 30, now, known_by=now - 1) == {one.pk: [now - 5]}
