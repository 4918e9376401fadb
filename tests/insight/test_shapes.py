"""Every function that declares its shapes keeps them, and compiles for every engine."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import ibis
import pyarrow as pa
import pytest

import regulars.insight
from regulars.insight.shapes import FACTS, STANDINGS, columns, shaped


def _declared() -> list[Any]:
    found = {}
    for module in pkgutil.iter_modules(regulars.insight.__path__):
        loaded = importlib.import_module(f"regulars.insight.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            if hasattr(function, "gives"):
                found[f"{function.__module__}.{name}"] = function
    return [pytest.param(found[name], id=name) for name in sorted(found)]


def _unbound(function: Any) -> list[Any]:
    return [ibis.table(shape, name=f"given{place}") for place, shape in enumerate(function.takes)]


@pytest.mark.parametrize("function", _declared())
def test_gives_the_shape_it_declares(function: Any) -> None:
    assert function(*_unbound(function)).schema() == function.gives


@pytest.mark.parametrize("function", _declared())
@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
def test_compiles_for_every_engine_without_approximate_figures(function: Any, dialect: str) -> None:
    assert ibis.pyspark  # loads the options the compiler reads
    sql = ibis.to_sql(function(*_unbound(function)), dialect=dialect).lower()
    assert "select" in sql
    assert "approx" not in sql


def test_there_are_declared_functions_to_check() -> None:
    assert len(_declared()) >= 10


def test_a_wrong_declaration_shows() -> None:
    @shaped(takes=FACTS, gives=STANDINGS)
    def liar(facts: Any) -> Any:
        return facts

    assert liar(*_unbound(liar)).schema() != liar.gives


def test_missing_whole_numbers_become_minus_one_and_fractions_nan() -> None:
    read = columns(pa.table({"a": pa.array([1, None], pa.int64()), "b": pa.array([None, 0.5])}))
    assert read["a"].tolist() == [1, -1]
    assert str(read["b"][0]) == "nan"
