"""Words that were typed with quotation marks around them, shown where marks are put anyway."""

from __future__ import annotations

_PAIRS = {"“": "”", "„": "“”", "«": "»", "»": "«", '"': '"'}


def unquoted(text: str) -> str:
    """Return text without the marks of a quotation that is all of it; two quotations keep theirs.

    Example
    -------
    >>> unquoted(" “Ship twenty a day.” "), unquoted('"Yes" and "no"'), unquoted("«Oui»")
    ('Ship twenty a day.', '"Yes" and "no"', 'Oui')
    """
    bare = text.strip()
    inside = bare[1:-1].strip()
    whole = inside and bare[-1] in _PAIRS.get(bare[0], "") and not {bare[0], bare[-1]} & set(inside)
    return inside if whole else bare
