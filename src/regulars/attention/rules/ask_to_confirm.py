"""Our numbers say an outcome is reached; the customer has not said so."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import OutcomeCase, SuccessBook, SuccessRule, days, gone, quoted
from regulars.insight.outcome import OutcomeState

KIND = "ask_to_confirm"
WINDOW = 30
SAID_BEFORE = "said_before"
"""In the evidence: whether they said so themselves once."""


def steps(book: SuccessBook) -> list[Step]:
    """Return one step for each outcome that is reached and not, or no longer, confirmed."""
    return [
        Step(
            kind=KIND,
            customer=case.customer,
            # Not the day of the reading: where a rule reads, every new entry would ask anew.
            occasion=f"{outcome.outcome}-{outcome.said_day or 0}",
            sentence=_sentence(book, outcome),
            urgency=gone(book.as_of, outcome.standing.since_day, WINDOW),
            until_day=max(outcome.standing.since_day + 4 * WINDOW, book.as_of),
            opening_line="We think you are there. Do you see it so, too?",
            evidence={
                "outcome_state": outcome.standing.words,
                SAID_BEFORE: _said_before(outcome),
                "fact_kinds": ["outcome_measured", "outcome_confirmed"],
            },
        )
        for case in book.cases
        for outcome in case.outcomes
        if outcome.standing.state is OutcomeState.REACHED
    ]


def _said_before(outcome: OutcomeCase) -> bool:
    """Return whether they confirmed it once, and that has run out: then it stands as of what they said."""
    return outcome.verdict == "confirmed" and outcome.standing.since_day == outcome.said_day


def _sentence(book: SuccessBook, outcome: OutcomeCase) -> str:
    if _said_before(outcome):
        ago = days(book.as_of - outcome.standing.since_day)
        return (
            f"said {ago} ago to have reached {quoted(outcome.sentence)}, and that has run out. "
            "Ask whether it still holds: share the plan."
        )
    return (
        f"has reached {quoted(outcome.sentence)} by what we measured. "
        "Only they can say so: share the plan and ask."
    )


def _base_line(number: int, found: Sequence[Step]) -> str:
    """Return the line about all: who said so once, and of whom our measure alone says so."""
    measured = len({step.customer for step in found if not step.evidence[SAID_BEFORE]})
    parts = [
        f"{number - measured:,} said so earlier, and that has run out" if number > measured else "",
        f"of {measured:,} only our measure says so" if measured else "",
    ]
    return (
        f"{number:,} customers have reached an outcome and are to be asked: "
        f"{'; '.join(filter(None, parts))}. Share their plans, a few a day."
    )


RULE = SuccessRule(
    kind=KIND,
    title="Reached, not confirmed",
    help="The measure has passed its target, or an earlier confirmation has expired.",
    at_stake=0.3,
    steps=steps,
    base_line=_base_line,
)
