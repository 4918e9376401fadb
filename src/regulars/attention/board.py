"""The board page: confirmed outcomes first, then money, renewals, risks, why they left, what they say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Sum

from regulars.attention.models import Contract, ContractStanding, NextStep, PlanStanding, StoredResult
from regulars.attention.revenue import last_quarter
from regulars.attention.write.results import store_result
from regulars.insight.proportion import share
from regulars.ledger.told import ToldFact, told_facts
from regulars.records.models import Commitment, Confirmation, Customer, Side, ToDo, Verdict
from regulars.records.read.company import calendar_date, company

RISKS = 5
RENEWAL_DAYS = 182
YEAR = 365

RISKY = ("customer_disagrees", "outcome_late", "champion_left", "renewal_near", "blocker_old", "promise_late")
MEASURED = "outcome_measured"
"""Also the kind of their "not yet": a verdict that moves no state."""
SAYINGS = ("praise", "complaint", "outcome_disputed", "outcome_confirmed", MEASURED)


def refresh_board(as_of: int) -> None:
    """Compute and store the board page."""
    contracts = ContractStanding.objects.exists()
    store_result("board", as_of, board(as_of) if contracts else {"refusal": "No contract has begun yet."})


def board(as_of: int) -> dict[str, Any]:
    """Return what the board reads, every figure with what it rests on."""
    revenue = StoredResult.objects.filter(key="revenue").first()
    stored = dict(revenue.result) if revenue else {}
    return {
        "currency": company().currency,
        "outcomes": outcomes(as_of),
        "revenue": {name: stored.get(name) for name in ("yearly", "customers", "over", "kept", "sentence")}
        if stored and not stored.get("refusal")
        else {},
        "quarter": last_quarter(stored) if stored else {},
        "renewals": renewals(as_of),
        "risks": risks(as_of),
        "left": left(as_of),
        "said": said(as_of),
        "refusal": "",
    }


def outcomes(as_of: int) -> dict[str, Any]:
    """Return how many of those we work for confirmed an outcome, and where the others stand."""
    found = PlanStanding.objects.filter(working=True)
    rows = list(found.values_list("agreed", "reached", "confirmed", "disputed", "missed"))
    confirmed = sum(row[2] > 0 for row in rows)
    return {
        "working": len(rows),
        "confirmed": confirmed,
        "share": share(confirmed, len(rows), as_of).to_json(),
        "reached": sum(row[1] > 0 for row in rows),
        "disputed": sum(row[3] > 0 for row in rows),
        "not_yet": len(_said_not_yet(as_of) & set(found.values_list("customer", flat=True))),
        "missed": sum(row[4] > 0 for row in rows),
        "without": sum(row[0] == 0 for row in rows),
    }


def _said_not_yet(as_of: int) -> set[int]:
    """Return who said "not yet" of an outcome, and nothing else of it since."""
    said = Confirmation.objects.filter(outcome__dropped_on=None, said_on__lte=calendar_date(as_of))
    rows = said.order_by("said_on", "pk").values_list("outcome", "outcome__customer", "verdict")
    last = {outcome: (customer, verdict) for outcome, customer, verdict in rows}
    return {customer for customer, verdict in last.values() if verdict == Verdict.NOT_YET}


def renewals(as_of: int) -> dict[str, Any]:
    """Return what comes up for renewal within half a year: target, forecast, and what nobody has said.

    What has ended and is awaited still comes up first; what is cancelled does not, and is counted apart.
    """
    ending = Contract.objects.filter(
        state__in=(Contract.State.ACTIVE, Contract.State.LATE),
        end_day__lte=as_of + RENEWAL_DAYS,
        currency=company().currency,
    )
    due, leaving = ending.filter(cancelled_day=None), ending.exclude(cancelled_day=None)
    told = due.exclude(forecast=None)
    silent = due.filter(forecast=None)
    return {
        "contracts": due.count(),
        "target": due.aggregate(sum=Sum("target"))["sum"] or 0,
        "foreseen": told.count(),
        "foreseen_target": told.aggregate(sum=Sum("target"))["sum"] or 0,
        "forecast": told.aggregate(sum=Sum("forecast"))["sum"] or 0,
        "silent": silent.count(),
        "silent_target": silent.aggregate(sum=Sum("target"))["sum"] or 0,
        "leaving": leaving.count(),
        "leaving_target": leaving.aggregate(sum=Sum("target"))["sum"] or 0,
    }


def risks(as_of: int) -> list[dict[str, Any]]:
    """Return the five customers with most at stake of whom something is open: cause, plan, owner and date."""
    steps = NextStep.objects.filter(
        state=NextStep.State.OPEN, kind__in=RISKY, customer__contract_standing__contracts__gt=0
    ).select_related("customer__owner", "customer__contract_standing")
    found: dict[int, NextStep] = {}
    for step in steps.order_by("-customer__contract_standing__yearly", "-score", "id")[: 20 * RISKS]:
        found.setdefault(step.customer_id or 0, step)
    chosen = list(found.values())[:RISKS]
    plans = _plans([step.customer_id or 0 for step in chosen])
    return [_risk(step, plans.get(step.customer_id or 0)) for step in chosen]


def _risk(step: NextStep, plan: tuple[str, str, str] | None) -> dict[str, Any]:
    customer = step.customer
    if customer is None:
        return {}
    words, who, when = plan or ("", "", "")
    return {
        "customer": customer.pk,
        "name": customer.name,
        "yearly": customer.contract_standing.yearly,
        "cause": step.sentence,
        "plan": words,
        "owner": who or (customer.owner.name if customer.owner else ""),
        "date": when,
    }


def _plans(customers: Sequence[int]) -> dict[int, tuple[str, str, str]]:
    """Return what we have set out to do next for each: the earliest open promise or to-do of ours."""
    found: dict[int, tuple[str, str, str]] = {}
    promises = Commitment.objects.filter(
        customer__in=customers, side=Side.OURS, done_on=None, missed_on=None, due_on__isnull=False
    ).select_related("colleague")
    todos = ToDo.objects.filter(customer__in=customers, done_at=None, due_on__isnull=False).select_related(
        "owner"
    )
    rows = [
        *((one.due_on, one.customer_id, one.text, one.colleague) for one in promises),
        *((one.due_on, one.customer_id, one.text, one.owner) for one in todos),
    ]
    for due, customer, text, who in sorted(rows, key=lambda row: str(row[0])):
        found.setdefault(customer or 0, (text, who.name if who else "", str(due)))
    return found


def left(as_of: int) -> dict[str, Any]:
    """Return why contracts ended within a year, in the words that were noted, the most frequent first."""
    ended = Contract.objects.filter(
        state=Contract.State.ENDED, end_day__gt=as_of - YEAR, end_day__lte=as_of
    ).values_list("ended_why", flat=True)
    reasons = Counter(words.strip().rstrip(".") or "nobody asked" for words in ended)
    return {"contracts": reasons.total(), "reasons": reasons.most_common(6)}


def said(as_of: int) -> list[dict[str, Any]]:
    """Return the last things customers said, good and bad, in their words."""
    lately = told_facts(SAYINGS, since_day=as_of - YEAR + 1, until_day=as_of)
    facts = [one for one in lately if one.text.strip() and (one.kind != MEASURED or _denies(one))]
    good = [one for one in facts if one.kind in ("praise", "outcome_confirmed")]
    bad = [one for one in facts if one.kind in ("complaint", "outcome_disputed", MEASURED)]
    chosen = [*_latest(good, 3), *_latest(bad, 3)]
    names = dict(Customer.objects.filter(pk__in=[one.customer for one in chosen]).values_list("pk", "name"))
    return [
        {
            "customer": one.customer,
            "name": names.get(one.customer, ""),
            "words": one.text,
            "good": one in good,
            "on": calendar_date(one.day).isoformat(),
        }
        for one in chosen
    ]


def _denies(fact: ToldFact) -> bool:
    """Return whether an entry is their "not yet" of an outcome, and no reading."""
    return bool(json.loads(fact.properties or "{}").get("verdict") == Verdict.NOT_YET)


def _latest(facts: Sequence[ToldFact], number: int) -> list[ToldFact]:
    """Return the latest facts of different customers in different words."""
    found: list[ToldFact] = []
    for fact in sorted(facts, key=lambda one: (-one.day, -one.fact)):
        if all(fact.customer != one.customer and fact.text != one.text for one in found):
            found.append(fact)
        if len(found) == number:
            break
    return found
