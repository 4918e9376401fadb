"""Amounts and quantities as people and tills write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

_NUMBER = re.compile(r"[-+(]?\s*\d[\d.,'\s]*\)?-?")
_SYMBOLS = {
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₽": "RUB",
    "₺": "TRY",
    "₩": "KRW",
    "₴": "UAH",
    "₪": "ILS",
    "zł": "PLN",
    "Kč": "CZK",
}
_SHARED = dict.fromkeys(("USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD"), "$") | dict.fromkeys(
    ("JPY", "CNY"), "¥"
)
"""Signs of several currencies, by each of them."""
_TYPED = re.compile(r"[-+]?[.,]?\d[\d.,' ]*", re.ASCII)
_PLACES_MOST = 20
_LETTERS = re.compile(r"[A-Za-z€£$¥₹₽₺₩₴₪łč]+\.?")
_MANY = re.compile(
    r"\d(?:[mb]|\s*(?:[MBKk]|[Tt]sd|[Mm]io|[Mm]i?ll?n?|[Mm]n|[Bb]n|[Mm]rd|[Ll]akh|[Cc]r(?:ore)?))\b"
)
"""Thousands and millions in letters: not the number that its digits alone would be."""
_PARTED = re.compile(r"\d[^\dA-Za-z€£$¥₹₽₺₩₴₪łč]*[A-Za-z€£$¥₹₽₺₩₴₪łč]\D*\d")
"""Letters or signs between digits: two numbers (5 EUR 50, 2 x 5), a power of ten, a misread digit (1O.50)."""
_NAMED = re.compile(r"[^\W\d_]|[€£₹₽₺₩₴₪]")
_MINUS = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "’": "'", "\u2009": " "})
_PLACES = Decimal(1)


def looks_like_a_number(text: str) -> bool:
    """Return whether a cell is a plain number, in whatever country's writing."""
    text = text.strip().translate(_MINUS)
    return bool(text) and bool(
        _NUMBER.fullmatch(_LETTERS.sub("", text, count=1).strip() if not text[0].isalnum() else text)
    )


def decimal_sign(values: Iterable[str]) -> str:
    """Return the decimal sign of a column: "." or ",", "" when nothing tells, "?" when it must be asked.

    A last separator with other than three digits behind it is a decimal sign; one that occurs twice in a
    number, or before another one, parts thousands. ``1.234`` alone could be either.

    Example
    -------
    >>> decimal_sign(["1.234,50"]), decimal_sign(["3.5"]), decimal_sign(["7"]), decimal_sign(["1.234"])
    (',', '.', '', '?')
    """
    unclear = False
    for value in values:
        sign = _sign(value)
        if sign == "?":
            unclear = True
        elif sign:
            return sign
    return "?" if unclear else ""


def _sign(value: str) -> str:
    marks = [(place, mark) for place, mark in enumerate(value) if mark in ".,"]
    if not marks:
        return ""
    place, last = marks[-1]
    other = "." if last == "," else ","
    behind = sum(map(str.isdigit, value[place + 1 :]))
    if len({mark for _, mark in marks}) == 2:
        return last
    if len(marks) > 1:
        return other
    before = value[:place].lstrip("-+( ").strip("€£$ ")
    if behind != 3 or len(before) > 3 or before.startswith("0") or not before:
        return last
    return "?"


def decimal_of(text: str, sign: str) -> Decimal | None:
    """Return the number a cell holds, or None when it holds none.

    Example
    -------
    >>> decimal_of("(1.234,50 €)", ","), decimal_of("$ -12.5", "."), decimal_of("twelve", ".")
    (Decimal('-1234.50'), Decimal('-12.5'), None)
    >>> decimal_of("12k", "."), decimal_of("1e5", "."), decimal_of("5 EUR 50", "."), decimal_of("5 m", ".")
    (None, None, None, Decimal('5'))
    """
    written = text.translate(_MINUS).strip()
    negative = written.startswith("(") and written.endswith(")")
    plain, named = _LETTERS.subn("", written.strip("()"))
    if named > 1 or (named and (_MANY.search(written) or _PARTED.search(written))):
        return None
    plain = plain.replace(" ", "").replace("'", "")
    if plain.endswith("-"):
        plain = f"-{plain[:-1]}"
    thousands = "," if sign == "." else "."
    if thousands in plain and not _grouped(plain, thousands, sign):
        return None
    plain = plain.replace(thousands, "").replace(sign, ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return -number if negative else number


def _grouped(plain: str, thousands: str, sign: str) -> bool:
    """Return whether thousands are parted where thousands are: a stray separator is a wrong decimal sign."""
    whole, _, decimals = plain.lstrip("-+").partition(sign)
    first, *groups = whole.split(thousands)
    if not groups or thousands in decimals:
        return False
    return 1 <= len(first) <= 3 and all(len(group) in (2, 3) for group in groups) and len(groups[-1]) == 3


def plain_numbers(texts: Iterable[str]) -> bool:
    """Return whether no cell of a column names a currency beside its number."""
    return _NAMED.search("\n".join(texts)) is None


def currency_hint(text: str) -> str:
    """Return the currency that a cell names beside its number, or ""."""
    for symbol, currency in _SYMBOLS.items():
        if symbol in text:
            return currency
    letters = re.search(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])", text)
    return letters.group() if letters else ""


def amount_in(text: str, currency: str, digits: int) -> int | None:
    """Return an amount of a currency as somebody typed it, in minor units, or None when it cannot be told.

    Nothing is guessed: no letters but the currency's own, none finer than its smallest unit. A point before
    three digits begins the decimals where a currency has three.

    Example
    -------
    >>> amount_in("€1,200.50", "EUR", 2), amount_in("1.234", "KWD", 3), amount_in("1200 jpy", "JPY", 0)
    (120050, 1234, 1200)
    >>> amount_in("12k", "EUR", 2), amount_in("$100", "EUR", 2), amount_in("1234.5", "JPY", 0)
    (None, None, None)
    """
    plain = _without_currency(text.translate(_MINUS).strip(), currency)
    if _TYPED.fullmatch(plain) is None:
        return None
    sign = decimal_sign([plain])
    if sign == "?" and digits == 3 and "." in plain:
        sign = "."
    found = None if sign == "?" else decimal_of(plain, sign or ".")
    if found is None or found.adjusted() > _PLACES_MOST:
        return None
    units = found.scaleb(digits)
    return int(units) if units == units.to_integral_value() else None


def _without_currency(text: str, currency: str) -> str:
    """Return an amount without the sign or the letters of its own currency before or behind it."""
    own = [currency, *(sign for sign, code in _SYMBOLS.items() if code == currency)]
    own += [_SHARED[currency]] if currency in _SHARED else []
    for sign in own:
        if text.upper().startswith(sign.upper()):
            return text[len(sign) :].strip()
        if text.upper().endswith(sign.upper()):
            return text[: -len(sign)].strip()
    return text


def minor_units(number: Decimal, digits: int) -> int:
    """Return an amount in the currency's smallest unit.

    Example
    -------
    >>> minor_units(Decimal("12.5"), 2), minor_units(Decimal("1200"), 0)
    (1250, 1200)
    """
    return int(number.scaleb(digits).quantize(_PLACES, rounding=ROUND_HALF_EVEN))
