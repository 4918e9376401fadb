"""Health on the customer's page, and the page on profiles: tried, saved, put back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from regulars.attention.health import band_reason_of, refresh_health
from regulars.attention.health_profiles import current_profile, shipped_texts
from regulars.attention.models import HealthHistory, HealthProfileVersion, HealthStanding
from regulars.records.models import Customer, Person, Role
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date
from regulars.web.pages.customer.health import health_shown
from regulars.web.templatetags.shown import band_why
from tests.attention.contracts import contract
from tests.web.factories import customer, fact, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def nord(db: None) -> Customer:
    """A customer whose champion left this week."""
    one, now = customer("Café Nord"), today()
    contract(one, now - 400, months=36)
    fact(one, now - 20, "touchpoint")
    Role.objects.create(
        person=Person.objects.create(name="Ida"), customer=one, part=Role.Part.CHAMPION,
        since=calendar_date(now - 300), until=calendar_date(now - 2),
    )  # fmt: skip
    refresh_health(None, now - 7)
    refresh_health(None, now)
    return one


def page_of(client: Any, one: Customer, **asked: str) -> str:
    text = client.get(reverse("customer", args=[opaque(one.pk)]), asked).content.decode()
    return re.sub(r"\s+", " ", text)


def test_the_page_says_band_parts_caps_and_what_changed(nord: Customer, as_vic: Any) -> None:
    text = page_of(as_vic, nord)
    row = HealthStanding.objects.get()
    assert f"based on {row.based_on} %" in text
    assert "capped: champion gone" in text
    assert "success not agreed" in text
    assert text.count('class="health-unknown"') == text.count(">not known</span>") == 3
    shown = re.search(r"Since last week: \N{MINUS SIGN}(\d+), of which ([^<]+)\.<", text)
    assert shown is not None
    before = HealthHistory.objects.order_by("pk").first()
    assert before is not None
    assert before.score is not None
    assert row.score is not None
    assert int(shown.group(1)) == before.score - row.score > 0
    parts = [part.rsplit(" ", 1)[1].replace("\N{MINUS SIGN}", "-") for part in shown.group(2).split(", ")]
    assert sum(int(part) for part in parts) == row.score - before.score
    assert "champion gone" in shown.group(2)
    assert "by version 1 of the profile subscription" in text


def test_the_parts_on_the_page_add_up_to_the_score_on_it(as_vic: Any) -> None:
    now = today()
    for name, answer, days in (("A", 7.3, 20), ("B", 4.1, 70), ("C", 8.77, 3), ("D", 5.9, 45)):
        one = customer(name)
        contract(one, now - 400, months=36)
        fact(one, now - days, "touchpoint")
        fact(one, now - days, "complaint")
        fact(one, now - 5, "survey_answer", quantity=answer)
        refresh_health([one.pk], now)
        row = HealthStanding.objects.get(customer=one)
        shown = health_shown(one.pk, now, rewound=False)
        assert shown is not None
        assert sum(part.points or 0 for part in shown.parts) == row.score
        text = page_of(as_vic, one)
        card = text[text.index('class="health-parts"') : text.index("Explain this score")]
        told = re.findall(r'class="small number">([+\N{MINUS SIGN}]\d+)</span>', card)
        assert sum(int(part.replace("\N{MINUS SIGN}", "-")) for part in told) == row.score


def test_the_explanation_says_values_as_people_do_and_why_parts_outgrow_their_points(
    nord: Customer, as_vic: Any
) -> None:
    text = page_of(as_vic, nord)
    row = HealthStanding.objects.get()
    assert f"Of the 100 points we know {row.based_on}." in text
    assert "<td>0 blockers or complaints</td>" in text
    assert f'<td class="number">+{round(15 * 100 / row.based_on, 1):g}</td>' in text


def test_rewound_the_page_shows_what_was_stored_then(nord: Customer, as_vic: Any) -> None:
    text = page_of(as_vic, nord, as_of=calendar_date(today() - 7).isoformat())
    assert "capped: champion gone" not in text
    assert 'id="health-title"' in text
    assert 'id="health-title"' not in page_of(as_vic, nord, as_of=calendar_date(today() - 9).isoformat())


def test_the_page_and_the_list_say_why_a_band_is_lower_than_its_score(nord: Customer, as_vic: Any) -> None:
    row = HealthStanding.objects.get()
    reason = band_reason_of(nord.pk, row)
    assert reason is not None
    assert f'<p class="small">{reason.sentence}</p>' in page_of(as_vic, nord)
    assert f'title="{reason.sentence}">{reason.short}</span>' in band_why(row)


def test_what_became_too_old_moved_the_score_and_not_the_profile(as_vic: Any) -> None:
    one, now = customer("Café Nord"), today()
    contract(one, now - 400, months=36)
    fact(one, now - 100, "touchpoint")
    for day in (now - 12, now):
        refresh_health(None, day)
    HealthHistory.objects.filter(day=now - 12).update(day=now - 7)
    text = page_of(as_vic, one)
    shown = re.search(r"Since last week: ([^<]+)\.<", text)
    assert shown is not None
    assert "blockers and complaints are not known any more" in shown.group(1)
    assert "profile" not in shown.group(1)


def test_who_has_no_contract_and_no_outcome_has_no_health(as_vic: Any) -> None:
    assert 'id="health-title"' not in page_of(as_vic, customer("Bare"))


def test_trying_shows_who_would_move_and_writes_nothing(nord: Customer, as_ana: Any, as_vic: Any) -> None:
    assert as_vic.get(reverse("health")).status_code == 200
    other = customer("Never met")
    contract(other, today() - 400, 10, months=36)
    refresh_health(None, today())
    text = shipped_texts()["subscription"].replace("least_known = 0.4", "least_known = 0.01")
    text = (
        text.replace("watch = 40", "watch = 66")
        .replace("cap = 39", "cap = 66")
        .replace("cap = 35", "cap = 66")
    )
    answer = as_ana.post(reverse("health_try"), {"name": "subscription", "text": text, "why": ""})
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "customers would change band" in shown
    assert "+watch = 66" in shown
    assert not HealthProfileVersion.objects.filter(version=2).exists()


def test_a_fault_stands_beside_the_text_with_its_line_and_the_text_stays(nord: Customer, as_ana: Any) -> None:
    text = shipped_texts()["subscription"].replace("good = 70", "good = 700")
    for name in ("health_try", "health_save"):
        answer = as_ana.post(reverse(name), {"name": "subscription", "text": text, "why": "because"})
        shown = answer.content.decode()
        assert answer.status_code == 400
        assert re.search(r'id="text-error" role="alert">[^<]*line 6: good', shown)
        assert "good = 700" in shown
    assert not HealthProfileVersion.objects.filter(version=2).exists()


def test_saving_needs_a_reason_and_makes_a_version_that_can_be_put_back(nord: Customer, as_ana: Any) -> None:
    text = shipped_texts()["subscription"].replace("watch = 40", "watch = 50").replace("\n", "\r\n")
    given = {"name": "subscription", "text": text}
    refused = as_ana.post(reverse("health_save"), given)
    assert (refused.status_code, "Say why" in refused.content.decode()) == (400, True)
    assert as_ana.post(reverse("health_save"), {**given, "why": "Stricter"}).status_code == 303
    assert current_profile("subscription").profile.version == 2
    page = as_ana.get(reverse("health"), {"name": "subscription"}).content.decode()
    assert "Version 2</strong> <span" in page
    assert "+watch = 50" in page
    back = reverse("health_back", args=["subscription", 1])
    assert as_ana.post(back, {"why": ""}).status_code == 400
    assert as_ana.post(back, {"why": "Too strict"}).status_code == 303
    assert current_profile("subscription").profile.version == 1
