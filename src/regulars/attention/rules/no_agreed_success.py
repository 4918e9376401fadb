"""We work for somebody without having agreed what success is."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import SuccessBook, SuccessCase, SuccessRule, quoted
from regulars.insight.figures import in_days
from regulars.insight.outcome import OutcomeState

KIND = "no_agreed_success"
STARTERS = 10
"""Where it is most of the base, so many to start with stand beside the one line."""
LINE_FROM_SHARE = 0.2
SOON = 180
"""Days before a renewal in which agreeing becomes more pressing."""


def steps(book: SuccessBook) -> list[Step]:
    """Return one step each, or one line and those to start with where it is more than a fifth of the base."""
    without = sorted((case for case in book.working if not case.agreed), key=lambda case: _order(book, case))
    if not without:
        return []
    if not book.whole_base or len(without) <= max(STARTERS, LINE_FROM_SHARE * len(book.working)):
        return [_step(book, case) for case in without]
    return [_line(book, without), *(_step(book, case) for case in without[:STARTERS])]


def _order(book: SuccessBook, case: SuccessCase) -> tuple[float, int, int]:
    """Return what puts those first who renew soon, then those with the most at stake."""
    return -_urgency(book, case), -case.yearly, case.customer


def _urgency(book: SuccessBook, case: SuccessCase) -> float:
    if case.renewal_day is None or case.leaving:
        return 0.3
    return round(min(1.0, max(0.3, 1 - (case.renewal_day - book.as_of) / SOON)), 2)


def _step(book: SuccessBook, case: SuccessCase) -> Step:
    draft = next((one for one in case.outcomes if one.standing.state is OutcomeState.DRAFT), None)
    start = (
        f"has a draft, {quoted(draft.sentence)}, that nobody agreed to"
        if draft
        else "has told nobody here what success is for them"
    )
    until = (
        f", and renews {in_days(case.renewal_day - book.as_of)}"
        if case.renewal_day is not None and not case.leaving and 0 <= case.renewal_day - book.as_of <= SOON
        else ""
    )
    return Step(
        kind=KIND,
        customer=case.customer,
        occasion="now",
        sentence=f"{start}{until}. Ask them, and write down one sentence and a date.",
        urgency=_urgency(book, case),
        until_day=book.as_of + SOON,
        opening_line="If we meet in a year and you are glad you chose us: what has happened?",
        evidence={"yearly": book.money(case.yearly) if case.yearly else None, "fact_kinds": ["touchpoint"]},
    )


def _line(book: SuccessBook, without: Sequence[SuccessCase]) -> Step:
    return Step(
        kind=KIND,
        customer=None,
        occasion="base",
        sentence=(
            f"We work for {len(book.working):,} customers and have agreed with "
            f"{len(book.working) - len(without):,} what success is. Ask one of the others each day."
        ),
        urgency=0.5,
        until_day=book.as_of + 30,
        evidence={"customers": len(without)},
    )


RULE = SuccessRule(
    kind=KIND,
    title="Work without an agreed success",
    help="A contract runs or something is promised, and no outcome is agreed.",
    at_stake=0.4,
    steps=steps,
)
