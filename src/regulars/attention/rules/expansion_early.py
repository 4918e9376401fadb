"""We are selling more before anything is reached."""

from __future__ import annotations

from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import SuccessBook, SuccessRule

KIND = "expansion_early"


def steps(book: SuccessBook) -> list[Step]:
    """Return one step for each customer with an open expansion and no reached outcome."""
    return [
        Step(
            kind=KIND,
            customer=case.customer,
            occasion=str(min(day for _, day in case.expansions)),
            sentence=(
                f"is being offered {case.expansions[0][0] or 'more'} while no outcome of theirs is reached. "
                "Hold the offer until they have what they came for."
            ),
            urgency=0.9,
            until_day=book.as_of + 30,
            opening_line="Before we talk about more: do you have what you came for?",
            evidence={"fact_kinds": ["expansion_opened", "outcome_agreed"]},
        )
        for case in book.cases
        if case.expansions and not case.proven
    ]


RULE = SuccessRule(
    kind=KIND,
    title="Expansion before success",
    help="An expansion is open and none of the customer's outcomes is reached.",
    at_stake=0.6,
    steps=steps,
)
