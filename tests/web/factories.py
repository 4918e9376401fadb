"""Made-up rows for the pages, as the worker would have written them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from regulars.attention.models import NextStep, StageCount, Standing, StoredResult
from regulars.insight.stage import Stage
from regulars.ledger.models import Fact
from regulars.records.folding import folded
from regulars.records.models import Customer, Source
from regulars.records.read.company import company, epoch_day

_numbers = count(1)


def today() -> int:
    """Return the company-local epoch day of now."""
    return company().day_of(timezone.now())


def source(slug: str = "till", **fields: Any) -> Source:
    """Return the source of that name."""
    return Source.objects.get_or_create(slug=slug, defaults={"name": slug.title(), **fields})[0]


def customer(name: str, **fields: Any) -> Customer:
    """Return a new customer."""
    return Customer.objects.create(name=name, name_folded=folded(name), **fields)


def fact(one: Customer, day: int, kind: str = "purchase", **fields: Any) -> Fact:
    """Return a new fact about a customer at ten in the morning of a day."""
    when = datetime(1970, 1, 1, 10, tzinfo=UTC) + timedelta(days=day)
    given = {"amount": 450, "currency": "EUR", "item": "House blend", "quantity": 2, "minute": 600} | fields
    if kind != "purchase":
        given = {"minute": 600} | fields
    return Fact.objects.create(
        source=given.pop("source", None) or source(),
        message_id=f"m{next(_numbers)}",
        customer=one,
        kind=kind,
        occurred_at=when,
        received_at=when,
        day=day,
        received_day=given.pop("received_day", day),
        **given,
    )


def standing(one: Customer, stage: Stage, **fields: Any) -> Standing:
    """Return where a customer stands, with the inputs of its sentence."""
    last = fields.get("last_day")
    given = {
        "stage_day": today() - 30,
        "name_folded": one.name_folded,
        "inputs": {
            "days": fields.get("purchase_days", 0),
            "last_day": -1 if last is None else last,
            "usual_gap": fields.get("usual_gap") or 0.0,
            "signs": 1 if stage == Stage.FOR_LIFE else 0,
            "regular_day": today() - 500 if stage == Stage.FOR_LIFE else -1,
        },
    }
    return Standing.objects.create(customer=one, stage=int(stage), **(given | fields))


def regular(
    name: str, *, every: int = 7, times: int = 8, last: int = 3, stage: Stage = Stage.REGULAR
) -> Customer:
    """Return a customer who buys every so many days, with facts and standing."""
    one, now = customer(name), today()
    days = [now - last - every * back for back in reversed(range(times))]
    for day in days:
        fact(one, day)
    standing(
        one, stage, first_day=days[0], last_day=days[-1], purchases=times, purchase_days=times,
        usual_gap=float(every), due_day=days[-1] + every, quiet_day=days[-1] + 3 * every,
        lapse_day=days[-1] + 9 * every, value=450 * times, p_buy=0.8,
    )  # fmt: skip
    return one


def step(one: Customer | None, kind: str = "gone_quiet", **fields: Any) -> NextStep:
    """Return an open next step."""
    given = {
        "sentence": "has been silent for 31 open days; every 12 is usual, over 14 visits.",
        "opening_line": "We have missed you. Is everything all right?",
        "evidence": {"silence_open_days": 31, "usual_gap_open_days": 12},
        "opened_day": today(),
        "score": 1.0,
        "place": next(_numbers),
    }
    return NextStep.objects.create(customer=one, kind=kind, key=f"k{next(_numbers)}", **(given | fields))


def counted() -> None:
    """Count the stages as the worker does."""
    StageCount.objects.all().delete()
    for stage in Stage:
        number = Standing.objects.filter(stage=int(stage)).count()
        if number:
            StageCount.objects.create(stage=int(stage), customers=number)


def summary() -> StoredResult:
    """Store the line that sums the base up."""
    result = {
        "bought": 1412, "came_back": 655, "regulars": 61, "quiet": 9,
        "sentence": "1,412 people bought, 655 came back, 61 are regulars; 9 regulars did not come when they should.",
    }  # fmt: skip
    return StoredResult.objects.create(key="summary", as_of=today(), result=result)


__all__ = [
    "counted",
    "customer",
    "epoch_day",
    "fact",
    "regular",
    "source",
    "standing",
    "step",
    "summary",
    "today",
]
