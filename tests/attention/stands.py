"""A small stand with a rhythm, recorded through the one door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from regulars.ledger.dialects.incoming import IncomingFact
from regulars.ledger.record import Receipt, record_facts
from regulars.records.models import Source

START = 20_000
END = START + 240


def moment(day: int, hour: int = 9) -> datetime:
    """Return an hour of an epoch day."""
    return datetime(1970, 1, 1, hour, tzinfo=UTC) + timedelta(days=day)


def bought(who: str, day: int, **fields: object) -> IncomingFact:
    """Return a purchase."""
    given = {"amount": 450, "currency": "EUR", "item": "Flat white", "quantity": 1.0, **fields}
    return IncomingFact(f"{who}-{day}", "purchase", who, moment(day), **given)  # type: ignore[arg-type]


def weekly(who: str, until: int, every: int = 7, since: int = START) -> list[IncomingFact]:
    """Return purchases at a steady pace."""
    return [bought(who, day) for day in range(since, until + 1, every)]


def stand(people: int = 40) -> Source:
    """Return a till with weekly regulars, daily anonymous sales, and Nord, who stopped three months ago."""
    source = Source.objects.create(slug="till", name="Till")
    facts = [
        fact
        for number in range(people)
        for fact in weekly(f"Guest {number}", END, 5 + number % 5, START + number % 7)
    ]
    facts += weekly("Nord", END - 70)
    facts += [bought("", day, amount=300) for day in range(START, END + 1)]
    record(source, facts)
    return source


def go_on(source: Source, days: int, people: int = 40) -> None:
    """Let the regulars come as usual for some more days."""
    facts = [
        bought(f"Guest {number}", day)
        for number in range(people)
        for day in range(START + number % 7, END + days + 1, 5 + number % 5)
        if day > END
    ]
    record(
        source, facts + [bought("", day, amount=300) for day in range(END + 1, END + days + 1)], END + days
    )


def record(source: Source, facts: list[IncomingFact], received: int | None = None) -> Receipt:
    """Record facts as learnt on a day, the day each batch ends by default."""
    when = moment(END if received is None else received, 20)
    return record_facts(source, facts, received_at=when)
