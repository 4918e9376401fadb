"""Reports show what is stored: the sentence first, a drawing, its twin as a table, and its figures as a file."""

import csv
import io

import pytest
from django.urls import reverse

from regulars.attention.models import StoredResult
from regulars.attention.write.contract_standings import refresh_contracts
from regulars.insight.stage import Stage
from regulars.web.charts import draw
from tests.attention.contracts import contract
from tests.web.factories import customer, regular, standing, today
from tests.web.test_charts import COHORTS, FORECAST, SCORE

SKILL = {
    "value": 0.21,
    "low": 0.17,
    "high": 0.26,
    "n": 2311,
    "as_of": 20000,
    "method": "bootstrap",
    "refusal": "",
}
RESULTS = {
    "cohorts": COHORTS,
    "forecast": FORECAST,
    "score": {**SCORE, "skill": SKILL, "n": 2311, "horizon": 90},
}
PAGE = {"cohorts": "reports", "forecast": "reports", "score": "reports_score"}


def store(key, **changes):
    result = {**RESULTS[key], **changes}
    return StoredResult.objects.create(key=key, as_of=20000, result=result, drawing=draw(key, result))


@pytest.mark.parametrize("name", ["reports", "reports_score"])
def test_before_anything_was_computed_the_page_says_what_will_come(as_max, name):
    page = as_max.get(reverse(name)).content.decode()
    assert "Nothing to show yet" in page
    assert reverse("import_new") in page


@pytest.mark.parametrize("key", sorted(PAGE))
def test_a_refusal_is_said_with_what_would_be_needed_and_no_figure(as_max, key):
    store(key, refusal="12 customers bought; 200 are needed.")
    page = as_max.get(reverse(PAGE[key])).content.decode()
    assert "not enough data yet" in page
    assert "200 are needed" in page
    assert "chart" not in page.partition("<main")[2]
    assert as_max.get(reverse("reports_file", args=[key])).status_code == 404


@pytest.mark.parametrize("key", sorted(PAGE))
def test_a_result_shows_its_sentence_its_drawing_and_its_table(as_max, key):
    store(key)
    page = as_max.get(reverse(PAGE[key])).content.decode()
    reading = RESULTS[key].get("reading") or RESULTS[key]["sentence"]
    assert page.index(reading) < page.index("<svg", page.index("<h1"))
    assert 'role="img"' in page
    assert "<table" in page


def test_the_skill_is_said_with_its_interval_and_what_it_rests_on(as_max):
    store("score")
    page = as_max.get(reverse("reports_score")).content.decode()
    assert "21\N{NO-BREAK SPACE}% closer than the simple rule" in page
    assert "+17\N{NO-BREAK SPACE}% to +26\N{NO-BREAK SPACE}%" in page
    assert "2,311 forecasts" in page


def test_figures_come_as_a_file_with_every_cell(as_max):
    store("cohorts")
    answer = as_max.get(reverse("reports_file", args=["cohorts"]))
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert answer["Content-Disposition"] == 'attachment; filename="regulars-cohorts.csv"'
    assert rows == [
        ["First bought in", "People", "1", "2"],
        ["2025-01", "40", "0.5", "0.25"],
        ["2025-02", "30", "0.4", ""],
        ["2025-03", "20", "", ""],
    ]


def test_amounts_of_revenue_are_decimals_of_the_currency_beside_them(as_max):
    amounts = {key: [0] for key in ("start", "new", "returned", "expansion", "contraction", "lost")}
    StoredResult.objects.create(
        key="revenue",
        as_of=20000,
        result={"months": ["2026-01"], **amounts, "end": [756_000], "currency": "EUR"},
    )
    text = as_max.get(reverse("reports_file", args=["revenue"])).content.decode()
    [line] = csv.DictReader(io.StringIO(text))
    assert (line["Month"], line["New"], line["End"], line["Currency"]) == (
        "2026-01",
        "0.00",
        "7560.00",
        "EUR",
    )


def test_no_cell_of_a_file_is_a_formula(as_max):
    rows = [{**SCORE["rows"][0], "name": "=cmd()"}, SCORE["rows"][1]]
    store("score", rows=rows)
    text = as_max.get(reverse("reports_file", args=["score"])).content.decode()
    assert "'=cmd()" in text


def test_there_is_no_file_of_another_result(as_max):
    StoredResult.objects.create(key="summary", as_of=20000, result={"sentence": "x"})
    assert as_max.get(reverse("reports_file", args=["summary"])).status_code == 404


def test_a_spoilt_drawing_does_no_harm(as_max):
    row = store("forecast")
    row.drawing = row.drawing.replace("</svg>", "<script>alert(1)</script></svg>")
    row.save()
    assert "alert(1)" not in as_max.get(reverse("reports")).content.decode()


@pytest.mark.parametrize(("name", "word"), [("reports_board", "Board page"), ("reports_revenue", "Revenue")])
def test_without_contracts_a_page_about_them_is_marked_and_leads_to_where_they_come_from(as_max, name, word):
    page = as_max.get(reverse(name)).content.decode()
    assert f'<a href="{reverse(name)}" aria-current="page">{word}</a>' in page
    assert "Bring contracts in" in page
    assert reverse("import_new") in page


def test_where_there_are_contracts_and_no_purchases_reports_open_on_the_board(as_max):
    one = customer("Quay Hotel")
    standing(one, Stage.FIRST_TIME_BUYER)
    contract(one, today() - 30)
    refresh_contracts(None, today())
    assert as_max.get(reverse("reports")).url == reverse("reports_board")
    page = as_max.get(reverse("reports_score")).content.decode()
    assert "Retention" not in page
    assert page.index("Board page") < page.index("Revenue") < page.index("Is our score right?</a>")
    assert "Bring purchases in" not in page, "the part about purchases is left out"
    assert "Of those who left" in page
    assert "Bring contracts in" not in as_max.get(reverse("reports_board")).content.decode()
    regular("Café Nord")
    assert as_max.get(reverse("reports")).status_code == 200
    assert "Bring purchases in" in as_max.get(reverse("reports_score")).content.decode()
