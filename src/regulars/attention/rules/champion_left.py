"""Somebody who carried us at the customer has left."""

from __future__ import annotations

from regulars.attention.rules.book import Step, days_ago
from regulars.attention.rules.success_book import SuccessBook, SuccessRule, gone

KIND = "champion_left"
WINDOW = 90
FRESH = 21
"""After so many days without a word it is as pressing as it gets."""


def steps(book: SuccessBook) -> list[Step]:
    """Return one step for each customer whose champion or sponsor left and has no successor."""
    return [
        Step(
            kind=KIND,
            customer=case.customer,
            occasion=f"{part}-{day}",
            sentence=(
                f"lost their {part} {days_ago(book.as_of - day)}, and nobody has taken that part. "
                "Ask who carries this now, whatever the numbers say."
            ),
            urgency=gone(book.as_of, day, FRESH),
            until_day=day + WINDOW,
            opening_line="Who will look after this with us now, and what do they need from us?",
            evidence={"left_day": day, "fact_kinds": ["person_left", "touchpoint"]},
        )
        for case in book.cases
        if case.left is not None
        for part, day in [case.left]
        if book.as_of - day <= WINDOW
    ]


RULE = SuccessRule(
    kind=KIND,
    title="Their champion left",
    help="A champion or sponsor is gone since less than 90 days, and nobody has taken their part.",
    at_stake=0.8,
    steps=steps,
)
