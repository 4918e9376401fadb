"""Our numbers say an outcome is reached; the customer has not said so."""

from __future__ import annotations

from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import SuccessBook, SuccessRule, gone, quoted
from regulars.insight.outcome import OutcomeState

KIND = "ask_to_confirm"
WINDOW = 30


def steps(book: SuccessBook) -> list[Step]:
    """Return one step for each outcome that is reached and not, or no longer, confirmed."""
    return [
        Step(
            kind=KIND,
            customer=case.customer,
            # Not the day of the reading: where a rule reads, every new entry would ask anew.
            occasion=f"{outcome.outcome}-{outcome.said_day or 0}",
            sentence=(
                f"has reached {quoted(outcome.sentence)} by what we measured. "
                "Only they can say so: share the plan and ask."
            ),
            urgency=gone(book.as_of, outcome.standing.since_day, WINDOW),
            until_day=max(outcome.standing.since_day + 4 * WINDOW, book.as_of),
            opening_line="We think you are there. Do you see it so, too?",
            evidence={
                "outcome_state": outcome.standing.words,
                "fact_kinds": ["outcome_measured", "outcome_confirmed"],
            },
        )
        for case in book.cases
        for outcome in case.outcomes
        if outcome.standing.state is OutcomeState.REACHED
    ]


RULE = SuccessRule(
    kind=KIND,
    title="Reached, not confirmed",
    help="The measure has passed its target, or an earlier confirmation has expired.",
    at_stake=0.3,
    steps=steps,
    base_line=lambda number: (
        f"{number:,} customers have reached an outcome by what we measured, and nobody has asked them. "
        "Share their plans, a few a day."
    ),
)
