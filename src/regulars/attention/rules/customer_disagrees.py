"""The customer sees an outcome differently than we do: their words come first."""

from __future__ import annotations

from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import OutcomeCase, SuccessBook, SuccessCase, SuccessRule, quoted

KIND = "customer_disagrees"
WINDOW = 60
DISAGREE = {"not_yet": "says “not yet” to", "disputed": "sees it differently:"}


def steps(book: SuccessBook) -> list[Step]:
    """Return one step for each outcome the customer does not see as we do, until somebody has answered."""
    return [
        _step(book, case, outcome)
        for case in book.cases
        for outcome in case.outcomes
        if outcome.verdict in DISAGREE
        and outcome.said_day is not None
        and book.as_of - outcome.said_day <= WINDOW
        and case.untouched_since(outcome.said_day)
    ]


def _step(book: SuccessBook, case: SuccessCase, outcome: OutcomeCase) -> Step:
    number = f", {outcome.value:g} instead" if outcome.value is not None and not outcome.words else ""
    said = f": {quoted(outcome.words, 160)}" if outcome.words else number
    who = f" ({outcome.said_by})" if outcome.said_by else ""
    since = outcome.said_day or book.as_of
    return Step(
        kind=KIND,
        customer=case.customer,
        occasion=f"{outcome.outcome}-{since}",
        sentence=f"{DISAGREE[outcome.verdict]} {quoted(outcome.sentence)}{said}{who}. Answer them today.",
        urgency=1.0,
        until_day=since + WINDOW,
        opening_line="Thank you for telling us. What would have to be different for you to call it reached?",
        evidence={
            "outcome_state": outcome.standing.words,
            "said_day": since,
            "fact_kinds": ["outcome_disputed", "outcome_measured", "outcome_confirmed"],
        },
    )


RULE = SuccessRule(
    kind=KIND,
    title="They see it differently",
    help="The customer said “not yet” or disagreed, and nobody has spoken with them since.",
    at_stake=1.0,
    steps=steps,
    first=True,
)
