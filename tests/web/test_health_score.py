"""Is our score right, on the page: the sentence first, then figures, weights, and those who left by name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from regulars.attention.models import ContractStanding, StoredResult
from regulars.attention.score_record import DRAWN, KEY
from regulars.records.models import Customer
from regulars.records.write.company import change_company
from regulars.web.charts import TITLES, draw
from regulars.web.pages.reports.health_score import lead_words
from tests.web.factories import customer, regular
from tests.web.test_charts import RESULTS

pytestmark = pytest.mark.django_db


def estimate(value: float, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return {
        "value": value, "low": low, "high": high, "n": 120, "as_of": 20500, "method": "test", "refusal": "",
    }  # fmt: skip


def way(name: str, skill: float) -> dict[str, Any]:
    return {
        "name": name,
        "brier": 0.0413,
        "log_score": 0.171,
        "skill": estimate(skill, skill - 0.04, skill + 0.04),
        "auc": estimate(0.76, 0.70, 0.81),
        "average_precision": estimate(0.2, 0.1, 0.3),
        "lift": estimate(3.2, 2.4, 4.1),
        "scorecard_gain": estimate(0.1, 0.0, 0.2),
    }


def weight(key: str, beta: float, se: float | None, note: str) -> dict[str, Any]:
    return {"key": key, "words": f"words of {key}", "beta": beta, "se": se, "prior": -0.5, "points_per_unit": 9.0,
            "note": note}  # fmt: skip


def record(*lost: Customer, refusal: str = "") -> dict[str, Any]:
    """Return a record of customers who left: the first one seen, the others missed."""
    fifths = [
        {"expected": at / 100, "came": estimate(at / 100, at / 200, at / 50)} for at in (1, 2, 3, 5, 15)
    ]
    whole = not refusal
    return {
        "sentence": refusal or "Of those who left, 38 of 60 were in the lowest third, chance 20.0.",
        "fifths": {"points shown": fifths, "scorecard": fifths} if whole else {},
        "ways": [way("base rate", 0.0), way("points shown", 0.05)] if whole else [],
        "weights": [
            weight("money", -0.43, 0.19, ""),
            weight("relationship", 0.0, None, "your weight, not yet proven by data"),
        ] if whole else [],
        "months": [{"month": "2026-01", "n": 90, "expected": 2.1, "lost": 9, "z": 4.8, "loud": True}],
        "moved": ["what they answered"],
        "cases": [
            {"customer": one.pk, "until": 20400, "points": 31.0 + place, "ahead_of": 0.1,
             "in_lowest": 0.0 if place else 1.0, "known": "31 of 100: bad."}
            for place, one in enumerate(lost)
        ],
        "n": 295, "losses": 65, "forecasts": 3245, "tested_losses": 49, "tested_from": "2024-03",
        "horizon_days": 90, "lost_share": 0.04, "refusal": refusal,
    }  # fmt: skip


def store(told: dict[str, Any]) -> None:
    StoredResult.objects.create(key=KEY, as_of=20500, result=told)
    for key in DRAWN:
        result = told | {"reading": f"Reading of {key}."}
        StoredResult.objects.create(key=key, as_of=20500, result=result, drawing=draw(key, result))


@pytest.fixture
def lost() -> list[Customer]:
    """Two who left, and so contracts."""
    both = [customer("Café Nord"), customer("Werft Süd")]
    for one in both:
        ContractStanding.objects.create(customer=one, ended_day=20400)
    return both


def page_of(who: Any) -> str:
    text = who.get(reverse("reports_score")).content.decode()
    return str(text.partition("<main")[2])


def test_without_contracts_nothing_is_said_of_them(as_max: Any) -> None:
    store(record())
    assert "Of those who left" not in page_of(as_max)


def test_before_it_was_computed_it_says_so(as_max: Any, lost: list[Customer]) -> None:
    assert "again every week" in page_of(as_max)


def test_the_sentence_comes_first_then_each_way_with_its_interval(as_max: Any, lost: list[Customer]) -> None:
    store(record(*lost))
    page = page_of(as_max)
    assert page.index("38 of 60") < page.index("the score as shown") < page.index("words of money")
    assert "+5\N{NO-BREAK SPACE}% (+1\N{NO-BREAK SPACE}% to +9\N{NO-BREAK SPACE}%)" in page
    assert "3.2 (2.4 to 4.1)" in page
    assert "3,245 forecasts" in page


def test_no_word_that_needs_a_course_stands_outside_what_is_for_statisticians(
    as_max: Any, lost: list[Customer]
) -> None:
    store(record(*lost))
    regular("Ida")
    result = {**RESULTS["score"], "model": "MBG/CNBD-3", "skill": estimate(0.5, 0.4, 0.6), "horizon": 90}
    StoredResult.objects.create(key="score", as_of=20500, result=result, drawing=draw("score", result))
    page = page_of(as_max)
    plain = re.sub(r"(?s)<details.*?</details>", "", page)
    for word in ("Brier", "AUC", "log-odds", "Log-odds", "± SE", "MBG", "Log score", "base rate", "2024-03"):
        assert word not in plain, word
    for word in ("Brier", "AUC", "Log-odds", "± SE", "MBG/CNBD-3"):
        assert word in page, word
    assert "from Mar 2024 on" in plain


def test_weights_are_shown_as_staying_and_what_is_not_proven_says_so(
    as_max: Any, lost: list[Customer]
) -> None:
    store(record(*lost))
    page = page_of(as_max)
    assert "+0.43 ± 0.19" in page
    assert "your weight, not yet proven by data" in page
    assert "Jan 2026: 9 lost, 2.1 expected" in page
    assert "look at them: what they answered" in page


def test_those_who_left_are_linked_and_those_it_missed_are_marked(as_max: Any, lost: list[Customer]) -> None:
    store(record(*lost))
    page = page_of(as_max)
    nord, werft = page.index("Café Nord"), page.index("Werft Süd")
    assert "lowest third" in page[nord:werft]
    assert "missed" not in page[nord:werft]
    assert "missed" in page[werft:]
    lost[0].delete()
    assert "Café Nord" not in page_of(as_max)


def test_a_refusal_shows_no_figure_but_the_cases(as_max: Any, lost: list[Customer]) -> None:
    store(record(*lost, refusal="Not enough data yet: 40 customers and 3 losses in 9 months."))
    page = page_of(as_max)
    assert "not enough data yet" in page
    assert "40 customers and 3 losses" in page
    assert "Café Nord" in page
    assert "Brier skill" not in page
    assert '<svg class="chart' not in page


def test_for_a_company_on_contract_it_comes_before_the_lifetime_model(
    as_max: Any, lost: list[Customer]
) -> None:
    store(record(*lost))
    regular("Rita")
    page = page_of(as_max)
    assert page.index("How far off each way") < page.index("Of those who left")
    change_company(None, {"buying": "contract"})
    page = page_of(as_max)
    assert page.index("Of those who left") < page.index("How far off each way")


@pytest.mark.parametrize("key", sorted(DRAWN))
def test_a_drawing_has_its_reading_and_its_figures_as_a_table_and_a_file(
    as_max: Any, lost: list[Customer], key: str
) -> None:
    store(record(*lost))
    page = page_of(as_max)
    assert TITLES[key] in page
    assert page.index(f"Reading of {key}.") < page.index(f'id="{key}-title"')
    answer = as_max.get(reverse("reports_file", args=[key]))
    assert "the score as shown" in answer.content.decode()


def test_one_plain_sentence_leads_which_says_what_the_figures_say(as_max: Any, lost: list[Customer]) -> None:
    rules = [way("base rate", 0.0), way("tenure only", 0.3), way("silence rule", -0.003)]
    rules[2]["skill"] = estimate(-0.003, -0.004, -0.001)
    store(record(*lost) | {"ways": [*rules, way("points shown", 0.05)]})
    page = page_of(as_max)
    said = "Counting only how long somebody has been a customer foresees losses better than our score does."
    assert page.index(said) < page.index("38 of 60")
    assert '<td class="number">0\N{NO-BREAK SPACE}%</td>' in page
    assert "-0" not in page.partition("ways of telling")[2].partition("</table>")[0]


@pytest.mark.parametrize(
    ("rule", "ours", "said"),
    [
        (0.05, 0.3, "Our score foresees losses better than counting only how long somebody has been a customer does."),
        (0.2, 0.21, "nobody can tell yet which is better."),
        (0.21, 0.2, "nobody can tell yet which is better."),
        (0.3, 0.05, "foresees losses better than our score does."),
    ],
)  # fmt: skip
def test_better_is_said_only_where_the_intervals_say_so(rule: float, ours: float, said: str) -> None:
    assert lead_words([way("tenure only", rule), way("points shown", ours)]).endswith(said)


def test_who_left_comes_by_the_day_they_left(as_max: Any, lost: list[Customer]) -> None:
    told = record(*lost)
    told["cases"][0]["until"], told["cases"][1]["until"] = 20390, 20395
    store(told)
    cases = page_of(as_max).partition("who left")[2]
    assert cases.index(lost[1].name) < cases.index(lost[0].name)
