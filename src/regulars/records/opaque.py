"""Opaque ids: what outside sees instead of row numbers.

A four-round Feistel permutation of 40 bits under a key that lives in the database, written in base 32
without look-alike letters. It costs no column and no index, and a restored backup keeps its links.
It hides order and count; it is not an access control.
"""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache

from regulars.insight.errors import RegularsError
from regulars.records.write.keys import link_key

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {letter: value for value, letter in enumerate(_LETTERS)}
_HALF = (1 << 20) - 1
_REMEMBERED = 16_384


@cache
def _key(database: str) -> bytes:
    return bytes.fromhex(link_key())


def _round(half: int, number: int) -> int:
    seed = half.to_bytes(3, "big") + bytes([number])
    return int.from_bytes(hashlib.blake2s(seed, key=_key("default"), digest_size=3).digest(), "big") & _HALF


# A page writes the id of one row again and again, and whoever acts on it sees it again.
@lru_cache(_REMEMBERED)
def opaque(number: int) -> str:
    """Return the eight letters that mean this row number outside."""
    left, right = number >> 20, number & _HALF
    for turn in range(4):
        left, right = right, left ^ _round(right, turn)
    mixed = (left << 20) | right
    return "".join(_LETTERS[(mixed >> shift) & 31] for shift in range(35, -1, -5))


def number(ref: str) -> int:
    """Return the row number that an opaque id means.

    Raises
    ------
    RegularsError
        ``not-found`` when it is not eight letters of ours.
    """
    try:
        mixed = sum(_VALUE[letter] << shift for letter, shift in zip(ref, range(35, -1, -5), strict=True))
    except (KeyError, ValueError) as error:
        raise RegularsError("not-found", "There is nothing at this address.", 404) from error
    left, right = mixed >> 20, mixed & _HALF
    for turn in reversed(range(4)):
        left, right = right ^ _round(left, turn), left
    return (left << 20) | right
