"""Settings: read strictly, refused in words, kept by admins."""

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from regulars.attention.base import stage_rules
from regulars.attention.models import Standing
from regulars.records.read.company import company
from regulars.records.write.company import change_company
from regulars.server.worker import work_once
from tests.web.factories import customer, fact, today

COMPANY = {"name": "Lemon & Bean", "timezone": "Europe/Berlin", "currency": "chf", "buying": "both"}


def save(client, section, **post):
    return client.post(reverse("settings_section", args=[section]), post)


def test_the_company_is_kept(as_ana):
    assert save(as_ana, "company", **COMPANY).status_code == 303
    kept = company()
    assert (kept.name, kept.timezone, kept.currency, kept.buying) == (
        "Lemon & Bean",
        "Europe/Berlin",
        "CHF",
        "both",
    )


@pytest.mark.parametrize(
    ("section", "field", "value", "words"),
    [
        ("company", "timezone", "Berlin", "Europe/Berlin"),
        ("company", "currency", "Taler", "three letters"),
        ("today", "daily_number", "0", "from 1 to 50"),
        ("today", "daily_number", "seven", "from 1 to 50"),
        ("calendar", "holidays", "24.12.2026", "year-month-day"),
        ("calendar", "closed", "2026-12-24 to 2026-12-01", "ends before it begins"),
        ("stages", "quiet_chance", "90", "from 1 to 25"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_its_field_and_kept_as_typed(
    as_ana, section, field, value, words
):
    good = {
        "company": COMPANY,
        "today": {"daily_number": "7", "stake": "money"},
        "calendar": {"weekdays": ["0"], "closed": "", "holidays": "", "adverse": ""},
        "stages": {
            "quiet_chance": "5",
            "lapse_chance": "10",
            "least": "3",
            "for_life_days": "365",
            "won_back_days": "3",
        },
    }[section]
    before = company()
    answer = save(as_ana, section, **{**good, field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{field}-error"' in page
    assert words in page
    assert value in page
    assert company() == before


def test_the_calendar_is_kept_in_order_and_once(as_ana):
    save(
        as_ana,
        "calendar",
        weekdays=["5", "1", "2"],
        closed="2026-12-24 to 2027-01-06\n2026-08-03",
        holidays="2026-10-03\n2026-05-01\n2026-05-01",
        adverse="",
        learn="on",
    )
    assert company().calendar == {
        "weekdays": [1, 2, 5],
        "closed": [["2026-08-03", "2026-08-03"], ["2026-12-24", "2027-01-06"]],
        "holidays": ["2026-05-01", "2026-10-03"],
        "adverse": [],
        "learn": True,
    }


def test_a_company_that_never_opens_is_refused(as_ana):
    answer = save(as_ana, "calendar", closed="", holidays="", adverse="")
    assert answer.status_code == 422
    assert "at least one day" in answer.content.decode()


def test_the_thresholds_reach_the_stages(as_ana):
    save(
        as_ana,
        "stages",
        quiet_chance="2",
        lapse_chance="20",
        least="5",
        for_life_days="700",
        won_back_days="4",
    )
    rules = stage_rules(company())
    assert rules.silence.quiet_chance == pytest.approx(0.02)
    assert rules.silence.lapse_chance == pytest.approx(0.2)
    assert (rules.silence.least, rules.for_life_days, rules.won_back_days) == (5, 700, 4)


def test_what_the_page_shows_can_be_saved_unchanged(as_ana):
    change_company(None, {"stage_rules": {"silence": {"quiet_chance": 0.07}}})
    shown = as_ana.get(reverse("settings")).context["page"].values
    numbers = ("quiet_chance", "lapse_chance", "least", "for_life_days", "won_back_days")
    save(as_ana, "stages", **{name: shown[name] for name in numbers})
    assert stage_rules(company()).silence.quiet_chance == pytest.approx(0.07)


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_everybody_reads_and_only_admins_save(cast, role):
    page = cast[role].get(reverse("settings")).content.decode()
    assert "Admins change these" in page
    assert "Save company" not in page
    assert save(cast[role], "company", **COMPANY).status_code == 403


def test_there_is_no_section_of_another_name(as_ana):
    assert save(as_ana, "secrets").status_code == 404


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_everybody_has_a_page_about_themselves(cast, role):
    page = cast[role].get(reverse("you")).content.decode()
    assert "Second factor" in page
    assert "Sign out" in page


def test_a_changed_setting_has_everybody_assessed_again_and_an_unchanged_one_has_not(as_ana):
    stages = {
        "quiet_chance": "5",
        "lapse_chance": "10",
        "least": "3",
        "for_life_days": "365",
        "won_back_days": "4",
    }
    save(as_ana, "stages", **stages)
    assert DBTaskResult.objects.filter(task_path__endswith="assess_again_task").count() == 1
    save(as_ana, "stages", **stages)
    assert DBTaskResult.objects.filter(task_path__endswith="assess_again_task").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_wider_threshold_changes_where_a_customer_stands(as_ana):
    one = customer("Ida")
    day = today()
    for number in range(12):
        fact(one, day - 60 - 7 * number)
    save(
        as_ana,
        "stages",
        quiet_chance="5",
        lapse_chance="10",
        least="3",
        for_life_days="365",
        won_back_days="4",
    )
    while work_once():
        pass
    before = Standing.objects.get(customer=one).quiet_day
    save(
        as_ana,
        "stages",
        quiet_chance="5",
        lapse_chance="10",
        least="60",
        for_life_days="365",
        won_back_days="4",
    )
    while work_once():
        pass
    assert Standing.objects.get(customer=one).quiet_day > before


def test_another_currency_says_what_becomes_of_the_amounts_there_are(as_ana):
    typed = {"name": "Lemon", "timezone": "UTC", "currency": "USD", "buying": "again"}
    page = as_ana.post(reverse("settings_section", args=["company"]), typed, follow=True).content.decode()
    assert "What is in EUR stays on record" in page
    page = as_ana.post(reverse("settings_section", args=["company"]), typed, follow=True).content.decode()
    assert "stays on record" not in page
