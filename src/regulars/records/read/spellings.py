"""Spellings: which words of the search index somebody may have meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import connection

from regulars.records.many import among, begins
from regulars.records.words import SHORTEST, TWO_TYPOS_FROM, deletions, forgiven, typos

_BEGINNINGS = 100


class Word(NamedTuple):
    """A word of the index, and in how many lines it occurs."""

    id: int
    text: str
    uses: int


Spellings = Mapping[int, Sequence[Word]]
"""What a word may stand for, by cost: 0 itself, 1 what it begins, 2 one typo, 4 two."""


def words_spelled(texts: Sequence[str]) -> list[list[Word]]:
    """Return, for each text, the word of the index that is spelled just so, or nothing."""
    condition, wanted = among(texts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, text, uses FROM search_word WHERE text {condition}", [wanted])
        found = {row[1]: Word(*row) for row in cursor.fetchall()}
    return [[found[text]] if text in found else [] for text in texts]


def words_beginning(start: str) -> list[Word]:
    """Return words that begin so, the most used first."""
    condition, values = begins("text", start)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, text, uses FROM search_word WHERE {condition} "
            f"ORDER BY uses DESC LIMIT {_BEGINNINGS}",
            values,
        )
        return [Word(*row) for row in cursor.fetchall()]


def spellings(text: str) -> Spellings:
    """Return what a word may stand for, typos forgiven; empty for a word that stands for nothing we have."""
    ways: dict[int, list[Word]] = {}
    for word in words_beginning(text):
        ways.setdefault(0 if word.text == text else 1, []).append(word)
    if len(text) >= SHORTEST and text.isalpha():
        for word in _near(text):
            distance = typos(text, word.text)
            if 0 < distance <= forgiven(word.text):
                ways.setdefault(2 * distance, []).append(word)
    return ways


def _near(text: str) -> list[Word]:
    """Return words that share a deletion with this text: all that are within its typos, and more."""
    # A word of eight letters typed with two too few has six.
    condition, wanted = among(deletions(text, 2 if len(text) >= TWO_TYPOS_FROM - 2 else 1))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.id, w.text, w.uses FROM search_deletion d JOIN search_word w ON w.id = d.word_id "
            f"WHERE d.hash {condition}",
            [wanted],
        )
        rows = set(cursor.fetchall())
    letters = frozenset(text)
    return [Word(*row) for row in rows if _may_be_near(text, letters, row[1])]


def _may_be_near(text: str, letters: frozenset[str], word: str) -> bool:
    """Sort out most of what is too far: a typo changes the length by one and the set of letters by two."""
    allowed = forgiven(word)
    return abs(len(word) - len(text)) <= allowed and len(letters.symmetric_difference(word)) <= 2 * allowed
