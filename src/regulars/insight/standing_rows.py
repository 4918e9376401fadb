"""One row per customer, gathered in as few passes over the facts as possible."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from regulars.insight.days import purchase_days, purchase_ledger
from regulars.insight.shapes import CALENDAR, DAYS, FACTS, RHYTHM, SIGNS, STANDINGS, conform, shaped

_BITS = 20
_MASK = (1 << _BITS) - 1
REGULAR_DAYS = 4
"""The purchase day that makes a regular: three repeats after the first."""
"""Open indexes, gaps and counts share one integer, 20 bits each: a maximum then carries its companions."""


def _with_open_index(days: ir.Table, calendar: ir.Table | None) -> ir.Table:
    """Add the open index and the adverse mark; without a calendar every day is open and fair."""
    if calendar is None:
        return days.mutate(open_index=days.day.cast("int64"), adverse=ibis.literal(value=False))
    marks = calendar.select(day="day", open_index=calendar.open_index.cast("int64"), adverse="adverse")
    return days.inner_join(marks, "day")


def _with_gaps(days: ir.Table) -> ir.Table:
    """Add the gap to the purchase day before, the gap before that, and the number of the day."""
    window = ibis.window(group_by=["customer", "counted"], order_by="day")
    before = days.mutate(
        previous=days.open_index.lag(1).over(window),
        second=days.open_index.lag(2).over(window),
        number=ibis.row_number().over(window).cast("int64") + 1,
    )
    # Two purchases within one closed spell are one open day apart: a gap of nothing has no logarithm.
    gap = ibis.greatest(before.open_index - before.previous, ibis.literal(1, "int64"))
    gap_before = ibis.greatest(before.previous - before.second, ibis.literal(1, "int64"))
    return before.mutate(
        gap=(before.counted & before.previous.notnull()).ifelse(gap, ibis.null("int64")),
        gap_before=before.second.isnull().ifelse(ibis.literal(0, "int64"), gap_before),
    )


def _field(packed: ir.IntegerValue, place: int) -> ir.IntegerValue:
    shifted = packed if place == 0 else packed >> ibis.literal(place * _BITS, "int32")
    return (shifted & ibis.literal(_MASK, "int64")).cast("int32")


def _gathered(ledger: ir.Table, calendar: ir.Table | None) -> ir.Table:
    """Return one row per customer of the ledger, those without a purchase day included (``days`` = 0)."""
    rows = _with_gaps(_with_open_index(ledger, calendar))
    counted = rows.counted
    gap0 = rows.gap.coalesce(0)
    latest = rows.open_index * (1 << 2 * _BITS) + gap0 * (1 << _BITS) + rows.gap_before
    longest = rows.gap * (1 << 2 * _BITS) + rows.open_index * (1 << _BITS) + rows.number
    net = rows.gross - rows.refunded
    repeat = rows.gap.notnull()
    grouped = rows.group_by("customer").aggregate(
        first_day=rows.day.min(where=counted),
        last_day=rows.day.max(where=counted),
        regular_day=rows.day.min(where=counted & (rows.number == REGULAR_DAYS)),
        days=counted.sum(),
        purchases=rows.purchases.sum(where=counted).coalesce(0),
        bought=net.sum(where=counted).coalesce(0),
        loose=rows.refunded.sum(where=rows.purchases == 0).coalesce(0),
        amount_repeat=net.sum(where=repeat).coalesce(0),
        # A condition inside a median does not run on Spark: the gap is null where it must not count.
        median_gap=rows.gap.median(),
        mean_gap=rows.gap.mean(),
        mean_log_gap=(rows.gap - 0.5).log().mean(),
        first_open=rows.open_index.min(where=counted),
        latest=latest.max(where=counted),
        longest=longest.max().coalesce(0),
        hard_days=(rows.adverse & repeat).sum().coalesce(0),
    )
    return grouped.mutate(
        amount=grouped.bought - grouped.loose,
        gaps=ibis.greatest(grouped.days - 1, 0),
        last_open=_field(grouped.latest, 2),
        last_gap=_field(grouped.latest.coalesce(0), 1),
        gap_before=_field(grouped.latest.coalesce(0), 0),
        longest_gap=_field(grouped.longest, 2),
        longest_gap_end=_field(grouped.longest, 1),
        days_to_longest=_field(grouped.longest, 0),
    )


_COUNTS = (
    *("days", "purchases", "amount", "amount_repeat", "gaps", "hard_days", "facts", "touchpoints"),
    *("missed_us", "praises", "referrals", "ideas", "usages", "renewals"),
    *("last_gap", "gap_before", "longest_gap", "longest_gap_end", "days_to_longest"),
)
"""The columns that are 0, not null, where a customer has nothing of the kind."""


@shaped(takes=(DAYS, CALENDAR), gives=RHYTHM)
def rhythm_rows(days: ir.Table, calendar: ir.Table | None = None) -> ir.Table:
    """Return when, how often and how evenly each customer comes, from their purchase days.

    The calendar must reach from the first purchase day to the last: days outside it are left out. Without
    a calendar every day is open.

    Shape
    -----
    DAYS (and CALENDAR) in, RHYTHM out.

    Units
    -----
    Gaps in open days, amounts in minor units.
    """
    ledger = days.mutate(
        gross=days.amount + days.refunded,
        counted=ibis.literal(value=True),
    )
    return conform(_gathered(ledger, calendar), RHYTHM)


@shaped(takes=FACTS, gives=SIGNS)
def sign_rows(facts: ir.Table) -> ir.Table:
    """Return what else is on record about each customer: touchpoints, praise, contracts, missed us.

    Shape
    -----
    FACTS in, SIGNS out.
    """
    other = facts.filter(facts.customer.notnull(), facts.kind.notin(("purchase", "refund")))

    def count(*kinds: str) -> ir.IntegerScalar:
        return other.kind.isin(kinds).sum()

    def last(*kinds: str) -> ir.IntegerScalar:
        return other.day.max(where=other.kind.isin(kinds))

    rows = other.group_by("customer").aggregate(
        facts=other.count(),
        touchpoints=count("touchpoint"),
        last_touchpoint_day=last("touchpoint"),
        missed_us=count("missed_us"),
        last_missed_day=last("missed_us"),
        praises=count("praise"),
        referrals=count("referral"),
        ideas=count("feedback"),
        usages=count("usage"),
        last_usage_day=last("usage"),
        renewals=count("contract_renewed"),
        contract_day=last("contract_started", "contract_renewed"),
        contract_end_day=last("contract_cancelled"),
    )
    return conform(rows, SIGNS)


@shaped(takes=(FACTS, CALENDAR), gives=STANDINGS)
def standing_rows(facts: ir.Table, calendar: ir.Table | None = None) -> ir.Table:
    """Return everything a standing rests on, one row per customer with any fact.

    Cut the facts by `as_of` first. For many customers call it once per range of customers
    (``facts.filter(facts.customer.between(low, high))``): rows of different customers never meet.

    Shape
    -----
    FACTS (and CALENDAR) in, STANDINGS out; order of rows undefined.
    """
    rhythm = _gathered(purchase_ledger(facts), calendar)
    signs = sign_rows(facts)
    both = rhythm.outer_join(signs, "customer")
    filled = {name: both[name].coalesce(0) for name in _COUNTS}
    customer = ibis.coalesce(both.customer, both.customer_right)
    return conform(both.mutate(customer=customer, **filled), STANDINGS)


@shaped(takes=(FACTS, CALENDAR), gives=RHYTHM)
def rhythm_of_facts(facts: ir.Table, calendar: ir.Table | None = None) -> ir.Table:
    """Return `rhythm_rows` of the facts' purchase days.

    Shape
    -----
    FACTS (and CALENDAR) in, RHYTHM out.
    """
    return rhythm_rows(purchase_days(facts), calendar)
