"""Drawings hold shapes and words, nothing else, and one serves both themes."""

import re
import xml.etree.ElementTree as ET

import pytest

from regulars.web.charts import TITLES, draw, draw_both, figure
from regulars.web.charts.clean import ATTRIBUTES, BETWEEN, SHAPES, cleaned
from regulars.web.charts.narrow import WIDTH

COHORTS = {
    "months": ["2025-01", "2025-02", "2025-03"],
    "sizes": [40, 30, 20],
    "active": [[1.0, 0.5, 0.25], [1.0, 0.4], [1.0]],
    "reading": "Of 100 first-time buyers 29 are still active after six months.",
    "refusal": "",
}
FORECAST = {
    "weeks": ["2025-01-06", "2025-01-13", "2025-01-20", "2025-01-27"],
    "actual": [20, 22, 19, 21],
    "expected": [None, None, 20.5, 20.4],
    "low": [None, None, 15.0, 14.8],
    "high": [None, None, 26.0, 26.1],
    "cut": "2025-01-20",
    "reading": "We expected 41 and 40 came.",
    "refusal": "",
}
SCORE = {
    "sentence": "Our score was closer than the simple rule.",
    "rows": [
        {"name": "Ours <b>&", "brier": 0.14, "log_loss": 0.4, "auc": 0.8, "mae": 1.0, "bias": 0.0},
        {"name": "Silent too long", "brier": 0.19, "log_loss": 0.5, "auc": 0.7, "mae": 1.2, "bias": 0.1},
    ],
    "refusal": "",
}
REVENUE = {
    "months": ["2025-01", "2025-02", "2025-03"],
    "end": [100_000, 130_000, 120_000],
    "new": [100_000, 30_000, 0],
    "returned": [0, 0, 0],
    "expansion": [0, 10_000, 0],
    "contraction": [0, 10_000, 0],
    "lost": [0, 0, 10_000],
    "sentence": "1,200 recur a month.",
    "refusal": "",
}
SURVIVAL = {
    "days": [0, 365, 730],
    "value": [1.0, 0.8, 0.7],
    "low": [1.0, 0.7, 0.5],
    "high": [1.0, 0.9, 0.8],
    "sentence": "Of 10 contracts, 8 ran longer than a year.",
    "refusal": "",
}


def fifth(expected, came):
    return {"expected": expected, "came": {"value": came, "low": came / 2, "high": came * 1.5, "n": 40}}


LOST = {
    "fifths": {
        "points shown": [fifth(0.02, 0.03), fifth(0.2, 0.18)],
        "scorecard": [fifth(0.01, 0.0), fifth(0.25, 0.22)],
    },
    "ways": [
        {"name": "base rate", "lift": {"value": 1.0, "low": 1.0, "high": 1.0}},
        {"name": "points shown", "lift": {"value": 3.2, "low": 2.4, "high": 4.1}},
    ],
    "reading": "In the tenth put lowest, 3.2 times as many were lost.",
    "refusal": "",
}
RESULTS = {
    "cohorts": COHORTS,
    "forecast": FORECAST,
    "score": SCORE,
    "revenue": REVENUE,
    "survival": SURVIVAL,
    "health_reliability": LOST,
    "health_lift": LOST,
}


@pytest.mark.parametrize("key", sorted(TITLES))
def test_a_drawing_holds_only_shapes_and_plain_attributes(key):
    root = ET.fromstring(draw(key, RESULTS[key]))
    for element in root.iter():
        assert element.tag.rpartition("}")[2] in SHAPES
        own = {"class", "role", "aria-labelledby"} if element is root else set()
        assert set(element.attrib) <= ATTRIBUTES | own


@pytest.mark.parametrize("key", sorted(TITLES))
def test_a_drawing_names_no_address_no_style_and_no_colour_of_its_own(key):
    svg = draw(key, RESULTS[key]).replace("http://www.w3.org/2000/svg", "")
    assert "http" not in svg
    assert "style" not in svg
    assert "<script" not in svg
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg))
    assert colours - {"none", "transparent"}
    assert all(colour in {"none", "transparent"} or colour.startswith("var(--") for colour in colours)


@pytest.mark.parametrize("key", sorted(TITLES))
def test_a_drawing_says_its_title_and_its_reading(key):
    svg = draw(key, RESULTS[key])
    assert f'<title id="{key}-title">{TITLES[key]}</title>' in svg
    assert f'aria-labelledby="{key}-title {key}-desc"' in svg
    assert (RESULTS[key].get("reading") or RESULTS[key]["sentence"]) in svg


@pytest.mark.parametrize("key", sorted(TITLES))
def test_a_drawing_for_a_phone_fits_its_screen_and_stands_behind_the_other(key):
    wide, narrow = draw_both(key, RESULTS[key]).split(BETWEEN)
    assert wide == draw(key, RESULTS[key])
    root = ET.fromstring(narrow)
    assert float(root.get("width")) <= 1.3 * WIDTH, "shrunk to the screen, its labels are read still"
    assert f'<title id="{key}-narrow-title">{TITLES[key]}</title>' in narrow
    shown = figure(key, wide + BETWEEN + narrow)
    assert shown.count("<svg") == 2
    assert figure(key, wide).count("<svg") == 1
    names = re.findall(r' id="([^"]+)"', shown)
    assert len(names) == len(set(names))


def test_a_title_in_two_lines_keeps_them_apart():
    narrow = draw("health_lift", LOST, narrow=True)
    lines = re.findall(r"<tspan([^>]*)>", narrow)
    assert lines
    assert any("dy=" in line for line in lines), "else the second line is written over the first"


def test_words_from_outside_stay_words_in_a_drawing():
    assert "Ours &lt;b&gt;&amp;" in draw("score", SCORE)


def test_the_shares_of_the_cohorts_are_written_into_their_cells():
    words = re.findall(r">(\d+\s%)<", draw("cohorts", COHORTS))
    assert sorted(words) == ["25\N{NO-BREAK SPACE}%", "40\N{NO-BREAK SPACE}%", "50\N{NO-BREAK SPACE}%"]


def test_amounts_of_revenue_are_in_the_currency_and_its_own_unit():
    euros = re.findall(
        r">([^<]*€[^<]*)<", draw("revenue", {**REVENUE, "lost": [0, 0, 60_000], "currency": "EUR"})
    )
    assert "€1,000" in euros
    assert any(word.startswith("\N{MINUS SIGN}€") for word in euros)
    assert "¥100,000" in draw("revenue", {**REVENUE, "currency": "JPY"}), "yen have no hundredths"


def test_the_cohorts_drawn_are_eighteen_where_so_many_have_a_month_after():
    months = [f"{2024 + at // 12}-{at % 12 + 1:02d}" for at in range(22)]
    active = [[1.0, *[0.5] * min(2, 20 - at)] if at < 20 else [1.0] for at in range(22)]
    svg = draw("cohorts", {**COHORTS, "months": months, "sizes": [10] * 22, "active": active})
    assert len(re.findall(r">[A-Z][a-z]{2} 20\d\d \(10\)<", svg)) == 18


def test_the_best_way_of_telling_is_marked():
    assert "0.140 closest" in draw("score", SCORE)


@pytest.mark.parametrize(
    ("key", "result"),
    [
        ("cohorts", {**COHORTS, "refusal": "12 customers; 200 are needed"}),
        ("cohorts", {**COHORTS, "months": [], "sizes": [], "active": []}),
        ("forecast", {**FORECAST, "weeks": [], "actual": [], "expected": [], "low": [], "high": []}),
        ("score", {**SCORE, "rows": SCORE["rows"][:1]}),
        ("health_reliability", {**LOST, "fifths": {}}),
        ("health_lift", {**LOST, "ways": LOST["ways"][:1]}),
        ("health_lift", {**LOST, "refusal": "40 customers and 3 losses"}),
        ("summary", {"sentence": "no drawing is made of it"}),
    ],
)
def test_nothing_is_drawn_where_there_is_nothing_to_draw(key, result):
    assert draw(key, result) == ""


@pytest.mark.parametrize(
    "harm",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p>x</p></foreignObject>",
        '<image href="https://example.org/x.png"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<path d="M0,0" onclick="alert(1)" style="fill:red"/>',
        '<rect fill="url(https://example.org/x)" width="1" height="1"/>',
        '<g clip-path="url(https://example.org/x)"/>',
        "<style>*{}</style>",
    ],
)
def test_a_stored_drawing_is_cleaned_again_before_it_is_shown(harm):
    shown = figure("score", f'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">{harm}</svg>')
    rest = shown.replace("http://www.w3.org/2000/svg", "")
    for sign in ("script", "foreignObject", "image", "href", "onclick", "style", "example.org", "<a"):
        assert sign not in rest


def test_cleaning_twice_changes_nothing():
    once = draw("cohorts", COHORTS)
    assert str(figure("cohorts", once)) == once


@pytest.mark.parametrize("text", ["<html/>", '<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>'])
def test_anything_but_one_plain_drawing_is_refused(text):
    with pytest.raises(ValueError, match="drawing"):
        cleaned(text, key="x")


def test_a_page_view_never_loads_the_drawing_library(tmp_path):
    import subprocess
    import sys

    code = (
        "import sys; from regulars.web.charts import figure; import regulars.web.pages.reports.view; "
        "assert 'vl_convert' not in sys.modules and 'altair' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        env={
            "DJANGO_SETTINGS_MODULE": "regulars.server.settings",
            "REGULARS_HOME": str(tmp_path),
            "PYTHONPATH": "src",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_another_library_may_have_named_the_space_before():
    ET.register_namespace("svg", "http://www.w3.org/2000/svg")
    drawing = cleaned(
        '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', key="k", title="T", reading="R"
    )
    assert drawing.startswith("<svg ")
