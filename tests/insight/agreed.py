"""Contracts worked out by hand, and made-up ones, that several tests share."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from regulars.insight.terms import Terms, terms_of

EPOCH = date(1970, 1, 1).toordinal()


def day(text: str) -> int:
    """Return the epoch day of an ISO date, -1 for none."""
    return date.fromisoformat(text).toordinal() - EPOCH if text else -1


# contract, customer, start, end, a month, kind, reason, currency, end heard of on
AGREED = [
    (1, 1, "2023-03-01", "2024-03-01", 1000, 1, -1, "EUR", ""),  # renewed flat
    (1, 1, "2024-03-01", "2025-03-01", 1000, 1, -1, "EUR", ""),
    (2, 2, "2023-02-15", "2024-02-15", 2000, 1, -1, "EUR", ""),  # renewed up
    (2, 2, "2024-02-15", "2025-02-15", 2500, 1, -1, "EUR", ""),
    (3, 3, "2023-01-20", "2024-01-20", 3000, 2, -1, "EUR", ""),  # renewed 21 days late
    (3, 3, "2024-02-10", "2025-02-10", 3000, 2, -1, "EUR", ""),
    (4, 4, "2023-04-01", "2024-03-15", 1500, 2, 3, "EUR", "2024-04-10"),  # lost, heard of late
    (5, 5, "2024-01-10", "2024-03-05", 400, 1, -1, "EUR", ""),  # new, later less
    (5, 5, "2024-03-05", "", 250, 1, -1, "EUR", ""),
    (6, 6, "2022-06-01", "2023-06-01", 700, 2, -1, "EUR", ""),  # left the year before,
    (7, 6, "2024-02-20", "2025-02-20", 900, 2, -1, "EUR", ""),  # returned by another contract
    (8, 7, "2023-05-01", "2024-05-01", 600, 1, -1, "EUR", ""),  # two contracts that overlap
    (9, 7, "2024-01-15", "2025-01-15", 300, 1, -1, "EUR", ""),
    (10, 8, "2023-06-01", "2024-02-10", 800, 2, 1, "EUR", ""),  # swapped for another of equal value
    (11, 8, "2024-02-10", "2025-02-10", 800, 2, -1, "EUR", ""),
    (12, 9, "2023-01-01", "", 5000, 1, -1, "USD", ""),  # another currency
    (13, 10, "2024-03-01", "2024-02-20", 999, 1, 2, "EUR", ""),  # cancelled before it began
]


def agreed() -> Terms:
    """Return the contracts worked out by hand."""
    columns = list(zip(*AGREED, strict=True))
    names = ("contract", "customer", "start", "end", "monthly", "kind", "reason", "currency", "end_received")
    given = dict(zip(names, columns, strict=True))
    for name in ("start", "end"):
        given[name] = tuple(day(text) for text in given[name])
    given["end_received"] = tuple(day(text) for text in given["end_received"])
    return terms_of(given)


START = day("2023-01-01")


@st.composite
def made_up(draw: st.DrawFn) -> Terms:
    """Return terms of a few customers with several contracts, early ends, gaps and overlaps."""
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 9),
                st.integers(0, 700),
                st.integers(-20, 420),
                st.integers(0, 5),
                st.integers(-1, 1),
                st.booleans(),
            ),
            max_size=25,
        )
    )
    return terms_of(
        {
            "contract": [row[0] for row in rows],
            "customer": [row[0] % 4 for row in rows],
            "start": [START + row[1] for row in rows],
            "end": [-1 if row[5] else START + row[1] + row[2] for row in rows],
            "monthly": [row[3] * 100 for row in rows],
            "kind": [row[0] % 3 for row in rows],
            "reason": [row[4] for row in rows],
        },
        "EUR",
    )
