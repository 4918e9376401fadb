"""Names folded for search and order: lower case, without accents."""

from __future__ import annotations

import unicodedata

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ł": "l", "Ł": "l"}
)


def folded(text: str) -> str:
    """Return text in lower case, without accents, with single spaces.

    Example
    -------
    >>> folded("  Café  Größe ")
    'cafe grosse'
    """
    if not text.isascii():
        text = "".join(
            letter
            for letter in unicodedata.normalize("NFKD", text.translate(_LETTERS))
            if not unicodedata.combining(letter)
        )
    return " ".join(text.casefold().split())
