"""Something has been in the way for weeks."""

from __future__ import annotations

from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import SuccessBook, SuccessRule, days, gone, quoted

KIND = "blocker_old"
PATIENCE = 14
WINDOW = 90


def steps(book: SuccessBook) -> list[Step]:
    """Return one step for each blocker open for two weeks or longer, with who can unclog it."""
    return [
        Step(
            kind=KIND,
            customer=case.customer,
            occasion=str(blocker.blocker),
            sentence=(
                f"has been held up for {days(book.as_of - blocker.opened_day)}: {quoted(blocker.text)}. "
                f"{blocker.clears} can unclog it; {_ask(theirs=blocker.theirs)}"
            ),
            urgency=gone(book.as_of, blocker.opened_day, WINDOW),
            until_day=max(blocker.opened_day + 2 * WINDOW, book.as_of + 1),
            opening_line="What would it take to get this out of the way?",
            evidence={"opened_day": blocker.opened_day, "fact_kinds": ["blocker_opened", "blocker_closed"]},
        )
        for case in book.cases
        for blocker in case.blockers
        if book.as_of - blocker.opened_day >= PATIENCE
    ]


def _ask(*, theirs: bool) -> str:
    return "offer your help and name a day." if theirs else "it is ours to move."


RULE = SuccessRule(
    kind=KIND,
    title="Something is in the way",
    help="A blocker on either side has been open for two weeks or longer.",
    at_stake=0.4,
    steps=steps,
)
