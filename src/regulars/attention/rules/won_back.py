"""They came back after they were gone."""

from __future__ import annotations

from typing import Any

from regulars.attention.rules.book import Book, IntArray, Rule, chosen


def find(book: Book) -> tuple[IntArray, IntArray]:
    """Return customers who came back within the window and with whom nobody has spoken since."""
    mask = book.stands("won_back") & book.within("last_day", WINDOW) & book.untouched_since("last_day")
    return chosen(mask, book["last_day"])


def say(book: Book, row: int) -> tuple[str, str, dict[str, Any]]:
    """Return the sentence, the opening line and what it rests on."""
    away = int(book["last_gap"][row])
    sentence = f"came back after {away} open days away. Welcome them, and ask what had kept them."
    return sentence, "Good to have you back. What had kept you away?", {
        "away_open_days": away,
        "last_day": int(book["last_day"][row]),
    }  # fmt: skip


def base_line(number: int) -> str:
    """Return one line for when it is much of the base."""
    return f"{number:,} customers came back after a long time away."


WINDOW = 14
RULE = Rule(
    kind="won_back",
    title="Won back",
    help="A purchase after the customer had gone quiet or lapsed, with no word from us since.",
    window_days=WINDOW,
    at_stake=0.5,
    find=find,
    say=say,
    base_line=base_line,
    occasion=lambda book, row: str(int(book["last_day"][row])),
)
