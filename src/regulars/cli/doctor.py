"""A look at whether everything is as it should be."""

from __future__ import annotations

import json

import click

from regulars.cli.root import regulars


@regulars.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, as_json: bool) -> None:
    """Check sealed facts against the database and make damaged files again."""
    from regulars.ledger.seal import verify_segments

    repairs = verify_segments()
    if as_json:
        told = [{"segment": one.name, "fault": one.fault, "rows": one.rows} for one in repairs]
        click.echo(json.dumps({"repaired": told}))
        return
    for one in repairs:
        click.echo(f"Made {one.name} again ({one.rows:,} facts): {one.fault}")
    click.echo("Sealed facts agree with the database.")
