"""What the page Customers shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from django.urls import reverse

from regulars.attention.models import NextStep, Rewind
from regulars.attention.read.base import anybody_bought
from regulars.attention.read.customers import (
    StandingRow,
    next_steps,
    purchase_days,
    standing_page,
)
from regulars.attention.read.rewinds import rewind_of
from regulars.attention.read.standing_list import VIEWS, ListQuery, View, stage_counts
from regulars.attention.read.success_list import (
    MOST_COUNTED,
    PLANS,
    RENEWALS,
    Success,
    success_counts,
    success_of,
)
from regulars.attention.rules.registry import TITLES
from regulars.insight.stage import Stage
from regulars.records.models import Colleague, Customer, SavedView
from regulars.records.opaque import opaque
from regulars.records.read.company import Company, calendar_date
from regulars.records.read.customers import kinds, saved_views, tags
from regulars.records.read.people import colleagues
from regulars.web.clock import today_of
from regulars.web.frame import address_of
from regulars.web.pages.customers.address import FILTERS, Address, day_text, next_address
from regulars.web.pages.customers.columns import Heading, There, headings, keys_of
from regulars.web.pages.customers.filters import Choices, Filter, filters, kept_beside
from regulars.web.pages.customers.rewinding import Rewound, rewound
from regulars.web.strip import Strip, strip

SHOWN_DAYS = 180
AHEAD_DAYS = 30
UNTIL_CANCELLED = -1
NOTHING = Success()
ON_CONTRACT = frozenset({"contract", "both"})
CONTRACT_ORDER = ("all", "renewals", "plans", "health", "unagreed")
"""The views that come first where nobody buys."""


@dataclass(frozen=True, slots=True)
class Row:
    """One customer of the list with their strip and next step.

    ``month`` is a day of the month whose rows begin with this one, where rows are ordered by renewal;
    `UNTIL_CANCELLED` where those without a renewal begin.
    """

    standing: StandingRow
    ref: str
    address: str
    strip: Strip
    step: RowStep | None
    success: Success = NOTHING
    month: int | None = None


@dataclass(frozen=True, slots=True)
class RowStep:
    """The next step of a row: its address and its title."""

    address: str
    title: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One view to choose: its word, its address, how many it holds, whether it is the current one."""

    word: str
    address: str
    customers: int | None
    current: bool
    help: str = ""


@dataclass(frozen=True, slots=True)
class CustomersPage:
    """Everything the page Customers shows.

    Units
    -----
    ``today`` is the epoch day the rows are read on: the rewound one on a rewound list.
    """

    today: int
    real_today: int
    currency: str
    horizon: int
    address: Address
    query: str
    views: tuple[Choice, ...]
    saved: tuple[tuple[SavedView, bool], ...]
    headings: tuple[Heading, ...]
    keys: frozenset[str]
    rows: tuple[Row, ...]
    next: str
    first_address: str
    filters: tuple[Filter, ...]
    unfiltered: str
    kept: tuple[tuple[str, str], ...]
    owners: Choices
    tags: tuple[str, ...]
    rewound: Rewound | None
    reveals: bool
    yesterday: str
    empty: str
    about: str
    import_address: str
    rewind_days: tuple[int, ...] = (30, 90, 180)

    @property
    def width(self) -> int:
        """How many columns there may be, the ticks included."""
        return len(self.headings) + 1


def customers_shown(address: Address, company: Company, colleague: Colleague) -> CustomersPage:
    """Return the page for an address of the list."""
    now = today_of(company)
    day = address.day
    found = rewind_of(day, address.mode) if day is not None else None
    ready = found if found is not None and found.state == "done" else None
    counts = stage_counts(ready.pk if ready else None) if day is None or ready else {}
    rows, more = _rows(address, day, ready, now)
    listed = success_counts() if day is None else {}
    revealed = "reveal" in address.asked and ready is not None
    there = _there(company, rows, listed, revealed=revealed)
    keys = keys_of(address, there)
    people, words = list(colleagues()), list(tags())
    return CustomersPage(
        today=now if day is None else day,
        real_today=now,
        currency=company.currency,
        horizon=company.horizon_days,
        address=address,
        query=address.text(),
        views=_views(address, counts, listed, purchases=there.purchases),
        saved=_saved(address, colleague),
        headings=headings(address, company.horizon_days, keys),
        keys=frozenset(keys),
        rows=rows,
        next=more,
        first_address=address.changed(),
        filters=filters(address, people, list(kinds()), words),
        unfiltered=address.changed(**dict.fromkeys(FILTERS, "")),
        kept=kept_beside(address),
        owners=(*((str(one.pk), one.name) for one in people), ("nobody", "Nobody")),
        tags=tuple(tag.name for tag in words),
        rewound=None if day is None else rewound(address, day, found),
        reveals=revealed,
        yesterday=day_text(now - 1),
        about=_help(address.view, counts) if not address.filters else "",
        empty=_empty(address, sum(counts.values())),
        import_address=address_of("data") if not rows and not Customer.objects.exists() else "",
    )


def _there(company: Company, rows: tuple[Row, ...], listed: dict[str, int], *, revealed: bool) -> There:
    """Return what there is to show; the whole base is asked only where nobody on the page has bought."""
    bought = any(row.standing.purchases for row in rows) or anybody_bought()
    renewals = listed.get(RENEWALS, 0) > 0
    return There(
        purchases=bought or not (company.buying in ON_CONTRACT or renewals),
        contracts=renewals and (company.buying in ON_CONTRACT or not bought),
        plans=listed.get(PLANS, 0) > 0,
        health=any(row.success.health for row in rows),
        revealed=revealed,
    )


def _rewound_query(address: Address) -> str:
    carried = address.only("as_of", "mode")
    return f"?{urlencode(carried)}" if carried else ""


def _rows(address: Address, day: int | None, ready: Rewind | None, now: int) -> tuple[tuple[Row, ...], str]:
    if day is not None and ready is None:
        return (), ""
    shown = now if day is None else day
    page = standing_page(_query(address, ready), shown, address.after)
    people = [row.customer for row in page.rows]
    known_by = day if address.mode == "known" else None
    bought = purchase_days(people, shown - SHOWN_DAYS, shown, known_by=known_by)
    steps = next_steps(people) if day is None else {}
    success = success_of(people) if day is None else {}
    months = _months(address, [success.get(one, NOTHING) for one in people])
    addresses, carried = _addresses("customer"), _rewound_query(address)
    rows = tuple(
        Row(
            row,
            ref := opaque(row.customer),
            addresses(ref) + carried,
            _strip(row, bought.get(row.customer, []), shown),
            _step(steps.get(row.customer)),
            success.get(row.customer, NOTHING),
            month,
        )
        for row, month in zip(page.rows, months, strict=True)
    )
    return rows, next_address(address, page.next) if page.next else ""


@cache
def _addresses(name: str) -> Callable[[str], str]:
    """Return what turns an opaque id into an address; looking each one up would cost more than its row."""
    before, _, after = reverse(name, args=["ref"]).rpartition("ref")
    return lambda ref: f"{before}{ref}{after}"


def _step(step: NextStep | None) -> RowStep | None:
    return (
        None
        if step is None
        else RowStep(_addresses("step")(opaque(step.pk)), TITLES.get(step.kind, step.kind))
    )


def _query(address: Address, ready: Rewind | None) -> ListQuery:
    if ready is not None and address.asked.get("reveal") == "missed":
        return address.query(ready.pk, tuple(ready.reveal.get("missed", ())) or (0,))
    return address.query(ready.pk if ready else None)


def _strip(row: StandingRow, days: list[int], today: int) -> Strip:
    return strip(
        days,
        start=today - SHOWN_DAYS,
        today=today,
        end=today + AHEAD_DAYS,
        width=168,
        due=row.due_day,
        quiet=row.quiet_day,
    )


def _months(address: Address, found: list[Success]) -> list[int | None]:
    """Return where a new month of renewals begins, in a list of them in their order."""
    if address.view.listing != RENEWALS or address.sort != "renewal":
        return [None] * len(found)
    days = [one.contract.renewal_day if one.contract else None for one in found]
    named = [None if day is None else calendar_date(day).replace(day=1) for day in days]
    return [
        (UNTIL_CANCELLED if day is None else day) if place == 0 or named[place - 1] != month else None
        for place, (day, month) in enumerate(zip(days, named, strict=True))
    ]


def _views(
    address: Address, counts: dict[int, int], listed: dict[str, int], *, purchases: bool
) -> tuple[Choice, ...]:
    current = address.view.key if not address.filters else ""
    rewinding = address.only("as_of", "mode", "reveal")
    offered = [
        view for view in VIEWS if view.key == current or _offers(view, counts, listed, purchases=purchases)
    ]
    if not purchases:
        # On contract, what they want and how they fare comes before how often they bought.
        offered.sort(key=lambda view: CONTRACT_ORDER.index(view.key) if view.key in CONTRACT_ORDER else 9)
    return tuple(
        Choice(
            word=view.word,
            address=Address(rewinding).changed(view="" if view.key == "all" else view.key),
            customers=_count(view, counts, listed),
            current=view.key == current,
            help=_help(view, counts),
        )
        for view in offered
    )


def _help(view: View, counts: dict[int, int]) -> str:
    """Return what a view holds; of one with several stages, how many stand at each, for each has its chip."""
    if not counts or not 1 < len(view.stages) < len(Stage):
        return view.help
    parts = [f"{counts.get(stage, 0):,} {stage.word}" for stage in view.stages]
    return f"{view.help} Now {' and '.join(parts)}."


def _offers(view: View, counts: dict[int, int], listed: dict[str, int], *, purchases: bool) -> bool:
    """Return whether a view is offered: of contracts where somebody is in it, else also empty where they buy.

    Where nobody buys, an empty one is still reached by the filter "Where they stand".
    """
    if view.listing:
        return listed.get(view.listing, 0) > 0
    return purchases or not counts or bool(_count(view, counts, listed)) or view.key == "all"


def _count(view: View, counts: dict[int, int], listed: dict[str, int]) -> int | None:
    if view.listing:
        number = listed.get(view.listing, 0)
        return number if number < MOST_COUNTED else None
    return sum(counts.get(stage, 0) for stage in view.stages) if counts else None


def _saved(address: Address, colleague: Colleague) -> tuple[tuple[SavedView, bool], ...]:
    here = address.text()
    return tuple((view, view.query == here) for view in saved_views(colleague))


def _empty(address: Address, customers: int) -> str:
    if address.filters:
        return "Nobody fits these filters."
    if not customers and address.day is None:
        return "No customers yet."
    return f"Nobody is here now: {address.view.help or address.view.word}"
