"""Commands on where customers stand."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import click
from django.utils import timezone

from regulars.cli.models import DAY, day_or_none
from regulars.cli.root import regulars
from regulars.insight.errors import RegularsError
from regulars.records.read.company import calendar_date, company


def today() -> int:
    """Return the company's day."""
    return company().day_of(timezone.now())


def _assessable(day: int) -> int:
    """Return a day as of which standings may be stored.

    Raises
    ------
    RegularsError
        ``assess-ahead``; ``assess-past`` where newer standings would be overwritten.
    """
    from regulars.attention.read.freshness import last_assessed_day

    if day > today():
        raise RegularsError(
            "assess-ahead", f"{calendar_date(day)} has not come yet. Choose today or a day before."
        )
    last = last_assessed_day()
    if last is not None and day < last:
        raise RegularsError(
            "assess-past",
            f"Standings are stored as of {calendar_date(last)}, and older ones would overwrite them. To see "
            f"how it stood, run `regulars standings --as-of {calendar_date(day)}`.",
            409,
        )
    return day


@regulars.command()
@click.option("--all", "everybody", is_flag=True, help="Everybody, not only customers with news.")
@click.option(
    "--as-of", "as_of", type=DAY, help="As of this day instead of today, not before the last (YYYY-MM-DD)."
)
@click.option("--engine", default="", help="duckdb or spark; the setting, if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reassess(as_of: datetime | None, engine: str, *, everybody: bool, as_json: bool) -> None:
    """Work out again where customers stand and what to do next."""
    from regulars.attention.board import refresh_board
    from regulars.attention.reassess import reassess_all, reassess_due
    from regulars.attention.reports import refresh_reports, refresh_today
    from regulars.attention.revenue import refresh_revenue
    from regulars.ledger.due import newcomers
    from regulars.records.write.proposals import propose_merges
    from regulars.records.write.search_index import index_due

    chosen = day_or_none(as_of)
    day = today() if chosen is None else _assessable(chosen)
    # As the worker does: afterwards nobody knows any more who is new.
    index_due()
    propose_merges(newcomers())
    if everybody or chosen is not None:
        outcome = reassess_all(day, engine_name=engine)
        refresh_today(day)
        refresh_reports(day)
        refresh_revenue(day)
        refresh_board(day)
    else:
        outcome = reassess_due(day)
    if as_json:
        click.echo(json.dumps({**asdict(outcome), "as_of": calendar_date(day).isoformat()}))
        return
    written = outcome.written
    click.echo(
        f"{outcome.customers:,} customers as of {calendar_date(day)}: {written.new:,} new, "
        f"{written.changed:,} changed, {written.rescored:,} scored anew; "
        f"{outcome.steps:,} next steps proposed."
    )
