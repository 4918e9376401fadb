"""Rows of a file to facts: a batch of columns in, checked facts in columns out. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import tzinfo
from decimal import Decimal
from hashlib import blake2b
from itertools import compress
from operator import attrgetter

import numpy as np

from regulars.ledger.checks import LENGTHS, Fault, minor_digits
from regulars.ledger.columns import FactColumns
from regulars.ledger.dialects.amounts import currency_hint, decimal_of, minor_units
from regulars.ledger.dialects.dates import DateReader, Moment
from regulars.ledger.dialects.fields import FACT_KIND, PROPERTY
from regulars.ledger.dialects.occurrences import Occurrences
from regulars.ledger.dialects.screen import Screen
from regulars.ledger.dialects.words import ANONYMOUS, NO_SALE, REFUNDED, RETURNS, says

LARGEST = 10**14
MOST = 1e9
TEXTS = ("item", "serial", "order_number", "text")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the cells of one file are read."""

    kind: str
    ticks: tuple[tuple[str, str], ...]  # (column name, field), in the order of the batch's columns
    identity: tuple[str, ...]
    date_order: str
    decimal: str
    currency: str
    currency_said: bool
    ours: tzinfo
    zone: tzinfo
    last_day: int


@dataclass(slots=True)
class Profile:
    """What a row says about a customer beside what happened."""

    name: str = ""
    kind: str = ""
    parent: str = ""
    owner: str = ""
    person: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""


@dataclass(slots=True)
class Read:
    """What a batch of rows became."""

    facts: FactColumns
    rows: Sequence[int]
    extra: FactColumns = field(default_factory=FactColumns)
    profiles: dict[str, list[Profile]] = field(default_factory=dict)
    faults: list[tuple[int, Fault]] = field(default_factory=list)  # place in the batch
    dropped: Counter[str] = field(default_factory=Counter)
    anonymous: int = 0


class RowReader:
    """Reads batch after batch of one file, remembering what it must to tell equal rows apart."""

    def __init__(self, reading: Reading, occurrences: Occurrences, screen: Screen) -> None:
        self.reading = reading
        self._occurrences = occurrences
        self._screen = screen
        self._dates = DateReader(reading.date_order, reading.ours, reading.zone)
        self._amounts: dict[tuple[str, str], tuple[Decimal, str] | Fault] = {}
        self._minor: dict[str, dict[str, int | Fault | None]] = {}
        self._quantities: dict[str, float | Fault | None] = {"": None}
        self._order: dict[str, str] = {}
        self._by_field: dict[str, list[int]] = {}
        for place, (_, name) in enumerate(reading.ticks):
            self._by_field.setdefault(name, []).append(place)

    def read(self, columns: Sequence[list[str]], length: int) -> Read:
        """Return what a batch of rows says happened."""
        dropped: Counter[str] = Counter()
        cells = self._cells(columns, length, dropped)
        faults: dict[int, Fault] = {}
        self._filled_down(cells, length)
        moments = self._moments(cells, length, faults)
        currencies, amounts, quantities = self._money(cells, length, faults)
        self._lengths(cells, faults)
        self._status(cells, faults)
        draft = _Draft(
            cells, moments, currencies, amounts, quantities, self._properties(columns, length, dropped)
        )
        keep = [place not in faults for place in range(length)] if faults else None
        draft = draft.only(keep) if keep else draft
        facts, extra = self._facts(draft)
        return Read(
            facts=facts,
            rows=[place for place in range(length) if place not in faults] if faults else range(length),
            extra=extra,
            profiles=profiles_of(draft.cells, facts.who),
            faults=sorted(faults.items(), key=lambda pair: pair[0]),
            dropped=dropped,
            anonymous=sum(not who for who in facts.who),
        )

    def _column(self, cells: dict[str, list[str]], name: str, length: int) -> list[str]:
        return cells.get(name) or [""] * length

    def _cells(
        self, columns: Sequence[list[str]], length: int, dropped: Counter[str]
    ) -> dict[str, list[str]]:
        """Return stripped cells by field, without what is never taken, and who each row is about."""
        cells: dict[str, list[str]] = {}
        for name, places in self._by_field.items():
            if name != PROPERTY:
                parts = [self._clean(place, columns[place], dropped) for place in places]
                joined = (
                    parts[0]
                    if len(parts) == 1
                    else [" · ".join(filter(None, row)) for row in zip(*parts, strict=True)]
                )
                cells[name] = joined
        if "first_name" in cells or "last_name" in cells:
            first, last = self._column(cells, "first_name", length), self._column(cells, "last_name", length)
            whole = [f"{one} {two}".strip() for one, two in zip(first, last, strict=True)]
            target = "person_name" if self.reading.kind in ("people", "customers") else "customer_name"
            cells.setdefault(target, whole)
        cells["who"] = self._who(cells, length)
        return cells

    def _clean(self, place: int, column: list[str], dropped: Counter[str]) -> list[str]:
        name, target = self.reading.ticks[place]
        stripped = list(map(str.strip, column))
        return stripped if target in _NUMBERS else self._screen.clean(name, target, stripped, dropped)

    def _who(self, cells: dict[str, list[str]], length: int) -> list[str]:
        who = [
            "" if cell.casefold() in ANONYMOUS else cell for cell in self._column(cells, "customer", length)
        ]
        if "email" in cells:
            who = [known or mail.lower() for known, mail in zip(who, cells["email"], strict=True)]
        if "customer" not in cells and "email" not in cells and "customer_name" in cells:
            who = ["" if cell.casefold() in ANONYMOUS else cell for cell in cells["customer_name"]]
        return who

    def _filled_down(self, cells: dict[str, list[str]], length: int) -> None:
        """Fill what a source writes only on the first row of an order into its other rows."""
        orders = cells.get("order_number")
        if not orders:
            return
        for name in ("date", "who", "customer_name", "currency", "email", "phone", "status", "channel"):
            column = cells.get(name)
            if column and (("" in column) or name == "who"):
                self._fill(orders, column, name)
        self._order["order"] = orders[-1] if orders else ""
        for name in ("date", "who", "customer_name", "currency", "email", "phone", "status", "channel"):
            if cells.get(name):
                self._order[name] = cells[name][-1]

    def _fill(self, orders: Sequence[str], column: list[str], name: str) -> None:
        last_order, last = self._order.get("order", ""), self._order.get(name, "")
        for place, order in enumerate(orders):
            if not column[place] and order and order == last_order:
                column[place] = last
            last_order, last = order, column[place]

    def _moments(
        self, cells: dict[str, list[str]], length: int, faults: dict[int, Fault]
    ) -> list[Moment | None]:
        texts = self._column(cells, "date", length)
        if "time" in cells:
            texts = [
                f"{day} {clock}" if clock else day for day, clock in zip(texts, cells["time"], strict=True)
            ]
        moments = list(map(self._dates.read, texts))
        if None in moments or max(moment.day for moment in moments if moment) > self.reading.last_day:
            for place, moment in enumerate(moments):
                fault = self._wrong_moment(moment, texts[place])
                if fault:
                    faults[place] = fault
        return moments

    def _wrong_moment(self, moment: Moment | None, text: str) -> Fault | None:
        column = self._name_of("date")
        if not text:
            return Fault("date-missing", "There is no date. Add the day it happened.", column)
        if moment is None:
            order = {"dmy": "day, month, year", "mdy": "month, day, year"}.get(
                self.reading.date_order, "year, month, day"
            )
            return Fault(
                "date-unreadable",
                f"{text[:40]!r} is not a date written {order}. Correct it, or say another order.",
                column,
            )
        if moment.day > self.reading.last_day:
            return Fault(
                "in-the-future",
                f"{text[:40]} is in the future. Correct it, or import it when it has happened.",
                column,
            )
        return (
            Fault("too-old", f"{text[:40]} is before 1900. Correct it.", column)
            if moment.day < -25567
            else None
        )

    def _name_of(self, target: str) -> str:
        return next((name for name, known in self.reading.ticks if known == target), target)

    def _money(
        self, cells: dict[str, list[str]], length: int, faults: dict[int, Fault]
    ) -> tuple[list[str], list[int | None], list[float | None]]:
        quantities = self._numbers(cells.get("quantity"), length, faults)
        currencies = [cell.upper() for cell in cells["currency"]] if "currency" in cells else []
        if "amount" in cells:
            amounts = self._amounts_of("amount", cells["amount"], currencies, faults)
        elif "price" in cells:
            amounts = self._priced(cells["price"], currencies, quantities, faults)
        else:
            return [""] * length, [None] * length, quantities
        texts = cells.get("amount") or cells["price"]
        named = self._currencies(texts, currencies, length)
        return (
            [name if amount is not None else "" for name, amount in zip(named, amounts, strict=True)],
            amounts,
            quantities,
        )

    def _currencies(self, texts: Sequence[str], named: Sequence[str], length: int) -> list[str]:
        ours = self.reading.currency
        if named:
            return [name or ours for name in named]
        if self.reading.currency_said:
            return [ours] * length
        hints = {text: currency_hint(text) or ours for text in set(texts)}
        return [hints[text] for text in texts]

    def _amounts_of(
        self, target: str, texts: Sequence[str], currencies: Sequence[str], faults: dict[int, Fault]
    ) -> list[int | None]:
        named = self._currencies(texts, currencies, len(texts))
        found: list[int | None] = []
        for place, (text, currency) in enumerate(zip(texts, named, strict=True)):
            known = self._minor.setdefault(currency, {})
            try:
                value = known[text]
            except KeyError:
                if len(known) > 200_000:
                    known.clear()
                value = known[text] = self._amount(target, text, currency)
            if isinstance(value, Fault):
                faults.setdefault(place, value)
                value = None
            found.append(value)
        return found

    def _amount(self, target: str, text: str, currency: str) -> int | Fault | None:
        if not text:
            return None
        digits = minor_digits(currency)
        if digits is None:
            column = self._name_of("currency")
            return Fault(
                "currency-unknown",
                f"{currency[:10]!r} is not a currency. Use its three ISO letters, such as EUR.",
                column,
            )
        number = decimal_of(text, self.reading.decimal or ".")
        if number is None or abs(minor := minor_units(number, digits)) > LARGEST:
            return Fault(
                "amount-unreadable",
                f"{text[:40]!r} is not an amount. Correct it, or say another decimal sign.",
                self._name_of(target),
            )
        return minor

    def _priced(
        self,
        prices: Sequence[str],
        currencies: Sequence[str],
        quantities: Sequence[float | None],
        faults: dict[int, Fault],
    ) -> list[int | None]:
        each = self._amounts_of("price", prices, currencies, faults)
        return [
            None if price is None else round(price * (1 if quantity is None else quantity))
            for price, quantity in zip(each, quantities, strict=True)
        ]

    def _numbers(self, texts: list[str] | None, length: int, faults: dict[int, Fault]) -> list[float | None]:
        if not texts:
            return [None] * length
        known = self._quantities
        for text in set(texts).difference(known):
            number = decimal_of(text, self.reading.decimal or ".")
            known[text] = (
                float(number)
                if number is not None and abs(number) < MOST
                else Fault(
                    "quantity-unreadable",
                    f"{text[:40]!r} is not a quantity. Correct it.",
                    self._name_of("quantity"),
                )
            )
        found: list[float | None] = []
        for place, text in enumerate(texts):
            value = known[text]
            if isinstance(value, Fault):
                faults.setdefault(place, value)
                value = None
            found.append(value)
        return found

    def _lengths(self, cells: dict[str, list[str]], faults: dict[int, Fault]) -> None:
        for name in (*TEXTS, "who"):
            longest = LENGTHS[name]
            column = cells.get(name)
            if column and len(max(column, key=len)) > longest:
                for place, cell in enumerate(column):
                    if len(cell) > longest and name == "text":
                        column[place] = cell[:longest]
                    elif len(cell) > longest:
                        message = (
                            f"The cell has {len(cell)} characters where {longest} are allowed. Shorten it."
                        )
                        faults.setdefault(
                            place,
                            Fault("too-long", message, self._name_of("customer" if name == "who" else name)),
                        )

    def _status(self, cells: dict[str, list[str]], faults: dict[int, Fault]) -> None:
        for target in ("status", "type"):
            column = cells.get(target)
            if column:
                refused = {cell for cell in set(column) if says(cell, NO_SALE)}
                for place, cell in enumerate(column) if refused else ():
                    if cell in refused:
                        message = (
                            f"{cell[:40]!r} is not a sale, so that nothing is recorded. Leave the row out."
                        )
                        faults.setdefault(place, Fault("not-a-sale", message, self._name_of(target)))

    def _properties(self, columns: Sequence[list[str]], length: int, dropped: Counter[str]) -> list[str]:
        places = self._by_field.get(PROPERTY)
        if not places:
            return ["{}"] * length
        names = [self.reading.ticks[place][0] for place in places]
        cleaned = [self._clean(place, columns[place], dropped) for place in places]
        return [
            json.dumps(
                {name: cell[:500] for name, cell in zip(names, row, strict=True) if cell}, ensure_ascii=False
            )
            for row in zip(*cleaned, strict=True)
        ]

    def _facts(self, draft: _Draft) -> tuple[FactColumns, FactColumns]:
        length = len(draft.moments)
        kinds = self._kinds(draft, length)
        facts = FactColumns(
            kind=kinds,
            who=draft.cells["who"],
            who_name=self._column(draft.cells, "customer_name", length),
            occurred_at=list(map(attrgetter("at"), draft.moments)),
            day=list(map(attrgetter("day"), draft.moments)),
            minute=list(map(attrgetter("minute"), draft.moments)),
            amount=[amount if amount is None else abs(amount) for amount in draft.amounts],
            currency=draft.currencies,
            item=self._column(draft.cells, "item", length),
            quantity=[quantity if quantity is None else abs(quantity) for quantity in draft.quantities],
            serial=self._column(draft.cells, "serial", length),
            order_number=self._column(draft.cells, "order_number", length),
            text=self._words(draft.cells, length),
            properties=draft.properties,
        )
        facts.message_id = self._message_ids(facts, draft.cells)
        return facts, self._refunds(facts, draft.cells)

    def _words(self, cells: dict[str, list[str]], length: int) -> list[str]:
        texts, channels = self._column(cells, "text", length), cells.get("channel")
        if channels is None:
            return texts
        return [": ".join(filter(None, pair)) for pair in zip(channels, texts, strict=True)]

    def _kinds(self, draft: _Draft, length: int) -> list[str]:
        kind = FACT_KIND[self.reading.kind]
        if kind != "purchase":
            return [kind] * length
        returns = [False] * length
        if "type" in draft.cells:
            words = {cell: says(cell, RETURNS) for cell in set(draft.cells["type"])}
            returns = [words[cell] for cell in draft.cells["type"]]
        return [
            "refund"
            if back or (amount is not None and amount < 0) or (quantity is not None and quantity < 0)
            else kind
            for back, amount, quantity in zip(returns, draft.amounts, draft.quantities, strict=True)
        ]

    def _message_ids(self, facts: FactColumns, cells: dict[str, list[str]]) -> list[str]:
        """Return ids by order number and line, or by content and how often it occurred on its day."""
        length = len(facts.who)
        orders, lines = facts.order_number, self._column(cells, "line", length)
        said = {name: self._said(name, facts, cells) for name in self.reading.identity}
        apart = [said[name] for name in self.reading.identity]
        moments: Sequence[str] = [
            f"{day:x}.{'' if minute is None else minute}"
            for day, minute in zip(facts.day, facts.minute, strict=True)
        ]
        contents = ["\x1f".join(row) for row in zip(facts.kind, moments, *apart, strict=True)]
        if any(orders):
            within = [said[name] for name in self.reading.identity if name != "customer"]
            rows = zip(facts.kind, orders, lines, *within, strict=True)
            contents = [
                ("\x1e".join(row[1:3]) if row[2] else "\x1d".join(row)) if row[1] else content
                for row, content in zip(rows, contents, strict=True)
            ]
        digests = [blake2b(content.encode(), digest_size=15).digest() for content in contents]
        numbers = self._numbered(digests)
        return [
            f"{'o' if order else f'{day:x}'}.{digest.hex()}"
            if number == 1
            else f"{'o' if order else f'{day:x}'}.{digest.hex()}.{number}"
            for order, day, digest, number in zip(orders, facts.day, digests, numbers, strict=True)
        ]

    def _numbered(self, digests: Sequence[bytes]) -> list[int]:
        keys = np.frombuffer(b"".join(digest[:8] for digest in digests), dtype="<u8")
        return self._occurrences.number(keys.astype(np.uint64)).tolist()  # type: ignore[no-any-return]

    def _said(self, name: str, facts: FactColumns, cells: dict[str, list[str]]) -> list[str]:
        if name == "amount":
            return [
                f"{amount}{currency}" for amount, currency in zip(facts.amount, facts.currency, strict=True)
            ]
        if name == "quantity":
            return ["" if number is None else f"{number:g}" for number in facts.quantity]
        column = {"customer": facts.who}.get(name)
        return list(column) if column is not None else self._column(cells, name, len(facts.who))

    def _refunds(self, facts: FactColumns, cells: dict[str, list[str]]) -> FactColumns:
        """Return the refunds that rows of sales carry in a column of their own."""
        if "refunded" not in cells:
            return self._refunded_by_status(facts, cells)
        found = self._amounts_of("refunded", cells["refunded"], facts.currency, {})
        places = [place for place, amount in enumerate(found) if amount and facts.kind[place] == "purchase"]
        back = pick(facts, places)
        back.amount = [abs(found[place] or 0) for place in places]
        return _as_refunds(back)

    def _refunded_by_status(self, facts: FactColumns, cells: dict[str, list[str]]) -> FactColumns:
        if "status" not in cells:
            return FactColumns()
        words = {cell: says(cell, REFUNDED) for cell in set(cells["status"])}
        places = [
            place
            for place, cell in enumerate(cells["status"])
            if words[cell] and facts.kind[place] == "purchase"
        ]
        return _as_refunds(pick(facts, places))


_NUMBERS = frozenset({"date", "time", "amount", "price", "quantity", "refunded", "currency"})


@dataclass(slots=True)
class _Draft:
    cells: dict[str, list[str]]
    moments: list[Moment | None]
    currencies: list[str]
    amounts: list[int | None]
    quantities: list[float | None]
    properties: list[str]

    def only(self, keep: Sequence[bool]) -> _Draft:
        return _Draft(
            {name: list(compress(column, keep)) for name, column in self.cells.items()},
            *(
                list(compress(column, keep))
                for column in (self.moments, self.currencies, self.amounts, self.quantities, self.properties)
            ),
        )


def pick(facts: FactColumns, places: Sequence[int]) -> FactColumns:
    """Return some rows of facts."""
    return FactColumns(
        **{
            column.name: [getattr(facts, column.name)[place] for place in places]
            for column in fields(facts)
            if column.name != "received_at"
        }
    )


def _as_refunds(facts: FactColumns) -> FactColumns:
    facts.message_id = [f"{message}.r" for message in facts.message_id]
    facts.kind = ["refund"] * len(facts.message_id)
    facts.quantity = [None] * len(facts.message_id)
    return facts


def profiles_of(cells: dict[str, list[str]], who: Sequence[str]) -> dict[str, list[Profile]]:
    """Return what rows say about customers and people, by customer."""
    names = {"kind": "kind_of_customer", "parent": "parent", "owner": "owner", "person": "person_name",
             "role": "role", "email": "email", "phone": "phone"}  # fmt: skip
    present = {target: cells[name] for target, name in names.items() if name in cells}
    if not present:
        return {}
    if "customer_name" in cells:
        present["name"] = cells["customer_name"]
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for row in zip(who, *present.values(), strict=True):
        if row[0] and any(row[1:]):
            found.setdefault(row[0], {})[row[1:]] = None
    return {
        customer: [Profile(**dict(zip(present, row, strict=True))) for row in rows]
        for customer, rows in found.items()
    }
