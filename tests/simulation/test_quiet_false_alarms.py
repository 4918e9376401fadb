"""A shop that closes in winter: who is called quiet, against who had really left."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from regulars.insight.calendar import CalendarDays, OpeningCalendar, learnt
from regulars.insight.days import base_days
from regulars.insight.rhythm import base_rhythm
from regulars.insight.shapes import columns
from regulars.insight.stage import Stage, stages
from regulars.insight.standing_rows import standing_rows
from regulars.server.demo.lives import STAYS, Habit, lives
from regulars.store.engines import engine
from tests.insight.simulated import purchase_facts

FIRST = 18_993  # 1 January 2022, a Saturday
DAYS = 3 * 365
HABITS = (
    Habit("walk-in", 840, 5.0, 1.8, 3, (0.6, 14.0)),
    Habit("even", 320, 9.0, 3.0, 8, (0.5, 12.0)),
    Habit("random", 240, 12.0, 2.0, 1, (0.6, 14.0)),
)
ENOUGH_VISITS = 4
EVEN = 1


@dataclass(frozen=True)
class Shop:
    """Purchases of three years, when the shop was open, and the truth."""

    days: np.ndarray
    open: np.ndarray
    facts: object
    habit: np.ndarray
    gap: np.ndarray
    left: np.ndarray


@cache
def shop(seed: int) -> Shop:
    """Closed on Sundays and from December to the end of February."""
    rng = np.random.default_rng(seed)
    days = np.arange(FIRST, FIRST + DAYS)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12 + 1
    is_open = ((days + 3) % 7 != 6) & ~np.isin(month, (12, 1, 2))
    weight = is_open.astype(float)
    parts = [lives(habit, days, weight, rng) for habit in HABITS]
    offsets = np.cumsum([0, *(habit.customers for habit in HABITS)])
    customer = np.concatenate([part.customer + offset for part, offset in zip(parts, offsets, strict=False)])
    day = np.concatenate([part.day for part in parts])
    passing = np.repeat(days, rng.poisson(6 * weight))
    return Shop(
        days=days,
        open=is_open,
        facts=purchase_facts(
            np.concatenate([customer + 1, np.full(passing.size, -1)]), np.concatenate([day, passing])
        ),
        habit=np.repeat(np.arange(len(HABITS)), [habit.customers for habit in HABITS]),
        gap=np.concatenate([part.gap for part in parts]),
        left=np.concatenate([part.left for part in parts]),
    )


TOLD = OpeningCalendar(weekdays=frozenset(range(6)), seasons=(((12, 1), (2, 29)),))


def stages_on(simulated: Shop, as_of: int, running, opening: OpeningCalendar | None):
    """The real way from facts to stages, cut at a day; without a calendar it is learnt."""
    facts = running.register("facts", simulated.facts)
    facts = facts.filter(facts.day <= as_of)
    base = columns(running.collect(base_days(facts)))
    opening = opening or learnt(base["day"], base["purchases"], as_of)
    calendar: CalendarDays = opening.between(int(base["day"].min()), as_of + 400)
    marks = running.register("calendar", calendar.arrow())
    rows = columns(running.collect(standing_rows(facts, marks)))
    usual = base_rhythm(rows, int(calendar.index_at(as_of)))
    return rows, stages(rows, usual, calendar, as_of), calendar


def true_regulars_called_quiet(
    simulated: Shop, as_of: int, running, opening: OpeningCalendar | None
) -> float:
    rows, found, _ = stages_on(simulated, as_of, running, opening)
    still_here = simulated.left[rows["customer"] - 1] > as_of
    regulars = (rows["days"] >= ENOUGH_VISITS) & still_here
    assert regulars.sum() > 150
    return float(np.isin(found.stage[regulars], (Stage.GONE_QUIET, Stage.LAPSED)).mean())


def open_month_days(simulated: Shop) -> list[int]:
    """A day of every open month from the first autumn on, days right after reopening included."""
    opened = simulated.days[simulated.open]
    later = opened[opened > FIRST + 300]
    months = later.astype("datetime64[D]").astype("datetime64[M]").astype(int)
    _, firsts = np.unique(months, return_index=True)
    # March begins with the reopening: its first and its fifth open day are both looked at.
    march = [int(later[first + 4]) for first in firsts if months[first] % 12 == 2]
    return sorted({*(int(later[first]) for first in firsts), *march, int(opened[-1])})


@pytest.fixture(scope="module")
def duck(tmp_path_factory):
    with engine("duckdb", memory="512MB", spill=tmp_path_factory.mktemp("spill")) as running:
        yield running


@pytest.mark.parametrize(
    ("seed", "opening"), [(1, TOLD), (2, None)], ids=["told calendar", "learnt calendar"]
)
def test_at_most_one_true_regular_in_twenty_is_called_quiet_in_any_open_month(duck, seed, opening):
    simulated = shop(seed)
    asked = open_month_days(simulated)
    assert len(asked) >= 18
    for as_of in asked:
        share = true_regulars_called_quiet(simulated, as_of, duck, opening)
        assert share <= 0.05, f"{share:.3f} on {np.datetime64(as_of, 'D')}"


def test_a_shop_that_does_not_count_its_winter_takes_it_for_silence(duck):
    simulated = shop(1)
    reopening = next(day for day in open_month_days(simulated) if day > FIRST + 400)
    assert true_regulars_called_quiet(simulated, reopening, duck, OpeningCalendar()) > 0.5


@pytest.mark.parametrize("seed", [1, 2])
def test_most_who_really_left_are_found_within_three_usual_gaps(duck, seed):
    simulated = shop(seed)
    as_of = int(simulated.days[simulated.open][-1])
    rows, found, calendar = stages_on(simulated, as_of, duck, TOLD)
    truth = rows["customer"] - 1
    left = (rows["days"] >= ENOUGH_VISITS) & (simulated.left[truth] != STAYS)
    silence = calendar.index_at(found.quiet_day[left]) - rows["last_open"][left]
    gaps = silence / simulated.gap[truth][left]
    even = simulated.habit[truth][left] == EVEN
    assert left.sum() > 300
    assert np.median(gaps) <= 3
    assert np.mean(gaps[even] <= 3) >= 0.85, f"{np.mean(gaps[even] <= 3):.3f} of the even ones"
    assert np.mean(gaps <= 4) >= 0.75, f"{np.mean(gaps <= 4):.3f} of all found within four gaps"
    assert np.mean(gaps <= 6) >= 0.95, f"{np.mean(gaps <= 6):.3f} of all found within six gaps"
