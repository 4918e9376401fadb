"""Every kind of next step about success, in the order of the documentation."""

from __future__ import annotations

from regulars.attention.rules import (
    ask_to_confirm,
    blocker_old,
    champion_left,
    customer_disagrees,
    expansion_early,
    look_again,
    no_agreed_success,
    outcome_late,
    promise_late,
    renewal_near,
    thank_confirmed,
)
from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import SuccessBook, SuccessRule

SUCCESS_RULES: tuple[SuccessRule, ...] = (
    customer_disagrees.RULE,
    outcome_late.RULE,
    renewal_near.RULE,
    champion_left.RULE,
    no_agreed_success.RULE,
    blocker_old.RULE,
    promise_late.RULE,
    ask_to_confirm.RULE,
    thank_confirmed.RULE,
    expansion_early.RULE,
    look_again.RULE,
)

MOST_OF_A_KIND = 500
"""More steps of one kind than this would never be read; the customer list's views hold them all."""


def success_steps(book: SuccessBook) -> list[Step]:
    """Return what the rules of success propose, the most urgent of a kind where there are very many."""
    found = list[Step]()
    for rule in SUCCESS_RULES:
        some = rule.steps(book)
        if len(some) > MOST_OF_A_KIND:
            some = sorted(some, key=lambda step: (step.customer is not None, -step.urgency))[:MOST_OF_A_KIND]
        found += some
    return found
