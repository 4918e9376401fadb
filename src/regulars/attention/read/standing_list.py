"""The customer list: which rows, in which order, from where on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.fields import IntegerField

from regulars.attention.models import RewoundStanding, StageCount, Standing
from regulars.attention.read.success_list import (
    HEALTH,
    OUTCOME_COUNTS,
    PLANS,
    RENEWALS,
    SUCCESS_SORTS,
    UNAGREED,
    Wanted,
    listing_conditions,
    success_parts,
)
from regulars.insight.errors import RegularsError
from regulars.insight.stage import Stage

SORTS: Mapping[str, str] = {
    "name": "name_folded",
    "last": "last_day",
    "due": "due_day",
    "value": "value",
    "p_buy": "p_buy",
}
"""Word in the address to the column an index orders by."""

NOBODY = -1
"""Stands for "no owner" in a filter."""


@dataclass(frozen=True, slots=True)
class View:
    """A view of the list that ships: its word, its stages in path order, and how it is first sorted.

    ``listing`` narrows it to those with renewals, plans or without agreed success; such a view is of today
    and cannot be rewound.
    """

    key: str
    word: str
    stages: tuple[Stage, ...]
    sort: str = "name"
    descending: bool = False
    help: str = ""
    listing: str = ""


VIEWS: tuple[View, ...] = (
    View("all", "All", tuple(Stage)),
    View(
        "regulars",
        "Regulars",
        (Stage.REGULAR, Stage.FOR_LIFE),
        "value",
        descending=True,
        help="They come again and again, and came when they should: also those on the way to for life.",
    ),
    View(
        "quiet",
        "Going quiet",
        (Stage.GONE_QUIET,),
        "value",
        descending=True,
        help="Regulars who did not come when they should.",
    ),
    View(
        "first",
        "First-time buyers",
        (Stage.FIRST_TIME_BUYER,),
        "last",
        descending=True,
        help="They bought once. The relationship starts here.",
    ),
    View(
        "for-life",
        "On the way to for life",
        (Stage.FOR_LIFE,),
        "value",
        descending=True,
        help="Regulars for over a year who showed more than buying.",
    ),
    View(
        "won-back",
        "Won back",
        (Stage.WON_BACK,),
        "last",
        descending=True,
        help="They were gone and returned.",
    ),
    View(
        "renewals",
        "Renewals",
        tuple(Stage),
        "renewal",
        help="They are under contract. The next to end come first.",
        listing=RENEWALS,
    ),
    View(
        "plans",
        "Success plans",
        tuple(Stage),
        "plan",
        help="They said what success is. What needs somebody comes first.",
        listing=PLANS,
    ),
    View(
        "unagreed",
        "No agreed success",
        tuple(Stage),
        "yearly",
        descending=True,
        help="We work for them, and nobody agreed with them what success is.",
        listing=UNAGREED,
    ),
    View(
        "health",
        "Health",
        tuple(Stage),
        "health",
        help="How they fare by what we know, those who need somebody first.",
        listing=HEALTH,
    ),
    View("prospects", "Prospects", (Stage.PROSPECT,), help="We know them; they have not bought yet."),
)
VIEW: Mapping[str, View] = {view.key: view for view in VIEWS}


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What the address of the list asks for.

    Parameters
    ----------
    owner
        A colleague's row number, or NOBODY; None for any.
    outcome
        Only those with an outcome in this state of `OUTCOME_COUNTS`; "" for any.
    rewind
        The rewind whose list is meant; None for today's.
    """

    stages: tuple[int, ...] = tuple(int(stage) for stage in Stage)
    sort: str = "name"
    descending: bool = False
    owner: int | None = None
    kind: int | None = None
    tag: int | None = None
    rainy: bool | None = None
    known: bool | None = None
    rewind: int | None = None
    only: tuple[int, ...] = field(default=())
    listing: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: its customer and the value it was sorted by, None where it has none."""

    customer: int
    value: Any


Rows = QuerySet[Any]


def _all_rows(query: ListQuery) -> Rows:
    if query.rewind is None:
        return Standing.objects.all()
    return RewoundStanding.objects.filter(rewind_id=query.rewind)


def _filtered(query: ListQuery) -> Rows:
    rows = _all_rows(query).filter(**listing_conditions(query.listing))
    rows = rows.filter(**{f"customer__{name}": value for name, value in _of_customer(query).items()})
    if query.rainy is not None:
        rows = rows.filter(rainy=query.rainy)
    if query.known is not None:
        rows = rows.filter(known=query.known)
    return rows


def _of_customer(query: ListQuery) -> dict[str, Any]:
    """Return what is asked of the customers themselves, as conditions seen from a customer."""
    asked: dict[str, Any] = {}
    if query.owner is not None:
        asked["owner"] = None if query.owner == NOBODY else query.owner
    if query.kind is not None:
        asked["kind"] = query.kind
    if query.tag is not None:
        asked["tags"] = query.tag
    if query.outcome in OUTCOME_COUNTS:
        asked[f"plan_standing__{query.outcome}__gt"] = 0
    if query.only:
        asked["in"] = query.only
    return asked


def _success_parts(query: ListQuery, after: Cursor | None, size: int) -> list[Rows]:
    conditions = _of_customer(query)
    for name in ("rainy", "known"):
        if getattr(query, name) is not None:
            conditions[f"standing__{name}"] = getattr(query, name)
    everybody = len(query.stages) == len(Stage)
    wanted = Wanted(query.listing, None if everybody else query.stages, conditions)
    place = None if after is None else (after.value, after.customer)
    return success_parts(query.sort, place, size, wanted, descending=query.descending)


def _segments(query: ListQuery, after: Cursor | None) -> list[tuple[Q, int]]:
    """Return what is still to come as ranges that an index answers, 1 beside those without a value."""
    column = SORTS[query.sort]
    beyond = "lt" if query.descending else "gt"
    missing = Q(**{f"{column}__isnull": True})
    can_miss = column != "name_folded"
    if after is None:
        return [(~missing, 0), (missing, 1)] if can_miss else [(Q(), 0)]
    later = Q(**{f"customer_id__{beyond}": after.customer})
    if after.value is None:
        return [(missing & later, 1)]
    ties = (Q(**{column: after.value}) & later, 0)
    rest = (Q(**{f"{column}__{beyond}": after.value}), 0)
    return [ties, rest, (missing, 1)] if can_miss else [ties, rest]


def _parts(query: ListQuery, after: Cursor | None, size: int) -> list[Rows]:
    rows, column = _filtered(query), SORTS[query.sort]
    sign = "-" if query.descending else ""
    order = (f"{sign}{column}", f"{sign}customer_id")
    return [
        rows.filter(segment, stage=stage)
        .order_by(*(order[1:] if missing else order))
        .annotate(value_missing=Value(missing, IntegerField()))
        .values_list("value_missing", F(column), "customer_id")[:size]
        for stage in query.stages
        for segment, missing in _segments(query, after)
    ]


def list_keys(query: ListQuery, after: Cursor | None, size: int) -> list[Cursor]:
    """Return the first ``size`` rows after a cursor, as cursors, in one statement.

    Each stage's first rows come from an index, then they are merged: no offset and no count, so that the
    last page of a million rows costs what the first one does.
    """
    if not query.stages:
        return []
    parts = _success_parts if query.sort in SUCCESS_SORTS else _parts
    compiled = [part.query.sql_with_params() for part in parts(query, after, size)]
    direction = "DESC" if query.descending else "ASC"
    statement = " UNION ALL ".join(
        f"SELECT * FROM ({sql}) AS part{place}" for place, (sql, _) in enumerate(compiled)
    )
    statement += f" ORDER BY 1, 2 {direction}, 3 {direction} LIMIT {int(size)}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _, values in compiled for value in values])
        return [Cursor(customer, value) for _, value, customer in cursor.fetchall()]


def standings_in_order(query: ListQuery, keys: Sequence[Cursor]) -> list[Standing | RewoundStanding]:
    """Return the rows of these keys with customer, owner and kind, in their order."""
    chosen = _all_rows(query).filter(customer__in=[key.customer for key in keys])
    found = {row.customer_id: row for row in chosen.select_related("customer__owner", "customer__kind")}
    return [found[key.customer] for key in keys if key.customer in found]


def stage_counts(rewind: int | None = None) -> dict[int, int]:
    """Return how many customers stand where; today's are kept counted by the worker."""
    if rewind is None:
        return dict(StageCount.objects.values_list("stage", "customers"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stage, COUNT(*) FROM rewound_standing WHERE rewind_id = %s GROUP BY stage", [rewind]
        )
        return dict(cursor.fetchall())


def sorted_by(word: str) -> str:
    """Return a sort's word if there is such a sort.

    Raises
    ------
    RegularsError
        ``sort-unknown``
    """
    if word not in SORTS and word not in SUCCESS_SORTS:
        known = ", ".join((*SORTS, *SUCCESS_SORTS))
        raise RegularsError("sort-unknown", f"The list cannot be sorted by {word!r}. Choose {known}.")
    return word
