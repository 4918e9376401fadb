"""Every kind of next step, in the order of the documentation."""

from __future__ import annotations

import numpy as np

from regulars.attention.rules import (
    base_quiet,
    became_regular,
    came_when_hard,
    due_now,
    feed_stopped,
    gone_quiet,
    just_because,
    missed_us,
    order_check,
    second_purchase,
    thank_first,
    won_back,
)
from regulars.attention.rules.book import Book, IntArray, Rule, Step
from regulars.attention.rules.success_book import SuccessRule
from regulars.attention.rules.success_registry import SUCCESS_RULES

RULES: tuple[Rule, ...] = (
    gone_quiet.RULE,
    due_now.RULE,
    became_regular.RULE,
    won_back.RULE,
    missed_us.RULE,
    thank_first.RULE,
    second_purchase.RULE,
    came_when_hard.RULE,
    just_because.RULE,
)
SINGLE = (order_check, feed_stopped, base_quiet)

SUCCESS: frozenset[str] = frozenset(rule.kind for rule in SUCCESS_RULES)
"""Kinds about outcomes, promises and contracts: proposed apart from those about buying."""
BUYING: frozenset[str] = frozenset(rule.kind for rule in RULES) | {module.KIND for module in SINGLE}
FIRST: frozenset[str] = frozenset(rule.kind for rule in SUCCESS_RULES if rule.first)
"""Kinds that stand before all others: somebody told us something and waits."""

_ALL: tuple[Rule | SuccessRule, ...] = (*RULES, *SUCCESS_RULES)
TITLES: dict[str, str] = {rule.kind: rule.title for rule in _ALL} | {
    module.KIND: module.TITLE for module in SINGLE
}
HELP: dict[str, str] = {rule.kind: rule.help for rule in _ALL} | {
    module.KIND: module.HELP for module in SINGLE
}
AT_STAKE: dict[str, float] = {rule.kind: rule.at_stake for rule in _ALL}
OWED: frozenset[str] = frozenset(rule.kind for rule in RULES if rule.owed)

MOST_OF_A_KIND = 500
"""More steps of one kind than this would never be read; the customer list's views hold them all."""

FEWEST_FOR_A_LINE = 20
LINE_FROM_SHARE = 0.2
"""A rule that concerns more than this share of the base becomes one line."""


def steps(book: Book) -> list[Step]:
    """Return what all rules propose for these customers."""
    found = [step for rule in RULES for step in _steps_of(rule, book)]
    return found + [step for module in SINGLE for step in module.steps(book)]


def _steps_of(rule: Rule, book: Book) -> list[Step]:
    rows, since = rule.find(book)
    if rows.size == 0:
        return []
    if book.whole_base and rows.size > max(LINE_FROM_SHARE * book.base_size, FEWEST_FOR_A_LINE):
        return [_line(rule, book, int(rows.size))]
    order = _most_telling_first(book, rows, owed=rule.owed)[:MOST_OF_A_KIND]
    return [_step(rule, book, int(rows[place]), int(since[place])) for place in order]


def _most_telling_first(book: Book, rows: IntArray, *, owed: bool) -> IntArray:
    weight = book["days"][rows] if owed else book["stake"][rows]
    return np.lexsort((book.customer[rows], -weight))


def _step(rule: Rule, book: Book, row: int, since: int) -> Step:
    sentence, opening_line, evidence = rule.say(book, row)
    gone = (book.as_of - since + 1) / (rule.window_days + 1)
    return Step(
        kind=rule.kind,
        customer=int(book.customer[row]),
        occasion=rule.occasion(book, row),
        sentence=sentence,
        urgency=min(1.0, max(0.0, gone)),
        until_day=since + rule.window_days,
        opening_line=opening_line,
        evidence=evidence,
    )


def _line(rule: Rule, book: Book, number: int) -> Step:
    return Step(
        kind=rule.kind,
        customer=None,
        occasion=str(book.as_of // 7),
        sentence=rule.base_line(number),
        urgency=0.5,
        until_day=book.as_of + 7,
        evidence={"customers": number},
    )
