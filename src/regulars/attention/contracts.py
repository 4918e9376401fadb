"""Contracts as their entries tell them: folded from facts, as of a day and as known by a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.insight.contract_term import EXPECTED_DAYS, ContractEntry, pieces_of
from regulars.insight.contract_terms import ContractTold, contract_told
from regulars.ledger.contract_entries import CONTRACT_KINDS, contract_entry
from regulars.ledger.told import told_facts
from regulars.records.models import Customer

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


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """Every stretch of every contract with one monthly amount, for the reports on revenue.

    Shape
    -----
    ``columns``: arrays of one length, by customer, contract and first day. ``contract`` is a place in
    ``contracts``, ``reason`` one in ``reasons`` (-1: nobody cancelled it); ``kind`` is the row number of the
    kind of customer, 0 where none; ``end`` -1 where it runs until cancelled; ``months`` the agreed length.

    Units
    -----
    Epoch days, ``end`` the first day no longer covered; ``monthly`` in minor units of ``currency``.
    """

    columns: Columns
    contracts: tuple[tuple[int, str], ...]
    reasons: tuple[str, ...]


def contract_terms(as_of: int, known_by: int | None = None) -> ContractTerms:
    """Return the terms of all contracts by what had happened, and what had been received, by a day."""
    kinds = dict(Customer.objects.exclude(kind=None).values_list("pk", "kind_id"))
    reasons: dict[str, int] = {}
    contracts: list[tuple[int, str]] = []
    rows: list[tuple[Any, ...]] = []
    for one in customer_contracts(as_of, known_by=known_by):
        head = (len(contracts), one.customer, kinds.get(one.customer, 0))
        contracts.append((one.customer, one.number))
        rows += _term_rows(head, one.told, reasons)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_TERM_COLUMNS)
    found: Columns = {
        name: np.array(column, dtype=np.str_ if name == "currency" else np.int64)
        for name, column in zip(_TERM_COLUMNS, columns, strict=True)
    }
    return ContractTerms(found, tuple(contracts), tuple(reasons))


_TERM_COLUMNS = ("contract", "customer", "kind", "start", "end", "monthly", "months", "currency", "reason")


def _term_rows(
    head: tuple[int, int, int], told: ContractTold, reasons: dict[str, int]
) -> Iterator[tuple[Any, ...]]:
    for term in told.terms:
        months = term.months or (1 if term.end is None else max(1, round((term.end - term.start) / 30.4375)))
        pieces = pieces_of(term)
        for piece in pieces:
            reason = NO_DAY
            # The last of all, also where it ended before somebody said that it would not be renewed.
            if told.cancelled is not None and term is told.terms[-1] and piece is pieces[-1]:
                reason = reasons.setdefault(told.ended_why, len(reasons))
            end = NO_DAY if piece.end is None else piece.end
            yield (*head, piece.start, end, piece.monthly, months, term.currency, reason)


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
    Epoch days, -1 where there is none; renewals are terms that have begun, the first ones not counted. The
    first day lies ahead of who has agreed on a contract and never had one.
    """
    spans = spans_of(contracts, as_of)
    if not spans:
        return min(told.terms[0].start for told in contracts), NO_DAY, 0
    begun, until, before = *spans[0], NO_DAY
    for start, end in spans[1:]:
        if start > until + EXPECTED_DAYS:
            begun, before = start, until - 1
            until = end
        until = max(until, end)
    goes_on = any(as_of < term.start <= until + EXPECTED_DAYS for told in contracts for term in told.terms)
    runs = goes_on or any(told.state in ("active", "late") for told in contracts)
    renewals = sum(
        term.kind == "renewed" and term.start <= as_of for told in contracts for term in told.terms
    )
    return begun, before if runs else until - 1, renewals


def spans_of(contracts: Sequence[ContractTold], as_of: int) -> list[tuple[int, int]]:
    """Return the begun terms as (first day, first day no longer covered), the earliest first.

    What runs on, or whose last renewal is still awaited, ends after ``as_of``.
    """
    ahead = as_of + 1
    return sorted(
        (
            term.start,
            ahead
            if term.end is None or (told.state == "late" and term is told.terms[-1])
            else min(term.end, ahead),
        )
        for told in contracts
        for term in told.terms
        if term.start <= as_of
    )
