"""Where customers stand, as the list shows and the command line writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

from regulars.attention.models import NextStep, RewoundStanding, Standing
from regulars.attention.read.opening import opening_days
from regulars.attention.read.standing_list import Cursor, ListQuery, list_keys, standings_in_order
from regulars.insight.calendar import CalendarDays
from regulars.insight.stage import Stage
from regulars.insight.stage_words import StageInputs, sentence
from regulars.ledger.models import Fact

_INPUTS = {item.name for item in fields(StageInputs)}


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One customer of the list.

    Units
    -----
    Days are epoch days, ``usual_gap`` open days, ``value`` minor units of the company's
    currency, ``p_buy`` 0 to 1 within the company's horizon, ``expected`` purchase days within a year.
    """

    customer: int
    name: str
    stage: Stage
    sentence: str
    stage_day: int
    first_day: int | None
    last_day: int | None
    purchases: int
    purchase_days: int
    usual_gap: float | None
    due_day: int | None
    quiet_day: int | None
    lapse_day: int | None
    value: int
    p_buy: float | None
    expected: float | None
    rainy: bool
    known: bool
    owner: int | None
    owner_name: str
    kind: str
    never_came_back: bool | None
    inputs: dict[str, Any]


def stage_sentence(stage: int, inputs: dict[str, Any], as_of: int, calendar: CalendarDays | None) -> str:
    """Return why a customer stands where they stand, in words that are true on this day."""
    known = {name: value for name, value in inputs.items() if name in _INPUTS}
    if not {"days", "last_day", "usual_gap"} <= known.keys():
        return "no purchase yet" if stage == Stage.PROSPECT else ""
    if known["usual_gap"] is None:
        known["usual_gap"] = 0.0
    return sentence(Stage(stage), StageInputs.from_json(known), as_of, calendar)


def standing_row(row: Standing | RewoundStanding, as_of: int, calendar: CalendarDays | None) -> StandingRow:
    """Return one stored standing as people read it on this day."""
    customer = row.customer
    return StandingRow(
        customer=customer.pk,
        name=customer.name,
        stage=Stage(row.stage),
        sentence=stage_sentence(row.stage, row.inputs, as_of, calendar),
        stage_day=row.stage_day,
        first_day=row.first_day,
        last_day=row.last_day,
        purchases=row.purchases,
        purchase_days=row.purchase_days,
        usual_gap=row.usual_gap,
        due_day=row.due_day,
        quiet_day=row.quiet_day,
        lapse_day=row.lapse_day,
        value=row.value,
        p_buy=row.p_buy,
        expected=row.expected,
        rainy=row.rainy,
        known=row.known,
        owner=customer.owner_id,
        owner_name=customer.owner.name if customer.owner else "",
        kind=customer.kind.name if customer.kind else "",
        never_came_back=getattr(row, "never_came_back", None),
        inputs=row.inputs,
    )


@dataclass(frozen=True, slots=True)
class StandingPage:
    """Some rows of the list, and the cursor after which the next ones come (None at the end)."""

    rows: tuple[StandingRow, ...]
    next: Cursor | None


def standing_page(query: ListQuery, as_of: int, after: Cursor | None = None, size: int = 50) -> StandingPage:
    """Return one page of the list.

    Shape
    -----
    At most ``size`` rows; three statements, however many rows there are.
    """
    keys = list_keys(query, after, size + 1)
    calendar = opening_days(as_of)
    stored = standings_in_order(query, keys[:size])
    rows = tuple(standing_row(row, as_of, calendar) for row in stored)
    return StandingPage(rows, keys[size - 1] if len(keys) > size else None)


def standing_rows(query: ListQuery, as_of: int, size: int = 2000) -> Iterator[StandingRow]:
    """Return every row that the list would show, page after page, without holding them all."""
    calendar = opening_days(as_of)
    after: Cursor | None = None
    while True:
        keys = list_keys(query, after, size)
        for row in standings_in_order(query, keys):
            yield standing_row(row, as_of, calendar)
        if len(keys) < size:
            return
        after = keys[-1]


def listed_customers(query: ListQuery, limit: int) -> list[int]:
    """Return the customers that the list would show, at most ``limit``."""
    return [key.customer for key in list_keys(query, None, limit)]


def next_steps(customers: Sequence[int]) -> dict[int, NextStep]:
    """Return the open step of each customer that matters most; in one statement."""
    found: dict[int, NextStep] = {}
    steps = NextStep.objects.filter(customer__in=customers, state=NextStep.State.OPEN)
    for step in steps.order_by("-score", "id"):
        found.setdefault(step.customer_id or 0, step)
    return found


def purchase_days(
    customers: Sequence[int], since: int, until: int, *, known_by: int | None = None
) -> dict[int, list[int]]:
    """Return on which days customers bought, for their rhythm strips; in one statement.

    Parameters
    ----------
    known_by
        Leave out what was received after this day.

    Units
    -----
    Epoch days, both ends included.
    """
    facts = Fact.objects.filter(customer__in=customers, day__range=(since, until), kind="purchase")
    if known_by is not None:
        facts = facts.filter(received_day__lte=known_by)
    days: dict[int, list[int]] = {}
    for customer, day in facts.order_by("customer_id", "day").values_list("customer_id", "day").distinct():
        days.setdefault(customer or 0, []).append(day)
    return days
