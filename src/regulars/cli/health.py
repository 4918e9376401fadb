"""Commands on health: profiles as text, what they would change, and one customer's score explained."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from regulars.cli.assess import today
from regulars.cli.customer import meant
from regulars.cli.models import DAY, day_or_none
from regulars.cli.root import regulars
from regulars.insight.errors import RegularsError
from regulars.records.read.company import calendar_date

if TYPE_CHECKING:
    from regulars.attention.health import Trial

FILE = click.Path(path_type=Path)


@regulars.group()
def health() -> None:
    """Say what healthy means, try it before using it, and explain scores."""


@health.command("profiles")
def profiles() -> None:
    """List the health profiles in use: name, version, and for which kinds of customer."""
    from regulars.attention.health_profiles import current_profiles

    for name, one in sorted(current_profiles().items()):
        click.echo(f"{name}  version {one.profile.version}  for {', '.join(one.profile.kinds)}")


@health.command("show")
@click.argument("name")
@click.option("--version", type=int, default=None, help="An earlier version instead of the one in use.")
def show(name: str, version: int | None) -> None:
    """Print the text of the profile NAME, to edit and to take in again by `apply`."""
    from regulars.attention.health_profiles import current_profile, version_row

    text = current_profile(name).text if version is None else version_row(name, version).text
    click.echo(text, nl=False)


@health.command("diff")
@click.argument("name")
@click.argument("file", type=FILE)
def difference(name: str, file: Path) -> None:
    """Print what FILE changes in the profile NAME."""
    from regulars.attention.health_profiles import current_profile
    from regulars.insight.health_profile import diff
    from regulars.insight.health_profile_text import parse_profile

    now = current_profile(name).profile
    click.echo(diff(now, parse_profile(_text(file, name), file=file.name)) or "Nothing differs.\n", nl=False)


@health.command("dry-run")
@click.argument("name")
@click.argument("file", type=FILE)
def try_out(name: str, file: Path) -> None:
    """Say who would change band if FILE were the profile NAME; write nothing."""
    from regulars.attention.health import tried_profile

    click.echo("\n".join(_lines(tried_profile(_text(file, name), today(), file=file.name))))


@health.command("apply")
@click.argument("name")
@click.argument("file", type=FILE)
@click.option("--why", required=True, help="Why: kept beside the version.")
def apply(name: str, file: Path, why: str) -> None:
    """Keep FILE as the next version of the profile NAME, use it, and work out everybody's health."""
    from regulars.attention.health import use_profile

    kept = use_profile(None, _text(file, name), why, today())
    click.echo(f"Version {kept.version} of {kept.name} is in use.")


@health.command("rollback")
@click.argument("name")
@click.argument("version", type=int)
@click.option("--why", required=True, help="Why: kept in the audit trail.")
def rollback(name: str, version: int, why: str) -> None:
    """Use an earlier VERSION of the profile NAME again, and work out everybody's health by it."""
    from regulars.attention.health import roll_back_profile

    kept = roll_back_profile(None, name, version, why, today())
    click.echo(f"Version {kept.version} of {kept.name} is in use again.")


@health.command("score")
@click.argument("ref")
@click.option("--as-of", "as_of", type=DAY, help="As it was stored on this day (YYYY-MM-DD).")
def score(ref: str, as_of: datetime | None) -> None:
    """Explain a customer's health as it was stored. REF is a name, an identifier or an opaque id."""
    from regulars.attention.health import health_on, replayed
    from regulars.insight.health import UNITS

    customer, day = meant(ref), day_or_none(as_of)
    row = health_on(customer, today() if day is None else day)
    if row is None:
        raise RegularsError(
            "health-unknown",
            "No health was stored for this customer by then: they had no contract and no outcome, or nobody "
            "had run `regulars reassess --all`. Choose a later day, or agree on an outcome with them.",
            404,
        )
    scores = replayed(customer, row)
    click.echo(scores.sentence(0))
    for _, words, part in scores.contributions(0):
        click.echo(f"  {'not known' if part is None else f'{part / UNITS:+.2f}':>9}  {words}")
    profile = f"version {row.profile.version} of {row.profile.name}"
    click.echo(f"Stored on {calendar_date(row.day)}, by {profile}.")


def _text(file: Path, name: str) -> str:
    """Return the text of a file that is a version of the profile of this name."""
    from regulars.insight.health_profile_text import parse_profile

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RegularsError(
            "file-unreadable", f"{file} is not a text file that can be read. Check the path."
        ) from error
    named = parse_profile(text, file=file.name).name
    if named != name:
        raise RegularsError(
            "health-profile-unfit",
            f"{file.name} is the profile {named!r}, not {name!r}. Give the name that stands in the file.",
        )
    return text


def _lines(trial: Trial) -> list[str]:
    moves = [f"  {move.name}: from {move.before.words} to {move.after.words}" for move in trial.moves]
    return [trial.sentence, *moves]
