"""A source that used to bring facts has stopped."""

from __future__ import annotations

from regulars.attention.rules.book import Book, Step
from regulars.insight.figures import counted

KIND = "feed_stopped"
TITLE = "A feed stopped"
HELP = "A source is silent for longer than it is used to: silences of customers may be ours."


def steps(book: Book) -> list[Step]:
    """Return one line for each quiet source."""
    if not book.whole_base:
        return []
    return [
        Step(
            kind=KIND,
            customer=None,
            occasion=f"{feed.source}:{feed.last_day}",
            sentence=(
                f"Nothing has come from {feed.name} for {counted(book.as_of - feed.last_day, 'day')}; "
                f"every {feed.usual_days} is usual. Import its latest file before you trust any silence."
            ),
            urgency=1.0,
            until_day=book.as_of + 30,
            evidence={"source": feed.source},
        )
        for feed in book.quiet_feeds
    ]
