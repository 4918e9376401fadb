"""The facts of a day in the engine, whichever customers they are of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from django.conf import settings

from regulars.insight.calendar import CalendarDays
from regulars.insight.days import Mode, as_of
from regulars.ledger.facts import Listing, facts_table, listing
from regulars.records.read.company import company
from regulars.store.engines import Engine, engine


@dataclass(frozen=True)
class FactsAt:
    """Facts cut at a day by one of the two clocks, and the engine that reads them.

    ``everything`` holds the facts that came later too: what Reveal compares with. ``listed`` is what they
    rest on, None where only some customers' were opened.
    """

    engine: Engine
    facts: ir.Table
    everything: ir.Table
    listed: Listing | None

    def collect(self, expression: ir.Table) -> pa.Table:
        """Run an expression and return its rows."""
        return self.engine.collect(expression)

    def calendar(self, days: CalendarDays) -> ir.Table:
        """Return an opening calendar as a table of the engine."""
        return self.engine.register("calendar", days.arrow())


def open_engine(name: str = "") -> Engine:
    """Start the engine that the settings name."""
    return engine(
        name or settings.REGULARS_ENGINE,
        memory=settings.REGULARS_ENGINE_MEMORY,
        spill=Path(settings.REGULARS_HOME) / "spill",
        spark_master=settings.REGULARS_SPARK_MASTER,
    )


def in_currency(facts: ir.Table, currency: str) -> ir.Table:
    """Return the facts with amounts in one currency; the others lose theirs rather than be added to it.

    Shape
    -----
    FACTS in, FACTS out.
    """
    ours = facts.currency.isnull() | (facts.currency == currency)
    return facts.mutate(amount=ours.ifelse(facts.amount, ibis.null("int64")))


@contextmanager
def facts_at(
    day: int, mode: Mode = "happened", *, customers: Sequence[int] | None = None, engine_name: str = ""
) -> Iterator[FactsAt]:
    """Open the facts as of a day; of some customers or of all."""
    with open_engine(engine_name) as running:
        listed = listing() if customers is None else None
        table = listed.facts(running) if listed else facts_table(running, customers=customers)
        everything = in_currency(table, company().currency)
        yield FactsAt(running, as_of(everything, day, mode), everything, listed)
