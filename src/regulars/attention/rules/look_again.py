"""We said not yet, and the day to look again has come."""

from __future__ import annotations

from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import SuccessBook, SuccessRule, quoted

KIND = "look_again"
WINDOW = 30


def steps(book: SuccessBook) -> list[Step]:
    """Return one step for each customer whose day to look again has come."""
    return [
        Step(
            kind=KIND,
            customer=case.customer,
            occasion=str(ref),
            sentence=f"was not to be sold to until {quoted(until)}. The day to look again has come.",
            urgency=1.0,
            until_day=max(day + 6 * WINDOW, book.as_of + 1),
            opening_line="When we last spoke it was too early. How do you see it today?",
            evidence={"look_again_day": day, "fact_kinds": ["touchpoint"]},
        )
        for case in book.cases
        if case.not_yet is not None
        for ref, until, day in [case.not_yet]
        if day <= book.as_of
    ]


RULE = SuccessRule(
    kind=KIND,
    title="Look again",
    help="The day has come that was set when we decided not to sell to them yet.",
    at_stake=0.6,
    steps=steps,
)
