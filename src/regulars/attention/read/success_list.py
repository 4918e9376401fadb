"""The list by what customers want and have agreed: renewals, success plans, no agreed success, health."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.fields import BigIntegerField, IntegerField
from django.db.models.functions import Cast, Coalesce

from regulars.attention.models import Contract, ContractStanding, HealthStanding, PlanStanding, Standing
from regulars.attention.read.contracts import contracts_of
from regulars.insight.health import Band
from regulars.insight.outcome import OutcomeState
from regulars.records.read.company import company

RENEWALS, PLANS, UNAGREED, HEALTH = "renewals", "plans", "unagreed", "health"
SUCCESS_SORTS: Mapping[str, str] = {
    "renewal": "renewal_day",
    "yearly": "yearly",
    "plan": "plan",
    "health": "health",
}
"""Word in the address to what the rows are ordered by, beside the columns of standings."""

OUTCOME_COUNTS: Mapping[str, str] = {
    "reached": OutcomeState.REACHED.word,
    "disputed": OutcomeState.DISPUTED.word,
    "missed": OutcomeState.MISSED.word,
    "confirmed": OutcomeState.CONFIRMED.word,
}
"""State that outcomes are counted by, to its words: a plan may be narrowed to those with one in it."""

BANDS_IN_ORDER = (Band.BAD, Band.NOT_ENOUGH_KNOWN, Band.WATCH, Band.GOOD)
"""Whom we know too little of needs somebody before those who get on."""

MOST_COUNTED = 10_000
_BAND = 1_000
_STATE = 1_000_000
_UNDATED = _STATE - 1
_CONDITIONS: Mapping[str, dict[str, Any]] = {
    RENEWALS: {"contract_standing__isnull": False, "contract_standing__ended_day": None},
    PLANS: {"plan_standing__state__isnull": False},
    UNAGREED: {"plan_standing__working": True, "plan_standing__agreed": 0},
    HEALTH: {"health_standing__isnull": False},
}
"""Who is in each of these lists, as seen from a customer."""

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to, as conditions seen from a customer; ``stages`` None for all of them."""

    listing: str = ""
    stages: tuple[int, ...] | None = None
    conditions: Mapping[str, Any] = field(default_factory=dict)

    def of(self, rows: Rows) -> Rows:
        """Return the rows, each of one customer, that are wanted."""
        found = {**_CONDITIONS.get(self.listing, {}), **self.conditions}
        if self.stages is not None:
            found["standing__stage__in"] = self.stages
        return rows.filter(**{f"customer__{name}": value for name, value in found.items()}) if found else rows


def listing_conditions(listing: str) -> dict[str, Any]:
    """Return who is in a list, as conditions on standings."""
    return {f"customer__{name}": value for name, value in _CONDITIONS.get(listing, {}).items()}


def success_parts(
    sort: str, after: tuple[Any, int] | None, size: int, wanted: Wanted, *, descending: bool
) -> list[Rows]:
    """Return queries of (missing, value, customer), each answered by an index, which together hold a page.

    Parameters
    ----------
    after
        Value and customer of the last row before this page.
    """
    if sort == "plan":
        return _plan_parts(after, size, wanted, descending=descending)
    if sort == "health":
        return _health_parts(after, size, wanted, descending=descending)
    column = SUCCESS_SORTS[sort]
    rows = wanted.of(ContractStanding.objects.filter(ended_day=None))
    sign, beyond = ("-", "lt") if descending else ("", "gt")
    later = {} if after is None else {f"customer_id__{beyond}": after[1]}
    there = rows.filter(**{f"{column}__isnull": False}).order_by(f"{sign}{column}", f"{sign}customer_id")
    parts: list[Rows] = []
    if after is None:
        parts.append(_keyed(there, 0, F(column), size))
    elif after[0] is not None:
        parts.append(_keyed(there.filter(**{column: after[0], **later}), 0, F(column), size))
        parts.append(_keyed(there.filter(**{f"{column}__{beyond}": after[0]}), 0, F(column), size))
    without = _without(column, wanted)
    if after is not None and after[0] is None:
        without = without.filter(**later)
    nothing = Cast(Value(None), BigIntegerField())
    parts.append(_keyed(without.order_by(f"{sign}customer_id"), 1, nothing, size))
    return parts


def _without(column: str, wanted: Wanted) -> Rows:
    """Return those who have nothing to be ordered by: they come last."""
    if wanted.listing == RENEWALS:
        return wanted.of(ContractStanding.objects.filter(ended_day=None, **{f"{column}__isnull": True}))
    here = ContractStanding.objects.filter(
        customer=OuterRef("customer"), ended_day=None, **{f"{column}__isnull": False}
    )
    return wanted.of(Standing.objects.filter(~Exists(here)))


def _keyed(rows: Rows, missing: int, value: Any, size: int) -> Rows:
    marked = rows.annotate(value_missing=Value(missing, IntegerField()), sort_value=value)
    keyed: Rows = marked.values_list("value_missing", "sort_value", "customer_id")[:size]
    return keyed


def _health_parts(
    after: tuple[Any, int] | None, size: int, wanted: Wanted, *, descending: bool
) -> list[Rows]:
    """Return the healths band by band, bad ones first, within each by the score."""
    rows = wanted.of(HealthStanding.objects.all())
    sign, beyond = ("-", "lt") if descending else ("", "gt")
    parts: list[Rows] = []
    for place, band in enumerate(BANDS_IN_ORDER):
        value = place * _BAND
        score = Coalesce(F("score"), Value(0))
        mine = rows.filter(band=int(band)).annotate(known=score)
        if after is not None:
            at = int(after[0] or 0) - value
            if (at >= _BAND) if beyond == "gt" else (at < 0):
                continue
            same = Q(known=at) & Q(**{f"customer_id__{beyond}": after[1]})
            mine = mine.filter(same | Q(**{f"known__{beyond}": at})) if 0 <= at < _BAND else mine
        key = Value(value, BigIntegerField()) + score
        parts.append(_keyed(mine.order_by(f"{sign}known", f"{sign}customer_id"), 0, key, size))
    return parts


def _plan_parts(after: tuple[Any, int] | None, size: int, wanted: Wanted, *, descending: bool) -> list[Rows]:
    """Return the plans state by state, within each by the day that is due, those without one behind it."""
    rows = wanted.of(PlanStanding.objects.filter(state__isnull=False))
    sign, beyond = ("-", "lt") if descending else ("", "gt")
    at, later = (
        (None, Q()) if after is None else (int(after[0] or 0), Q(**{f"customer_id__{beyond}": after[1]}))
    )
    parts: list[Rows] = []
    for state in OutcomeState:
        value = int(state) * _STATE
        key = Value(value, BigIntegerField()) + Coalesce(F("next_due_day"), Value(_UNDATED))
        dated = rows.filter(state=int(state), next_due_day__isnull=False)
        dated = dated.order_by(f"{sign}next_due_day", f"{sign}customer_id")
        undated = rows.filter(state=int(state), next_due_day=None).order_by(f"{sign}customer_id")
        parts += [
            _keyed(one, 0, key, size)
            for one in (
                *_beyond(dated, at, value, beyond, later),
                *_undated(undated, at, value, beyond, later),
            )
        ]
    return parts


def _beyond(rows: Rows, at: int | None, value: int, beyond: str, later: Q) -> list[Rows]:
    """Return the dated plans of one state that come after a value, ties by customer first."""
    if at is None:
        return [rows]
    if beyond == "gt":
        if at < value:
            return [rows]
        if at >= value + _UNDATED:
            return []
    else:
        if at >= value + _UNDATED:
            return [rows]
        if at < value:
            return []
    due = at - value
    return [rows.filter(later, next_due_day=due), rows.filter(**{f"next_due_day__{beyond}": due})]


def _undated(rows: Rows, at: int | None, value: int, beyond: str, later: Q) -> list[Rows]:
    mine = value + _UNDATED
    if at is None or (at < mine if beyond == "gt" else at > mine):
        return [rows]
    return [rows.filter(later)] if at == mine else []


@dataclass(frozen=True, slots=True)
class Success:
    """What is stored of a customer's success, contracts and health; None where nothing is."""

    contract: ContractStanding | None = None
    contracts: tuple[Contract, ...] = ()
    plan: PlanStanding | None = None
    health: HealthStanding | None = None
    currency: str = ""

    @property
    def due(self) -> tuple[Contract, ...]:
        """The contracts that end on the renewal day."""
        day = self.contract.renewal_day if self.contract else None
        return tuple(one for one in self.contracts if day is not None and one.end_day == day)

    @property
    def why(self) -> str:
        """What was said of a cancellation, or else of the renewal."""
        said = [one.ended_why or one.forecast_why for one in self.due]
        return "; ".join(dict.fromkeys(filter(None, said)))

    @property
    def late(self) -> bool:
        """Whether a term ended and its renewal is awaited still."""
        return any(one.state == Contract.State.LATE for one in self.due)

    @property
    def final(self) -> int | None:
        """What the renewals brought that were decided last, in our currency; None while there is none."""
        known = [
            one.final for one in self.contracts if one.final is not None and one.currency == self.currency
        ]
        return sum(known) if known else None


def success_of(customers: Sequence[int]) -> dict[int, Success]:
    """Return what is stored of these customers' success; four statements, however many they are."""
    contracts, currency = contracts_of(customers), company().currency
    standings = _by_customer(ContractStanding.objects.filter(customer__in=customers))
    plans = _by_customer(PlanStanding.objects.filter(customer__in=customers))
    health = _by_customer(HealthStanding.objects.filter(customer__in=customers).select_related("profile"))
    return {
        one: Success(
            standings.get(one), tuple(contracts.get(one, ())), plans.get(one), health.get(one), currency
        )
        for one in customers
    }


def _by_customer(rows: Iterable[Any]) -> dict[int, Any]:
    return {row.customer_id: row for row in rows}


def success_counts() -> dict[str, int]:
    """Return how many are in each of these lists, counted up to MOST_COUNTED; in one statement."""
    sources = {
        RENEWALS: "contract_standing WHERE ended_day IS NULL",
        PLANS: "plan_standing WHERE state IS NOT NULL",
        UNAGREED: "plan_standing WHERE working AND agreed = 0",
        HEALTH: "health_standing WHERE true",
    }
    counted = ", ".join(
        f"(SELECT COUNT(*) FROM (SELECT 1 FROM {rows} LIMIT {MOST_COUNTED}) AS those)"
        for rows in sources.values()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counted}")
        return dict(zip(sources, cursor.fetchone(), strict=True))
