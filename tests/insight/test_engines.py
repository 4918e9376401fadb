"""The same tables from the embedded engine and from a cluster of separate processes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.insight.calendar import OpeningCalendar
from regulars.insight.cohorts import cohort_cells, daily_counts, months_arrow
from regulars.insight.days import as_of, base_days, purchase_days, purchase_ledger
from regulars.insight.orders import base_habits, item_habits
from regulars.insight.rewind import next_days
from regulars.insight.standing_rows import rhythm_of_facts, sign_rows, standing_rows
from regulars.insight.usual import base_times
from tests.insight.simulated import FACTS_ARROW, START, base, facts

CALENDAR = OpeningCalendar(frozenset(range(6)), adverse=frozenset(range(START + 100, START + 130)))
QUESTIONS = {
    "ledger": lambda f, c, m: purchase_ledger(f),
    "days": lambda f, c, m: purchase_days(f),
    "base days": lambda f, c, m: base_days(f),
    "known then": lambda f, c, m: purchase_days(as_of(f, START + 500, "known")),
    "standing": lambda f, c, m: standing_rows(f, c),
    "standing without calendar": lambda f, c, m: standing_rows(f),
    "rhythm": lambda f, c, m: rhythm_of_facts(f, c),
    "signs": lambda f, c, m: sign_rows(f),
    "cohorts": lambda f, c, m: cohort_cells(purchase_days(f), m),
    "daily": lambda f, c, m: daily_counts(purchase_days(f)),
    "next": lambda f, c, m: next_days(purchase_days(f), START + 400),
    "times": lambda f, c, m: base_times(f),
    "habits": lambda f, c, m: item_habits(f),
    "base habits": lambda f, c, m: base_habits(f),
}


def _everything() -> pa.Table:
    """Facts with every turn: refunds by order and by day, free, anonymous, other kinds, items."""
    rng = np.random.default_rng(61)
    simulated = base(61, 120)
    rows: list[dict[str, Any]] = []
    for customer, day in zip(simulated.customer.tolist(), simulated.day.tolist(), strict=True):
        order = f"{customer}-{day}" if customer % 2 else None
        rows.append(
            {
                "customer": customer,
                "day": day,
                "minute": int(rng.integers(400, 1200)) if customer % 3 else None,
                "amount": [None, 0, 450, 900][int(rng.integers(0, 4))],
                "item": ["tea", "bun", None][int(rng.integers(0, 3))],
                "quantity": [None, 1.0, 3.0][int(rng.integers(0, 3))],
                "order_number": order,
                "received_day": day + int(rng.integers(0, 400)),
            }
        )
        if rng.random() < 0.05:
            later = day + int(rng.integers(0, 9))
            rows.append(
                {"customer": customer, "day": later, "kind": "refund", "amount": 450, "order_number": order}
            )
        if rng.random() < 0.1:
            kind = ["touchpoint", "missed_us", "praise", "feedback", "contract_started"][
                int(rng.integers(0, 5))
            ]
            rows.append({"customer": customer, "day": day + 1, "kind": kind})
        if rng.random() < 0.1:
            rows.append({"customer": None, "day": day})
    return facts(rows).cast(FACTS_ARROW)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("engines")
    tables = {
        "facts": _everything(),
        "calendar": CALENDAR.between(START - 10, START + 1300).arrow(),
        "months": months_arrow(START - 10, START + 1300),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return {name: str(folder / f"{name}.parquet") for name in tables}


def _answers(con: Any, files: dict[str, str], question: str) -> list[tuple[Any, ...]]:
    given = [con.read_parquet(files[name]) for name in ("facts", "calendar", "months")]
    found = QUESTIONS[question](*given).to_pyarrow().to_pylist()
    rows = [tuple(_known_digits(value) for value in row.values()) for row in found]
    return sorted(rows, key=lambda row: tuple((value is not None, str(value)) for value in row))


def _known_digits(value: Any) -> Any:
    """Sums of fractions depend on their order in the last digits, on one engine as on two."""
    return float(f"{value:.10g}") if isinstance(value, float) else value


@pytest.mark.parametrize("question", list(QUESTIONS))
def test_a_cluster_answers_as_the_embedded_engine_does(
    con: Any, spark: Any, files: dict[str, str], question: str
) -> None:
    embedded = _answers(con, files, question)
    assert embedded
    assert _answers(spark, files, question) == embedded


@pytest.mark.parametrize("question", list(QUESTIONS))
def test_the_embedded_engine_answers_twice_the_same(con: Any, files: dict[str, str], question: str) -> None:
    assert _answers(con, files, question) == _answers(con, files, question)
