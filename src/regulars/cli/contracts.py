"""Commands on contracts."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from regulars.cli.root import regulars
from regulars.ledger.checks import minor_digits
from regulars.records.read.company import calendar_date

if TYPE_CHECKING:
    from regulars.attention.contract_comparison import Comparison

SHOWN = 20


@regulars.group()
def contracts() -> None:
    """Check contracts against another list of them."""


@contracts.command("compare")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), default=None, help="Order of day, month, year."
)
@click.option("--decimal", type=click.Choice([".", ","]), default=None, help="Decimal sign of the amounts.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def compare(file: Path, date_order: str | None, decimal: str | None, *, as_json: bool) -> None:
    """Say what differs between the contracts in FILE, such as finance's list, and ours; write nothing."""
    from regulars.attention.contract_comparison import compare_contracts
    from regulars.insight.errors import RegularsError

    if not file.is_file():
        raise RegularsError("file-unreadable", f"{file} is not a file that can be read. Check the path.")
    found = compare_contracts(
        lambda: file.open("rb"), file.name, order=date_order or "", decimal=decimal or ""
    )
    click.echo(json.dumps(asdict(found)) if as_json else "\n".join(_lines(found)))


def _lines(found: Comparison) -> list[str]:
    lines = [found.sentence]
    for one in found.differs[:SHOWN]:
        said = [
            f"{_worth(one.amounts[0], one.currency)} there, {_worth(one.amounts[1], one.currency)} here"
            if one.amounts
            else "",
            f"until {_day(one.ends[0])} there, {_day(one.ends[1])} here" if one.ends else "",
        ]
        lines.append(f"  {one.number} ({one.name}): {'; '.join(filter(None, said))}")
    lines += [f"  {one.number}: missing here (row {one.row})" for one in found.only_there[:SHOWN]]
    lines += [f"  {one.number}: ended here (row {one.row})" for one in found.ended_here[:SHOWN]]
    lines += [f"  {one.number} ({one.name}): not in the list" for one in found.only_here[:SHOWN]]
    if found.unreadable:
        lines.append(
            f"  {len(found.unreadable):,} rows could not be read, the first is row {found.unreadable[0]}"
        )
    return lines


def _worth(amount: int | None, currency: str) -> str:
    """Return an amount as it is written: 1200.00 EUR."""
    digits = minor_digits(currency) or 0
    return "nothing" if amount is None else f"{Decimal(amount).scaleb(-digits):,.{digits}f} {currency}"


def _day(day: int | None) -> str:
    return "cancelled" if day is None else calendar_date(day).isoformat()
