"""Everybody's STANDINGS columns: gathered from all facts, or from what is kept and the news since.

What is kept is one file of numbers. A customer's row in it is used while their facts, their merges and the
open days are what they were when it was gathered; everybody else is gathered again, and all of them when the
calculation itself changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.attention.base import Base
from regulars.attention.facts import FactsAt
from regulars.attention.read.profiles import id_spans
from regulars.insight.days import purchase_ledger
from regulars.insight.shapes import CALENDAR, FACTS, columns
from regulars.insight.standing_rows import standing_rows
from regulars.ledger.facts import Listing, gathered_file, tail_digest
from regulars.records.read.company import company
from regulars.store.kept import Columns, keep_columns, kept_columns, kept_rests_on

IntArray = npt.NDArray[np.int64]

GATHERED_AT_ONCE = 200_000
"""Customers whose facts the engine holds at once, within its own memory limit; each span reads all facts."""

ALL_FROM_SHARE = 0.5
"""When more of the base than this has news, gathering everybody is cheaper."""


def everybody(at: FactsAt, base: Base) -> Columns:
    """Return everybody's STANDINGS columns, by rising customer, as compact arrays."""
    spans = id_spans(GATHERED_AT_ONCE)
    parts = [_rows(at, base, at.facts.filter(at.facts.customer.between(*span))) for span in spans]
    return _joined(parts or [_rows(at, base, at.facts)])


def gathered(at: FactsAt, base: Base, days: Columns) -> Columns:
    """Return the same as `everybody`, from what is kept where that still holds, and keep it.

    Shape
    -----
    ``days`` are the columns of BASE_DAYS.
    """
    if at.listed is None:
        return everybody(at, base)
    now, then = _rests_on(at.listed, base, days), kept_rests_on(gathered_file())
    if then is None or not _comparable(then, now, base):
        return _kept(at.listed, everybody(at, base), now)
    rows = kept_columns(gathered_file())
    unsealed = rows["customer"][rows.pop("unsealed")]
    news = _news(at, at.listed, (then, now), unsealed)
    if news.size > ALL_FROM_SHARE * rows["customer"].size:
        return _kept(at.listed, everybody(at, base), now)
    turned = _turn_hard_days(at, base, then, rows)
    if not news.size:
        return _kept(at.listed, rows, now) if turned else rows
    stays = ~np.isin(rows["customer"], news)
    parts = [{name: rows.pop(name)[stays] for name in list(rows)}]
    parts += [_rows(at, base, _facts_of(at, some)) for some in _portions(news)]
    return _kept(at.listed, _joined(parts), now)


def _rows(at: FactsAt, base: Base, facts: ir.Table) -> Columns:
    rows = standing_rows(facts, at.calendar(base.calendar))
    return {name: _compact(column) for name, column in columns(at.collect(rows)).items()}


def _compact(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return counts in half the bytes where they fit; amounts keep theirs."""
    if column.dtype == np.int64 and column.size and abs(column).max() < 2**31:
        return column.astype(np.int32)
    return column


def _joined(parts: Sequence[Columns]) -> Columns:
    """Return parts end to end, by rising customer; each column leaves its parts, lest it be held twice."""
    order = np.argsort(np.concatenate([part["customer"] for part in parts]), kind="stable")
    return {name: np.concatenate([part.pop(name) for part in parts])[order] for name in list(parts[0])}


def _portions(customers: IntArray) -> Iterator[IntArray]:
    for start in range(0, customers.size, GATHERED_AT_ONCE):
        yield customers[start : start + GATHERED_AT_ONCE]


def _facts_of(at: FactsAt, customers: IntArray) -> ir.Table:
    """Return the facts of these customers, given by rising id."""
    wanted = at.engine.register("customers_with_news", pa.table({"wanted": customers}))
    near = at.facts.filter(at.facts.customer.between(int(customers[0]), int(customers[-1])))
    return near.semi_join(wanted, near.customer == wanted.wanted)


def _rests_on(listed: Listing, base: Base, days: Columns) -> dict[str, Any]:
    """Return what everybody's rows rest on, as plain values."""
    calculation = ibis.to_sql(standing_rows(ibis.table(FACTS, "facts"), ibis.table(CALENDAR, "calendar")))
    bought = np.sort(days["day"].astype(np.int64))
    return {
        "calculation": hashlib.sha256(str(calculation).encode()).hexdigest(),
        "currency": company().currency,
        "segments": [path.name for path in listed.segments],
        "tail": tail_digest(listed.tail),
        "moved": sorted([origin, current] for origin, current in listed.moved.items()),
        "as_of": base.as_of,
        "first": base.first_day,
        "days": bought.tolist(),
        "open_index": base.calendar.index_at(bought).tolist(),
        "adverse": base.calendar.adverse[bought - base.first_day].tolist(),
    }


def _comparable(then: dict[str, Any], now: dict[str, Any], base: Base) -> bool:
    """Return whether rows gathered then hold for all but the customers with news: the open days among it."""
    days, index = _before(then, base, "days"), _before(then, base, "open_index")
    return (
        all(then[name] == now[name] for name in ("calculation", "currency", "first"))
        and set(then["segments"]) <= set(now["segments"])
        and np.array_equal(base.calendar.index_at(days), index)
    )


def _before(then: dict[str, Any], base: Base, name: str) -> IntArray:
    """Return what was told of each purchase day, as far as those days have come."""
    days = np.asarray(then["days"], dtype=np.int64)
    return np.asarray(then[name], dtype=np.int64)[days <= base.as_of]


def _news(
    at: FactsAt, listed: Listing, told: tuple[dict[str, Any], dict[str, Any]], unsealed: IntArray
) -> IntArray:
    """Return whose rows do not hold: other facts since, a day that has come or is yet to come, other merges.

    Shape
    -----
    ``told`` is what rows rested on then and rest on now, ``unsealed`` whose facts were not all sealed then.
    """
    then, now = told
    moved = set(map(tuple, then["moved"])) ^ set(map(tuple, now["moved"]))
    parts = [np.array(sorted(moved), dtype=np.int64).ravel()]
    sealed = [path for path in listed.segments if path.name not in then["segments"]]
    if sealed or then["tail"] != now["tail"]:
        parts += [unsealed, _customers(at, listed.facts(at.engine, segments=sealed))]
    low, high = sorted((then["as_of"], now["as_of"]))
    if low < high:
        parts.append(_customers(at, at.everything.filter(at.everything.day.between(low + 1, high))))
    return np.unique(np.concatenate(parts))


def _customers(at: FactsAt, facts: ir.Table) -> IntArray:
    named = facts.filter(facts.customer.notnull()).select("customer").distinct()
    return np.sort(columns(at.collect(named))["customer"].astype(np.int64))


def _turn_hard_days(at: FactsAt, base: Base, then: dict[str, Any], rows: Columns) -> bool:
    """Count the hard days anew where a day was not one then, or no longer is; return whether any was.

    A hard day counts from the second purchase day on.
    """
    days, was = _before(then, base, "days"), _before(then, base, "adverse")
    turned = days[base.calendar.adverse[days - base.first_day] != was]
    if not turned.size:
        return False
    rows["hard_days"] = rows["hard_days"].astype(np.int64)
    bought = at.facts.filter(at.facts.kind == "purchase", at.facts.day.isin(turned.tolist()))
    for some in _portions(_customers(at, bought)):
        ledger = purchase_ledger(_facts_of(at, some))
        came = ledger.filter(ledger.counted, ledger.day.isin(turned.tolist())).select("customer", "day")
        _count_turned(base, rows, columns(at.collect(came)))
    return True


def _count_turned(base: Base, rows: Columns, came: Columns) -> None:
    place = np.minimum(np.searchsorted(rows["customer"], came["customer"]), rows["customer"].size - 1)
    again = (rows["customer"][place] == came["customer"]) & (came["day"] > rows["first_day"][place])
    step = np.where(base.calendar.adverse[came["day"] - base.first_day], 1, -1)
    np.add.at(rows["hard_days"], place[again], step[again])


def _kept(listed: Listing, rows: Columns, rests_on: dict[str, Any]) -> Columns:
    """Keep the rows, telling whose rest on sealed facts alone, and return them."""
    unsealed = columns(listed.tail.select(["customer"]))["customer"]
    keep_columns(gathered_file(), {**rows, "unsealed": np.isin(rows["customer"], unsealed)}, rests_on)
    return rows
