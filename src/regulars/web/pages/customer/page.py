"""What the page of one customer shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from regulars.attention.models import Rewind
from regulars.attention.read.chance import Chances, chances_of
from regulars.attention.read.customer import Stood, open_steps, stood, usual_of
from regulars.attention.read.customers import purchase_days
from regulars.attention.read.history import KINDS, HistoryPage, Question, history
from regulars.attention.read.rewinds import rewind_of
from regulars.attention.read.success import Plan, success_matters, success_plan
from regulars.attention.read.today import Reason, contacts, reason
from regulars.insight.typed import whole_number
from regulars.insight.usual import usual_words
from regulars.records.models import Colleague, Customer, Identifier, MergeProposal, Note, Role, Tag, ToDo
from regulars.records.read import customers as records
from regulars.records.read.company import Company
from regulars.records.read.notes import notes
from regulars.records.read.people import (
    Named,
    colleagues,
    had_left,
    named,
    roles,
    roles_with_parts_first,
)
from regulars.records.read.then import Then
from regulars.records.read.todos import todos_of
from regulars.web.clock import today_of
from regulars.web.pages.customer.contracts import ContractsShown, contracts_shown
from regulars.web.pages.customer.health import HealthShown, health_shown
from regulars.web.pages.customer.knowing import KnowingShown, knowing_shown
from regulars.web.pages.customer.success import Card, SuccessTab, card_of, success_tab
from regulars.web.pages.customers.address import Address
from regulars.web.pages.customers.rewinding import Rewound, rewound
from regulars.web.strip import Strip, strip

TABS = (("success", "Success"), ("history", "History"), ("facts", "Facts"))
STRIP_DAYS = 365
AHEAD_DAYS = 45


@dataclass(frozen=True, slots=True)
class Link:
    """A word with its address, and whether it is where we are."""

    word: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class Records:
    """What we know of a customer beside what happened."""

    tags: Sequence[Tag]
    notes: Sequence[Note]
    people: Sequence[Named]
    identifiers: Sequence[Identifier]
    children: Sequence[Customer]
    proposals: Sequence[MergeProposal]
    owners: Sequence[Colleague]
    kinds: Sequence[Any]


@dataclass(frozen=True, slots=True)
class People:
    """The people that are shown, those with a part first; how many more there are, and where.

    ``names`` are everybody's, ``here`` the (number, name) of those who did not leave.
    """

    shown: Sequence[Role]
    more: int
    address: str
    names: Sequence[str]
    here: Sequence[tuple[int, str]]


PEOPLE_SHOWN = 12


def people_shown(customer: int, found: Sequence[Named], looked: Looked, then: Then | None = None) -> People:
    """Return the people of a customer, all of them where asked for, or who was there by a past day."""
    names = list(dict.fromkeys(one.name for one in found if one.name))
    here = list(dict.fromkeys((one.person, one.name) for one in found if not one.left))
    more = len(found) - PEOPLE_SHOWN
    if more <= 0 or looked.asked.get("people") == "all":
        return People(_as_of(roles(customer, then), then), 0, "", names, here)
    first = _as_of(roles_with_parts_first(customer, then)[:PEOPLE_SHOWN], then)
    return People(first, more, looked.changed(people="all") + "#people", names, here)


def _as_of(found: Iterable[Role], then: Then | None) -> list[Role]:
    """Return roles as they stood by a day: who left after it was still there."""
    rows = list(found)
    for role in rows:
        if not had_left(role.until, then):
            role.until = None
    return rows


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Everything the page of one customer shows.

    Units
    -----
    ``today`` is the epoch day the page is read on: the rewound one when rewound.
    """

    customer: Customer
    today: int
    real_today: int
    currency: str
    horizon: int
    stood: Stood | None
    health: HealthShown | None
    usual: str
    strip: Strip
    steps: tuple[Reason, ...]
    todos: Sequence[ToDo]
    records: Records
    people: People
    tab: str
    tabs: tuple[Link, ...]
    chips: tuple[Link, ...]
    wanted: Card | None
    outcomes: int
    plan: str
    success: SuccessTab | None
    history: HistoryPage | None
    contracts: ContractsShown | None
    older: str
    chances: Chances | None
    rewound: Rewound | None
    address: str
    know: KnowingShown

    @property
    def amends_first(self) -> bool:
        """Whether something has to be made good before anything is asked of them."""
        return any(one.amends_first for one in self.steps)

    @property
    def without_purchases(self) -> bool:
        """Whether they are or were on contract and never bought: nothing is said of purchases then."""
        row = self.stood.row if self.stood else None
        days = ("contract_day", "contract_end_day")
        return row is not None and not row.purchases and any(row.inputs.get(day, -1) >= 0 for day in days)


@dataclass(frozen=True)
class Looked:
    """How a customer is looked at: which tab, which entries, which day."""

    ref: str
    asked: dict[str, str]

    @classmethod
    def of(cls, ref: str, typed: QueryDict) -> Looked:
        """Return what a request asks for."""
        names = ("tab", "only", "before", "as_of", "mode", "outcome", "people")
        return cls(ref, {name: text for name in names if (text := str(typed.get(name, "")))})

    def changed(self, **changes: str) -> str:
        """Return the address with these values changed."""
        merged = {name: value for name, value in {**self.asked, **changes}.items() if value}
        address = reverse("customer", args=[self.ref])
        return f"{address}?{urlencode(merged)}" if merged else address

    @property
    def tab(self) -> str:
        """The tab that is asked for; nothing when the customer decides."""
        asked = self.asked.get("tab", "")
        if asked in dict(TABS):
            return asked
        return "history" if {"only", "before"} & self.asked.keys() else ""

    @property
    def only(self) -> str:
        """Which entries are asked for."""
        asked = self.asked.get("only", "all")
        return asked if asked in KINDS else "all"


def customer_shown(customer: Customer, looked: Looked, company: Company) -> CustomerPage:
    """Return the page of one customer."""
    list_address = Address({name: looked.asked[name] for name in ("as_of", "mode") if name in looked.asked})
    now, day = today_of(company), list_address.day
    rewind = day is not None
    found = rewind_of(day, list_address.mode) if day is not None else None
    ready: Rewind | None = found if found is not None and found.state == "done" else None
    shown = now if day is None else day
    known_by = day if list_address.mode == "known" else None
    standing = stood(customer.pk, shown, ready) if day is None or ready else None
    tab = looked.tab or first_tab(customer.pk)
    plan = success_plan(customer.pk, shown, known_by, whole=tab == "success")
    past = _history(customer.pk, looked, shown, known_by, company) if tab == "history" else None
    then = None if day is None else Then(day, known_by)
    known = _records(customer.pk, then)
    return CustomerPage(
        customer=customer,
        today=shown,
        real_today=now,
        currency=company.currency,
        horizon=company.horizon_days,
        stood=standing,
        health=health_shown(customer.pk, shown, rewound=rewind),
        usual=usual_words(usual_of(customer.pk, shown, known_by)),
        strip=_strip(customer.pk, standing, shown, known_by),
        steps=_steps(customer.pk) if day is None else (),
        todos=list(todos_of(customer.pk)) if day is None else [],
        records=known,
        people=people_shown(customer.pk, known.people, looked, then),
        tab=tab,
        tabs=_tabs(looked, tab),
        chips=_chips(looked),
        wanted=card_of(plan.wanted) if plan.wanted else None,
        outcomes=plan.still_wanted,
        plan=looked.changed(tab="success", only="", before="", outcome=""),
        success=_success(plan, looked, known) if tab == "success" else None,
        history=past,
        contracts=contracts_shown(customer.pk, shown, known_by, rewound=rewind) if tab == "success" else None,
        older=looked.changed(before=str(past.before)) if past and past.before is not None else "",
        chances=chances_of(standing.row) if standing and not rewind else None,
        rewound=None if day is None else rewound(list_address, day, found),
        address=looked.changed(as_of="", mode="", before=""),
        know=knowing_shown(
            customer.pk,
            shown,
            purchase_days=standing.row.purchase_days if standing else 0,
            outcomes=[one.outcome for one in plan.outcomes],
            rewound=rewind,
            known_by=known_by,
        ),
    )


def first_tab(customer: int) -> str:
    """Return the tab a customer opens with: their success, where there is any or a contract asks for it."""
    return "success" if success_matters(customer) else "history"


def _success(plan: Plan, looked: Looked, known: Records) -> SuccessTab:
    return success_tab(plan, looked.asked.get("outcome", ""), known.people, known.owners)


def _tabs(looked: Looked, current: str) -> tuple[Link, ...]:
    return tuple(
        Link(word, looked.changed(tab=key, only="", before="", outcome=""), key == current)
        for key, word in TABS
    )


def _chips(looked: Looked) -> tuple[Link, ...]:
    return tuple(
        Link(
            word,
            looked.changed(tab="history", only="" if key == "all" else key, before="", outcome=""),
            key == looked.only,
        )
        for key, (word, _) in KINDS.items()
    )


def _steps(customer: int) -> tuple[Reason, ...]:
    found = open_steps(customer)
    whom = contacts([customer]) if found else {}
    return tuple(reason(step, whom) for step in found)


def _history(
    customer: int, looked: Looked, shown: int, known_by: int | None, company: Company
) -> HistoryPage:
    before = whole_number(looked.asked.get("before", ""), shown)
    until = shown if before is None else before
    return history(Question(customer, looked.only, until, known_by), company)


def _strip(customer: int, standing: Stood | None, today: int, known_by: int | None) -> Strip:
    bought = purchase_days([customer], today - STRIP_DAYS, today, known_by=known_by)
    return strip(
        bought.get(customer, []),
        start=today - STRIP_DAYS,
        today=today,
        end=today + AHEAD_DAYS,
        width=360,
        due=standing.row.due_day if standing else None,
        quiet=standing.row.quiet_day if standing else None,
    )


def _records(customer: int, then: Then | None) -> Records:
    return Records(
        tags=list(records.tags_of(customer)),
        notes=list(notes(customer, then)),
        people=named(customer, then),
        identifiers=list(records.identifiers(customer)),
        children=list(records.children(customer)[:50]),
        proposals=list(records.proposals(customer)),
        owners=list(colleagues()),
        kinds=list(records.kinds()),
    )
