"""Nobody has spoken with them for a long time, and there is nothing to sell."""

from __future__ import annotations

from typing import Any

import numpy as np

from regulars.attention.rules.book import NEVER, Book, IntArray, Rule, chosen


def find(book: Book) -> tuple[IntArray, IntArray]:
    """Return regulars without a touchpoint in the window, the longest-standing first."""
    mask = book.stands("regular", "for_life") & (book.as_of - book["last_touchpoint_day"] > WINDOW)
    mask &= book["reachable"].astype(bool)
    return chosen(mask, np.full(book.customer.size, book.as_of - WINDOW // 2))


def say(book: Book, row: int) -> tuple[str, str, dict[str, Any]]:
    """Return the sentence, the opening line and what it rests on."""
    last = int(book["last_touchpoint_day"][row])
    years = (book.as_of - int(book["first_day"][row])) / 365.25
    spoken = (
        "has never had a call from us"
        if last == NEVER
        else f"last heard from us {book.as_of - last} days ago"
    )
    sentence = f"{spoken}, with {int(book['days'][row])} visits in {years:.1f} years. Call just because."
    return sentence, "I wanted to know more about how you're doing and how I can help.", {
        "purchase_days": int(book["days"][row]),
        "first_day": int(book["first_day"][row]),
        "last_touchpoint_day": None if last == NEVER else last,
    }  # fmt: skip


def base_line(number: int) -> str:
    """Return one line for when it is much of the base."""
    return f"{number:,} regulars have had nothing from us but invoices for {WINDOW} days."


WINDOW = 90
RULE = Rule(
    kind="just_because",
    title="Just-because call",
    help="A regular whom nobody has contacted for 90 days except to sell.",
    window_days=WINDOW,
    at_stake=0.2,
    find=find,
    say=say,
    base_line=base_line,
    occasion=lambda book, row: str(book.as_of // WINDOW),
    owed=True,
)
