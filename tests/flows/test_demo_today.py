"""The seeded company, assessed: each planted story is near the top of Today, whenever the demo is loaded."""

from datetime import date

import pytest

from regulars.attention.models import NextStep, Standing
from regulars.attention.reassess import reassess_all
from regulars.insight.stage import Stage
from regulars.records.read.company import epoch_day
from regulars.server.demo.load import seed

STAGES = {
    "going-quiet": {Stage.GONE_QUIET},
    "closed-door": {Stage.REGULAR, Stage.FOR_LIFE},
    "won-back": {Stage.WON_BACK},
    "nobody-thanked": {Stage.FIRST_TIME_BUYER},
    "came-back": {Stage.REPEAT_CUSTOMER},
    "expected-today": {Stage.REGULAR, Stage.FOR_LIFE},
    "became-a-regular": {Stage.REGULAR},
}


@pytest.mark.parametrize("today", [date(2026, 11, 30), date(2027, 1, 4), date(2026, 7, 5)], ids=str)
def test_each_planted_story_is_among_the_first_twenty(transactional_db, today):
    report = seed(company="coffee", today=today)
    reassess_all(epoch_day(today))
    steps = list(
        NextStep.objects.filter(state="open", place__lte=20).values_list("place", "customer__name", "kind")
    )
    assert len(steps) == 20
    shown = {(name, kind) for _, name, kind in steps}
    missing = [one.slug for one in report.stories if one.step and (one.customer, one.step) not in shown]
    assert missing == []
    for one in report.stories:
        standing = Standing.objects.get(customer__name=one.customer)
        allowed = STAGES.get(one.slug)
        assert allowed is None or Stage(standing.stage) in allowed, one.slug
    assert Standing.objects.get(customer__name="Tove Brandt").rainy
    assert Standing.objects.get(customer__name="Ida Sørensen").due_day == epoch_day(today)
