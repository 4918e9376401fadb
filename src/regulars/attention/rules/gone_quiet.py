"""A regular did not come when they should have."""

from __future__ import annotations

from typing import Any

import numpy as np

from regulars.attention.rules.book import Book, IntArray, Rule, chosen, nobody


def find(book: Book) -> tuple[IntArray, IntArray]:
    """Return regulars whose silence is unusual; nobody while the whole base is silent."""
    if book.base_quiet:
        return nobody()
    # The most regular are given up soon after they are missed: both belong here while it is fresh.
    mask = book.stands("gone_quiet", "lapsed") & (book["quiet_day"] >= 0)
    # Long silence is a matter for the list of lapsed customers, not for today.
    mask &= book.as_of - book["quiet_day"] <= 4 * WINDOW
    return chosen(mask, book["quiet_day"])


def say(book: Book, row: int) -> tuple[str, str, dict[str, Any]]:
    """Return the sentence, the opening line and what it rests on."""
    silence = int(book.open_days_since(book["last_day"][row : row + 1])[0])
    usual = max(1, round(float(book["usual_gap"][row])))
    days = int(book["days"][row])
    sentence = f"has been silent for {silence} open days; every {usual} is usual, over {days} visits."
    return sentence, "We have missed you. Is everything all right?", {
        "silence_open_days": silence,
        "usual_gap_open_days": usual,
        "purchase_days": days,
        "last_day": int(book["last_day"][row]),
    }  # fmt: skip


def base_line(number: int) -> str:
    """Return one line for when it is much of the base."""
    return f"{number:,} customers are quieter than usual at once: look at us first, not at them."


WINDOW = 21
RULE = Rule(
    kind="gone_quiet",
    title="Gone unusually quiet",
    help="A regular whose silence passes the bound that 95 % of their own gaps stay within.",
    window_days=WINDOW,
    at_stake=0.5,
    find=find,
    say=say,
    base_line=base_line,
    occasion=lambda book, row: str(int(np.asarray(book["last_day"])[row])),
)
