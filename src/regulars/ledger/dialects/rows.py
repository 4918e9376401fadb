"""Rows of a file to facts: a batch of columns in, checked facts in columns out. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import compress
from typing import Any

import numpy as np

from regulars.ledger.checks import LENGTHS, Fault
from regulars.ledger.columns import FactColumns
from regulars.ledger.dialects.cells import CellReader
from regulars.ledger.dialects.dates import NO_DAY, OLDEST, DateReader, Moment
from regulars.ledger.dialects.fields import FACT_KIND
from regulars.ledger.dialects.message_ids import MessageIds
from regulars.ledger.dialects.money import MoneyReader
from regulars.ledger.dialects.occurrences import Occurrences
from regulars.ledger.dialects.reading import Cells, Read, Reading, profiles_of
from regulars.ledger.dialects.screen import Screen
from regulars.ledger.dialects.touchpoints import touchpoint_properties
from regulars.ledger.dialects.words import NO_SALE, REFUNDED, RETURNS, says

ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year"}
DAYS_BEGIN = max(NO_DAY)
TEXTS = ("item", "serial", "order_number", "text", "who")


@dataclass(slots=True)
class _Draft:
    """Rows that are being read: everything by place, faulty rows still among them."""

    cells: Cells
    moments: list[Moment | None]
    currencies: list[str]
    amounts: list[int | None]
    quantities: list[float | None]
    properties: list[str]

    def only(self, keep: Sequence[bool]) -> _Draft:
        return _Draft(
            {name: list(compress(column, keep)) for name, column in self.cells.items()},
            list(compress(self.moments, keep)),
            list(compress(self.currencies, keep)),
            list(compress(self.amounts, keep)),
            list(compress(self.quantities, keep)),
            list(compress(self.properties, keep)),
        )


class RowReader:
    """Reads batch after batch of one file, remembering what it must to tell equal rows apart."""

    def __init__(self, reading: Reading, occurrences: Occurrences, screen: Screen) -> None:
        self._reading = reading
        self._cells = CellReader(reading, screen)
        self._dates = DateReader(reading.date_order, reading.ours, reading.zone)
        self._money = MoneyReader(reading)
        self._ids = MessageIds(reading.identity, occurrences)

    def read(self, columns: Sequence[list[str]], length: int) -> Read:
        """Return what a batch of rows says happened."""
        dropped: Counter[str] = Counter()
        faults: dict[int, Fault] = {}
        draft = self._draft(columns, length, dropped, faults)
        if faults:
            draft = draft.only([place not in faults for place in range(length)])
        facts = self._facts(draft)
        return Read(
            facts=facts,
            rows=[place for place in range(length) if place not in faults] if faults else range(length),
            extra=self._refunds(facts, draft.cells),
            profiles=profiles_of(draft.cells, facts.who),
            faults=sorted(faults.items(), key=lambda pair: pair[0]),
            dropped=dropped,
            anonymous=sum(not who for who in facts.who),
        )

    def _draft(
        self, columns: Sequence[list[str]], length: int, dropped: Counter[str], faults: dict[int, Fault]
    ) -> _Draft:
        cells = self._cells.cells(columns, length, dropped)
        moments = self._moments(cells, length, faults)
        currencies, amounts, quantities = self._money.money(cells, length, faults)
        self._check_lengths(cells, faults)
        self._check_status(cells, faults)
        properties = self._properties(columns, cells, length, dropped)
        return _Draft(cells, moments, currencies, amounts, quantities, properties)

    def _moments(self, cells: Cells, length: int, faults: dict[int, Fault]) -> list[Moment | None]:
        texts = cells.get("date") or [""] * length
        if "time" in cells:
            texts = [
                f"{day} {clock}" if clock else day for day, clock in zip(texts, cells["time"], strict=True)
            ]
        moments: list[Moment | None] = [*(self._dates.column(texts) or map(self._dates.read, texts))]
        days = {moment[1] for moment in moments if moment}
        if None in moments or (days and (max(days) > self._reading.last_day or min(days) <= DAYS_BEGIN)):
            for place, moment in enumerate(moments):
                fault = self._wrong_moment(moment, texts[place])
                if fault:
                    faults[place] = fault
        return moments

    def _wrong_moment(self, moment: Moment | None, text: str) -> Fault | None:
        column = self._reading.column_for("date")
        if not text:
            return Fault("date-missing", "There is no date. Add the day it happened.", column)
        if moment is None:
            order = ORDERS.get(self._reading.date_order, "year, month, day")
            message = f"{text[:40]!r} is not a date written {order}. Correct it, or say another order."
            return Fault("date-unreadable", message, column)
        if moment[1] > self._reading.last_day:
            message = f"{text[:40]} is in the future. Correct it, or import it when it has happened."
            return Fault("in-the-future", message, column)
        if moment[1] < OLDEST:
            return Fault("too-old", f"{text[:40]} is before 1900. Correct it.", column)
        if moment[1] in NO_DAY or moment[0] == 0:
            message = (
                f"{text[:40]} is what programs write where they know no date. Fill in the day it happened."
            )
            return Fault("date-unlikely", message, column)
        return None

    def _check_lengths(self, cells: Cells, faults: dict[int, Fault]) -> None:
        for target in TEXTS:
            column, longest = cells.get(target), LENGTHS[target]
            if not column or max(map(len, column)) <= longest:
                continue
            if target == "text":
                cells[target] = [cell[:longest] for cell in column]
                continue
            name = self._reading.column_for("customer" if target == "who" else target)
            for place, cell in enumerate(column):
                if len(cell) > longest:
                    message = f"The cell has {len(cell)} characters where {longest} are allowed. Shorten it."
                    faults.setdefault(place, Fault("too-long", message, name))

    def _check_status(self, cells: Cells, faults: dict[int, Fault]) -> None:
        for target in ("status", "type"):
            column = cells.get(target, [])
            refused = {cell for cell in set(column) if says(cell, NO_SALE)}
            for place, cell in enumerate(column) if refused else ():
                if cell in refused:
                    message = f"{cell[:40]!r} is not a sale, so that nothing is recorded. Leave the row out."
                    faults.setdefault(place, Fault("not-a-sale", message, self._reading.column_for(target)))

    def _properties(
        self, columns: Sequence[list[str]], cells: Cells, length: int, dropped: Counter[str]
    ) -> list[str]:
        names, kept = self._cells.properties(columns, dropped)
        if self._reading.kind == "touchpoints":
            told = touchpoint_properties(cells)
            names, kept = [*names, *told], [*kept, *told.values()]
        if not names:
            return ["{}"] * length
        return [
            json.dumps(
                {name: _shortened(cell) for name, cell in zip(names, row, strict=True) if cell != ""},
                ensure_ascii=False,
            )
            for row in zip(*kept, strict=True)
        ]

    def _facts(self, draft: _Draft) -> FactColumns:
        cells, length = draft.cells, len(draft.moments)
        nothing = [""] * length
        kinds = self._kinds(draft, length)
        back = "refund" in kinds
        seconds, days, minutes, written = (
            zip(*filter(None, draft.moments), strict=True) if length else ((), (), (), ())
        )
        facts = FactColumns(
            kind=kinds,
            who=cells["who"],
            who_name=cells.get("customer_name", nothing),
            occurred_at=np.array(seconds, "int64").astype("datetime64[s]"),
            day=days,
            minute=minutes,
            amount=unsigned(draft.amounts) if back else draft.amounts,
            currency=draft.currencies,
            item=cells.get("item", nothing),
            quantity=unsigned(draft.quantities) if back else draft.quantities,
            serial=cells.get("serial", nothing),
            order_number=cells.get("order_number", nothing),
            text=_words(cells, nothing, self._reading.kind),
            properties=draft.properties,
        )
        facts.message_id = self._ids.of(facts, cells, written)
        return facts

    def _kinds(self, draft: _Draft, length: int) -> list[str]:
        kind = FACT_KIND[self._reading.kind]
        if kind != "purchase":
            return [kind] * length
        returns = [False] * length
        if "type" in draft.cells:
            words = {cell: says(cell, RETURNS) for cell in set(draft.cells["type"])}
            returns = [words[cell] for cell in draft.cells["type"]]
        return [
            "refund" if back or (amount or 0) < 0 or (quantity or 0) < 0 else kind
            for back, amount, quantity in zip(returns, draft.amounts, draft.quantities, strict=True)
        ]

    def _refunds(self, facts: FactColumns, cells: Cells) -> FactColumns:
        """Return the refunds that rows of sales carry beside the sale."""
        if "refunded" in cells:
            found = self._money.amounts("refunded", cells["refunded"], facts.currency, {})
        elif "status" in cells:
            words = {cell: says(cell, REFUNDED) for cell in set(cells["status"])}
            paid_back = [words[cell] for cell in cells["status"]]
            found = [amount if back else None for amount, back in zip(facts.amount, paid_back, strict=True)]
        else:
            return FactColumns()
        places = [place for place, amount in enumerate(found) if amount and facts.kind[place] == "purchase"]
        back = pick(facts, places)
        back.amount = [abs(found[place] or 0) for place in places]
        back.message_id = [f"{message}.r" for message in back.message_id]
        back.kind = ["refund"] * len(places)
        back.quantity = [None] * len(places)
        return back


def unsigned(numbers: Sequence[Any]) -> list[Any]:
    """Return numbers without their signs, None as it is."""
    return [number if number is None else abs(number) for number in numbers]


def _shortened(cell: Any) -> Any:
    return cell[:500] if isinstance(cell, str) else cell


def _words(cells: Cells, nothing: list[str], kind: str) -> list[str]:
    texts = cells.get("text", nothing)
    if "channel" not in cells or kind == "touchpoints":
        return texts
    return [": ".join(filter(None, pair)) for pair in zip(cells["channel"], texts, strict=True)]


def pick(facts: FactColumns, places: Sequence[int]) -> FactColumns:
    """Return some rows of facts."""
    columns = {
        column.name: [getattr(facts, column.name)[place] for place in places]
        for column in fields(facts)
        if column.name not in ("received_at", "occurred_at")
    }
    return FactColumns(**columns, occurred_at=facts.occurred_at[list(places)])
