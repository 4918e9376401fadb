"""They come when few others do."""

from __future__ import annotations

from typing import Any

from regulars.attention.rules.book import Book, IntArray, Rule, chosen


def find(book: Book) -> tuple[IntArray, IntArray]:
    """Return rainy-day customers who were here lately and have not heard from us for a quarter."""
    mask = book["rainy"].astype(bool) & book.within("last_day", WINDOW)
    mask &= book.as_of - book["last_touchpoint_day"] > 90
    return chosen(mask, book["last_day"])


def say(book: Book, row: int) -> tuple[str, str, dict[str, Any]]:
    """Return the sentence, the opening line and what it rests on."""
    low, visits = int(book["rainy_visits"][row]), int(book["days"][row])
    sentence = f"comes when hardly anybody does: {low} of {visits} visits in our slowest weeks. Tell them."
    return sentence, "You come when nobody else does. We noticed, and we are grateful.", {
        "low_demand_visits": low,
        "purchase_days": visits,
    }  # fmt: skip


def base_line(number: int) -> str:
    """Return one line for when it is much of the base."""
    return f"{number:,} customers come when hardly anybody does."


WINDOW = 30
RULE = Rule(
    kind="came_when_hard",
    title="Comes on rainy days",
    help="They buy in our slowest weeks more than chance allows, and nobody has told them so.",
    window_days=WINDOW,
    at_stake=0.2,
    find=find,
    say=say,
    base_line=base_line,
    occasion=lambda book, row: str(book.as_of // 90),
    owed=True,
)
