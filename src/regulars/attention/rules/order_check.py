"""An order that does not look like them: ask before it leaves."""

from __future__ import annotations

from regulars.attention.rules.book import Book, Step, days_ago

KIND = "order_check"
TITLE = "Order check"
HELP = "A first order, item or quantity unlike their own past: verify before shipping, whatever its value."
WINDOW = 2


def steps(book: Book) -> list[Step]:
    """Return one step for each odd order of the last days."""
    return [
        Step(
            kind=KIND,
            customer=odd.customer,
            occasion=odd.order_number or str(odd.day),
            sentence=f"ordered {days_ago(book.as_of - odd.day)}: {odd.reason} Ask before it leaves.",
            urgency=1.0,
            until_day=odd.day + WINDOW,
            opening_line="Is this order what you meant? I would like to get it right for you.",
            evidence={"facts": list(odd.facts), "order_number": odd.order_number},
        )
        for odd in book.odd_orders
    ]
