"""They have just become a regular."""

from __future__ import annotations

from typing import Any

from regulars.attention.rules.book import Book, IntArray, Rule, chosen
from regulars.insight.figures import counted


def find(book: Book) -> tuple[IntArray, IntArray]:
    """Return customers whose latest visit made them regulars."""
    mask = book.stands("regular", "for_life") & (book["days"] == FOURTH) & book.within("last_day", WINDOW)
    return chosen(mask, book["last_day"])


def say(book: Book, row: int) -> tuple[str, str, dict[str, Any]]:
    """Return the sentence, the opening line and what it rests on."""
    span = counted(int(book["last_day"][row] - book["first_day"][row]), "day")
    sentence = f"has become a regular: {FOURTH} visits within {span}. Learn what they come for."
    return sentence, "It is good to see you again. What brings you back to us?", {
        "purchase_days": FOURTH,
        "first_day": int(book["first_day"][row]),
        "last_day": int(book["last_day"][row]),
    }  # fmt: skip


def base_line(number: int) -> str:
    """Return one line for when it is much of the base."""
    return f"{number:,} customers have become regulars these days."


FOURTH = 4
WINDOW = 14
RULE = Rule(
    kind="became_regular",
    title="Became a regular",
    help="The visit that made them a regular was within the last two weeks.",
    window_days=WINDOW,
    at_stake=0.2,
    find=find,
    say=say,
    base_line=base_line,
    occasion=lambda book, row: str(int(book["first_day"][row])),
)
