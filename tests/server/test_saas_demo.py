"""The seeded contract company: always the same, true to its own truth, and gone without a trace."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from django.db import connection

from regulars.attention.models import HealthHistory, HealthStanding, NextStep
from regulars.attention.reassess import reassess_all
from regulars.attention.score_record import score_record
from regulars.insight.outcome import OutcomeState
from regulars.ledger.by_hand import Told, record_told
from regulars.ledger.models import Fact
from regulars.ledger.seal import seal_facts
from regulars.privacy.demo import remove_demo
from regulars.records.models import Customer, Outcome, Reading, Role
from regulars.records.read.company import epoch_day
from regulars.records.read.outcomes import outcomes_of
from regulars.records.write.people import add_person
from regulars.server.demo.load import seed
from regulars.server.demo.saas import saas
from regulars.server.demo.saas_lives import life

TODAY = date(2026, 11, 22)
DAYS = [date(2026, 11, 22), date(2027, 2, 28), date(2028, 2, 29), date(2026, 7, 1)]


@pytest.fixture(scope="module")
def harbour_desk():
    return saas(TODAY)


def test_the_same_day_gives_the_same_company(harbour_desk):
    again = saas(TODAY)
    assert again.facts == harbour_desk.facts
    assert again.success == harbour_desk.success


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_it_is_a_company_of_about_three_hundred_contracts_whenever_it_is_loaded(today):
    company = saas(today)
    facts = [fact for rows in company.facts.values() for fact in rows]
    assert len(company.buyers) == len({buyer.name for buyer in company.buyers}) == 300
    assert 25_000 <= len(facts) <= 45_000
    assert max(fact.occurred_at for fact in facts).date() < today
    assert all(fact.received_at == fact.occurred_at for fact in facts)
    for rows in company.facts.values():
        assert len({fact.message_id for fact in rows}) == len(rows)
    lost = sum(fact.kind == "contract_cancelled" for fact in facts)
    assert 40 <= lost <= 100


def test_success_and_chance_alone_decide_who_stays():
    rng = np.random.default_rng(5)
    lives = [life(rng) for _ in range(3_000)]
    decisions = [
        (one.success[renewal.month - 1], renewal.stayed)
        for one in lives
        if one.term == 12 and one.champion_left is None
        for renewal in one.renewals
    ]
    success, stayed = np.array(decisions).T
    low, high = success < np.quantile(success, 0.3), success > np.quantile(success, 0.7)
    assert stayed[high].mean() - stayed[low].mean() > 0.2


def test_seeding_writes_what_was_agreed(db):
    report = seed(company="saas", today=TODAY)
    assert report.customers == Customer.objects.count() == 300
    assert Fact.objects.filter(kind="contract_started", properties__months=12).exists()
    assert Outcome.objects.count() > 250
    assert Role.objects.filter(part="champion", until=None).exists()
    states = {now.standing.state for found in outcomes_of(None, epoch_day(TODAY)).values() for now in found}
    assert states >= {
        OutcomeState.CONFIRMED, OutcomeState.LATE, OutcomeState.MISSED, OutcomeState.REACHED,
        OutcomeState.ON_TRACK, OutcomeState.DRAFT,
    }  # fmt: skip


def test_the_points_foresee_who_leaves_because_the_truth_behind_both_is_the_same(db):
    seed(company="saas", today=TODAY)
    told = score_record(epoch_day(TODAY))
    points = next(way for way in told["ways"] if way["name"] == "points shown")
    assert told["seen"] > 40
    assert told["share"]["low"] > 1 / 3, told["looked_back"]
    assert points["auc"]["low"] > 0.5
    assert points["lift"]["low"] > 1


def test_it_leaves_as_it_came(transactional_db):
    def rows() -> dict[str, int]:
        found = {}
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
                found[table] = cursor.fetchone()[0]
        kept = ("audit_entry", "django_", "auth_", "search_text_")
        return {table: count for table, count in found.items() if not table.startswith(kept)}

    before = rows()
    seed(company="saas", today=TODAY)
    reassess_all(epoch_day(TODAY))
    assert NextStep.objects.exists()
    # What is tried out by hand on the demo goes with it.
    tried = Customer.objects.get(name="Hotel Lighthouse Quay")
    record_told([Told(tried.pk, "praise", epoch_day(TODAY) - 1, "Lovely")])
    add_person(None, tried.pk, "Somebody New", email="new@example.org")
    seal_facts(min_rows=1)
    remove_demo(None)
    assert rows() == before


def test_what_was_measured_and_said_stands_in_the_history_too(db):
    seed(company="saas", today=TODAY)
    assert Reading.objects.filter(by_customer=False).count() == (
        Fact.objects.filter(kind="outcome_measured").exclude(properties__has_key="verdict").count()
    )
    quay = Fact.objects.filter(customer__name="Hotel Lighthouse Quay", kind="outcome_measured")
    assert sorted(quay.values_list("quantity", flat=True)) == [11.0, 12.0, 20.0]
    assert quay.get(properties__verdict="not_yet").properties["unit"] == "a month"


def test_a_week_ago_is_judged_by_the_profile_of_today(db):
    seed(company="saas", today=TODAY)
    reassess_all(epoch_day(TODAY))
    before = dict(HealthHistory.objects.filter(day=epoch_day(TODAY) - 7).values_list("customer", "profile"))
    now = dict(HealthStanding.objects.values_list("customer", "profile"))
    both = before.keys() & now.keys()
    assert both
    assert sum(before[one] != now[one] for one in both) <= 2, "who signed within the week changes profile"
