"""The upkeep of the search index: triggers note who is due, these functions write them, many at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import connection, transaction

from regulars.records.folding import folded
from regulars.records.many import among
from regulars.records.models import (
    SearchDue,
    SearchGone,
    SearchLine,
    SearchLink,
    SearchWord,
)
from regulars.records.words import SHORTEST, deletions, forgiven, words_of
from regulars.records.write.rows import insert_rows, next_ids

CUSTOMER, PERSON = 0, 1
BATCH = 5_000
"""Subjects of one transaction: short enough that nobody waits long for the database."""


def index_due(at_most: int | None = None) -> int:
    """Write customers and people who are new or renamed to the search index; return how many were written.

    Safe to be interrupted, and to run beside imports: each batch is a transaction.
    """
    _take_out_gone()
    written = 0
    while at_most is None or written < at_most:
        done = _index_batch(BATCH if at_most is None else min(BATCH, at_most - written))
        if not done:
            break
        written += done
    return written


def scrub_search() -> None:
    """Rewrite the trigram index without what was removed; takes seconds for a million customers."""
    _take_out_gone()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_text(search_text) VALUES ('optimize')")


def _index_batch(size: int) -> int:
    with transaction.atomic():
        due = list(SearchDue.objects.select_for_update().values_list("kind", "subject")[:size])
        for kind in (CUSTOMER, PERSON):
            subjects = sorted(subject for one, subject in due if one == kind)
            _write_lines(kind, subjects)
    return len(due)


def _write_lines(kind: int, subjects: Sequence[int]) -> None:
    if not subjects:
        return
    # Struck off before they are read: who is renamed meanwhile is put down again.
    _strike_due(kind, subjects)
    texts = _texts(kind, subjects)
    column = "customer_id" if kind == CUSTOMER else "person_id"
    indexed = _indexed(column, subjects)
    stale = [line for subject, (line, text) in indexed.items() if texts.get(subject) != text]
    fresh = {
        subject: text
        for subject, text in texts.items()
        if text and (subject not in indexed or indexed[subject][1] != text)
    }
    if stale:
        _delete_lines(stale)
        _take_out_gone()
    lines = dict(zip(fresh, next_ids(SearchLine, len(fresh)), strict=True))
    insert_rows(
        "search_line",
        ("id", column, "text"),
        [(lines[subject], subject, text) for subject, text in fresh.items()],
    )
    _enter_trigrams(list(lines.values()))
    _put_in({lines[subject]: text for subject, text in fresh.items()})


def _enter_trigrams(lines: Sequence[int]) -> None:
    """Enter new lines in SQLite's trigram index, all in one statement: by trigger it would write for each."""
    if connection.vendor == "sqlite":
        condition, wanted = among(lines)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO search_text(rowid, text) SELECT id, text FROM search_line "
                f"WHERE id {condition} ORDER BY id",
                [wanted],
            )


def _texts(kind: int, subjects: Sequence[int]) -> dict[int, str]:
    condition, wanted = among(subjects)
    columns, table = ("name_folded, ''", "customer") if kind == CUSTOMER else ("name_folded, email", "person")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {columns} FROM {table} WHERE id {condition}", [wanted])
        return {
            row: (f"{name} {folded(email)}".strip() if email else name)[:500]
            for row, name, email in cursor.fetchall()
        }


def _indexed(column: str, subjects: Sequence[int]) -> dict[int, tuple[int, str]]:
    condition, wanted = among(subjects)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column}, id, text FROM search_line WHERE {column} {condition}", [wanted])
        return {subject: (line, text) for subject, line, text in cursor.fetchall()}


def _delete_lines(lines: Sequence[int]) -> None:
    condition, wanted = among(lines)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM search_line WHERE id {condition}", [wanted])


def _strike_due(kind: int, subjects: Sequence[int]) -> None:
    condition, wanted = among(subjects)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM search_due WHERE kind = %s AND subject {condition}", [kind, wanted])


def indexed_words(text: str) -> set[str]:
    """Return the words of a line that are kept in the word index.

    A word with digits is left to the trigram index: each is nearly unique, and no typo in it is forgiven.
    """
    return {word for word in words_of(text) if word.isalpha()}


def _put_in(lines: dict[int, str]) -> None:
    """Enter the words of new lines."""
    words = {line: indexed_words(text) for line, text in lines.items()}
    uses = Counter(word for own in words.values() for word in own)
    if not uses:
        return
    ids = _word_ids(list(uses))
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE search_word SET uses = uses + %s WHERE id = %s",
            [(uses[word], row) for row, word in sorted((row, word) for word, row in ids.items())],
        )
    new = sorted(word for word in uses if word not in ids)
    made = dict(zip(new, next_ids(SearchWord, len(new)), strict=True))
    insert_rows(
        "search_word", ("id", "text", "uses"), [(row, word, uses[word]) for word, row in made.items()]
    )
    _put_in_deletions(made)
    ids |= made
    links = sorted((ids[word], line) for line, own in words.items() for word in own)
    insert_rows("search_link", ("word_id", "line_id"), links, ignore=True)


def _put_in_deletions(words: dict[str, int]) -> None:
    pairs = sorted(
        (rest, row)
        for word, row in words.items()
        if len(word) >= SHORTEST
        for rest in deletions(word, forgiven(word))
    )
    insert_rows("search_deletion", ("hash", "word_id"), pairs, ignore=True)


def _word_ids(words: Sequence[str]) -> dict[str, int]:
    condition, wanted = among(words)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text, id FROM search_word WHERE text {condition}", [wanted])
        return dict(cursor.fetchall())


def _take_out_gone() -> None:
    """Take out the words of removed lines."""
    with transaction.atomic():
        gone = dict(SearchGone.objects.select_for_update().values_list("line_id", "text"))
        if not gone:
            return
        words = {line: indexed_words(text) for line, text in gone.items()}
        uses = Counter(word for own in words.values() for word in own)
        ids = _word_ids(list(uses))
        with connection.cursor() as cursor:
            cursor.executemany(
                "DELETE FROM search_link WHERE word_id = %s AND line_id = %s",
                [(ids[word], line) for line, own in words.items() for word in own if word in ids],
            )
            cursor.executemany(
                "UPDATE search_word SET uses = uses - %s WHERE id = %s",
                [(uses[word], row) for word, row in ids.items()],
            )
        _drop_unused(list(ids.values()))
        SearchGone.objects.filter(line_id__in=list(gone)).delete()


def _drop_unused(words: Sequence[int]) -> None:
    """Remove words that occur in no line any more, with their deletions."""
    condition, wanted = among(words)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT w.text, w.id FROM search_word w WHERE w.id {condition} AND w.uses <= 0 "
            "AND NOT EXISTS (SELECT 1 FROM search_link l WHERE l.word_id = w.id)",
            [wanted],
        )
        unused = dict(cursor.fetchall())
        cursor.executemany(
            "DELETE FROM search_deletion WHERE hash = %s AND word_id = %s",
            [(rest, row) for word, row in unused.items() for rest in deletions(word, forgiven(word))],
        )
    SearchWord.objects.filter(pk__in=list(unused.values())).delete()
    SearchLink.objects.filter(word_id__in=list(unused.values())).delete()
