"""They came a second time: ask why."""

from __future__ import annotations

from typing import Any

from regulars.attention.rules.book import Book, IntArray, Rule, chosen
from regulars.insight.figures import counted


def find(book: Book) -> tuple[IntArray, IntArray]:
    """Return customers whose second purchase was within the window."""
    mask = (book["days"] == 2) & book.within("last_day", WINDOW) & book.untouched_since("last_day")
    return chosen(mask, book["last_day"])


def say(book: Book, row: int) -> tuple[str, str, dict[str, Any]]:
    """Return the sentence, the opening line and what it rests on."""
    apart = int(book["last_day"][row] - book["first_day"][row])
    sentence = f"bought a second time, {counted(apart, 'day')} after the first. Why did they come back?"
    return sentence, "You came back: what was it that brought you?", {
        "first_day": int(book["first_day"][row]),
        "last_day": int(book["last_day"][row]),
    }  # fmt: skip


def base_line(number: int) -> str:
    """Return one line for when it is much of the base."""
    return f"{number:,} customers came a second time. Ask a few of them why."


WINDOW = 14
RULE = Rule(
    kind="second_purchase",
    title="Second purchase",
    help="The second purchase was within two weeks: the best moment to ask why they came back.",
    window_days=WINDOW,
    at_stake=0.3,
    find=find,
    say=say,
    base_line=base_line,
    occasion=lambda book, row: str(int(book["last_day"][row])),
)
