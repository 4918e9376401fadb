"""A look at whether everything is as it should be."""

from __future__ import annotations

import json

import click

from regulars.cli.root import regulars

_HOLDS = "The audit trail holds from its first entry to its last."
_BROKEN = (
    "The audit trail does not hold: entry {0.pk} ({0}, {0.at:%Y-%m-%d %H:%M} UTC) does not continue the one "
    "before it. It or its neighbour was changed, added or taken out by hand; compare with a backup."
)


@regulars.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, as_json: bool) -> None:
    """Check sealed facts against the database, make damaged files again, and check the audit trail.

    Ends with 1 where the audit trail does not hold.
    """
    from regulars.ledger.seal import verify_segments
    from regulars.records.write.audit import chain_broken_at

    repairs, broken = verify_segments(), chain_broken_at()
    if as_json:
        told = [{"segment": one.name, "fault": one.fault, "rows": one.rows} for one in repairs]
        click.echo(json.dumps({"repaired": told, "audit_broken_at": broken and broken.pk}))
    else:
        for one in repairs:
            click.echo(f"Made {one.name} again ({one.rows:,} facts): {one.fault}")
        click.echo("Sealed facts agree with the database.")
        click.echo(_HOLDS if broken is None else _BROKEN.format(broken))
    if broken is not None:
        raise SystemExit(1)
