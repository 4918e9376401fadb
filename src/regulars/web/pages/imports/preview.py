"""The first rows of a file as they would be read: days as days, amounts as money."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.ledger.columns import FactColumns
from regulars.ledger.dialects.fields import FACT_KIND
from regulars.ledger.files.look import PREVIEW, Look
from regulars.ledger.models import ImportRun
from regulars.ledger.plans import settled_from
from regulars.ledger.runs import steps
from regulars.web.pages.imports.ticks import ColumnLine
from regulars.web.templatetags.shown import clock, exact_money, short_date


@dataclass(frozen=True, slots=True)
class Preview:
    """A small table; columns in which nothing stands are left away."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def _filled(columns: dict[str, list[str]]) -> Preview:
    told = {name: cells for name, cells in columns.items() if any(cells)}
    return Preview(tuple(told), tuple(zip(*told.values(), strict=True)))


def _facts(facts: FactColumns) -> Preview:
    count = min(PREVIEW, len(facts))
    amounts = zip(facts.amount[:count], facts.currency[:count], strict=True)
    return _filled(
        {
            "Day": [short_date(day) for day in facts.day[:count]],
            "Time": [clock(minute) for minute in facts.minute[:count]],
            "What": [kind.replace("_", " ") for kind in facts.kind[:count]],
            "Customer": [who or "without a customer" for who in facts.who[:count]],
            "Name": list(facts.who_name[:count]),
            "Item": list(facts.item[:count]),
            "Quantity": ["" if number is None else f"{number:g}" for number in facts.quantity[:count]],
            "Amount": [exact_money(amount, currency) if currency else "" for amount, currency in amounts],
            "Order": list(facts.order_number[:count]),
            "Serial": list(facts.serial[:count]),
            "Words": list(facts.text[:count]),
        }
    )


def preview_of(run: ImportRun, look: Look, lines: list[ColumnLine], labels: dict[str, str]) -> Preview:
    """Return the first rows of a planned run as they would come in."""
    settled = settled_from(run.mapping)
    if settled.plan.kind in FACT_KIND:
        first = next(steps(run, settled), None)
        return _facts(first.read.facts if first else FactColumns())
    ticked = [line for line in lines if line.ticked]
    return Preview(
        head=tuple(labels.get(line.field, line.name) for line in ticked),
        rows=tuple(tuple(row[line.number - 1] for line in ticked) for row in look.rows),
    )
