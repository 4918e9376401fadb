"""Contracts and expansions as pages show them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from regulars.attention.contracts import CustomerContract, customer_contracts
from regulars.attention.models import Contract
from regulars.insight.errors import RegularsError
from regulars.insight.stage_words import day_words
from regulars.ledger.told import told_facts
from regulars.records.money import money_words
from regulars.records.opaque import number as number_of

State = Contract.State

STATE_WORDS = {
    "coming": "agreed, not begun",
    "active": "runs",
    "late": "ended, renewal expected",
    "ended": "ended",
}


@dataclass(frozen=True, slots=True)
class ShownContract:
    """A contract as it stood on a day; ``row`` is the stored one, 0 where there is none to change.

    Units
    -----
    Epoch days; amounts in minor units of ``currency``. ``last_day`` is covered still; so is ``cancelled``,
    the last day of a contract that was cancelled.
    """

    row: int
    number: str
    state: str
    item: str
    currency: str
    yearly: int
    since_day: int
    start_day: int
    last_day: int | None
    notice_day: int | None
    auto_renews: bool
    cancelled: int | None
    terms: int
    target: int
    forecast: int | None
    forecast_day: int | None
    why: str
    final: int | None

    @property
    def words(self) -> str:
        """Where it stands, in words."""
        if self.state == "active" and self.cancelled is not None:
            return "runs, cancelled"
        return STATE_WORDS[self.state]

    @property
    def open(self) -> bool:
        """Whether a renewal of it is ahead and not decided."""
        return self.state != "ended" and self.last_day is not None and self.cancelled is None


def shown_contracts(customer: int, as_of: int, known_by: int | None = None) -> tuple[ShownContract, ...]:
    """Return a customer's contracts as of a day, those that run first, in a constant number of queries."""
    rows = dict(Contract.objects.filter(customer=customer).values_list("number", "pk"))
    found = customer_contracts(as_of, customers=[customer], known_by=known_by)
    shown = [_shown(one, rows.get(one.number, 0)) for one in found]
    return tuple(sorted(shown, key=lambda one: (one.state == "ended", one.last_day or 1 << 31, one.number)))


def _shown(contract: CustomerContract, row: int) -> ShownContract:
    told, current = contract.told, contract.told.current
    due, last = told.next_renewal, told.terms[-1]
    return ShownContract(
        row=row,
        number=contract.number,
        state=told.state,
        item=current.item,
        currency=current.currency,
        yearly=12 * told.monthly,
        since_day=told.terms[0].start,
        start_day=current.start,
        last_day=None if last.end is None else last.end - 1,
        notice_day=told.notice_day,
        auto_renews=current.auto_renews,
        cancelled=None if told.cancelled is None else told.cancelled - 1,
        terms=len(told.terms),
        target=due.target if due else 0,
        forecast=due.forecast if due else None,
        forecast_day=due.forecast_day if due else None,
        why=told.ended_why or (due.forecast_why if due else ""),
        final=told.final,
    )


def contract(ref: str) -> Contract:
    """Return the contract that an opaque id means.

    Raises
    ------
    RegularsError
        ``not-found``.
    """
    found = Contract.objects.select_related("customer").filter(pk=number_of(ref)).first()
    if found is None:
        raise RegularsError("not-found", "There is no such contract.", 404)
    return found


def contracts_of(customers: Iterable[int]) -> dict[int, list[Contract]]:
    """Return the stored contracts of these customers, the next to end first; in one statement."""
    found: dict[int, list[Contract]] = {}
    rows = Contract.objects.filter(customer__in=list(customers)).order_by("customer_id", "end_day", "pk")
    for row in rows:
        found.setdefault(row.customer_id, []).append(row)
    return found


def contract_words(own: Sequence[Contract]) -> str:
    """Return what a customer's contracts come to: "contract until 3 May 2027, €7,560 a year".

    Those that run, or wait for their renewal, come before one that only begins, and that before ended ones;
    nothing where there are none.
    """
    for states in ((State.ACTIVE, State.LATE), (State.COMING,), (State.ENDED,)):
        found = [one for one in own if one.state in states]
        if found:
            return _words_of(found)
    return ""


def _words_of(found: Sequence[Contract]) -> str:
    """Return the words for contracts that stand alike: the first to end, for ended ones the last."""
    if found[0].state == State.ENDED:
        return f"contract ended {day_words(max(one.end_day or 0 for one in found) - 1)}"
    first = min(found, key=lambda one: one.end_day or 1 << 31)
    many = len(found) > 1
    head = f"{len(found)} contracts, the first {_end(first)}" if many else f"contract {_end(first)}"
    yearly: dict[str, int] = {}
    for one in found:
        yearly[one.currency] = yearly.get(one.currency, 0) + 12 * one.monthly
    amounts = " and ".join(money_words(amount, currency) for currency, amount in yearly.items())
    return f"{head}, {amounts} a year"


def _end(contract: Contract) -> str:
    if contract.state == State.COMING:
        return f"from {day_words(contract.start_day)}"
    last = "" if contract.end_day is None else day_words(contract.end_day - 1)
    if contract.state == State.LATE:
        return f"ended {last}, renewal expected"
    if contract.cancelled_day is not None:
        return f"cancelled to {day_words(contract.cancelled_day - 1)}"
    return f"until {last}" if last else "until cancelled"


@dataclass(frozen=True, slots=True)
class Expansion:
    """Something more that a customer may take; ``closed_day`` empty while it is open.

    Units
    -----
    Epoch days; ``yearly`` and ``brought`` (what it came to) in minor units of ``currency``. ``colleague`` is
    the row number of whose desk it lies on, 0 where nobody said.
    """

    customer: int
    number: str
    item: str
    yearly: int
    currency: str
    opened_day: int
    colleague: int
    reason: str = ""
    closed_day: int | None = None
    brought: int | None = None


def expansions(
    as_of: int, *, customers: Sequence[int] | None = None, known_by: int | None = None
) -> list[Expansion]:
    """Return the expansions of these customers, or all, as they stood on a day; open ones and closed ones."""
    kinds = ("expansion_opened", "expansion_closed")
    found: dict[tuple[int, str], Expansion] = {}
    for fact in told_facts(kinds, customers=customers, until_day=as_of, known_by=known_by):
        said = json.loads(fact.properties)
        key, reason = (fact.customer, fact.subject), str(said.get("reason", ""))
        before = found.get(key)
        closed = fact.kind == "expansion_closed"
        found[key] = Expansion(
            customer=fact.customer,
            number=fact.subject,
            item=fact.item or (before.item if before else ""),
            yearly=before.yearly if closed and before else fact.amount or 0,
            currency=fact.currency,
            opened_day=before.opened_day if closed and before else fact.day,
            colleague=before.colleague if closed and before else int(said.get("colleague", 0)),
            reason=reason,
            closed_day=fact.day if closed else None,
            brought=(fact.amount or 0) if closed else None,
        )
    return list(found.values())
