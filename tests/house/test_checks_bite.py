"""Each check is seen to fail: the rule is broken on purpose in a copy, and the check says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.house import checks, markup, sizes
from tests.house.direction import broken_contracts
from tests.house.sources import SOURCE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder that stands for src/regulars."""
    return tmp_path


def _write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "line", "words"),
    [
        ("insight/stage.py", "import regulars.store", "Each layer imports only"),
        ("records/read/company.py", "import regulars.ledger.models", "Each layer imports only"),
        ("web/frame.py", "import regulars.cli.root", "Each layer imports only"),
        ("insight/estimate.py", "import django.db", "Insight is pure"),
        ("insight/estimate.py", "import time", "Insight is pure"),
        ("store/__init__.py", "import django.conf", "The store knows no web framework"),
        ("attention/__init__.py", "import duckdb", "Only the store names an engine"),
        ("records/__init__.py", "import click", "Only the command line and the server"),
        ("utils.py", "", "not listed"),
    ],
)
def test_an_import_against_the_direction_is_found(tmp_path: Path, name: str, line: str, words: str) -> None:
    copy = tmp_path / "src" / "regulars"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    assert words in broken_contracts(copy.parent)


@pytest.mark.parametrize(
    "line",
    [
        "customer.save()",
        "Customer.objects.create(name='x')",
        "Customer.objects.filter(id=1).update(name='x')",
        "Customer.objects.bulk_create([])",
        "rows = Customer.objects.all()\nrows.update(name='x')",
        "customer.fact_set.update(amount=0)",
        "customer.delete()",
        "cursor.execute('INSERT INTO fact VALUES (1)')",
        "cursor.execute(f'UPDATE {table} SET a = 1')",
        "cursor.execute('delete from fact')",
    ],
)
def test_a_write_outside_the_doors_is_found(folder: Path, line: str) -> None:
    _write(folder, "web/pages/today/view.py", line)
    _write(folder, "records/write/customers.py", line)
    found = checks.writes_elsewhere(folder)
    assert len(found) == 1
    assert found[0].startswith("web/pages/today/view.py:")


@pytest.mark.parametrize("line", ["settings.update(a=1)", "digest.update(b'x')", '"""Insert into a list."""'])
def test_what_only_looks_like_a_write_is_left_alone(folder: Path, line: str) -> None:
    _write(folder, "web/pages/today/view.py", line)
    assert checks.writes_elsewhere(folder) == []


def test_signals_and_logic_in_save_are_found(folder: Path) -> None:
    _write(folder, "records/models/customer.py", "class Customer:\n    def save(self):\n        pass\n")
    _write(folder, "records/apps.py", "from django.db.models.signals import post_save\n")
    assert len(checks.logic_in_models(folder)) == 2


@pytest.mark.parametrize(
    "name", ["insight/stage.py", "records/read/customers.py", "attention/rules/due_now.py"]
)
@pytest.mark.parametrize(
    "line", ["datetime.now()", "date.today()", "time.time()", "timezone.now()", "Now()", "time.monotonic()"]
)
def test_a_look_at_the_clock_is_found(folder: Path, name: str, line: str) -> None:
    _write(folder, name, f"day = {line}")
    _write(folder, "attention/reassess.py", f"day = {line}")
    assert len(checks.clocks(folder)) == 1


@pytest.mark.parametrize("line", ["open('x')", "print(1)", "path.read_text()"])
def test_input_and_output_in_insight_is_found(folder: Path, line: str) -> None:
    _write(folder, "insight/stage.py", line)
    assert len(checks.impure_insight(folder)) == 1


@pytest.mark.parametrize(
    "line", ["from django.http import HttpResponse", "from django.shortcuts import render"]
)
def test_a_web_answer_below_the_web_layer_is_found(folder: Path, line: str) -> None:
    _write(folder, "records/read/customers.py", line)
    _write(folder, "web/frame.py", line)
    assert len(checks.web_below_web(folder)) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("records/utils.py", ""),
        ("records/common/__init__.py", ""),
        ("records/customer.py", "class CustomerManager:\n    pass\n"),
        ("records/customer.py", "def process_row(row):\n    pass\n"),
        ("records/customer.py", "def customer_data():\n    pass\n"),
    ],
)
def test_a_name_that_says_nothing_is_found(folder: Path, name: str, text: str) -> None:
    _write(folder, name, text)
    assert len(checks.banned_names(folder)) == 1


def test_unfinished_work_is_found(folder: Path) -> None:
    _write(folder, "records/customer.py", "# TO" + "DO: later\n")
    assert len(checks.unfinished(folder)) == 1


def test_a_word_that_judges_a_customer_is_found(folder: Path) -> None:
    _write(folder, "web/pages/customer/page.html", "<h1>Ida</h1>\n<p>A difficult customer</p>")
    _write(folder, "attention/rules/due_now.py", "SENTENCE = 'is at risk'\n")
    assert len(checks.judging_words(folder)) == 2


def test_growth_over_the_ceiling_is_found(folder: Path) -> None:
    long_function = "def long():\n" + "    x = 1\n" * 60
    _write(folder, "records/long.py", long_function + "x = 1\n" * 600)
    _write(folder, "web/pages/today/page.html", "<p></p>\n" * 151)
    found = "\n".join(sizes.too_long(folder, sizes.LIMITS))
    for words in (
        "long has 61 lines",
        "661 lines, allowed are 600",
        "151 lines",
        "function_median",
        "file_p95",
    ):
        assert words in found


def test_a_docstring_is_not_counted_as_length(folder: Path) -> None:
    _write(folder, "records/long.py", 'def long():\n    """A.\n' + "\n" * 100 + '    """\n    return 1\n')
    assert sizes.measured(folder)["function_longest"] == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('<p style="color: red">', "style= is inline"),
        ("<style>p {}</style>", "<style> is inline"),
        ("<script>go()</script>", "<script> is inline"),
        ('<button onclick="go()">', "onclick= is inline"),
        ('<a href="javascript:go()">', "javascript: address"),
        ('<input name="q">', "has no label"),
        ('<select name="{{ field }}"></select>', "has no label"),
        ('<button hx-post="{% url "x" %}">Done</button>', "needs JavaScript"),
        ('<div hx-get="/x"></div>', "needs JavaScript"),
        ('<form method="post" action="/x"></form>', "carry csrf_token"),
        ('<img src="{{ picture }}">', "has no alt"),
        ("{{ words|safe }}", "turns escaping off"),
        ('<script src="https://cdn.example/x.js"></script>', "another host"),
        ("<h2>No first heading</h2>", "needs an h1"),
    ],
)
def test_a_template_that_breaks_a_rule_is_found(folder: Path, text: str, words: str) -> None:
    _write(folder, "web/pages/today/page.html", text)
    assert any(words in offence for offence in markup.template_offences(folder))


def test_a_template_that_keeps_the_rules_is_left_alone(folder: Path) -> None:
    text = """<h1>{{ title }}</h1>
    <form method="post" action="{% url "x" %}">{% csrf_token %}
    <label for="q">Find</label><input id="q" name="q" {% if x %}value="{{ x }}"{% endif %}>
    <label>All <input type="checkbox"></label><button hx-post="{% url "x" %}">Done</button></form>
    <a href="/more" hx-get="/more">More</a><script src="{% static "keys.js" %}" defer></script>"""
    _write(folder, "web/pages/today/page.html", text)
    assert markup.template_offences(folder) == []
