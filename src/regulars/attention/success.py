"""Where customers stand with their success, and what to do about it: refreshed beside the assessment."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.attention.health import refresh_health
from regulars.attention.models import Standing
from regulars.attention.ranking import order_steps
from regulars.attention.rules.registry import SUCCESS
from regulars.attention.rules.success_book import SuccessBook, SuccessCase
from regulars.attention.rules.success_registry import success_steps
from regulars.attention.success_cases import success_cases
from regulars.attention.write.contract_standings import keep_contracts
from regulars.attention.write.plan_standings import write_plan_standings
from regulars.attention.write.steps import keep_steps
from regulars.insight.outcome import OutcomeState, most_urgent
from regulars.records.models import Customer
from regulars.records.money import money_words
from regulars.records.read.company import company

IN_ONE_CONDITION = 500


def refresh_success(customers: Sequence[int] | None, as_of: int) -> int:
    """Work out how these customers (None: everybody) fare: contracts, plans and health; propose next steps.

    Returns how many steps are proposed.
    """
    keep_contracts(customers, as_of)
    cases = success_cases(customers, as_of)
    # Whose last contract ended keeps their plan on their page, and stands in no list of plans.
    write_plan_standings([_plan_row(case) for case in cases if not case.over], customers)
    refresh_health(customers, as_of)
    currency = company().currency
    book = SuccessBook(as_of, tuple(cases), customers is None, lambda amount: money_words(amount, currency))
    proposed = success_steps(book)
    concerned = {step.customer for step in proposed}
    keep_steps(
        proposed,
        stakes=_stakes([case for case in cases if case.customer in concerned]),
        customers=customers,
        as_of=as_of,
        kinds=SUCCESS,
    )
    order_steps(Customer.objects.filter(merged_into=None).count())
    return len(proposed)


def _stakes(cases: Sequence[SuccessCase]) -> dict[int, float]:
    """Return what a year with each customer is worth: their contracts, else what they are expected to buy."""
    stakes = {case.customer: float(case.yearly) for case in cases if case.yearly}
    without = [case.customer for case in cases if not case.yearly]
    for start in range(0, len(without), IN_ONE_CONDITION):
        rows = Standing.objects.filter(customer__in=without[start : start + IN_ONE_CONDITION])
        for customer, value, days, expected in rows.values_list(
            "customer_id", "value", "purchase_days", "expected"
        ):
            stakes[customer] = max(0.0, value / max(days, 1) * (1.0 if expected is None else expected))
    return stakes


def _plan_row(case: SuccessCase) -> dict[str, object]:
    standings = [one.standing for one in case.outcomes]
    states = [one.state for one in standings]
    worst = most_urgent(standings)
    dues = [
        one.due_day
        for one in case.outcomes
        if one.due_day is not None
        and one.standing.state not in (OutcomeState.CONFIRMED, OutcomeState.DROPPED, OutcomeState.REACHED)
    ]
    return {
        "customer_id": case.customer,
        "state": None if worst is None else int(standings[worst].state),
        "days_late": 0 if worst is None else standings[worst].days_late,
        "behind": worst is not None and standings[worst].behind,
        "agreed": sum(state not in (OutcomeState.DRAFT, OutcomeState.DROPPED) for state in states),
        "reached": states.count(OutcomeState.REACHED),
        "confirmed": states.count(OutcomeState.CONFIRMED),
        "disputed": states.count(OutcomeState.DISPUTED),
        "missed": states.count(OutcomeState.MISSED),
        "next_due_day": min(dues, default=None),
        "words": "" if worst is None else case.outcomes[worst].sentence,
        "working": case.working,
        "blocked_since": min((one.opened_day for one in case.blockers), default=None),
        "blockers": len(case.blockers),
        "touched_day": case.touched_day,
    }
