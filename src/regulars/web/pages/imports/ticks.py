"""What a person decides on the columns page: read from the form, or set by one button."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from regulars.insight.errors import RegularsError
from regulars.ledger.dialects.fields import IGNORE
from regulars.ledger.files.look import Column, Look
from regulars.ledger.plans import Plan, Tick

NEEDED: Mapping[str, tuple[str, frozenset[str]]] = {
    "purchases": (
        "who buys, when, how much",
        frozenset(
            {
                "customer", "customer_name", "first_name", "last_name", "date", "time", "amount", "price",
                "quantity", "currency", "order_number", "line", "refunded", "type", "status",
            }
        ),
    ),
    "customers": (
        "who they are",
        frozenset({"customer", "customer_name", "first_name", "last_name", "kind_of_customer", "parent"}),
    ),
    "people": (
        "whom to ask for",
        frozenset({"customer", "person_name", "first_name", "last_name", "role", "customer_name"}),
    ),
    "usage": (
        "who uses what, when",
        frozenset({"customer", "date", "time", "item", "quantity", "customer_name"}),
    ),
    "touchpoints": (
        "who was met, when, how",
        frozenset(
            {"customer", "date", "time", "channel", "direction", "minutes", "selling", "customer_name"}
        ),
    ),
    "contracts": (
        "who is under contract, until when, for how much",
        frozenset(
            {
                "customer", "customer_name", "first_name", "last_name", "contract", "start", "end", "months",
                "amount", "monthly", "yearly", "currency", "auto_renews", "notice_days", "status",
                "cancelled_on",
            }
        ),
    ),
}  # fmt: skip
"""What each kind of file is brought in for, in words, and the fields that this needs."""

ALSO = {
    "purchases": ("and what they order", frozenset({"item"})),
    "contracts": ("and for what, and why they left", frozenset({"item", "reason"})),
}
"""A second wish beyond the first, by kind."""


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of the file on the page: what it seems to be, and what was decided about it."""

    number: int
    name: str
    sample: tuple[str, ...]
    refused: str
    ticked: bool
    field: str
    purpose: str
    not_before: str


def _guessed(column: Column) -> ColumnLine:
    return ColumnLine(
        number=column.number,
        name=column.name,
        sample=column.sample[:3],
        refused=column.refused,
        ticked=False,
        field=column.field,
        purpose=column.purpose,
        not_before=column.not_before,
    )


def untouched(look: Look) -> list[ColumnLine]:
    """Return the columns as a file first shows them: every one unticked."""
    return [_guessed(column) for column in look.columns]


def typed(look: Look, post: Mapping[str, Any]) -> list[ColumnLine]:
    """Return the columns with what a person ticked and wrote."""

    def line(column: Column) -> ColumnLine:
        guess = _guessed(column)
        number = column.number
        return replace(
            guess,
            ticked=not guess.refused and f"tick-{number}" in post,
            field=str(post.get(f"field-{number}", guess.field)),
            purpose=str(post.get(f"purpose-{number}", guess.purpose)).strip()[:200],
            not_before=str(post.get(f"not_before-{number}", guess.not_before)),
        )

    return [line(column) for column in look.columns]


def ticked_for(lines: Iterable[ColumnLine], wanted: frozenset[str]) -> list[ColumnLine]:
    """Return the columns with those ticked that hold a wanted field; a field is ticked once."""
    found: set[str] = {line.field for line in lines if line.ticked}
    named = {"customer", "customer_name", "first_name", "last_name"}
    lines = list(lines)
    if "email" not in found and not any(line.field in named and not line.refused for line in lines):
        # Without a number or a name, the address is the only thing that tells who came back.
        wanted = wanted | {"email"}
    result = []
    for line in lines:
        take = not line.refused and line.field in wanted and line.field not in found
        if take:
            found.add(line.field)
        result.append(replace(line, ticked=True) if take else line)
    return result


def as_before(lines: Iterable[ColumnLine], ticks: Iterable[Mapping[str, Any]]) -> list[ColumnLine]:
    """Return the columns ticked as they were in an earlier file of the same source."""
    known = {tick["name"]: tick for tick in ticks}
    return [
        replace(
            line,
            ticked=True,
            field=known[line.name]["field"],
            purpose=known[line.name]["purpose"],
            not_before=known[line.name]["not_before"],
        )
        if line.name in known and not line.refused
        else line
        for line in lines
    ]


def plan_of(look: Look, lines: Iterable[ColumnLine], post: Mapping[str, Any]) -> Plan:
    """Return what was decided as a plan.

    Raises
    ------
    RegularsError
        ``field-unsaid`` for a ticked column that says not what it is, ``source-missing`` without a source.
    """
    ticked = [line for line in lines if line.ticked]
    unsaid = {line.name: "Say what it is, or untick it." for line in ticked if line.field == IGNORE}
    if unsaid:
        raise RegularsError("field-unsaid", "A ticked column says not yet what it is.", 422, unsaid)
    source = str(post.get("source", "")).strip()[:120]
    if not source:
        raise RegularsError(
            "source-missing", "Say where the file comes from.", 422, {"source": "Such as Till or Web shop."}
        )
    return Plan(
        kind=look.kind,
        source=source,
        ticks=tuple(
            Tick(line.number, line.name, line.field, line.purpose, line.not_before) for line in ticked
        ),
        date_order=str(post.get("date-order-ambiguous", "")),
        decimal=str(post.get("decimal-sign-ambiguous", "")),
        currency=str(post.get("currency", "")).strip().upper()[:3],
        encoding=look.form.encoding,
        delimiter=look.form.delimiter,
        header=look.form.header,
        preset=look.preset,
    )
