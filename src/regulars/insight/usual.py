"""What one customer usually does: weekday, time of day, order; and the sentence for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from regulars.insight.calendar import weekday
from regulars.insight.proportion import wilson
from regulars.insight.shapes import FACTS, TIMES, conform, shaped

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAST_VISITS = 8
"""The usual order is read from so many last visits: habits change."""
HALF_HOURS = 48
LEAST_SHARE = 0.3
"""What happens less often than this is not usual, however seldom others do it."""


@dataclass(frozen=True, slots=True)
class BaseTimes:
    """When the whole base buys: shares by weekday and by half hour, each adding up to 1."""

    weekdays: NDArray[np.float64] = field(default_factory=lambda: np.full(7, 1 / 7))
    half_hours: NDArray[np.float64] = field(default_factory=lambda: np.full(HALF_HOURS, 1 / HALF_HOURS))

    @classmethod
    def of(cls, times: dict[str, NDArray[Any]]) -> BaseTimes:
        """Return the shares of the columns of TIMES."""
        total = times["purchases"].astype(np.float64)
        if not total.sum():
            return cls()
        halves = times["half_hour"] >= 0
        by_half = np.zeros(HALF_HOURS)
        np.add.at(by_half, times["half_hour"][halves].astype(int), total[halves])
        by_day = np.zeros(7)
        np.add.at(by_day, times["weekday"].astype(int), total)
        if not by_half.sum():
            return cls(by_day / by_day.sum())
        return cls(by_day / by_day.sum(), by_half / by_half.sum())


@shaped(takes=FACTS, gives=TIMES)
def base_times(facts: ir.Table) -> ir.Table:
    """Return how many purchases of the whole base fell on each weekday and half hour.

    Shape
    -----
    FACTS in, TIMES out; ``half_hour`` is -1 where no time of day was recorded.
    """
    purchases = facts.filter(facts.kind == "purchase")
    timed = purchases.mutate(
        weekday=((purchases.day + 3) % 7).cast("int8"),
        half_hour=ibis.coalesce((purchases.minute / 30).floor(), -1.0).cast("int8"),
    )
    return conform(timed.group_by("weekday", "half_hour").aggregate(purchases=lambda t: t.count()), TIMES)


@dataclass(frozen=True, slots=True)
class Visit:
    """One purchase day of one customer.

    Units
    -----
    ``day`` is an epoch day, ``minute`` the local minute of the day of the first purchase, none if unknown.
    """

    day: int
    minute: int | None
    items: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Usual:
    """What one customer usually does; what is not usual is None or empty."""

    visits: int
    weekday: int | None = None
    minute: int | None = None
    order: tuple[tuple[str, float], ...] = ()


def visits(purchases: Sequence[dict[str, Any]]) -> tuple[Visit, ...]:
    """Return one customer's purchase facts as visits, oldest first.

    Shape
    -----
    Rows with the keys ``day``, ``minute``, ``item``, ``quantity`` of FACTS.
    """
    minutes: dict[int, int] = {}
    items: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in purchases:
        day = int(row["day"])
        content = items[day]
        if row["minute"] is not None:
            minutes[day] = min(int(row["minute"]), minutes.get(day, 24 * 60))
        if row["item"]:
            content[row["item"]] += 1.0 if row["quantity"] is None else float(row["quantity"])
    return tuple(
        Visit(day, minutes.get(day), tuple(sorted((item, n) for item, n in items[day].items() if n > 0)))
        for day in sorted(items)
    )


def _is_usual(count: int, n: int, others: float) -> bool:
    return count >= LEAST_SHARE * n and wilson(count, n)[0] > others


def _usual_weekday(days: NDArray[np.int64], base: BaseTimes) -> int | None:
    counts = np.bincount(weekday(days), minlength=7)
    best = int(np.argmax(counts))
    certain = len(days) >= 4 and _is_usual(int(counts[best]), len(days), float(base.weekdays[best]))
    return best if certain else None


def _usual_minute(minutes: NDArray[np.int64], base: BaseTimes) -> int | None:
    """Return the middle of the visits in the busiest hour, whichever half hour it starts at."""
    if len(minutes) < 4:
        return None
    halves = np.bincount(np.clip(minutes // 30, 0, HALF_HOURS - 1), minlength=HALF_HOURS)
    hours = halves + np.roll(halves, -1)
    best = int(np.argmax(hours))
    usual = base.half_hours[best] + base.half_hours[(best + 1) % HALF_HOURS]
    if not _is_usual(int(hours[best]), len(minutes), float(usual)):
        return None
    within = minutes[(minutes >= best * 30) & (minutes < best * 30 + 60)]
    return int(np.median(within)) if len(within) else None


def _usual_order(last: Sequence[Visit]) -> tuple[tuple[str, float], ...]:
    """Return the items of at least half of the last visits, each in its middle quantity."""
    with_items = [visit for visit in last if visit.items]
    if len(with_items) < 2:
        return ()
    quantities: dict[str, list[float]] = defaultdict(list)
    for visit in with_items:
        for item, quantity in visit.items:
            quantities[item].append(quantity)
    kept = {item: found for item, found in quantities.items() if 2 * len(found) >= len(with_items)}
    by_habit = sorted(kept, key=lambda item: (-len(kept[item]), item))
    return tuple((item, float(np.median(kept[item]))) for item in by_habit)


def usual(seen: Sequence[Visit], base: BaseTimes | None = None) -> Usual:
    """Return what is usual for one customer, from their visits.

    A weekday or an hour is usual when the lower Wilson bound of its share beats the base's own share, and
    the share is three in ten at least.
    """
    against = base or BaseTimes()
    if not seen:
        return Usual(0)
    days = np.array([visit.day for visit in seen], dtype=np.int64)
    minutes = np.array([visit.minute for visit in seen if visit.minute is not None], dtype=np.int64)
    return Usual(
        len(seen),
        _usual_weekday(days, against),
        _usual_minute(minutes, against),
        _usual_order(sorted(seen, key=lambda visit: visit.day)[-LAST_VISITS:]),
    )


def clock(minute: int) -> str:
    """Return a minute of the day to the nearest five.

    Example
    -------
    >>> clock(493)
    '08:15'
    """
    rounded = 5 * round(minute / 5) % (24 * 60)
    return f"{rounded // 60:02d}:{rounded % 60:02d}"


def item_words(item: str, quantity: float) -> str:
    """Return an item and how many, as people say it.

    Example
    -------
    >>> item_words("flat white", 2), item_words("Beans 250 g", 2), item_words("tea", 1)
    ('2 flat whites', '2 × Beans 250 g', 'tea')
    """
    if quantity == 1:
        return item
    plain = item.isascii() and item.replace(" ", "").isalpha() and item.islower() and not item.endswith("s")
    return f"{quantity:g} {item}s" if plain else f"{quantity:g} × {item}"


def usual_words(found: Usual) -> str:
    """Return what is usual in a few words, empty where nothing is.

    Example
    -------
    >>> usual_words(Usual(9, None, 493, (("flat white", 2.0),)))
    'about 08:15, 2 flat whites'
    """
    parts = [] if found.weekday is None else [f"{WEEKDAYS[found.weekday]}s"]
    if found.minute is not None:
        parts.append(f"about {clock(found.minute)}")
    order = " and ".join(item_words(item, quantity) for item, quantity in found.order[:3])
    return ", ".join(part for part in (" ".join(parts), order) if part)
