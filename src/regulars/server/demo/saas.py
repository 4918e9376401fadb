"""Harbour Desk: booking software for boat yards, sailing schools, tour operators and marina hotels.

About 300 contract customers over three years whose truth is known, and stories to find.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from regulars.records.read.company import epoch_day
from regulars.server.demo.company import Buyer, DemoColleague, DemoCompany, DemoSource
from regulars.server.demo.names import PLACES, email, person_names, phone
from regulars.server.demo.saas_facts import BILLING, PRODUCT, TEAM, Seen, day_of, ordered, seen_of
from regulars.server.demo.saas_lives import Life, life
from regulars.server.demo.saas_stories import Planted, planted
from regulars.server.demo.saas_words import KINDS, TITLES, TRADE_WORDS
from regulars.server.demo.success import DemoPerson

SEED = 20250331
CUSTOMERS = 292
OWNERS = ("Lena", "Max", "Max", "Lena", "Tom")
OPTIMIST = {"Tom": 0.15}
"""Whose forecasts lie above what comes, and by which share."""

SOURCES = (
    DemoSource(BILLING, "Invoices", 45),
    DemoSource(PRODUCT, "Harbour Desk itself", 8),
    DemoSource(TEAM, "Written down by the team", 30),
)
COLLEAGUES = (
    DemoColleague("Ana", "ana@harbourdesk.example", "admin", "Founders"),
    DemoColleague("Lena", "lena@harbourdesk.example", "manager", "Customer success"),
    DemoColleague("Max", "max@harbourdesk.example", "member", "Customer success"),
    DemoColleague("Tom", "tom@harbourdesk.example", "member", "Sales"),
    DemoColleague("Vic", "vic@harbourdesk.example", "viewer", "Product"),
)
KEPT = (
    "months",
    "auto_renews",
    "notice_days",
    "reason",
    "channel",
    "direction",
    "minutes",
    "side",
    "unit",
    "verdict",
)
"""Properties that the demo's entries carry."""


def saas(today: date) -> DemoCompany:
    """Return the company as it would be on the morning of that day; the same day gives the same company."""
    rng = np.random.default_rng(SEED)
    seen = Seen(epoch_day(today))
    special = planted()
    buyers = [_buyer(place, rng) for place in range(CUSTOMERS)]
    names = person_names(CUSTOMERS, rng)
    for place, (buyer, name) in enumerate(zip(buyers, names, strict=True)):
        one = life(rng)
        seen_of(seen, buyer.key, buyer.kind, one, rng, OPTIMIST.get(buyer.owner, 0.0))
        title = str(rng.choice(TITLES[buyer.kind]))
        own = _people(seen, one, name, title, buyer.name, place)
        seen.success[buyer.key] = replace(seen.success[buyer.key], people=own)
    for story in special:
        told = story.tell(seen, story.key)
        first = DemoPerson(
            story.person[0],
            email(story.person[0], story.name),
            phone(820 + int(story.key[-1])),
            story.person[1],
            "" if any(person.part == "sponsor" for person in told.people) else "sponsor",
        )
        seen.success[story.key] = replace(told, people=(first, *told.people))
    return DemoCompany(
        today=today,
        settings={
            "name": "Harbour Desk",
            "timezone": "Europe/Berlin",
            "currency": "EUR",
            "buying": "contract",
        },
        sources=SOURCES,
        colleagues=COLLEAGUES,
        buyers=(*buyers, *(_planted_buyer(one) for one in special)),
        facts=ordered(seen.facts),
        success=seen.success,
        kept=KEPT,
        stories=tuple(one.story for one in special),
    )


def _buyer(place: int, rng: np.random.Generator) -> Buyer:
    kind = KINDS[place % len(KINDS)]
    words = TRADE_WORDS[kind]
    # Each place comes with each trade once, so that no two customers share a name.
    name = f"{PLACES[(place * 7) % len(PLACES)]} {words[(place // len(PLACES) + place // 4) % len(words)]}"
    return Buyer(f"C-{place:04d}", name, kind, "billing", owner=OWNERS[int(rng.integers(len(OWNERS)))])


def _people(seen: Seen, one: Life, name: str, title: str, company: str, place: int) -> tuple[DemoPerson, ...]:
    """Return their people: the one we know, and the champion where there was one to lose."""
    first = DemoPerson(name, email(name, company), phone(place), title, "sponsor" if place % 3 else "")
    if place % 2 and one.champion_left is None:
        return (replace(first, part="champion"),)
    if one.champion_left is None:
        return (first,)
    left = day_of(one, one.champion_left, seen.today)
    gone = DemoPerson(f"{name.split()[1]} Amsel", "", "", "Project lead", "champion", None, left)
    return first, gone


def _planted_buyer(one: Planted) -> Buyer:
    return Buyer(one.key, one.name, one.kind, "billing", owner=one.owner)
