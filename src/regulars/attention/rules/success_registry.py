"""Every kind of next step about success, in the order of the documentation."""

from __future__ import annotations

from dataclasses import replace

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

STARTERS = 10
"""Beside a line about much of the base, so many to start with are shown."""
FEWEST_FOR_A_LINE = 20
LINE_FROM_SHARE = 0.2


def success_steps(book: SuccessBook) -> list[Step]:
    """Return what the rules of success propose, the most urgent of a kind where there are very many."""
    found = list[Step]()
    with_us = replace(book, cases=tuple(case for case in book.cases if not case.over))
    for rule in SUCCESS_RULES:
        looked_at = book if rule is look_again.RULE else with_us
        some = sorted(rule.steps(looked_at), key=lambda step: (step.customer is not None, -step.urgency))
        if rule.base_line is not None and _much_of_the_base(book, some):
            some = [_line(book, rule, some), *some[:STARTERS]]
        found += some[:MOST_OF_A_KIND]
    return found


def _much_of_the_base(book: SuccessBook, some: list[Step]) -> bool:
    return book.whole_base and len(some) > max(FEWEST_FOR_A_LINE, LINE_FROM_SHARE * len(book.cases))


def _line(book: SuccessBook, rule: SuccessRule, found: list[Step]) -> Step:
    number = len({step.customer for step in found})
    return Step(
        kind=rule.kind,
        customer=None,
        occasion="base",
        sentence=rule.base_line(number, found) if rule.base_line else "",
        urgency=0.5,
        until_day=book.as_of + 30,
        evidence={"customers": number},
    )
