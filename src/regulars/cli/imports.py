"""`regulars import` and `regulars imports`: files in, and what came of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regulars.cli.root import regulars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from regulars.ledger.files.look import Look
    from regulars.ledger.models import ImportRun
    from regulars.ledger.plans import Plan, Tick

KINDS = ("purchases", "customers", "people", "usage", "touchpoints", "contracts")


@regulars.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice(KINDS), required=True, help="What the file is about.")
@click.option(
    "--map", "maps", multiple=True, metavar="COLUMN=FIELD", help="Tick a column. Without a header: 1, 2, 3."
)
@click.option("--preset", default="", help="Take the columns of a known export, such as square or shopify.")
@click.option("--source", default="", help="Name of the source. Default: the preset or the file's name.")
@click.option(
    "--purpose", "purposes", multiple=True, metavar="COLUMN=PURPOSE", help="Which decision needs it."
)
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--strict", is_flag=True, help="Take nothing at all when any row cannot be recorded.")
@click.option("--currency", default="", help="Currency of the amounts, such as EUR.")
@click.option(
    "--date-order", type=click.Choice(["dmy", "mdy", "ymd"]), default=None, help="Order of day, month, year."
)
@click.option("--decimal", type=click.Choice([".", ","]), default=None, help="Decimal sign of the amounts.")
@click.option("--time-zone", default="", help="Zone of the times, if not the company's, such as UTC.")
@click.option("--encoding", default="", help="Encoding of the file, if it is guessed wrongly.")
@click.option("--delimiter", default="", help="What parts the columns, if it is guessed wrongly.")
@click.option("--header/--no-header", default=None, help="Whether the first row names the columns.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts for machines.")
def import_file(file: Path, kind: str, *, as_json: bool, dry_run: bool, **options: Any) -> None:
    """Import FILE: every column stays outside unless --map, --preset or an earlier import ticks it."""
    from regulars.ledger import imports

    run = imports.open_path(None, file, kind)
    look = imports.look(
        run,
        encoding=options["encoding"],
        delimiter=options["delimiter"],
        header=options["header"],
        kind=kind,
        preset=options["preset"],
        path=file,
    )
    plan = _plan(file, kind, look, options)
    imports.plan_import(None, run, plan, file)
    if dry_run:
        _say_dry(imports.dry_run(run, None, file), as_json=as_json)
        return
    run = imports.begin_run(None, run, file)
    with _progress(run, shown=not as_json and sys.stderr.isatty()) as progress:
        run = imports.run_import(run.pk, path=file, progress=progress)
    _say(run, as_json=as_json)


@regulars.group("imports", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print for machines.")
@click.pass_context
def imports_group(context: click.Context, *, as_json: bool) -> None:
    """List imports; undo one, or fetch its rejected rows."""
    if context.invoked_subcommand is None:
        _list(as_json=as_json)


@imports_group.command("undo")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print for machines.")
def undo(number: int, *, as_json: bool) -> None:
    """Remove everything import NUMBER brought."""
    from regulars.ledger.imports import undo_import

    gone = undo_import(None, number)
    if as_json:
        click.echo(json.dumps(asdict(gone)))
    else:
        click.echo(
            f"Import {number} is undone: {gone.facts:,} entries, {gone.customers:,} customers and "
            f"{gone.people:,} people were removed."
        )
        if gone.advice:
            click.echo(gone.advice)


@imports_group.command("rejected")
@click.argument("number", type=int)
@click.option(
    "--csv", "out", type=click.Path(path_type=Path), help="Write them here instead of the terminal."
)
def rejected(number: int, out: Path | None) -> None:
    """Print the rejected rows of import NUMBER as CSV, with the reasons, to mend and import again."""
    from regulars.insight.errors import RegularsError
    from regulars.ledger.imports import rejected_csv
    from regulars.ledger.models import ImportRun

    run = ImportRun.objects.filter(pk=number).first()
    if run is None:
        raise RegularsError(
            "import-unknown", f"There is no import {number}. List them with: regulars imports", 404
        )
    if out is None:
        for line in rejected_csv(run):
            click.echo(line.lstrip("\ufeff"), nl=False)
        return
    with out.open("w", encoding="utf-8", newline="") as file:
        file.writelines(rejected_csv(run))
    click.echo(f"{run.rejected:,} rejected rows are in {out}. Mend them and import the file again.")


def _plan(file: Path, kind: str, look: Look, options: dict[str, Any]) -> Plan:
    from regulars.ledger.dialects.presets import PRESETS
    from regulars.ledger.plans import Plan

    preset = PRESETS.get(options["preset"])
    source = options["source"] or options["preset"] or file.stem
    return Plan(
        kind=kind,
        source=source,
        ticks=_ticks(kind, source, look, options),
        date_order=options["date_order"] or (preset.date_order if preset else ""),
        decimal=options["decimal"] or "",
        currency=options["currency"].upper(),
        strict=options["strict"],
        encoding=options["encoding"],
        delimiter=options["delimiter"],
        header=look.form.header,
        preset=options["preset"],
        zone=options["time_zone"] or (preset.zone if preset else ""),
    )


def _ticks(kind: str, source: str, look: Look, options: dict[str, Any]) -> tuple[Tick, ...]:
    from regulars.ledger.dialects.fields import field_of, usual_not_before
    from regulars.ledger.plans import Tick

    chosen = {column.number: column.field for column in look.columns} if options["preset"] else {}
    chosen |= dict(_mapped(one, kind, look) for one in options["maps"])
    chosen = {number: field for number, field in chosen.items() if field != "ignore"}
    if not chosen:
        return _as_before(kind, source, look)
    given = dict(_parted(one, "purpose") for one in options["purposes"])
    names = look.form.names
    return tuple(
        Tick(
            number,
            names[number - 1],
            field,
            given.get(names[number - 1]) or field_of(kind, field).purpose or "Asked for on the command line",
            usual_not_before(kind, field, set(chosen.values())),
        )
        for number, field in sorted(chosen.items())
    )


def _mapped(one: str, kind: str, look: Look) -> tuple[int, str]:
    from regulars.insight.errors import RegularsError
    from regulars.ledger.dialects.fields import IGNORE, PROPERTY, fields_of
    from regulars.ledger.dialects.names import field_named

    column, field = _parted(one, "map")
    known = {IGNORE, PROPERTY, *(field.name for field in fields_of(kind))}
    field = field.strip().lower().replace("-", "_")
    field = field if field in known else field_named(field, kind)
    if field not in known:
        raise RegularsError(
            "field-unknown", f"{one!r}: there is no such field. Known: {', '.join(sorted(known))}."
        )
    return _number(column.strip(), look), field


def _number(column: str, look: Look) -> int:
    from regulars.insight.errors import RegularsError

    names = [name.casefold() for name in look.form.names]
    if column.casefold() in names:
        twice = [name for name in look.form.names if name.casefold().startswith(f"{column.casefold()} (")]
        if twice and any(column in notice for notice in look.notices):
            raise RegularsError(
                "column-twice",
                f"Column {column} appears twice. Say which by number: "
                f"column {names.index(column.casefold()) + 1} or {look.form.names.index(twice[0]) + 1}.",
            )
        return names.index(column.casefold()) + 1
    if column.isdigit() and 1 <= int(column) <= len(names):
        return int(column)
    raise RegularsError(
        "column-unknown",
        f"The file has no column {column!r}. It has: {', '.join(look.form.names)}. If these are not its "
        "columns, say with --delimiter what parts them.",
    )


def _parted(one: str, option: str) -> tuple[str, str]:
    from regulars.insight.errors import RegularsError

    column, sign, value = one.rpartition("=")
    if not sign or not column.strip() or not value.strip():
        raise RegularsError("map-unreadable", f"--{option} {one!r} is not COLUMN=VALUE.")
    return column, value


def _as_before(kind: str, source: str, look: Look) -> tuple[Tick, ...]:
    """Return what was ticked the last time this source brought the same columns, or say how to tick."""
    from regulars.insight.errors import RegularsError
    from regulars.ledger.plans import Tick
    from regulars.ledger.runs import slug_of
    from regulars.records.models import Source

    known = Source.objects.filter(slug=slug_of(source)).first()
    ticks = ((known.mapping.get("plans") or {}).get(kind) or {}).get("ticks", []) if known else []
    names = list(look.form.names)
    if ticks and all(tick["name"] in names for tick in ticks):
        return tuple(Tick(**{**tick, "number": names.index(tick["name"]) + 1}) for tick in ticks)
    guesses = " ".join(
        f'--map "{column.name}={column.field}"' for column in look.columns if column.field != "ignore"
    )
    refused = "".join(
        f" {column.name} is never taken ({column.refused})." for column in look.columns if column.refused
    )
    raise RegularsError(
        "nothing-ticked",
        f"No column is ticked; the file has {', '.join(names)}.{refused} "
        + (
            f"It looks as if you want: {guesses}"
            if guesses
            else "Tick those you need with --map COLUMN=FIELD."
        ),
    )


@contextmanager
def _progress(run: ImportRun, *, shown: bool) -> Iterator[Callable[[ImportRun], None] | None]:
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn(), console=Console(stderr=True)
    ) as bar:
        line = bar.add_task("Importing", total=run.bytes_total or None)
        yield lambda now: bar.update(line, completed=now.bytes_read, description=f"{now.rows_read:,} rows")


def _say(run: ImportRun, *, as_json: bool) -> None:
    from regulars.ledger.plans import run_sentence

    if as_json:
        click.echo(json.dumps({"import": run.pk, **_counts(run)}))
        return
    click.echo(run_sentence(run))
    if run.rejected:
        click.echo(f"See why, and mend them: regulars imports rejected {run.pk} --csv rejected.csv")
    if run.recorded:
        click.echo(
            f"Next: regulars reassess, then open Today. To take it all back: regulars imports undo {run.pk}"
        )


def _counts(run: ImportRun) -> dict[str, int]:
    return {
        "rows": run.recorded + run.repeated + run.rejected,
        "recorded": run.recorded,
        "repeated": run.repeated,
        "rejected": run.rejected,
        "anonymous": run.anonymous,
        "customers": run.customers_new,
    }


def _say_dry(told: Any, *, as_json: bool) -> None:
    if as_json:
        counts = {
            name: getattr(told, name) for name in ("rows", "recorded", "repeated", "rejected", "anonymous")
        }
        new = {"customers": told.customers_new, "named_alike": told.named_alike}
        click.echo(json.dumps({**counts, **new, "dry_run": True}))
        return
    click.echo(
        f"{told.rows:,} rows: {told.recorded:,} would be recorded, {told.repeated:,} were seen before, "
        f"{told.rejected:,} would be rejected; {told.anonymous:,} without a customer; "
        f"{told.customers:,} customers, {told.customers_new:,} of them new. Nothing was written."
    )
    if told.advice:
        click.echo(told.advice)
    for row in told.faults:
        click.echo(f"  row {row.row_number}, {row.column or 'the whole row'}: {row.message}")


def _list(*, as_json: bool) -> None:
    from regulars.ledger.models import ImportRun
    from regulars.ledger.plans import run_sentence

    runs = list(ImportRun.objects.select_related("source").order_by("-id")[:50])
    if as_json:
        click.echo(
            json.dumps(
                [
                    {"import": run.pk, "file": run.file_name, "state": run.state, **_counts(run)}
                    for run in runs
                ]
            )
        )
        return
    if not runs:
        click.echo("Nothing was imported yet. Begin with: regulars import FILE --as purchases")
    for run in runs:
        click.echo(
            f"{run.pk:>5}  {run.created_at:%Y-%m-%d}  {run.state:<8}  {run.file_name}  {run_sentence(run)}"
        )
