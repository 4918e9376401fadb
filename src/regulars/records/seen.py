"""Marks of what stood when somebody looked, by which a form tells that it changed since."""

from __future__ import annotations

from hashlib import sha256


def seen_as(*shown: object) -> str:
    """Return a short mark of what was shown, another one for anything else.

    Example
    -------
    >>> seen_as("Send prices", None) == seen_as("Send prices and samples", None)
    False
    """
    return sha256(repr(shown).encode()).hexdigest()[:16]
