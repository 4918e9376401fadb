"""The book of customers that rules look at, put together from what was assessed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from regulars.attention.base import Base
from regulars.attention.facts import FactsAt
from regulars.attention.odd_orders import odd_orders
from regulars.attention.read.feeds import quiet_feeds
from regulars.attention.read.profiles import reachable
from regulars.attention.rules.book import Book
from regulars.attention.write.standings import Columns
from regulars.insight.stage import Stage
from regulars.records.read.company import company

IntArray = npt.NDArray[np.int64]
STAGES = {stage.name.lower(): int(stage) for stage in Stage}


def book_of(at: FactsAt, base: Base, looked_at: Columns, *, whole_base: bool) -> Book:
    """Return the book: assessed columns, who can be reached, odd orders, feeds that stopped."""
    customer: IntArray = looked_at["customer"].astype(np.int64)

    def open_days_since(days: IntArray) -> IntArray:
        return np.maximum(base.open_now - base.calendar.index_at(days), 0)

    return Book(
        as_of=base.as_of,
        customer=customer,
        columns={**looked_at, "reachable": reachable(customer)},
        open_days_since=open_days_since,
        whole_base=whole_base,
        base_size=base.customers,
        base_quiet=base.quiet_sentence,
        odd_orders=odd_orders(at, base, looked_at),
        quiet_feeds=quiet_feeds(company(), base.as_of) if whole_base else (),
        stages=STAGES,
    )
