import pytest

from regulars.attention.models import NextStep
from regulars.attention.ranking import order_steps, varied
from regulars.records.write.company import change_company
from tests.web.factories import customer, today

pytestmark = pytest.mark.django_db


def opened(kind, stake, one=None, **more):
    given = {"urgency": 0.5, "sureness": 0.75, "opened_day": today(), "sentence": "is.", **more}
    number = NextStep.objects.count()
    return NextStep.objects.create(
        kind=kind, customer=one or customer(f"C{number}"), key=f"k{number}", stake=stake, **given
    )


def order():
    return [step.kind for step in NextStep.objects.filter(place__isnull=False).order_by("place")]


def test_what_is_at_stake_urgent_and_sure_comes_first():
    low, high = opened("thank_first", 100), opened("won_back", 900)
    order_steps(100)
    low.refresh_from_db()
    high.refresh_from_db()
    assert (high.place, low.place) == (1, 2)
    assert high.score > low.score


def test_a_customer_takes_one_place_before_everybody_had_one():
    one = customer("Nord")
    opened("won_back", 900, one)
    opened("missed_us", 800, one)
    opened("thank_first", 10)
    order_steps(100)
    assert order() == ["won_back", "thank_first", "missed_us"]


def test_a_kind_takes_two_of_seven_places_while_there_are_others():
    for stake in (900, 890, 880, 870):
        opened("gone_quiet", stake)
    opened("thank_first", 5)
    order_steps(100)
    assert order() == ["gone_quiet", "gone_quiet", "thank_first", "gone_quiet", "gone_quiet"]


def test_every_fifth_place_is_kept_for_owed_attention():
    for number in range(8):
        opened(f"kind_{number}", 900 + number)
    opened("just_because", 0, owed=True)
    order_steps(100)
    assert order().index("just_because") == 4


def test_every_customer_counts_the_same_when_the_company_says_so():
    opened("thank_first", 1, urgency=0.9)
    opened("won_back", 10_000, urgency=0.2)
    order_steps(100)
    assert order() == ["won_back", "thank_first"]
    change_company(None, {"stake_in_money": False})
    order_steps(100)
    assert order() == ["thank_first", "won_back"]


def test_what_was_answered_loses_its_place():
    step = opened("won_back", 900)
    order_steps(100)
    NextStep.objects.filter(pk=step.pk).update(state=NextStep.State.DONE, place=None)
    order_steps(100)
    assert order() == []


def test_no_step_is_lost_when_all_are_of_one_kind():
    rows = [(opened("gone_quiet", stake), float(stake)) for stake in range(30)]
    assert {row.pk for row, _ in varied(rows, 7)} == {row.pk for row, _ in rows}
