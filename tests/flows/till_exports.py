"""Files as a real till writes them: item rows, receipts, decimal commas, rows without a customer, overlaps."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from regulars.records.read.company import calendar_date, epoch_day
from regulars.server.demo.lives import Habit, lives
from regulars.server.demo.menu import PRICES, STAND, usual_order
from regulars.server.demo.names import person_names

WEEKS = 14
HABIT = Habit("walk-in", 160, 5.0, 1.8, 3, (0.6, 9.0))
HEADER = ["Date", "Time", "Receipt", "Line", "Item", "Qty", "Unit price", "Total", "Card", "Customer", "Type"]
SENSITIVE = ["Birth date", "Card number", "Annual income"]
MAPPING = {
    "Date": "date",
    "Time": "time",
    "Receipt": "order_number",
    "Line": "line",
    "Item": "item",
    "Qty": "quantity",
    "Total": "amount",
    "Card": "customer",
    "Customer": "customer_name",
    "Type": "type",
}


@dataclass(frozen=True)
class TillRow:
    """One item row; ``card`` is "" for nobody known. Amounts in cents, negative for a refund."""

    day: int
    minute: int
    receipt: str
    line: int
    item: str
    quantity: int
    unit: int
    card: str
    name: str
    refund: bool

    @property
    def total(self) -> int:
        return self.unit * self.quantity * (-1 if self.refund else 1)


@dataclass(frozen=True)
class TillExports:
    """Two overlapping files (all weeks but the last, all but the first) and what is true of both together."""

    first: Path
    second: Path
    rows: tuple[TillRow, ...]
    rows_first: int
    rows_second: int
    start: date

    @property
    def unnamed(self) -> int:
        return sum(1 for row in self.rows if not row.card)

    @property
    def refunds(self) -> int:
        return sum(1 for row in self.rows if row.refund)

    @property
    def cards(self) -> int:
        return len({row.card for row in self.rows if row.card})


def till_exports(
    folder: Path,
    *,
    seed: int = 7,
    start: date = date(2026, 3, 2),
    weeks: int = WEEKS,
    lines: bool = True,
    sensitive: bool = False,
) -> TillExports:
    """Write two exports of one till and return them with the truth.

    ``lines`` numbers the item rows of a receipt; some tills do not. ``sensitive`` adds columns that must never
    be kept.
    """
    rows = _rows(np.random.default_rng(seed), epoch_day(start), weeks)
    week = [(row.day - epoch_day(start)) // 7 for row in rows]
    early = [row for row, at in zip(rows, week, strict=True) if at < weeks - 1]
    late = [row for row, at in zip(rows, week, strict=True) if at >= 1]
    first, second = (folder / f"till-weeks-{begun:02d}-{begun + weeks - 2:02d}.csv" for begun in (1, 2))
    _write(first, early, lines=lines, sensitive=sensitive)
    _write(second, late, lines=lines, sensitive=sensitive)
    return TillExports(first, second, tuple(rows), len(early), len(late), start)


def _rows(rng: np.random.Generator, start: int, weeks: int) -> list[TillRow]:
    days = np.arange(start, start + 7 * weeks)
    weight = ((days + 3) % 7 != 6).astype(float)
    life = lives(HABIT, days, weight, rng)
    names = person_names(HABIT.customers, rng)
    usual = [usual_order("walk-in", rng) for _ in names]
    named = [
        (
            int(day),
            int(rng.integers(450, 1080)),
            f"{1000 + one}",
            _spelled(names[one], one, int(day)),
            usual[one],
        )
        for one, day in zip(life.customer, life.day, strict=True)
    ]
    items = list(STAND)
    unnamed = [
        (int(day), int(rng.integers(450, 1080)), "", "", ((str(rng.choice(items)), int(rng.integers(1, 3))),))
        for day in np.repeat(days, rng.poisson(2.2 * len(named) / days.size * weight))
    ]
    rows: list[TillRow] = []
    for number, (day, minute, card, name, taken) in enumerate(sorted([*named, *unnamed]), 1):
        receipt = f"B{number:06d}"
        for line, (item, quantity) in enumerate(taken, 1):
            rows.append(TillRow(day, minute, receipt, line, item, quantity, PRICES[item], card, name, False))
        if rng.random() < 0.02:
            last = rows[-1]
            rows.append(
                TillRow(day, min(minute + 9, 1100), receipt, last.line + 1, last.item, last.quantity, last.unit,
                        card, name, True)
            )  # fmt: skip
    return rows


def _spelled(name: str, one: int, day: int) -> str:
    """Return the name as one of three cashiers types it; for most customers all type the same."""
    if one % 20:
        return name
    first, last = name.split(" ", 1)
    return (name, name.upper(), f"{last}, {first}")[day % 3]


def _comma(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100},{abs(cents) % 100:02d}"


def _cells(row: TillRow, *, lines: bool) -> list[str]:
    when = calendar_date(row.day)
    return [
        when.strftime("%d.%m.%Y"),
        f"{row.minute // 60:02d}:{row.minute % 60:02d}",
        row.receipt,
        *([str(row.line)] if lines else []),
        row.item,
        str(row.quantity),
        _comma(row.unit),
        _comma(row.total),
        row.card,
        row.name,
        "Refund" if row.refund else "Sale",
    ]


def _write(path: Path, rows: list[TillRow], *, lines: bool, sensitive: bool) -> None:
    header = [name for name in HEADER if lines or name != "Line"] + (SENSITIVE if sensitive else [])
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header)
        for number, row in enumerate(rows):
            born = date(1960, 1, 1) + timedelta(days=number % 14_000)
            never = [born.strftime("%d.%m.%Y"), "4111 1111 1111 1111", _comma(3_100_000 + number)]
            writer.writerow(_cells(row, lines=lines) + (never if sensitive else []))
