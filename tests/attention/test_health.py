"""Health as it is stored: replayed, explained, tried before it is used, and put back."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.attention.health import (
    change_between,
    health_on,
    refresh_health,
    replayed,
    roll_back_profile,
    stored_inputs,
    tried_profile,
    use_profile,
)
from regulars.attention.health_inputs import gathered_inputs
from regulars.attention.health_profiles import current_profile, shipped_texts
from regulars.attention.models import HealthHistory, HealthProfileVersion, HealthStanding
from regulars.insight.errors import RegularsError
from regulars.insight.health import Band
from regulars.records.models import AuditEntry, Blocker, Customer, KindOfCustomer, Person, Role
from regulars.records.read.company import calendar_date
from tests.attention.contracts import contract
from tests.web.factories import customer, fact, today

pytestmark = pytest.mark.django_db
DAYS = 60
LEVELS = next(line for line in shipped_texts()["subscription"].splitlines() if line.startswith("levels"))


def lived(number: int, chance: random.Random) -> Customer:
    """Return a customer with a contract and whatever happened to them in a year."""
    one, now = customer(f"Customer {number}"), today()
    contract(one, now - chance.randint(200, 700), 120_000, months=chance.choice([6, 12, 36]))
    for _ in range(chance.randint(0, 20)):
        kind = chance.choice(["touchpoint", "complaint", "recovery", "survey_answer", "usage", "usage"])
        number = float(chance.randint(0, 10))
        fact(one, now - chance.randint(0, 300), kind, item="Bookings", quantity=number)
    if chance.random() < 0.4:
        days = sorted(chance.sample(range(300), 2), reverse=True)
        Role.objects.create(
            person=Person.objects.create(name=f"Ida {number}"), customer=one, part=Role.Part.CHAMPION,
            since=calendar_date(now - days[0]), until=calendar_date(now - days[1]),
        )  # fmt: skip
    return one


@pytest.fixture
def year(db: None) -> list[Customer]:
    """Twenty-five lives, looked at on every third day of two months."""
    chance = random.Random(7)
    everybody = [lived(number, chance) for number in range(25)]
    for day in range(today() - DAYS, today() + 1, 3):
        refresh_health(None, day)
    return everybody


def test_a_hundred_stored_healths_replay_and_gather_as_they_were(year: list[Customer]) -> None:
    chance, looked_at = random.Random(11), 0
    while looked_at < 100:
        day, one = today() - 3 * chance.randint(0, DAYS // 3), chance.choice(year)
        row = health_on(one.pk, day)
        if row is None:
            continue
        looked_at += 1
        again = replayed(one.pk, row)
        assert (int(again.total[0]) // 100 if again.scored[0] else None) == row.score
        assert int(again.band[0]) == row.band
        assert {key: part for key, _, part in again.contributions(0) if part is not None} == row.contributions
        assert sum(row.contributions.values()) == int(again.total[0])
        assert stored_inputs(gathered_inputs([one.pk], row.day), 0) == row.inputs
    assert HealthHistory.objects.count() > len(year)


def test_history_grows_only_when_score_band_or_what_is_known_changed(year: list[Customer]) -> None:
    for one in year:
        rows = list(HealthHistory.objects.filter(customer=one).order_by("day", "pk"))
        kept = [(row.score, row.band, set(row.contributions)) for row in rows]
        assert all(was != now for was, now in pairwise(kept))


def test_refreshing_twice_changes_nothing(year: list[Customer]) -> None:
    before = HealthHistory.objects.count()
    assert refresh_health(None, today()) == 0
    assert refresh_health([one.pk for one in year[:9]], today()) == 0
    assert HealthHistory.objects.count() == before
    assert HealthProfileVersion.objects.count() == len(shipped_texts())


def test_who_is_no_customer_any_more_has_no_health_today_and_keeps_the_past() -> None:
    one = customer("Gone")
    contract(one, today() - 370, months=12, auto_renews=False)
    refresh_health(None, today() - 300)
    assert HealthStanding.objects.get().customer_id == one.pk
    assert refresh_health([one.pk], today() + 400) == 1
    assert not HealthStanding.objects.exists()
    assert HealthHistory.objects.count() == 1


def test_a_hundred_customers_take_as_many_queries_as_ten() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            refresh_health(None, today())
        return len(seen)

    chance = random.Random(3)
    for number in range(10):
        lived(number, chance)
    refresh_health(None, today() - 1)
    few = queries()
    for number in range(10, 110):
        lived(number, chance)
    refresh_health(None, today() - 1)
    assert queries() == few < 60


def test_the_parts_of_a_change_sum_to_it_and_name_what_happened() -> None:
    one, now = customer("Café Nord"), today()
    contract(one, now - 400, months=36)
    fact(one, now - 20, "touchpoint")
    refresh_health(None, now - 7)
    fact(one, now - 2, "complaint")
    Blocker.objects.create(customer=one, text="No test system", side="theirs", opened_on=calendar_date(now))
    refresh_health(None, now)
    before, after = health_on(one.pk, now - 7), HealthStanding.objects.get()
    assert before is not None
    found = change_between(one.pk, before, after)
    assert found.compared.all()
    assert int(found.total[0]) == sum(part for *_, part in found.reasons(0)) < 0
    assert (before.score, after.score) == (65, 35)
    keys = {key for key, _, part in found.reasons(0) if part < 0}
    assert keys == {"blockers_and_complaints", "severe_complaint_open"}


# --- profiles ---


def stricter(good: int = 90) -> str:
    return shipped_texts()["subscription"].replace("good = 70", f"good = {good}").replace(
        "watch = 40", "watch = 60"
    )  # fmt: skip


def bands() -> dict[int, int]:
    return dict(HealthStanding.objects.values_list("customer", "band"))


def test_a_trial_says_exactly_who_will_change_band(year: list[Customer], ana: Any) -> None:
    before, kept = bands(), HealthHistory.objects.count()
    trial = tried_profile(stricter(), today())
    assert (bands(), HealthHistory.objects.count()) == (before, kept)
    row = use_profile(ana, stricter(), "Nobody was ever bad", today())
    after = bands()
    moved = {one: (Band(was), Band(after[one])) for one, was in before.items() if after[one] != was}
    assert moved
    assert {move.customer: (move.before, move.after) for move in trial.moves} == moved
    assert trial.looked_at == len(after)
    assert trial.sentence.startswith(f"{len(moved)} of {len(after)} customers would change band: ")
    assert {"-watch = 40", "+watch = 60", "+version = 2"} <= set(trial.diff.splitlines())
    assert (row.version, row.current, row.changed_by) == (2, True, ana)
    entry = AuditEntry.objects.order_by("-pk").first()
    assert entry is not None
    assert (entry.action, entry.subject) == ("keep_health_profile", "health profile subscription")
    assert entry.detail == {"version": 2, "instead_of": 1, "why": "Nobody was ever bad"}

    # Taking it back gives the old bands, and what was stored in between can still be replayed.
    roll_back_profile(ana, "subscription", 1, "Too strict", today())
    assert bands() == before
    for stored in HealthHistory.objects.filter(profile=row):
        again = replayed(stored.customer_id, stored)
        assert int(again.band[0]) == stored.band


def test_a_kind_that_gets_its_own_profile_is_judged_by_it(year: list[Customer], ana: Any) -> None:
    cafe = KindOfCustomer.objects.create(name="café")
    Customer.objects.filter(pk__in=[one.pk for one in year[:5]]).update(kind=cafe)
    text = stricter().replace('"subscription"', '"cafes"', 1).replace('["*", "subscription"]', '["café"]')
    before, trial = bands(), tried_profile(text, today())
    use_profile(ana, text, "Cafés are different", today())
    judged = HealthStanding.objects.filter(profile__name="cafes").values_list("customer", flat=True)
    assert set(judged) == {one.pk for one in year[:5]} & bands().keys()
    assert {move.customer for move in trial.moves} == {
        one for one, band in bands().items() if band != before[one]
    }
    assert trial.diff == ""


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("good = 70", "good = 700", "health-profile-invalid", "good"),
        ('["*", "subscription"]', '["subscription"]', "health-profile-unfit", "kinds"),
        ('["*", "subscription"]', '["*", "shop"]', "health-profile-unfit", "kinds"),
        ('["in touch", 0.4], ', "", "health-profile-unfit", "relationship.levels"),
        ('"in touch"', '"met"', "health-profile-unfit", "relationship.levels"),
        (
            LEVELS,
            "knots = [[0, 0], [3, 1]]",
            "health-profile-unfit",
            "relationship.levels",
        ),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_and_changes_nothing(
    old: str, new: str, code: str, field: str, ana: Any
) -> None:
    refresh_health(None, today())
    text = shipped_texts()["subscription"].replace(old, new)
    for attempt in (lambda: tried_profile(text, today()), lambda: use_profile(ana, text, "why", today())):
        with pytest.raises(RegularsError) as caught:
            attempt()
        assert (caught.value.code, list(caught.value.fields)) == (code, [field])
    assert current_profile("subscription").profile.version == 1
    assert not AuditEntry.objects.filter(action="keep_health_profile").exists()


def test_profiles_change_only_for_a_reason_and_by_who_leads(ana: Any, max: Any) -> None:
    for actor, text, why, code in (
        (max, stricter(), "because", "forbidden"),
        (ana, stricter(), "  ", "why-missing"),
        (ana, shipped_texts()["subscription"], "because", "health-profile-same"),
    ):
        with pytest.raises(RegularsError) as caught:
            use_profile(actor, text, why, today())
        assert caught.value.code == code
    with pytest.raises(RegularsError) as caught:
        roll_back_profile(ana, "subscription", 9, "because", today())
    assert caught.value.code == "health-profile-unknown"
    assert not HealthProfileVersion.objects.exclude(version=1).exists()


def test_everything_gathered_fits_what_ships(year: list[Customer]) -> None:
    assert HealthStanding.objects.exclude(score=None).count() > HealthStanding.objects.count() // 2
    assert {row.band for row in HealthHistory.objects.all()} >= {Band.BAD, Band.WATCH}
    assert np.all([0 <= row.based_on <= 100 for row in HealthStanding.objects.all()])
