"""Cells that a spreadsheet shows instead of running."""

from __future__ import annotations

from decimal import Decimal

_BLANK = " \N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}"
_RUNS = frozenset(
    "=+-@\t\r\n"
    "\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)


def plain_cell(value: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula; numbers stay numbers.

    Source
    ------
    OWASP, CSV injection: the characters that begin a formula, and their full-width forms.

    Example
    -------
    >>> plain_cell("=1+2"), plain_cell(" @now"), plain_cell(-3.5), plain_cell(None)
    ("'=1+2", "' @now", '-3.5', '')
    """
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, (int, float, Decimal)):
        return text
    start = text.lstrip(_BLANK)[:1]
    return f"'{text}" if start in _RUNS and start else text
