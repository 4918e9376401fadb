"""A first purchase, and nobody said thank you."""

from __future__ import annotations

from typing import Any

from regulars.attention.rules.book import Book, IntArray, Rule, chosen, days_ago


def find(book: Book) -> tuple[IntArray, IntArray]:
    """Return first-time buyers of the last weeks whom nobody has thanked."""
    mask = (book["days"] == 1) & book.within("first_day", WINDOW) & (book["first_day"] < book.as_of)
    return chosen(mask & book.untouched_since("first_day"), book["first_day"])


def say(book: Book, row: int) -> tuple[str, str, dict[str, Any]]:
    """Return the sentence, the opening line and what it rests on."""
    ago = days_ago(book.as_of - int(book["first_day"][row]))
    sentence = f"bought for the first time {ago}, and nobody has said thank you."
    return sentence, "Thank you for buying from us. What made you try us?", {
        "first_day": int(book["first_day"][row]),
    }  # fmt: skip


def base_line(number: int) -> str:
    """Return one line for when it is much of the base."""
    return f"{number:,} first-time buyers have had no thank-you yet."


WINDOW = 14
RULE = Rule(
    kind="thank_first",
    title="First purchase, no thank-you",
    help="A first purchase within two weeks and no touchpoint since.",
    window_days=WINDOW,
    at_stake=0.3,
    find=find,
    say=say,
    base_line=base_line,
    occasion=lambda book, row: str(int(book["first_day"][row])),
)
