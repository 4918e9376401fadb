"""Lemon & Bean: coffee and lemonade stands in a harbour town, with a wholesale desk.

About 800 customers over three years, with items, hours, a winter break and people who leave no name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from regulars.ledger.dialects.incoming import IncomingFact
from regulars.records.read.company import EPOCH
from regulars.server.demo.company import Buyer, DemoColleague, DemoCompany, DemoSource
from regulars.server.demo.menu import price
from regulars.server.demo.opening import Opening, opening
from regulars.server.demo.stories import SEED, Planted, planted
from regulars.server.demo.team_facts import desk_work, team_facts
from regulars.server.demo.visits import Visit, crowd, passers_by

ZONE = ZoneInfo("Europe/Berlin")
SOURCES = (
    DemoSource("lemon-bean-till", "Till at the stands", 3),
    DemoSource("lemon-bean-wholesale", "Wholesale orders", 5),
    DemoSource("lemon-bean-team", "Written down by the team", 90),
)
COLLEAGUES = (
    DemoColleague("Ana", "ana@lemonandbean.example", "admin", "Founders"),
    DemoColleague("Nora", "nora@lemonandbean.example", "manager", "Stands"),
    DemoColleague("Max", "max@lemonandbean.example", "member", "Wholesale"),
    DemoColleague("Vic", "vic@lemonandbean.example", "viewer", "Roastery"),
)


def coffee(today: date) -> DemoCompany:
    """Return the company as it would be on the morning of that day; the same day gives the same company."""
    hours = opening(today, SEED)
    special = planted(hours)
    people = crowd(hours, SEED, frozenset(one.buyer.name for one in special))
    buyers = (*people.buyers, *(one.buyer for one in special))
    visits = [
        *people.visits,
        *passers_by(hours, SEED),
        *(
            visit
            for place, one in enumerate(special)
            for visit in _planted_visits(one, len(people.buyers) + place)
        ),
    ]
    visits.sort(key=lambda visit: (visit.day, visit.minute, visit.buyer))
    work = desk_work(hours, people.buyers, special)
    return DemoCompany(
        today=today,
        settings={
            "name": "Lemon & Bean",
            "timezone": ZONE.key,
            "currency": "EUR",
            "buying": "again",
            "calendar": hours.calendar(),
        },
        sources=SOURCES,
        colleagues=COLLEAGUES,
        buyers=(*buyers, *work.prospects),
        facts={
            **_sales(visits, buyers, hours),
            "lemon-bean-team": team_facts(hours, people, special, work.prospects, moment),
        },
        notes=work.notes,
        todos=work.todos,
        tags=work.tags,
        stories=tuple(one.story for one in special),
    )


def _planted_visits(one: Planted, place: int) -> Iterable[Visit]:
    rng = np.random.default_rng([SEED, 30, place])
    for day, lines in one.visits:
        yield Visit(place, day, one.buyer.minute + int(np.rint(rng.normal(0, 4))), lines)


def moment(day: int, minute: int) -> datetime:
    """Return the moment at this minute of a day in the company's time zone."""
    local = datetime.combine(EPOCH + timedelta(days=day), datetime.min.time(), ZONE)
    return (local + timedelta(minutes=minute)).astimezone(UTC)


def _sales(
    visits: Iterable[Visit], buyers: tuple[Buyer, ...], hours: Opening
) -> dict[str, list[IncomingFact]]:
    """Return item rows of receipts and orders, and the few that were given back."""
    rng = np.random.default_rng([SEED, 40])
    facts: dict[str, list[IncomingFact]] = {"lemon-bean-till": [], "lemon-bean-wholesale": []}
    numbers: Counter[tuple[str, int]] = Counter()
    for visit in visits:
        buyer = buyers[visit.buyer] if visit.buyer >= 0 else None
        wholesale = buyer is not None and buyer.source == "wholesale"
        letter = "W" if wholesale else "T"
        numbers[letter, visit.day] += 1
        order = f"{letter}{EPOCH + timedelta(days=visit.day):%y%m%d}-{numbers[letter, visit.day]:03d}"
        rows = list(_rows(visit, order, buyer.key if buyer else "", int(hours.days[0])))
        facts["lemon-bean-wholesale" if wholesale else "lemon-bean-till"] += rows
        if visit.day < hours.today - 20 and rng.random() < 0.004:
            facts["lemon-bean-wholesale" if wholesale else "lemon-bean-till"].append(_given_back(rows[-1]))
    return facts


def _rows(visit: Visit, order: str, who: str, first_day: int) -> Iterable[IncomingFact]:
    at = moment(visit.day, visit.minute)
    for number, (item, quantity) in enumerate(visit.lines, 1):
        yield IncomingFact(
            message_id=f"{order}-{number}",
            kind="purchase",
            who=who,
            occurred_at=at,
            amount=price(item, visit.day, first_day) * quantity,
            currency="EUR",
            item=item,
            quantity=float(quantity),
            order_number=order,
            received_at=at,
        )


def _given_back(row: IncomingFact) -> IncomingFact:
    at = row.occurred_at + timedelta(minutes=25)
    return IncomingFact(
        message_id=f"{row.order_number}-back",
        kind="refund",
        who=row.who,
        occurred_at=at,
        amount=row.amount,
        currency="EUR",
        item=row.item,
        quantity=row.quantity,
        order_number=row.order_number,
        received_at=at,
    )
