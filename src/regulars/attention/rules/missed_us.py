"""They came or asked, and we were closed or out of stock."""

from __future__ import annotations

from typing import Any

from regulars.attention.rules.book import Book, IntArray, Rule, chosen, days_ago, times


def find(book: Book) -> tuple[IntArray, IntArray]:
    """Return customers who missed us lately and have not heard from us since."""
    mask = book.within("last_missed_day", WINDOW) & book.untouched_since("last_missed_day")
    return chosen(mask, book["last_missed_day"])


def say(book: Book, row: int) -> tuple[str, str, dict[str, Any]]:
    """Return the sentence, the opening line and what it rests on."""
    ago = days_ago(book.as_of - int(book["last_missed_day"][row]))
    often = int(book["missed_us"][row])
    more = "" if often == 1 else f", {times(often)} so far"
    sentence = f"came {ago} and we could not serve them{more}. Call today: no sign is stronger."
    return sentence, "You came and we were not there for you. I am sorry. What can I bring you?", {
        "missed_us": often,
        "last_missed_day": int(book["last_missed_day"][row]),
        "fact_kinds": ["missed_us"],
    }  # fmt: skip


def base_line(number: int) -> str:
    """Return one line for when it is much of the base."""
    return f"{number:,} customers came and we could not serve them: look at opening hours and stock."


WINDOW = 14
RULE = Rule(
    kind="missed_us",
    title="Missed us",
    help="They came or asked while we were closed or out of stock, and nobody has called since.",
    window_days=3,
    at_stake=1.0,
    find=find,
    say=say,
    base_line=base_line,
    occasion=lambda book, row: str(int(book["last_missed_day"][row])),
)
