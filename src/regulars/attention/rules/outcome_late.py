"""An agreed outcome is late, behind or missed."""

from __future__ import annotations

from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import (
    OutcomeCase,
    SuccessBook,
    SuccessCase,
    SuccessRule,
    days,
    gone,
    quoted,
)
from regulars.insight.outcome import MISSED_AFTER_DAYS, OutcomeState

KIND = "outcome_late"
WINDOW = 180


def steps(book: SuccessBook) -> list[Step]:
    """Return one step for each late or freshly missed outcome; long-missed ones stay on the page."""
    return [
        _step(book, case, outcome)
        for case in book.cases
        for outcome in case.outcomes
        if outcome.standing.state in (OutcomeState.LATE, OutcomeState.MISSED)
        and outcome.standing.days_late <= WINDOW
    ]


def _step(book: SuccessBook, case: SuccessCase, outcome: OutcomeCase) -> Step:
    missed = outcome.standing.state is OutcomeState.MISSED
    late = days(outcome.standing.days_late)
    words = f"did not reach {quoted(outcome.sentence)}" if missed else f"wants {quoted(outcome.sentence)}"
    tail = f"its date passed {late} ago" if missed else _late(book, outcome)
    since = book.as_of - outcome.standing.days_late
    return Step(
        kind=KIND,
        customer=case.customer,
        occasion=f"{outcome.outcome}-{'missed' if missed else 'late'}",
        sentence=f"{words}; {tail}. {_proposal(missed=missed)}",
        urgency=1.0 if missed else gone(book.as_of, since, MISSED_AFTER_DAYS),
        until_day=since + WINDOW,
        opening_line="Where do you see this today, and what would help most?",
        evidence={
            "outcome_state": outcome.standing.words,
            "days_late": outcome.standing.days_late,
            "fact_kinds": ["outcome_agreed", "outcome_measured", "milestone_reached"],
        },
    )


def _late(book: SuccessBook, outcome: OutcomeCase) -> str:
    words = f"it is {outcome.standing.words}"
    if not outcome.standing.behind or outcome.due_day is None:
        return words
    left = outcome.due_day - book.as_of
    return f"{words}, with {days(left)} left" if left else f"{words}, and due today"


def _proposal(*, missed: bool) -> str:
    return "Say so first, and agree on what now." if missed else "Find what is in the way together."


RULE = SuccessRule(
    kind=KIND,
    title="An outcome is late, behind or missed",
    help="An agreed outcome is behind the straight line to its target, or its date has passed.",
    at_stake=0.6,
    steps=steps,
    base_line=lambda number, _: (
        f"{number:,} customers have an outcome that is late, behind or missed: that says more about how we "
        "plan than about them. Begin with those furthest behind."
    ),
)
