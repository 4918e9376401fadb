"""Amounts as people read them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from babel.numbers import get_currency_precision, get_currency_symbol


@cache
def currency_look(code: str) -> tuple[int, str]:
    """Return how many digits a currency's minor unit has, and its sign with the gap that letters need."""
    sign = str(get_currency_symbol(code, locale="en")) if code else ""
    return int(get_currency_precision(code)) if code else 2, f"{sign}\N{NO-BREAK SPACE}" if sign[
        -1:
    ].isalpha() else sign


def money_words(amount: int, currency: str, *, exact: bool = False) -> str:
    """Write minor units of a currency, whole from 1,000 on unless ``exact`` and there are any cents.

    Example
    -------
    >>> money_words(124850, "EUR", exact=True), money_words(756000, "EUR", exact=True)
    ('€1,248.50', '€7,560')
    >>> money_words(1250, "EUR"), money_words(-431000, "EUR"), money_words(500, "JPY")
    ('€12.50', '−€4,310', '¥500')
    """
    digits, sign = currency_look(currency)
    value = abs(amount) / 10**digits
    minus = "\N{MINUS SIGN}" if amount < 0 else ""
    whole = value >= 1000 and not (exact and amount % 10**digits)
    return f"{minus}{sign}{value:,.{0 if whole else digits}f}"


def amount_cell(amount: int | None, currency: str) -> Decimal | None:
    """Return minor units of a currency as the decimal number that a spreadsheet reckons with.

    Example
    -------
    >>> str(amount_cell(756000, "EUR")), str(amount_cell(-500, "JPY")), amount_cell(None, "EUR")
    ('7560.00', '-500', None)
    """
    return None if amount is None else Decimal(amount).scaleb(-currency_look(currency)[0])
