"""A promise of ours or theirs is past its date."""

from __future__ import annotations

from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import SuccessBook, SuccessRule, days, gone, quoted

KIND = "promise_late"
THEIRS_AFTER = 7
"""Days we wait before we remind them; our own promises are late at once."""
WINDOW = 30


def steps(book: SuccessBook) -> list[Step]:
    """Return one step for each open promise past its date."""
    return [
        Step(
            kind=KIND,
            customer=case.customer,
            occasion=str(promise.commitment),
            sentence=_sentence(promise.text, book.as_of - promise.due_day, ours=promise.ours),
            urgency=gone(book.as_of, promise.due_day, WINDOW),
            until_day=promise.due_day + 4 * WINDOW,
            opening_line=OURS if promise.ours else THEIRS,
            evidence={"promised_day": promise.due_day, "fact_kinds": ["commitment_made"]},
        )
        for case in book.cases
        for promise in case.promises
        if 0 < book.as_of - promise.due_day <= 4 * WINDOW
        and (promise.ours or book.as_of - promise.due_day >= THEIRS_AFTER)
    ]


OURS = "We promised you this and are late. Here is what we will do by when."
THEIRS = "How is it going with this on your side? Is there something we can take off you?"


def _sentence(text: str, late: int, *, ours: bool) -> str:
    if ours:
        return f"was promised {quoted(text)} by us; we are {days(late)} late. Say so before they ask."
    return f"promised {quoted(text)} and is {days(late)} late. Ask what would help, not why."


RULE = SuccessRule(
    kind=KIND,
    title="A promise is late",
    help="A commitment of ours is past its date, or one of theirs by a week.",
    at_stake=0.3,
    steps=steps,
)
