"""One customer as a person would see them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

import click

from regulars.cli.assess import today
from regulars.cli.models import DAY, day_or_none
from regulars.cli.root import regulars
from regulars.cli.standings import DAYS, LEFT_OUT, rewound
from regulars.insight.errors import RegularsError
from regulars.records.read.company import calendar_date


@regulars.command()
@click.argument("ref")
@click.option("--as-of", "as_of", type=DAY, help="As of this day instead of today (YYYY-MM-DD).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def customer(ref: str, as_of: datetime | None, *, as_json: bool) -> None:
    """Show where a customer stands and what to do next. REF is a name, an identifier or an opaque id."""
    told = _told(meant(ref), day_or_none(as_of))
    if as_json:
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    click.echo(f"{told['name']} — {told['stage']}: {told['sentence']}")
    for step in told["next_steps"]:
        click.echo(f"  · {told['name']} {step}")


def meant(ref: str) -> int:
    """Return the customer that a reference means.

    Raises
    ------
    RegularsError
        ``customer-unknown``; ``customer-ambiguous``, naming those it may mean.
    """
    from regulars.records.models import Customer, Identifier
    from regulars.records.opaque import number
    from regulars.records.search import find

    try:
        opaque = number(ref)
    except RegularsError:
        opaque = 0
    if opaque and Customer.objects.filter(pk=opaque).exists():
        return opaque
    known = dict(Identifier.objects.filter(value=ref).values_list("customer_id", "customer__name"))
    if len(known) == 1:
        return int(next(iter(known)))
    if known:
        raise _ambiguous(ref, known.values())
    hits = find(ref)
    exact = {hit.customer for hit in hits if hit.label.casefold() == ref.casefold()} or {
        hit.customer for hit in hits
    }
    if len(exact) == 1:
        return exact.pop()
    if not exact:
        raise RegularsError("customer-unknown", f"Nobody here goes by {ref!r}. Try part of the name.", 404)
    raise _ambiguous(ref, {hit.label for hit in hits})


def _ambiguous(ref: str, names: Iterable[str]) -> RegularsError:
    several = "; ".join(sorted(names))
    return RegularsError(
        "customer-ambiguous", f"{ref!r} may mean several customers: {several}. Be more exact.", 409
    )


def _told(customer_id: int, day: int | None) -> dict[str, Any]:
    from regulars.attention.models import NextStep
    from regulars.attention.read.customers import standing_rows
    from regulars.attention.read.standing_list import ListQuery

    now = today()
    past = day is not None and day < now
    query = ListQuery(
        rewind=rewound(day, "happened", now) if past and day is not None else None, only=(customer_id,)
    )
    row = next(standing_rows(query, day if past and day is not None else now), None)
    if row is None:
        raise RegularsError("not-assessed", "They have not been assessed yet. Run `regulars reassess`.", 404)
    told = {item.name: getattr(row, item.name) for item in fields(row) if item.name not in LEFT_OUT}
    told["stage"] = row.stage.word
    for name in DAYS:
        told[name] = None if told[name] is None else calendar_date(told[name]).isoformat()
    steps = NextStep.objects.filter(customer=customer_id, state=NextStep.State.OPEN).order_by("place")
    told["next_steps"] = [] if past else [step.sentence for step in steps]
    return told
