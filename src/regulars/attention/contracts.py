"""Contracts as their entries tell them: folded from facts, as of a day and as known by a day."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.insight.contract_terms import EXPECTED_DAYS, ContractEntry, ContractTold, contract_told
from regulars.ledger.told import ToldFact, told_facts
from regulars.records.read.company import epoch_day

CONTRACT_KINDS = ("contract_started", "contract_renewed", "contract_changed", "contract_cancelled")
KINDS = (*CONTRACT_KINDS, "renewal_forecast")
NO_DAY = -1

Columns = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class CustomerContract:
    """A customer's contract of one number."""

    customer: int
    number: str
    told: ContractTold


def customer_contracts(
    as_of: int, *, customers: Sequence[int] | None = None, known_by: int | None = None
) -> Iterator[CustomerContract]:
    """Yield the contracts of these customers, or all, by what had happened by a day.

    Parameters
    ----------
    known_by
        Leave out what was received after this day.
    """
    facts = told_facts(KINDS, customers=customers, until_day=as_of, known_by=known_by)
    for customer, own in groupby(facts, key=lambda fact: fact.customer):
        by_number: dict[str, list[ContractEntry]] = {}
        for fact in own:
            by_number.setdefault(fact.subject, []).append(contract_entry(fact))
        for number, entries in by_number.items():
            told = contract_told(entries, as_of)
            if told is not None:
                yield CustomerContract(customer, number, told)


def contract_entry(fact: ToldFact) -> ContractEntry:
    """Return a fact as an entry about a contract."""
    said: dict[str, Any] = json.loads(fact.properties) if len(fact.properties) > 2 else {}
    ends = _day(said.get("ends_on"))
    cancelled = fact.kind == "contract_cancelled"
    return ContractEntry(
        kind=fact.kind,
        day=_effective(fact.day, said, None if not cancelled or ends is None else ends + 1),
        noted=fact.day,
        amount=fact.amount,
        currency=fact.currency,
        item=fact.item,
        months=_whole(said.get("months")),
        ends=None if ends is None or cancelled else ends + 1,
        auto_renews=_yes_no(said.get("auto_renews")),
        notice_days=_whole(said.get("notice_days")),
        words=str(said.get("reason") or fact.text or ""),
        colleague=_whole(said.get("colleague")),
    )


def _effective(day: int, said: dict[str, Any], ended: int | None) -> int:
    """Return when an entry takes effect: what is agreed ahead carries the day it is agreed for."""
    if ended is not None:
        return ended
    starts = _day(said.get("starts_on"))
    return day if starts is None else starts


def _day(value: object) -> int | None:
    try:
        return epoch_day(date.fromisoformat(str(value))) if value else None
    except ValueError:
        return None


def _whole(value: object) -> int | None:
    try:
        return None if value is None or value == "" else int(str(value))
    except ValueError:
        return None


def _yes_no(value: object) -> bool | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, bool) else str(value).casefold() in {"true", "yes", "1"}


def contract_terms(as_of: int, known_by: int | None = None) -> Columns:
    """Return every stretch of every contract with one monthly amount, by what had happened by a day.

    Shape
    -----
    Arrays of one length, by customer, contract and first day: ``customer``, ``contract`` (a number of its
    own for each), ``number`` (as people call it), ``start``, ``end`` (-1: until cancelled), ``monthly``,
    ``kind`` (started, renewed or changed), ``currency``, ``reason`` (of a piece, or why it ended),
    ``auto_renews``, ``cancelled`` (the contract's end is a cancellation, and this is its last stretch).

    Units
    -----
    Epoch days, ``end`` the first day no longer covered; ``monthly`` in minor units of ``currency``.
    """
    rows = [
        row
        for place, contract in enumerate(customer_contracts(as_of, known_by=known_by))
        for row in _term_rows(place, contract)
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_TERM_TYPES)
    return {
        name: np.array(column, dtype=kind)
        for (name, kind), column in zip(_TERM_TYPES.items(), columns, strict=True)
    }


_TERM_TYPES: dict[str, Any] = {
    "customer": np.int64,
    "contract": np.int64,
    "number": object,
    "start": np.int64,
    "end": np.int64,
    "monthly": np.int64,
    "kind": object,
    "currency": object,
    "reason": object,
    "auto_renews": np.bool_,
    "cancelled": np.bool_,
}


def _term_rows(place: int, contract: CustomerContract) -> Iterator[tuple[Any, ...]]:
    told = contract.told
    pieces = told.pieces
    for number, piece in enumerate(pieces, start=1):
        last = number == len(pieces)
        cancelled = last and told.cancelled is not None and piece.end == told.cancelled
        yield (
            contract.customer,
            place,
            contract.number,
            piece.start,
            NO_DAY if piece.end is None else piece.end,
            piece.monthly,
            piece.kind,
            told.current.currency,
            told.ended_why if last and told.state == "ended" else piece.reason,
            told.current.auto_renews,
            cancelled,
        )


def with_contracts(rows: Columns, as_of: int, known_by: int | None = None) -> Columns:
    """Return STANDINGS columns in which contracts count from their terms instead of from single entries.

    A contract that ran out counts as ended, one cancelled for a later day still runs, and the end of one
    contract says nothing of another that goes on.

    Shape
    -----
    Columns in, the same columns out: ``contract_day`` begins the unbroken time under contract,
    ``contract_end_day`` is the last day of the time before it, or of the last one when none runs.
    """
    concerned = (rows["contract_day"] >= 0) | (rows["contract_end_day"] >= 0)
    if not concerned.any():
        return rows
    places = {customer: place for place, customer in enumerate(rows["customer"].tolist()) if concerned[place]}
    changed = {name: rows[name].copy() for name in ("contract_day", "contract_end_day", "renewals")}
    for name, missing in (("contract_day", NO_DAY), ("contract_end_day", NO_DAY), ("renewals", 0)):
        changed[name][concerned] = missing
    found = customer_contracts(as_of, customers=list(places), known_by=known_by)
    for customer, own in groupby(found, key=lambda one: one.customer):
        place = places[customer]
        under = time_under_contract([contract.told for contract in own], as_of)
        for name, value in zip(changed, under, strict=True):
            changed[name][place] = value
    return {**rows, **changed}


def time_under_contract(contracts: Sequence[ContractTold], as_of: int) -> tuple[int, int, int]:
    """Return since when a customer is under contract, the last day of the time before, and the renewals.

    Gaps in which a renewal may still be expected do not interrupt.

    Units
    -----
    Epoch days, -1 where there is none; renewals are terms that have begun, the first ones not counted.
    """
    open_end = as_of + 1
    spans = sorted(
        (term.start, open_end if term.end is None or told.state == "late" else min(term.end, open_end))
        for told in contracts
        for term in told.terms
        if term.start <= as_of
    )
    if not spans:
        return min(as_of, min(told.terms[0].start for told in contracts)), NO_DAY, 0
    begun, until, before = *spans[0], NO_DAY
    for start, end in spans[1:]:
        if start > until + EXPECTED_DAYS:
            begun, before = start, until - 1
            until = end
        until = max(until, end)
    runs = any(told.state != "ended" for told in contracts)
    renewals = sum(
        term.kind == "renewed" and term.start <= as_of for told in contracts for term in told.terms
    )
    return begun, before if runs else until - 1, renewals
