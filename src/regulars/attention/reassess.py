"""Assess customers again: one, many or all, by the same code."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from regulars.attention.assess import NAMED, Assessed, aligned, assessed, learnt_base
from regulars.attention.base import Base, base_from_json, laid_out
from regulars.attention.book import book_of
from regulars.attention.facts import FactsAt, facts_at
from regulars.attention.fitting import buyers_among, fitted_base, fresh_model
from regulars.attention.gathering import everybody, gathered
from regulars.attention.models import StoredResult
from regulars.attention.odd_orders import learn_item_habits
from regulars.attention.read.profiles import id_spans, profiles
from regulars.attention.rules.registry import steps
from regulars.attention.success import refresh_success
from regulars.attention.turns import everybodys_turn, some_turn
from regulars.attention.write.results import store_result
from regulars.attention.write.standings import (
    Columns,
    Stored,
    Written,
    count_stages,
    forget_merged,
    loading,
    stored_standings,
    write_standings,
)
from regulars.attention.write.steps import keep_steps
from regulars.insight.rainy_day import rainy_customers
from regulars.insight.rhythm import BaseRhythm
from regulars.insight.shapes import columns
from regulars.insight.standing_rows import standing_rows
from regulars.ledger.due import unclaimed
from regulars.ledger.models import DueCustomer
from regulars.ledger.record import mark_due
from regulars.records.models import Customer
from regulars.records.read.company import company

log = logging.getLogger("regulars.reassess")

CUSTOMERS_AT_ONCE = 125_000
"""Customers assessed and written at once: what bounds the memory of assessing everybody."""

DUE_AT_ONCE = 2_000

LONG_AGO = 400
"""Days."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an assessment came to."""

    as_of: int
    customers: int
    written: Written
    steps: int


def learnt(at: FactsAt, as_of: int, *, keep: bool = True) -> tuple[Base, Columns]:
    """Return the base as of a day, and everybody's rows with the sign of rainy days."""
    ours = company()
    drawn, together = laid_out(at.facts, at.collect, ours, as_of)
    rows = gathered(at, drawn, together.days) if keep else everybody(at, drawn)
    kept = fresh_model(drawn, buyers_among(rows)) if keep else None
    rhythm = BaseRhythm.from_json(kept.parameters["rhythm"]) if kept else None
    base = learnt_base(drawn, rows, together, rhythm)
    rainy = rainy_customers(rows, together.days, base.calendar)
    return fitted_base(base, rows, at, kept=kept, keep=keep), {**rows, "rainy_sign": rainy.sign}


def reassess_all(as_of: int, *, engine_name: str = "") -> Outcome:
    """Assess every customer as of a day, refit what has aged, and put the next steps in order.

    Waits until nobody else assesses; who gets news meanwhile stays due.
    """
    with everybodys_turn(), _claimed(_claim_everybody()):
        return _everybody(as_of, engine_name)


def _everybody(as_of: int, engine_name: str) -> Outcome:
    with facts_at(as_of, engine_name=engine_name) as at:
        base, rows = learnt(at, as_of)
        store_result("base", as_of, base.to_json())
        learn_item_habits(at, as_of)
        written, looked_at = Written(), []
        with loading(base.customers):
            for low, high in id_spans(CUSTOMERS_AT_ONCE):
                found, stored = _assess_span(base, rows, low, high)
                written += write_standings(found.columns, stored, as_of)
                looked_at.append(_lately_seen(found.looked_at, as_of))
        del rows  # a fifth of the worker's memory, and the rules look at what was assessed
        forget_merged()
        count_stages()
        number = _propose(at, base, looked_at, customers=None)
    number += refresh_success(None, as_of)
    return Outcome(as_of, base.customers, written, number)


def _assess_span(base: Base, rows: Columns, low: int, high: int) -> tuple[Assessed, Stored]:
    known, stored = profiles(low, high), stored_standings(low, high)
    mine = (rows["customer"] >= low) & (rows["customer"] <= high)
    part = aligned({name: column[mine] for name, column in rows.items()}, known.customer)
    return assessed(base, part, known, stored, part["rainy_sign"]), stored


def _lately_seen(looked_at: Columns, as_of: int) -> Columns:
    """Return those of whom a rule may speak: nobody is reminded of who left more than a year ago."""
    lately = (looked_at["last_day"] >= as_of - LONG_AGO) | (looked_at["last_missed_day"] >= as_of - LONG_AGO)
    return {name: column[lately] for name, column in looked_at.items()}


def _propose(at: FactsAt, base: Base, parts: list[Columns], customers: Sequence[int] | None) -> int:
    # Each column leaves its parts as it is joined: held twice, they would be the peak of the worker's memory.
    names = list(parts[0]) if parts else []
    together = {name: np.concatenate([part.pop(name) for part in parts]) for name in names}
    if not together:
        return 0
    book = book_of(at, base, together, whole_base=customers is None)
    proposed = steps(book)
    wanted = {step.customer for step in proposed if step.customer is not None}
    rows = np.flatnonzero(np.isin(together["customer"], list(wanted)))
    stakes = dict(zip(together["customer"][rows].tolist(), together["stake"][rows].tolist(), strict=True))
    keep_steps(proposed, stakes=stakes, customers=customers, as_of=base.as_of)
    return len(proposed)


def reassess_some(customers: Sequence[int], as_of: int) -> Outcome:
    """Assess these customers as of a day, with what is stored of the whole base."""
    stored_base = StoredResult.objects.filter(key="base").first()
    if stored_base is None:
        return reassess_all(as_of)
    base = base_from_json(stored_base.result, company(), as_of)
    ids = sorted(set(customers))
    with facts_at(as_of, customers=ids) as at:
        calendar = at.calendar(base.calendar)
        rows = columns(at.collect(standing_rows(at.facts, calendar)))
        known = profiles(ids[0], ids[-1], only=ids)
        stored = stored_standings(ids[0], ids[-1])
        part = aligned(rows, known.customer)
        # Who may be named for rainy days is decided among all customers at once, so what was found stays.
        place, here = stored.places(known.customer)
        rainy = np.where(here, NAMED * stored.rainy[place], 0) if stored.customer.size else 0 * place
        found = assessed(base, part, known, stored, rainy)
        written = write_standings(found.columns, stored, as_of)
        number = _propose(at, base, [found.looked_at], customers=ids)
    number += refresh_success(ids, as_of)
    forget_merged()
    count_stages()
    return Outcome(as_of, len(ids), written, number)


def reassess_due(as_of: int) -> Outcome:
    """Assess the customers with news, a batch at a time; nobody while everybody is being assessed."""
    total = Outcome(as_of, 0, Written(), 0)
    if not StoredResult.objects.filter(key="base").exists():
        return reassess_all(as_of) if unclaimed().exists() else total
    while (one := _reassess_batch(as_of)) is not None:
        total = Outcome(
            as_of, total.customers + one.customers, total.written + one.written, total.steps + one.steps
        )
    return total


def _reassess_batch(as_of: int) -> Outcome | None:
    with some_turn() as ours:
        claimed = claim_due() if ours else None
        if claimed is None:
            return None
        token, customers = claimed
        with _claimed(token):
            outcome = reassess_some(customers, as_of)
            _mark_overtaken(token, customers)
    return outcome


@contextmanager
def _claimed(token: str) -> Iterator[None]:
    """Work off a claim: done, its customers are not due any more; failed, others may take them on.

    A claim that was taken back by newer news no longer carries our token and stays due.
    """
    mine = DueCustomer.objects.filter(claimed_by=token)
    try:
        yield
    except BaseException:
        mine.update(claimed_by="", claimed_at=None)
        raise
    mine.delete()


def _mark_overtaken(token: str, customers: Sequence[int]) -> None:
    """Mark again whose claim was taken back: another may have written what is newer before we wrote."""
    kept = set(DueCustomer.objects.filter(claimed_by=token).values_list("customer_id", flat=True))
    overtaken = set(customers) - kept
    if overtaken:
        there = Customer.objects.filter(pk__in=overtaken).values_list("pk", flat=True)
        mark_due(list(there), timezone.now())


def _claim_everybody() -> str:
    """Claim all customers with news; in everybody's turn, other claims are those of lost workers."""
    token = secrets.token_hex(8)
    DueCustomer.objects.update(claimed_by=token, claimed_at=timezone.now())
    return token


def claim_due() -> tuple[str, list[int]] | None:
    """Claim a batch of customers with news; None when nobody has any.

    A conditional update decides between workers; claims older than ten minutes belong to a lost worker.
    """
    token = secrets.token_hex(8)
    free = DueCustomer.objects.filter(claimed_by="").order_by("since").values_list("customer_id", flat=True)
    wanted = list(free[:DUE_AT_ONCE])
    if not wanted:
        freed = unclaimed().update(claimed_by="", claimed_at=None)
        return claim_due() if freed else None
    DueCustomer.objects.filter(customer_id__in=wanted, claimed_by="").update(
        claimed_by=token, claimed_at=timezone.now()
    )
    mine = list(DueCustomer.objects.filter(claimed_by=token).values_list("customer_id", flat=True))
    return (token, mine) if mine else claim_due()
