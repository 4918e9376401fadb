"""Words, their deletions and their distance: how a search forgives typos."""

from __future__ import annotations

import re
from zlib import crc32

LONGEST_WORD = 60
SHORTEST = 3
TWO_TYPOS_FROM = 8
"""Letters of a word from which two typos are forgiven; one in shorter words, none below three letters."""

_PREFIX = 7
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Return the words of folded text, in order.

    Example
    -------
    >>> words_of("cafe nord & co, anna@example.org")
    ['cafe', 'nord', 'co', 'anna', 'example', 'org']
    """
    return [word[:LONGEST_WORD] for word in _WORD.findall(text)]


def forgiven(word: str) -> int:
    """Return how many typos are forgiven in a word; none in one with digits, where another is another number.

    Example
    -------
    >>> forgiven("nord"), forgiven("schneider"), forgiven("c0042"), forgiven("co")
    (1, 2, 0, 0)
    """
    if len(word) < SHORTEST or not word.isalpha():
        return 0
    return 2 if len(word) >= TWO_TYPOS_FROM else 1


def deletions(word: str, distance: int) -> set[int]:
    """Return checksums of what is left of a word's beginning with up to so many letters left out.

    Two words within a distance share one of them; most that share one are not within it, which only
    `typos` can tell. Checksums keep the index small and out of plain text.

    Source
    ------
    W. Garbe's symmetric delete algorithm with a prefix of seven letters.
    """
    left = {word[:_PREFIX]}
    found = set(left)
    for _ in range(distance):
        left = {rest[:place] + rest[place + 1 :] for rest in left for place in range(len(rest))}
        found |= left
    return {crc32(rest.encode()) for rest in found}


def typos(one: str, other: str) -> int:
    """Return how many letters must be added, left out, changed or swapped with a neighbour.

    Source
    ------
    H. Hyyrö, A bit-vector algorithm for computing Levenshtein and Damerau edit distances (2003): optimal
    string alignment, one machine word per letter of the other.

    Example
    -------
    >>> typos("schmidt", "schmitd"), typos("nord", "nrod"), typos("cafe", "cafe")
    (1, 1, 0)
    """
    if not one or not other:
        return len(one) or len(other)
    masks: dict[str, int] = {}
    for place, letter in enumerate(one):
        masks[letter] = masks.get(letter, 0) | 1 << place
    full, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    positive, negative, diagonal, before, score = full, 0, 0, 0, len(one)
    for letter in other:
        match = masks.get(letter, 0)
        swapped = ((~diagonal & match) << 1) & before
        diagonal = ((((match & positive) + positive) ^ positive) | match | negative | swapped) & full
        rise, fall = (negative | ~(diagonal | positive)) & full, diagonal & positive
        score += bool(rise & last) - bool(fall & last)
        rise = (rise << 1 | 1) & full
        positive, negative = ((fall << 1) | ~(diagonal | rise)) & full, rise & diagonal
        before = match
    return score
