"""Rows about contracts to facts: only what is new since the source's last file. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from regulars.insight.months import add_months
from regulars.insight.typed import whole_number
from regulars.ledger.checks import LENGTHS, Fault
from regulars.ledger.columns import FactColumns
from regulars.ledger.dialects.cells import CellReader
from regulars.ledger.dialects.contract_rows import (
    CANCELLED,
    CHANGED,
    CONTRACT_WORDS,
    MOST_MONTHS,
    MOST_NOTICE,
    Added,
    ContractSoFar,
    Known,
    Said,
    contract_key,
    first_day_after,
    key_of,
)
from regulars.ledger.dialects.dates import NEVER, OLDEST, DateReader
from regulars.ledger.dialects.money import MoneyReader
from regulars.ledger.dialects.reading import Cells, Read, Reading, profiles_of
from regulars.ledger.dialects.screen import Screen
from regulars.ledger.dialects.words import ENDED, says, yes_no

AMOUNTS = ("amount", "monthly", "yearly")
ENDS = ("end", "cancelled_on")
"""Columns in which systems that must name a day write 9999-12-31 for none."""
_EPOCH = date(1970, 1, 1)
_UNITS = {"d": 1, "t": 1, "j": 1, "w": 7, "s": 7, "m": 30, "y": 365, "a": 365}
"""By which letter words for days, weeks, months and years begin, in the languages of column names."""


class ContractReader:
    """Reads batch after batch of one file, remembering each contract as far as it was told."""

    def __init__(self, reading: Reading, screen: Screen, known: Known) -> None:
        self._reading = reading
        self._today = reading.last_day - 1
        self._cells = CellReader(reading, screen)
        self._dates = DateReader(reading.date_order, reading.ours, reading.zone)
        self._money = MoneyReader(reading)
        self._known = known
        self._contracts: dict[str, ContractSoFar] = {}

    def read(self, columns: Sequence[list[str]], length: int) -> Read:
        """Return what a batch of rows says of contracts."""
        dropped: Counter[str] = Counter()
        faults: dict[int, Fault] = {}
        cells = self._cells.cells(columns, length, dropped)
        rows = self._rows(cells, length, faults)
        self._recall(cells)
        facts: list[tuple[int, Added]] = []
        extra: list[tuple[int, Added]] = []
        for place, row in enumerate(rows):
            if row is None or place in faults:
                continue
            added = self._contract(cells["who"][place], cells["contract"][place]).take(row, self._today)
            if isinstance(added, Fault):
                faults[place] = Fault(added.code, added.message, self._reading.column_for(added.column))
                continue
            facts.append((place, added[0]))
            extra += [(place, one) for one in added[1:]]
        names, kept = self._cells.properties(columns, dropped)
        own = dict(zip(names, kept, strict=True))
        places = [place for place, _ in facts]
        picked = {target: [column[place] for place in places] for target, column in cells.items()}
        return Read(
            facts=self._facts(facts, cells, own),
            rows=places,
            extra=self._facts(extra, cells, own),
            profiles=profiles_of(picked, picked["who"]),
            faults=sorted(faults.items()),
            dropped=dropped,
        )

    def _contract(self, who: str, number: str) -> ContractSoFar:
        key = contract_key(who, number)
        return self._contracts.setdefault(key, ContractSoFar(key, number))

    def _recall(self, cells: Cells) -> None:
        """Look up what was told before of contracts that this file names for the first time."""
        pairs = {
            contract_key(who, number): number
            for who, number in zip(cells["who"], cells["contract"], strict=True)
            if number and who
        }
        new = {key: number for key, number in pairs.items() if key not in self._contracts}
        if not new:
            return
        for key, number in new.items():
            self._contracts[key] = ContractSoFar(key, number)
        # Changes behind the terms they are of: after an undone import a term may have been told again later.
        for entry in sorted(self._known(list(new.values())), key=lambda known: known.entry.kind == CHANGED):
            key = key_of(entry.message_id)
            if key in new:
                self._contracts[key].recall(entry)

    def _rows(self, cells: Cells, length: int, faults: dict[int, Fault]) -> list[Said | None]:
        nothing = [""] * length
        starts = self._days("start", cells.get("start", nothing), faults)
        ends = self._days("end", cells.get("end", nothing), faults)
        gone = self._days("cancelled_on", cells.get("cancelled_on", nothing), faults)
        first = next((cells[name] for name in AMOUNTS if name in cells), nothing)
        currencies = self._money.currencies(first, cells.get("currency"), length)
        amounts = {
            name: self._money.amounts(name, cells[name], currencies, faults)
            for name in AMOUNTS
            if name in cells
        }
        return [
            self._row(
                {name: column[place] for name, column in cells.items()},
                (starts[place], ends[place], gone[place]),
                ({name: column[place] for name, column in amounts.items()}, currencies[place]),
                (place, faults),
            )
            for place in range(length)
        ]

    def _row(
        self,
        cell: dict[str, str],
        days: tuple[int | None, int | None, int | None],
        money: tuple[dict[str, int | None], str],
        at: tuple[int, dict[int, Fault]],
    ) -> Said | None:
        place, faults = at
        fault = self._missing(cell)
        if fault is not None:
            faults[place] = fault
        start, last, gone = days
        if place in faults or start is None:
            return None
        months = self._number("months", cell.get("months", ""), MOST_MONTHS, at)
        notice = self._number("notice_days", cell.get("notice_days", ""), MOST_NOTICE, at)
        end = None if last is None else first_day_after(start, last)
        if end is None and months:
            end = add_months(start, months)
        over = gone is None and says(cell.get("status", ""), ENDED)
        worth = money[0]
        return Said(
            start, end, months, worth.get("amount"), worth.get("monthly"), worth.get("yearly"), money[1],
            cell.get("item", "")[: LENGTHS["item"]], yes_no(cell.get("auto_renews", "")), notice, gone,
            over, cell.get("reason", "")[:300],
        )  # fmt: skip

    def _missing(self, cell: dict[str, str]) -> Fault | None:
        column_for = self._reading.column_for
        if not cell["who"]:
            message = "Nothing says which customer this is. Fill in the customer number."
            return Fault("customer-missing", message, column_for("customer"))
        if not cell["contract"]:
            message = "The contract has no number. Give it one, the same in every file."
            return Fault("contract-missing", message, column_for("contract"))
        if not cell["start"]:
            return Fault(
                "date-missing", "There is no start. Add the first day of the term.", column_for("start")
            )
        for name, target in (("who", "customer"), ("contract", "contract")):
            longest = LENGTHS["serial" if name == "contract" else name]
            if len(cell[name]) > longest:
                message = (
                    f"The cell has {len(cell[name])} characters where {longest} are allowed. Shorten it."
                )
                return Fault("too-long", message, column_for(target))
        return None

    def _days(self, target: str, texts: Sequence[str], faults: dict[int, Fault]) -> list[int | None]:
        """Return the days of a column; where a term ends, a day in the far future means that it does not."""
        known = {text: self._day(target, text) for text in set(texts) if text}
        days: list[int | None] = []
        for place, text in enumerate(texts):
            found = known[text] if text else None
            if isinstance(found, Fault):
                faults.setdefault(place, found)
            days.append(None if isinstance(found, Fault) else found)
        return days

    def _day(self, target: str, text: str) -> int | Fault | None:
        moment, column = self._dates.read(text), self._reading.column_for(target)
        if moment is None:
            message = f"{text[:40]!r} is not a date. Correct it, or say another order of day and month."
            return Fault("date-unreadable", message, column)
        if target in ENDS and moment[1] >= NEVER:
            return None
        if not OLDEST <= moment[1] < NEVER:
            message = f"{text[:40]!r} is not a day between 1900 and 2200. Correct it."
            return Fault("date-unlikely", message, column)
        return moment[1]

    def _number(self, target: str, text: str, most: int, at: tuple[int, dict[int, Fault]]) -> int | None:
        """Return a length: 12, or 3 months where days are meant."""
        if not text.strip():
            return None
        digits, _, unit = text.strip().replace("\u00a0", " ").partition(" ")
        per = _UNITS.get(unit.strip()[:1].casefold(), 1) if target == "notice_days" else 1
        number = whole_number(digits, most)
        found = most + 1 if number is None else number * per
        if found > most:
            place, faults = at
            message = f"{text[:40]!r} is not a length. Write a number, such as 12."
            faults[place] = Fault("length-unreadable", message, self._reading.column_for(target))
            return None
        return found

    def _facts(
        self, added: Sequence[tuple[int, Added]], cells: Cells, own: dict[str, list[str]]
    ) -> FactColumns:
        if not added:
            return FactColumns()
        days = [min(one.day, self._today) for _, one in added]
        nothing = [""] * len(added)
        moments = {day: self._dates.read((_EPOCH + timedelta(days=day)).isoformat()) for day in set(days)}
        seconds = [moment[0] if (moment := moments[day]) else 0 for day in days]
        names = cells.get("customer_name")
        worth = [one.kind != CANCELLED and one.amount is not None for _, one in added]
        return FactColumns(
            message_id=[one.message_id for _, one in added],
            kind=[one.kind for _, one in added],
            who=[cells["who"][place] for place, _ in added],
            who_name=[names[place] for place, _ in added] if names else nothing,
            occurred_at=np.array(seconds, "int64").astype("datetime64[s]"),
            day=days,
            minute=[None] * len(added),
            amount=[one.amount if paid else None for paid, (_, one) in zip(worth, added, strict=True)],
            currency=[one.currency if paid else "" for paid, (_, one) in zip(worth, added, strict=True)],
            item=[one.item for _, one in added],
            quantity=[None] * len(added),
            serial=[cells["contract"][place] for place, _ in added],
            order_number=nothing,
            text=nothing,
            properties=[self._properties(place, one, own) for place, one in added],
        )

    def _properties(self, place: int, added: Added, own: dict[str, list[str]]) -> str:
        ahead = added.day > self._today
        last = added.day if added.kind == CANCELLED and ahead else added.ends
        told: dict[str, Any] = {
            "months": added.months,
            "ends_on": None if last is None else _iso(last - 1),
            "starts_on": _iso(added.day) if ahead and added.kind != CANCELLED else None,
            "auto_renews": added.auto_renews,
            "notice_days": added.notice_days,
            "reason": added.reason or None,
        }
        # A column that is kept under its own name says nothing about the contract, whatever it is called.
        told |= {
            name: column[place][:500] or None for name, column in own.items() if name not in CONTRACT_WORDS
        }
        return json.dumps(
            {name: value for name, value in told.items() if value is not None}, ensure_ascii=False
        )


def _iso(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).isoformat()
