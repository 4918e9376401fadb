"""Commands that print where customers stand."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import click

from regulars.cli.assess import today
from regulars.cli.models import DAY, day_or_none
from regulars.cli.root import regulars
from regulars.insight.errors import RegularsError
from regulars.records.read.company import calendar_date

DAYS = ("stage_day", "first_day", "last_day", "due_day", "quiet_day", "lapse_day")
LEFT_OUT = ("owner", "inputs")


@regulars.command()
@click.option("--as-of", "as_of", type=DAY, help="As of this day instead of today (YYYY-MM-DD).")
@click.option("--known-then", is_flag=True, help="Only what we knew then, not all that had happened by then.")
@click.option(
    "--format", "form", default="csv", show_default=True, type=click.Choice(["csv", "json", "parquet"])
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else the screen."
)
def standings(as_of: datetime | None, form: str, out: Path | None, *, known_then: bool) -> None:
    """Print the customer list of today or of a past day, as the page Customers shows it.

    In a CSV file amounts are decimals of the currency beside them, else whole minor units (cents).
    """
    day, now = day_or_none(as_of), today()
    if day is not None and day > now:
        raise RegularsError(
            "day-to-come", f"{calendar_date(day)} has not come yet. Choose today or a day before."
        )
    rows = _rows(now if day is None else day, "known" if known_then else "happened")
    if form == "parquet":
        _write_parquet(rows, out)
        return
    if out is None:
        _write_text(rows, form, sys.stdout)
        return
    with out.open("w", encoding="utf-8", newline="") as file:
        _write_text(rows, form, file)


def _rows(day: int, mode: str) -> Iterator[dict[str, Any]]:
    from regulars.attention.read.customers import standing_rows
    from regulars.attention.read.standing_list import ListQuery

    now = today()
    rewind = None if day >= now else rewound(day, mode, now)
    for row in standing_rows(ListQuery(rewind=rewind), min(day, now)):
        told = {item.name: getattr(row, item.name) for item in fields(row) if item.name not in LEFT_OUT}
        told["customer"] = _opaque(row.customer)
        told["stage"] = row.stage.word
        for name in DAYS:
            told[name] = None if told[name] is None else calendar_date(told[name]).isoformat()
        yield told


def _opaque(customer: int) -> str:
    from regulars.records.opaque import opaque

    return opaque(customer)


def rewound(day: int, mode: str, now: int) -> int:
    """Return the finished rewind of a day, computed here unless it is there already."""
    from regulars.attention.rewinding import compute_rewind
    from regulars.attention.write.rewinds import request_rewind

    rewind = request_rewind(None, day, mode, today=now)
    if rewind.state != "done":
        rewind = compute_rewind(rewind.pk)
    if rewind.state != "done":
        raise RegularsError("rewind-failed", rewind.message)
    return rewind.pk


def _write_text(rows: Iterator[dict[str, Any]], form: str, file: IO[str]) -> None:
    if form == "json":
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    _write_csv(rows, file)


def _write_csv(rows: Iterator[dict[str, Any]], file: IO[str]) -> None:
    """Write the rows as the export of the page does: amounts in the currency that stands beside them."""
    from regulars.records.money import amount_cell
    from regulars.records.read.company import company
    from regulars.records.spreadsheet import plain_cell

    currency = company().currency
    writer: csv.DictWriter[str] | None = None
    for told in rows:
        row = _with_currency(told, amount_cell(told["value"], currency), currency)
        if writer is None:
            writer = csv.DictWriter(file, fieldnames=list(row))
            writer.writeheader()
        writer.writerow({name: plain_cell(value) for name, value in row.items()})


def _with_currency(told: dict[str, Any], value: Decimal | None, currency: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, cell in told.items():
        row |= {"value": value, "currency": currency} if name == "value" else {name: cell}
    return row


def _write_parquet(rows: Iterator[dict[str, Any]], out: Path | None) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if out is None:
        raise RegularsError("parquet-needs-a-file", "Parquet is not for the screen. Add --out FILE.")
    pq.write_table(pa.Table.from_pylist(list(rows)), out)
