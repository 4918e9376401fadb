"""The whole base is silent: one message about us."""

from __future__ import annotations

from regulars.attention.rules.book import Book, Step

KIND = "base_quiet"
TITLE = "Everybody is quieter than usual"
HELP = "More customers are overdue at once than the base's own ups and downs allow."


def steps(book: Book) -> list[Step]:
    """Return the one line, or nothing."""
    if not (book.whole_base and book.base_quiet):
        return []
    return [
        Step(
            kind=KIND,
            customer=None,
            occasion=str(book.as_of // 7),
            sentence=book.base_quiet,
            urgency=0.9,
            until_day=book.as_of + 7,
        )
    ]
