"""Commands on lifetime models."""

from __future__ import annotations

import json
from datetime import datetime

import click
from django.utils import timezone

from regulars.cli.root import regulars
from regulars.records.read.company import company, epoch_day

DAY = click.DateTime(["%Y-%m-%d"])


def day_or_none(chosen: datetime | None) -> int | None:
    """Return a chosen date as an epoch day."""
    return None if chosen is None else epoch_day(chosen.date())


@regulars.group()
def models() -> None:
    """Fit lifetime models and see how good they are."""


@models.command("fit")
@click.option("--model", default="mbg", show_default=True, type=click.Choice(["bg", "mbg", "pareto"]))
@click.option("--estimate", default="map", show_default=True, type=click.Choice(["mle", "map"]))
@click.option("--source", default="", help="Only purchases of this source.")
@click.option("--until", type=DAY, help="Last day that counts (YYYY-MM-DD).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def fit(model: str, estimate: str, source: str, until: datetime | None, *, as_json: bool) -> None:
    """Print parameters, standard errors and log-likelihood, in weeks."""
    from regulars.attention.source_models import fitted_in_weeks

    told = fitted_in_weeks(source, day_or_none(until), model, estimate)
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(f"{told['model']} ({estimate.upper()}), time in weeks, until {told['until']}")
    click.echo(f"{told['customers']:,} customers, {told['repeat_buyers']:,} of them bought again")
    for name, value in told["parameters"].items():
        click.echo(f"  {name:<6}{value:>12.4f}  ± {told['standard_errors'][name]:.4f}")
    click.echo(f"log-likelihood per week {told['log_likelihood']:.4f}")
    if told["boundary"]:
        click.echo(told["boundary"])


@models.command("card")
@click.option("--source", default="", help="Only purchases of this source.")
@click.option("--until", type=DAY, help="Last day that counts (YYYY-MM-DD).")
@click.option("--horizon", default=90, show_default=True, type=int, help="Days ahead that are checked.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def card(source: str, until: datetime | None, horizon: int, *, as_json: bool) -> None:
    """Print how good the predictions were at earlier dates, against simpler rules."""
    from regulars.attention.source_models import source_card

    made = source_card(source, day_or_none(until), horizon)
    click.echo(
        json.dumps({**made.to_json(), "sentence": made.sentence()}, indent=2) if as_json else made.sentence()
    )


@models.command("score")
@click.option("--until", type=DAY, help="Last day that counts (YYYY-MM-DD); nothing is stored.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def score(until: datetime | None, *, as_json: bool) -> None:
    """Judge the health score on those who left, and learn a scorecard from them; both are kept."""
    from regulars.attention.score_record import refresh_score_record, score_record

    day = day_or_none(until)
    told = refresh_score_record(company().day_of(timezone.now())) if day is None else score_record(day)
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(told["sentence"])
    for way in told["ways"]:
        skill, auc = way["skill"], way["auc"]
        click.echo(
            f"  {way['name']:<14}skill {skill['value']:+.3f} ({skill['low']:+.3f} to {skill['high']:+.3f})"
            f"  AUC {auc['value']:.3f}  lift {way['lift']['value']:.1f}"
        )
    for weight in told["weights"]:
        se = "at its bound" if weight["se"] is None else f"± {weight['se']:.3f}"
        click.echo(f"  {weight['words']:<50}{weight['beta']:+.3f} {se}  {weight['note']}".rstrip())
