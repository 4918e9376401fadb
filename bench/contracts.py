"""Contracts, forecasts and success plans for a base, from a seed: facts as they would have been told."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import numpy as np

SEED = 23
CHUNK = 20_000
PRODUCTS = ("Machine care", "Beans by subscription", "Barista training", "Water filters")
WHY = (
    "They grow.",
    "A new buyer, who does not know us.",
    "Fewer sites next year.",
    "They asked for two years.",
)


def write_contracts(contracts: int, customers: int, today: int) -> float:
    """Write so many contracts, half of them with a forecast, and fold them; return the seconds that took."""
    from django.db import transaction

    from regulars.attention.write.contract_standings import refresh_contracts
    from regulars.ledger.by_hand import by_hand
    from regulars.ledger.record import FACT_COLUMNS
    from regulars.records.write.rows import insert_rows

    rng = np.random.default_rng(SEED)
    columns = [name for name in FACT_COLUMNS if name not in {"import_run_id", "moved_from_id"}]
    owner = rng.permutation(customers)[: min(contracts, customers)] + 1
    if contracts > customers:
        owner = np.concatenate([owner, rng.integers(1, customers + 1, contracts - customers)])
    start = today - rng.integers(0, 1_200, contracts)
    months = rng.choice([1, 12, 24, 36], contracts, p=[0.1, 0.7, 0.1, 0.1])
    amount = np.rint(np.exp(rng.normal(8.5, 1, contracts))).astype(int) * 100 * months
    auto, said = rng.random(contracts) < 0.6, rng.random(contracts) < 0.5
    source = by_hand().pk
    for low in range(0, contracts, CHUNK):
        rows = []
        for at in range(low, min(low + CHUNK, contracts)):
            told = {"months": int(months[at]), "auto_renews": bool(auto[at]), "notice_days": 30}
            rows.append(
                _row(at, "contract_started", (source, int(owner[at])), int(start[at]), int(amount[at]), told)
            )
            if said[at]:
                expected = int(amount[at] * rng.choice([0, 0.8, 1, 1.2]))
                rows.append(_row(at, "renewal_forecast", (source, int(owner[at])), today - 5, expected, {}))
        with transaction.atomic():
            insert_rows("fact", columns, rows)
    begin = time.perf_counter()
    refresh_contracts(None, today)
    return time.perf_counter() - begin


def _row(
    number: int, kind: str, whose: tuple[int, int], day: int, amount: int, told: dict[str, object]
) -> tuple[object, ...]:
    when = (datetime(1970, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)).strftime("%Y-%m-%d %H:%M:%S")
    forecast = kind == "renewal_forecast"
    return (
        whose[0], f"{kind}-{number}", whose[1], kind, when, when, day, None, day, amount, "EUR",
        "" if forecast else PRODUCTS[number % len(PRODUCTS)], None, f"K-{number:06}", "",
        WHY[number % len(WHY)] if forecast else "", json.dumps(told),
    )  # fmt: skip


def write_plans(customers: int, today: int) -> None:
    """Write a success plan for every third customer, and work without one for every seventh."""
    from django.db import transaction

    from regulars.attention.models import PlanStanding

    rng = np.random.default_rng(SEED + 1)
    state, due = rng.integers(0, 8, customers + 1).tolist(), rng.integers(-60, 300, customers + 1).tolist()
    rows = [
        PlanStanding(
            customer_id=pk,
            state=state[pk] if pk % 3 == 0 else None,
            next_due_day=today + due[pk],
            agreed=1 if pk % 3 == 0 else 0,
            confirmed=int(state[pk] == 7),
            words="Twenty regulars who come without a discount",
            working=pk % 7 == 0,
        )
        for pk in range(1, customers + 1)
        if pk % 3 == 0 or pk % 7 == 0
    ]
    with transaction.atomic():
        PlanStanding.objects.bulk_create(rows, batch_size=500)
