"""The customer confirmed an outcome."""

from __future__ import annotations

from regulars.attention.rules.book import Step, days_ago
from regulars.attention.rules.success_book import SuccessBook, SuccessRule, gone, quoted

KIND = "thank_confirmed"
WINDOW = 21


def steps(book: SuccessBook) -> list[Step]:
    """Return one step for each confirmation that nobody has thanked for."""
    return [
        Step(
            kind=KIND,
            customer=case.customer,
            occasion=f"{outcome.outcome}-{outcome.said_day}",
            sentence=(
                f"confirmed {quoted(outcome.sentence)} {days_ago(book.as_of - outcome.said_day)}"
                f"{f': {quoted(outcome.words)}' if outcome.words else ''}. "
                "Thank them, and ask what comes next."
            ),
            urgency=gone(book.as_of, outcome.said_day, WINDOW),
            until_day=outcome.said_day + WINDOW,
            opening_line="You got there. What would be worth reaching next?",
            evidence={"said_day": outcome.said_day, "fact_kinds": ["outcome_confirmed"]},
        )
        for case in book.cases
        for outcome in case.outcomes
        if outcome.verdict == "confirmed"
        and outcome.said_day is not None
        and book.as_of - outcome.said_day <= WINDOW
        and case.untouched_since(outcome.said_day)
    ]


RULE = SuccessRule(
    kind=KIND,
    title="They confirmed an outcome",
    help="The customer said within the last three weeks that an outcome is reached, and nobody thanked them.",
    at_stake=0.2,
    steps=steps,
)
