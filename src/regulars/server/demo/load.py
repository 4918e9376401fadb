"""Write a seeded company through the same doors as everything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from regulars.attention.health import WEEK, refresh_health
from regulars.attention.write.contract_standings import refresh_contracts
from regulars.insight.errors import RegularsError
from regulars.ledger.record import record_facts
from regulars.records.models import Colleague, Source
from regulars.records.read.company import calendar_date, epoch_day
from regulars.records.registry import DECLARED
from regulars.records.write.customers import ensure_customers
from regulars.records.write.demo import (
    Described,
    begin_demo,
    describe_customers,
    name_customers,
    write_desk,
)
from regulars.records.write.demo_success import write_success
from regulars.records.write.registry import KEEP, Decided, decide_fields
from regulars.records.write.search_index import index_due
from regulars.server.demo.coffee import ZONE, coffee
from regulars.server.demo.company import Buyer, DemoCompany, Story
from regulars.server.demo.saas import saas

COMPANIES: dict[str, Callable[[date], DemoCompany]] = {"coffee": coffee, "saas": saas}
BATCH = 10_000
DEMO_ZONE = ZONE
"""Where the demo companies are: their today is what the pages count from."""


@dataclass(frozen=True, slots=True)
class SeedReport:
    """What was written, and what can be found in it."""

    company: str
    customers: int
    facts: int
    stories: tuple[Story, ...]


def seed(*, company: str, today: date, actor: Colleague | None = None) -> SeedReport:
    """Write a seeded company as of the morning of that day: all of it or nothing.

    Raises
    ------
    RegularsError
        ``demo-unknown``, ``demo-there`` or ``forbidden``.
    """
    if company not in COMPANIES:
        raise RegularsError(
            "demo-unknown", f"There is no demo company {company!r}. Use one of: {', '.join(COMPANIES)}."
        )
    seeded = COMPANIES[company](today)
    with transaction.atomic():
        sources, team = begin_demo(
            actor,
            settings=seeded.settings,
            sources=[(one.slug, one.name, one.expected_every_days) for one in seeded.sources],
            colleagues=[(one.name, one.email, one.role, one.department) for one in seeded.colleagues],
        )
        ids = _customers(seeded, sources)
        _keep(seeded, sources)
        _describe(seeded, sources, ids, team)
        _agree(seeded, sources, ids, team)
        facts = _facts(seeded, sources)
        if seeded.success:
            # A week ago as it stood then, so that pages can say what has changed since: contracts first,
            # since they decide which profile judges whom.
            refresh_contracts(None, epoch_day(today) - WEEK)
            refresh_health(None, epoch_day(today) - WEEK)
        index_due()
    return SeedReport(company, len(ids), facts, seeded.stories)


NAMES = {"coffee": "lemon-bean-till", "saas": "harbour-desk-billing"}
"""Company to a source that only it has."""


def there(company: str) -> bool:
    """Return whether this demo company is loaded."""
    return Source.objects.filter(slug=NAMES[company], demo=True).exists()


def _keep(seeded: DemoCompany, sources: dict[str, Source]) -> None:
    """Declare the properties that the demo's entries carry, as the imports of a company would."""
    decided = [Decided(name, KEEP, DECLARED[name], category="contract") for name in seeded.kept]
    for slug in sources if decided else ():
        decide_fields(None, slug, decided)


def _agree(
    seeded: DemoCompany, sources: dict[str, Source], ids: dict[str, int], team: dict[str, Colleague]
) -> None:
    owners = {ids[buyer.key]: team.get(buyer.owner) for buyer in seeded.buyers}
    agreed = {ids[key]: told for key, told in seeded.success.items()}
    if agreed:
        write_success(next(iter(sources.values())), agreed, owners)


def _source_of(seeded: DemoCompany, buyer: Buyer) -> str:
    return next(one.slug for one in seeded.sources if one.slug.endswith(f"-{buyer.source}"))


def _customers(seeded: DemoCompany, sources: dict[str, Source]) -> dict[str, int]:
    """Make all customers, and let the team's source know those it has something to say about."""
    ids: dict[str, int] = {}
    for slug, source in sources.items():
        mine = {buyer.key: buyer.name for buyer in seeded.buyers if _source_of(seeded, buyer) == slug}
        ids |= ensure_customers(source, mine)
    for slug, facts in seeded.facts.items():
        told = {fact.who for fact in facts if fact.who}
        name_customers(sources[slug], {key: ids[key] for key in told})
    return ids


def _describe(
    seeded: DemoCompany, sources: dict[str, Source], ids: dict[str, int], team: dict[str, Colleague]
) -> None:
    described = [
        Described(
            customer=ids[buyer.key],
            kind=buyer.kind,
            owner=buyer.owner,
            is_person=buyer.is_person,
            contact=(
                (buyer.contact.name, buyer.contact.email, buyer.contact.phone, buyer.contact.title)
                if buyer.contact
                else None
            ),
        )
        for buyer in seeded.buyers
    ]
    describe_customers(next(iter(sources.values())), described, team)
    write_desk(
        notes=[(ids[one.key], team[one.author], calendar_date(one.day), one.text) for one in seeded.notes],
        todos=[
            (ids.get(one.key), team[one.owner], calendar_date(one.due_day), one.text) for one in seeded.todos
        ],
        tags={name: [ids[key] for key in keys] for name, keys in seeded.tags.items()},
    )


def _facts(seeded: DemoCompany, sources: dict[str, Source]) -> int:
    recorded = 0
    for slug, facts in seeded.facts.items():
        for start in range(0, len(facts), BATCH):
            batch = facts[start : start + BATCH]
            receipt = record_facts(sources[slug], batch, received_at=max(one.occurred_at for one in batch))
            recorded += receipt.recorded
    return recorded
