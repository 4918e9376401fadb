"""Pages at scale, in this process through the whole of Django: median, 95th percentile and number of queries.

``python -m bench.pages [--home DIR] [--customers 100000 --facts 1000000] [--contracts N] [--segments-only]
[--rounds N]``
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from bench.generate import ready

BUDGET_MS = 100.0
BUDGET_LARGE_MS = 150.0
LARGE = 500_000
WARM = 2


@dataclass(frozen=True)
class Measured:
    """One page: milliseconds of every round by the clock and by the processor, and the queries of one."""

    name: str
    times: list[float]
    busy: list[float]
    queries: int
    kilobytes: float

    @property
    def median(self) -> float:
        return float(np.percentile(self.times, 50))

    @property
    def slow(self) -> float:
        return float(np.percentile(self.times, 95))

    @property
    def processor(self) -> float:
        return float(np.percentile(self.busy, 50))


def home_of(customers: int, facts: int) -> Path:
    """Return where the base of this size is kept between runs."""
    root = Path(os.environ.get("REGULARS_BENCH", Path.home() / ".cache" / "regulars-bench"))
    return root / f"{customers}-{facts}"


def assessed_home(
    home: Path | None, customers: int, facts: int, *, segments_only: bool, today: date
) -> tuple[Path, float]:
    """Open a home with such a base, everybody assessed; return it and the seconds the assessment took."""
    home = home or home_of(customers, facts)
    ready(home, customers, facts, segments_only=segments_only, end=today)
    from regulars.attention.models import Standing
    from regulars.attention.reassess import reassess_all
    from regulars.records.read.company import epoch_day

    if Standing.objects.count() == customers:
        return home, 0.0
    begin = time.perf_counter()
    reassess_all(epoch_day(today))
    return home, time.perf_counter() - begin


def with_contracts(contracts: int, customers: int, today: date) -> None:
    """Give the base so many contracts and plans, unless it has some, and let the company sell on contract."""
    from bench.contracts import write_contracts, write_plans
    from regulars.attention.board import refresh_board
    from regulars.attention.models import Contract
    from regulars.attention.revenue import refresh_revenue
    from regulars.records.read.company import epoch_day
    from regulars.records.write.company import change_company

    if not contracts or Contract.objects.exists():
        return
    change_company(None, {"buying": "both"})
    seconds = write_contracts(contracts, customers, epoch_day(today))
    write_plans(customers, epoch_day(today))
    begin = time.perf_counter()
    refresh_revenue(epoch_day(today))
    refresh_board(epoch_day(today))
    print(f"revenue and board computed in {time.perf_counter() - begin:.1f} s")
    print(f"{contracts:,} contracts folded and written in {seconds:.1f} s")


def signed_in() -> object:
    """Return a client signed in as the base's admin."""
    from django.conf import settings
    from django.test import Client

    from regulars.records.models import Colleague

    importlib.import_module("regulars.server.wsgi")  # leaves out of collections what the web process does
    client = Client(HTTP_HOST="localhost")
    admin = Colleague.objects.filter(role="admin").order_by("id").first()
    assert admin is not None
    client.force_login(admin, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def pages(sample: int) -> Iterator[tuple[str, list[str]]]:
    """Yield what is measured: a name and the addresses that take turns under it."""
    from regulars.attention.models import NextStep, Standing
    from regulars.attention.read.standing_list import SORTS, VIEWS
    from regulars.attention.read.success_list import PLANS, RENEWALS, success_counts
    from regulars.records.opaque import opaque

    yield "Today", ["/"]
    there = success_counts()
    more = {"all": ("renewal", "yearly"), RENEWALS: ("renewal", "yearly"), PLANS: ("plan",)}
    for view in VIEWS:
        if view.listing and not there[view.listing]:
            continue
        yield f"Customers {view.key}", [f"/customers?view={view.key}"]
        for sort in (*SORTS, *(more.get(view.key, ()) if there[RENEWALS] else ())):
            yield (
                f"Customers {view.key} by {sort}",
                [f"/customers?view={view.key}&sort={sort}&dir={way}" for way in ("asc", "desc")],
            )
    busiest = Standing.objects.order_by("-purchases").values_list("customer", flat=True)[: sample // 4]
    spread = Standing.objects.order_by("customer").values_list("customer", flat=True)
    some = [*busiest, *spread[:: max(1, spread.count() // sample)][:sample]]
    yield "Customer", [f"/customers/{opaque(pk)}" for pk in some]
    steps = NextStep.objects.filter(state="open").exclude(customer=None).order_by("place")[:20]
    yield "Why (next step)", [f"/steps/{opaque(step.pk)}" for step in steps]
    yield "Reports", ["/reports", "/reports/score"]
    if there[RENEWALS]:
        yield "Renewal calendar", ["/renewals"]
        yield "Revenue", ["/reports/revenue"]
        yield "Board page", ["/reports/board"]
    full = full_customer()
    for tab in ("success", "history", "facts"):
        yield f"Full customer, {tab}", [f"/customers/{opaque(full)}?tab={tab}"]


ENTRIES, PEOPLE, OUTCOMES = 5_000, 200, 50


def full_customer() -> int:
    """Return a customer with 5,000 entries, 200 people and 50 outcomes, made on the first call."""
    from bench.full_customer import NAME, make_full
    from regulars.records.models import Customer

    there = Customer.objects.filter(name=NAME).values_list("pk", flat=True).first()
    return there or make_full(ENTRIES, PEOPLE, OUTCOMES)


def measured(client: object, name: str, addresses: list[str], rounds: int) -> Measured:
    """Return one page measured, each address in turn, after rounds that warm it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        size = _answer(client, addresses[0])
    # Counted at once: the next request starts the log anew.
    queries = len(captured)
    for turn in range(WARM):
        _answer(client, addresses[turn % len(addresses)])
    times, busy = [], []
    for turn in range(max(rounds, len(addresses))):
        begin, began = time.perf_counter(), time.process_time()
        _answer(client, addresses[turn % len(addresses)])
        times.append((time.perf_counter() - begin) * 1000)
        busy.append((time.process_time() - began) * 1000)
    return Measured(name, times, busy, queries, size / 1024)


def _answer(client: object, address: str) -> int:
    answer = client.get(address)  # type: ignore[attr-defined]
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}.")
    return len(answer.content)


def budget_of(name: str, *, large: bool) -> float:
    """Return what a page may take: lists of success and money rest on more rows than a list of customers."""
    lists = ("Customers renewals", "Customers plans", "Customers unagreed", "Customers health", "Revenue")
    return BUDGET_LARGE_MS if large or name.startswith(lists) else BUDGET_MS


def report(found: list[Measured], customers: int) -> bool:
    """Print every page beside its budget; return whether all kept it."""
    large = customers >= LARGE
    kept = True
    print(f"{'page':34} {'p50 ms':>8} {'p95 ms':>8} {'cpu ms':>8} {'budget':>8} {'queries':>8} {'kB':>7}")
    for one in found:
        budget = budget_of(one.name, large=large)
        # At this size the budget is promised for the list alone.
        promised = not large or one.name.startswith("Customers")
        over = promised and one.slow > budget
        kept &= not over
        limit = f"{budget:.0f}" if promised else "-"
        print(
            f"{one.name:34} {one.median:8.1f} {one.slow:8.1f} {one.processor:8.1f} {limit:>8} "
            f"{one.queries:8d} {one.kilobytes:7.1f}{'  OVER' if over else ''}"
        )
    return kept


def main() -> None:
    """Measure and print; exit 1 when a budget is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--contracts", type=int, default=0, help="contracts, and plans for every third")
    parser.add_argument("--segments-only", action="store_true")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", default="", help="measure pages whose name holds this")
    chosen = parser.parse_args()
    today = date.today()  # noqa: DTZ011
    _, seconds = assessed_home(
        chosen.home, chosen.customers, chosen.facts, segments_only=chosen.segments_only, today=today
    )
    print(f"{chosen.customers:,} customers, {chosen.facts:,} facts; assessed in {seconds:.1f} s")
    with_contracts(chosen.contracts, chosen.customers, today)
    client = signed_in()
    found = [
        measured(client, name, addresses, chosen.rounds)
        for name, addresses in pages(100)
        if chosen.only in name
    ]
    if not report(found, chosen.customers):
        sys.exit(1)


if __name__ == "__main__":
    main()
