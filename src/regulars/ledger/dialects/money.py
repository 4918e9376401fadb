"""Amounts, currencies and quantities of a batch of rows. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.ledger.checks import LARGEST, Fault, minor_digits
from regulars.ledger.dialects.amounts import currency_hint, decimal_of, minor_units, plain_numbers
from regulars.ledger.dialects.reading import REMEMBERED, Cells, Reading, without_faults

MOST = 10**9


class MoneyReader:
    """Reads money column by column; what was read once is remembered."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._sign = reading.decimal or "."
        self._amounts: dict[tuple[str, str], dict[str, int | Fault | None]] = {}
        self._quantities: dict[str, float | Fault | None] = {}
        self._products: dict[tuple[str, str, str], int | Fault | None] = {}

    def money(
        self, cells: Cells, length: int, faults: dict[int, Fault]
    ) -> tuple[list[str], list[int | None], list[float | None]]:
        """Return currencies, amounts in minor units and quantities, signs as written."""
        quantities = self._numbers(cells.get("quantity"), length, faults)
        target = "amount" if "amount" in cells else "price"
        if target not in cells:
            return [""] * length, [None] * length, quantities
        currencies = self.currencies(cells[target], cells.get("currency"), length)
        amounts = self.amounts(target, cells[target], currencies, faults)
        if target == "price" and cells.get("quantity"):
            amounts = self._times(cells["price"], cells["quantity"], currencies, faults)
        if None in amounts:
            currencies = [
                "" if amount is None else name for name, amount in zip(currencies, amounts, strict=True)
            ]
        return currencies, amounts, quantities

    def amounts(
        self, target: str, texts: Sequence[str], currencies: Sequence[str], faults: dict[int, Fault]
    ) -> list[int | None]:
        """Return the amounts of one column in minor units, None where a cell is empty."""
        if len(set(currencies)) == 1:
            known = self._known(target, currencies[0], set(texts))
            return without_faults(list(map(known.__getitem__, texts)), faults)
        found = [
            self._known(target, currency, {text})[text]
            for currency, text in zip(currencies, texts, strict=True)
        ]
        return without_faults(found, faults)

    def currencies(self, texts: Sequence[str], said: Sequence[str] | None, length: int) -> list[str]:
        """Return the currency of each row: named in its own column, beside the amount, or the company's."""
        ours = self._reading.currency
        if said:
            return [name.upper() or ours for name in said]
        if self._reading.currency_said or plain_numbers(texts):
            return [ours] * length
        hints = {text: currency_hint(text) or ours for text in set(texts)}
        return [hints[text] for text in texts]

    def _known(self, target: str, currency: str, texts: set[str]) -> dict[str, int | Fault | None]:
        known = self._amounts.setdefault((target, currency), {})
        if len(known) > REMEMBERED:
            known.clear()
        for text in texts.difference(known):
            known[text] = self._amount(target, text, currency)
        return known

    def _amount(self, target: str, text: str, currency: str) -> int | Fault | None:
        if not text:
            return None
        digits = minor_digits(currency)
        if digits is None:
            message = f"{currency[:10]!r} is not a currency. Use its three ISO letters, such as EUR."
            return Fault("currency-unknown", message, self._reading.column_for("currency"))
        number = decimal_of(text, self._sign)
        if number is None or abs(number) > LARGEST or abs(minor_units(number, digits)) > LARGEST:
            message = f"{text[:40]!r} is not an amount. Correct it, or say another decimal sign."
            return Fault("amount-unreadable", message, self._reading.column_for(target))
        return minor_units(number, digits)

    def _times(
        self,
        prices: Sequence[str],
        quantities: Sequence[str],
        currencies: Sequence[str],
        faults: dict[int, Fault],
    ) -> list[int | None]:
        """Return prices times quantities in minor units, None where either is missing or unreadable."""
        triples = list(zip(prices, quantities, currencies, strict=True))
        known = self._products
        if len(known) > REMEMBERED:
            known.clear()
        for triple in set(triples).difference(known):
            known[triple] = self._product(*triple)
        return without_faults(list(map(known.__getitem__, triples)), faults)

    def _product(self, price: str, quantity: str, currency: str) -> int | Fault | None:
        """Return what a row is worth, rounded once: a price may be finer than the currency."""
        digits = minor_digits(currency)
        one, times = decimal_of(price, self._sign), decimal_of(quantity, self._sign) if quantity else 1
        if one is None or times is None or digits is None:
            return None
        worth = one * times
        if abs(worth) > LARGEST or abs(minor_units(worth, digits)) > LARGEST:
            product = f"{price[:40]!r} times {quantity[:40]!r}"
            message = f"{product} is larger than any currency needs. Correct one of them."
            return Fault("amount-too-large", message, self._reading.column_for("price"))
        return minor_units(worth, digits)

    def _numbers(
        self, texts: Sequence[str] | None, length: int, faults: dict[int, Fault]
    ) -> list[float | None]:
        if not texts:
            return [None] * length
        known = self._quantities
        if len(known) > REMEMBERED:
            known.clear()
        for text in set(texts).difference(known):
            known[text] = self._quantity(text)
        return without_faults(list(map(known.__getitem__, texts)), faults)

    def _quantity(self, text: str) -> float | Fault | None:
        if not text:
            return None
        number = decimal_of(text, self._sign)
        if number is None or abs(number) > MOST:
            message = f"{text[:40]!r} is not a quantity. Correct it."
            return Fault("quantity-unreadable", message, self._reading.column_for("quantity"))
        return float(number)
