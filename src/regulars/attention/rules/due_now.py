"""They are expected about now."""

from __future__ import annotations

from typing import Any

from regulars.attention.rules.book import Book, IntArray, Rule, chosen, days_ago, nobody


def find(book: Book) -> tuple[IntArray, IntArray]:
    """Return slow, steady regulars who are due: daily guests are on the expected-today list instead."""
    if book.base_quiet:
        return nobody()
    mask = book.stands("regular", "for_life") & (book["usual_gap"] >= 5)
    mask &= book.within("due_day", WINDOW) & ((book["quiet_day"] > book.as_of) | (book["quiet_day"] < 0))
    return chosen(mask, book["due_day"])


def say(book: Book, row: int) -> tuple[str, str, dict[str, Any]]:
    """Return the sentence, the opening line and what it rests on."""
    usual = round(float(book["usual_gap"][row]))
    ago = book.as_of - int(book["last_day"][row])
    sentence = f"is due: every {usual} open days is usual, the last purchase was {days_ago(ago)}."
    return sentence, "Shall we get your usual ready?", {
        "usual_gap_open_days": usual,
        "last_day": int(book["last_day"][row]),
        "due_day": int(book["due_day"][row]),
    }  # fmt: skip


def base_line(number: int) -> str:
    """Return one line for when it is much of the base."""
    return f"{number:,} regulars are due about now: have their usual ready."


WINDOW = 3
RULE = Rule(
    kind="due_now",
    title="Due now",
    help="A regular with a weekly or slower rhythm whose next purchase is due and not yet late.",
    window_days=WINDOW,
    at_stake=0.005,
    find=find,
    say=say,
    base_line=base_line,
    occasion=lambda book, row: str(int(book["last_day"][row])),
)
