"""What a person decided about a file: which columns, as what, for which purpose, and how to read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from regulars.insight.errors import RegularsError
from regulars.insight.figures import counted
from regulars.ledger.checks import minor_digits
from regulars.ledger.dialects.contract_rows import CONTRACT_WORDS
from regulars.ledger.dialects.fields import (
    CAN_WAIT,
    IGNORE,
    KINDS,
    NOT_BEFORE,
    PROPERTY,
    field_of,
    fields_of,
    naming,
    waits,
)
from regulars.ledger.files.form import Form
from regulars.ledger.models import ImportRun
from regulars.records.never import refused_name

ONCE = frozenset({PROPERTY, "text"})
# What tells two rows of a minute apart where the source gives no order numbers; customer means whichever
# of number, address and name stands for the customer.
IDENTITY = ("customer", "amount", "quantity", "item", "serial", "channel", "text")


@dataclass(frozen=True, slots=True)
class Tick:
    """One column that may come in."""

    number: int
    name: str
    field: str
    purpose: str
    not_before: str = "prospect"


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes in from a file, and how it is read. Everything not ticked stays outside."""

    kind: str
    source: str
    ticks: tuple[Tick, ...]
    date_order: str = ""
    decimal: str = ""
    currency: str = ""
    strict: bool = False
    encoding: str = ""
    delimiter: str = ""
    header: bool | None = None
    preset: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """A plan that can be carried out: with the file's form, and how this source's rows are told apart."""

    plan: Plan
    form: Form
    identity: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept on the run."""
        return {**asdict(self), "fields": self.fields}

    @property
    def fields(self) -> dict[str, str]:
        """Return column name to field, ticked ones only."""
        return {tick.name: tick.field for tick in self.plan.ticks}

    @property
    def wanted(self) -> list[int]:
        """Return the positions of the ticked columns."""
        return [tick.number - 1 for tick in self.plan.ticks]


def settled_from(mapping: dict[str, Any]) -> Settled:
    """Return what was settled for a run.

    Raises
    ------
    RegularsError
        ``not-planned`` when nobody has ticked anything yet.
    """
    if "plan" not in mapping:
        raise RegularsError("not-planned", "Nobody has ticked any column of this file yet. Do that first.")
    plan = dict(mapping["plan"])
    plan["ticks"] = tuple(Tick(**tick) for tick in plan["ticks"])
    form = dict(mapping["form"])
    form["names"], form["notices"] = tuple(form["names"]), tuple(form["notices"])
    return Settled(
        Plan(**plan),
        Form(**form),
        tuple(mapping["identity"]),
        tuple(mapping["left_out"]),
        dict(mapping["refused"]),
    )


def check_plan(plan: Plan, form: Form) -> Plan:
    """Return the plan with its columns' own names, or say what is wrong with it.

    Raises
    ------
    RegularsError
        ``kind-unknown``, ``nothing-ticked``, ``column-unknown``, ``never-taken``, ``field-unknown``,
        ``field-twice``, ``field-missing``, ``cannot-wait``, ``name-taken``, ``purpose-missing``,
        ``currency-unknown`` or ``zone-unknown``.
    """
    fields_of(plan.kind)
    ticks = tuple(_checked_tick(plan.kind, tick, form) for tick in plan.ticks if tick.field != IGNORE)
    if not ticks:
        raise RegularsError(
            "nothing-ticked", "No column is ticked. Tick at least the ones you need, and say why."
        )
    _once(ticks)
    _required(plan.kind, ticks)
    _can_wait(plan.kind, ticks)
    if plan.kind == "contracts":
        _own_names(ticks)
    if plan.currency and minor_digits(plan.currency) is None:
        raise RegularsError(
            "currency-unknown",
            f"{plan.currency!r} is not a currency. Use its three ISO letters, such as EUR.",
        )
    if plan.zone:
        _zone(plan.zone)
    return replace(plan, ticks=ticks)


def _checked_tick(kind: str, tick: Tick, form: Form) -> Tick:
    if not 1 <= tick.number <= len(form.names):
        raise RegularsError(
            "column-unknown", f"The file has no column {tick.number}; it has {len(form.names)}."
        )
    name = form.names[tick.number - 1]
    refused = refused_name(name)
    if refused:
        raise RegularsError(
            "never-taken",
            f"Column {name} says it holds {refused}, which is never taken. Leave it out.",
            fields={name: f"Never taken: {refused}."},
        )
    known = field_of(kind, tick.field)
    if not tick.purpose.strip():
        raise RegularsError(
            "purpose-missing",
            f"Say which decision needs column {name}, or leave it out.",
            fields={name: "Which decision needs it?"},
        )
    if tick.not_before not in NOT_BEFORE:
        raise RegularsError(
            "not-before-unknown", f"Not before {tick.not_before!r} is unknown. Use {', '.join(NOT_BEFORE)}."
        )
    return replace(tick, name=name, field=known.name, purpose=tick.purpose.strip()[:200])


def _once(ticks: Sequence[Tick]) -> None:
    seen: dict[str, str] = {}
    for tick in ticks:
        if tick.field in seen and tick.field not in ONCE:
            raise RegularsError(
                "field-twice",
                f"Columns {seen[tick.field]} and {tick.name} are both to be {tick.field}. Keep one of them.",
                fields={tick.name: f"{seen[tick.field]} is already {tick.field}."},
            )
        seen[tick.field] = tick.name


def _required(kind: str, ticks: Sequence[Tick]) -> None:
    ticked = {tick.field for tick in ticks}
    if ticked & {"email", "customer_name", "first_name", "last_name"}:
        # A name or an address stands in for a customer number where a source has none.
        ticked.add("customer")
    for required in fields_of(kind):
        if required.required and required.name not in ticked:
            raise RegularsError(
                "field-missing",
                f"{KINDS[kind]} need a column for {required.label.lower()} ({required.name}). "
                "Tick the one that holds it.",
                fields={required.name: f"{required.label} is needed."},
            )

    if kind == "contracts" and not ticked & {"amount", "monthly", "yearly"}:
        raise RegularsError(
            "field-missing",
            "Contracts need a column for what they are worth: amount, monthly or yearly. Tick the one that "
            "holds it.",
            fields={"amount": "What they are worth is needed."},
        )


def _can_wait(kind: str, ticks: Sequence[Tick]) -> None:
    needed = naming({tick.field for tick in ticks})
    for tick in ticks:
        if waits(kind, tick.not_before) and (tick.field in needed or tick.field not in CAN_WAIT):
            why = "tells which customer a row is about" if tick.field in needed else "is part of every row"
            raise RegularsError(
                "cannot-wait",
                f"Column {tick.name} {why}, so that it cannot wait. Let it come in at any time, "
                "or leave it out.",
                fields={tick.name: "Choose any time, or untick it."},
            )


def _own_names(ticks: Sequence[Tick]) -> None:
    for tick in ticks:
        if tick.field == PROPERTY and tick.name in CONTRACT_WORDS:
            raise RegularsError(
                "name-taken",
                f"Column {tick.name} cannot be kept under its own name, which says what a contract is. Tick "
                "it as that field, or give it another name in the file.",
                fields={tick.name: "Tick it as that field, or rename it in the file."},
            )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError) as error:
        raise RegularsError(
            "zone-unknown", f"There is no time zone {name!r}. Use one such as Europe/Berlin."
        ) from error


def identity_of(plan: Plan, settled_before: Sequence[str] | None) -> tuple[str, ...]:
    """Return by which fields rows without an order number are told apart: the same for all of a source.

    Raises
    ------
    RegularsError
        ``identity-field-missing`` when this file lacks one that the first file had.
    """
    ticked = {tick.field for tick in plan.ticks}
    if "price" in ticked:
        ticked.add("amount")
    if ticked & {"email", "customer_name", "first_name", "last_name"}:
        ticked.add("customer")
    if settled_before is None:
        return tuple(name for name in IDENTITY if name in ticked)
    missing = [name for name in settled_before if name not in ticked]
    if missing:
        raise RegularsError(
            "identity-field-missing",
            f"Earlier files of {plan.source} told rows apart by {', '.join(missing)}, which is not "
            "ticked now: rows already here would come in again. Tick it, or name another source.",
        )
    return tuple(settled_before)


def run_sentence(run: ImportRun) -> str:
    """Return what came of a run, in one sentence."""
    rows = run.recorded + run.repeated + run.rejected
    parts = [f"{run.recorded:,} recorded", f"{run.repeated:,} seen before", f"{run.rejected:,} rejected"]
    sentence = f"{counted(rows, 'row')}: {', '.join(parts)}"
    if run.anonymous:
        sentence += f"; {run.anonymous:,} without a customer, kept as demand"
    if run.customers_new:
        sentence += f"; {counted(run.customers_new, 'customer is', 'customers are')} new"
    return f"{sentence}."
