"""The customers that the rules of success look at, gathered from records, contracts and entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from regulars.attention.models import ContractStanding
from regulars.attention.read.outcomes import outcomes_now
from regulars.attention.rules.success_book import BlockerCase, OutcomeCase, PromiseCase, SuccessCase
from regulars.ledger.told import ToldFact, last_told, told_facts
from regulars.records.models import Blocker, Commitment, NotYet, Role, Side
from regulars.records.read.company import calendar_date, epoch_day
from regulars.records.read.outcomes import OutcomeNow

Row = TypeVar("Row", bound=Model)
FEW = 500
"""Up to so many customers are named in a condition; beyond, everybody's rows are read and sorted out."""

CARRIERS = ("champion", "sponsor")


def success_cases(customers: Sequence[int] | None, as_of: int) -> list[SuccessCase]:
    """Return everybody of whom there is anything to say about success, in a fixed number of queries."""
    few = list(customers) if customers is not None and len(customers) <= FEW else None
    outcomes = outcomes_now(few, as_of)
    contracts = {row.customer_id: row for row in _of(ContractStanding.objects.all(), few)}
    blockers = _grouped(_of(Blocker.objects.filter(closed_on=None).select_related("person"), few))
    promises = _grouped(_of(Commitment.objects.filter(done_on=None, missed_on=None), few))
    waiting = _grouped(_of(NotYet.objects.filter(ended_on=None), few))
    expansions, left = _expansions(few, as_of), _left(few, as_of)
    wanted = {*outcomes, *contracts, *blockers, *promises, *waiting, *expansions, *left}
    # Whose last contract ended is not asked to confirm, nor reminded of promises.
    over = {one for one, row in contracts.items() if row.ended_day is not None and not row.contracts}
    if customers is not None:
        wanted &= set(customers)
    touched = last_told(["touchpoint"], as_of, customers=few)
    return [
        SuccessCase(
            customer=one,
            working=_works(contracts.get(one), promises.get(one, [])),
            **_money(contracts.get(one)),
            touched_day=touched.get(one),
            outcomes=tuple(outcome_case(now) for now in outcomes.get(one, [])),
            blockers=tuple(_blocker_case(row) for row in blockers.get(one, [])),
            promises=tuple(_promise_case(row) for row in promises.get(one, []) if row.due_on),
            expansions=tuple(expansions.get(one, ())),
            left=left.get(one),
            over=one in over,
            not_yet=_not_yet(waiting.get(one, [])),
        )
        for one in sorted(wanted)
    ]


def _of(rows: QuerySet[Row], customers: Sequence[int] | None) -> QuerySet[Row]:
    return rows if customers is None else rows.filter(customer_id__in=customers)


def _grouped(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    found = defaultdict[int, list[Any]](list)
    for row in rows.order_by("id"):
        found[row.customer_id].append(row)
    return dict(found)


def _works(contract: ContractStanding | None, promises: Sequence[Commitment]) -> bool:
    """Return whether we work for them now: a contract runs, or something of ours is promised and open."""
    runs = contract is not None and contract.contracts + contract.elsewhere > 0
    return runs or any(one.side == Side.OURS for one in promises)


def _money(contract: ContractStanding | None) -> dict[str, Any]:
    if contract is None:
        return {}
    return {
        "yearly": contract.yearly,
        "renewal_day": contract.renewal_day,
        "leaving": contract.leaving,
        "notice_day": contract.notice_day,
        "forecast": contract.forecast,
        "auto_renews": contract.auto_renews,
    }


def outcome_case(now: OutcomeNow) -> OutcomeCase:
    """Return one outcome as the rules look at it."""
    said = now.said
    name = "" if said is None else said.said_by_name or (said.said_by.name if said.said_by else "")
    return OutcomeCase(
        outcome=now.outcome.pk,
        sentence=now.outcome.sentence,
        standing=now.standing,
        due_day=now.record.due_day,
        verdict="" if said is None else said.verdict,
        words="" if said is None else said.words,
        value=None if said is None else said.value,
        said_day=None if said is None else epoch_day(said.said_on),
        said_by=name,
    )


def _blocker_case(row: Blocker) -> BlockerCase:
    who = row.person.name if row.person else row.get_clears_display()
    return BlockerCase(row.pk, row.text, epoch_day(row.opened_on), row.side == Side.THEIRS, who)


def _promise_case(row: Commitment) -> PromiseCase:
    return PromiseCase(row.pk, row.text, epoch_day(row.due_on or calendar_date(0)), row.side == Side.OURS)


def _not_yet(rows: Sequence[NotYet]) -> tuple[int, str, int] | None:
    row = min(rows, default=None, key=lambda one: one.look_again_on)
    return None if row is None else (row.pk, row.until, epoch_day(row.look_again_on))


def _expansions(customers: Sequence[int] | None, as_of: int) -> dict[int, list[tuple[str, int]]]:
    """Return what is on offer: opened and not closed, as (item, day)."""
    facts = told_facts(["expansion_opened", "expansion_closed"], customers=customers, until_day=as_of)
    running: dict[tuple[int, str], ToldFact] = {}
    for fact in facts:
        if fact.kind == "expansion_opened":
            running[fact.customer, fact.subject] = fact
        else:
            running.pop((fact.customer, fact.subject), None)
    found = defaultdict[int, list[tuple[str, int]]](list)
    for (customer, _), fact in running.items():
        found[customer].append((fact.item, fact.day))
    return dict(found)


def _left(customers: Sequence[int] | None, as_of: int) -> dict[int, tuple[str, int]]:
    """Return the part that nobody plays any more and the day its last player left, the champion's first."""
    lost = {
        (fact.customer, fact.item): fact.day
        for fact in told_facts(["person_left"], customers=customers, until_day=as_of)
        if fact.item in CARRIERS
    }
    there = Q(until=None) | Q(until__gt=calendar_date(as_of))
    played = _of(Role.objects.filter(there, part__in=CARRIERS), customers)
    for played_part in played.values_list("customer_id", "part"):
        lost.pop(played_part, None)
    # The first carrier comes last, and so stays.
    return {
        customer: (part, lost[customer, part])
        for customer, part in sorted(lost, key=lambda one: CARRIERS.index(one[1]), reverse=True)
    }
