"""What colleagues of the coffee stands wrote down: thanks, calls, words of customers, notes and to-dos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from regulars.ledger.dialects.incoming import IncomingFact
from regulars.server.demo.company import Buyer, DemoNote, DemoToDo
from regulars.server.demo.opening import Opening
from regulars.server.demo.stories import SEED, Planted
from regulars.server.demo.visits import Crowd

CALLS = (
    "Call: asked how the mornings go since they moved desks.",
    "Visit: tasted the new roast together, nothing sold.",
    "Call: how was the summer season?",
    "Visit: cleaned the grinder with them.",
    "Mail: sent the brewing card they had asked for.",
)
WORDS = (
    ("praise", "“The only coffee my visitors ask about.” May be quoted."),
    ("praise", "“You remember my order after a year away.”"),
    ("referral", "Sent their neighbours to us; the neighbours said so."),
    ("feedback", "Idea: a deposit cup for the ferry commuters."),
    ("feedback", "Idea: deliver before eight on market days."),
    ("referral", "Brought two colleagues along and paid for the first round."),
    ("praise", "“Lemonade like at my grandmother's.”"),
)
PROSPECTS = (
    ("Lantern Quay Rowing Club", "Asked at the stand whether we supply clubs."),
    ("Saltmarsh Library", "Wants a price for a coffee corner in the reading room."),
    ("Old Rope Factory Studios", "Tasted the house blend at the open day."),
    ("Harbour Theatre", "Asks whether we could run a stand in the interval."),
    ("Stonewater Clinic", "Asked for decaf samples."),
    ("Northlight Ferry Office", "Would like lemonade kegs for the summer timetable."),
)


@dataclass(frozen=True)
class DeskWork:
    """What stands beside the facts: people who have not bought yet, notes, to-dos and tags."""

    prospects: tuple[Buyer, ...]
    notes: tuple[DemoNote, ...]
    todos: tuple[DemoToDo, ...]
    tags: Mapping[str, tuple[str, ...]]


Told = tuple[str, str, int, int, str]
"""Kind, customer's key, day, minute and words."""


def team_facts(
    hours: Opening,
    people: Crowd,
    special: Sequence[Planted],
    prospects: Sequence[Buyer],
    moment: Callable[[int, int], datetime],
) -> list[IncomingFact]:
    """Return everything the team wrote down, oldest first."""
    rng = np.random.default_rng([SEED, 50])
    told: list[Told] = [
        *_kept_in_touch(hours, people, rng),
        *_words(hours, people, rng),
        *_found_us_shut(hours, people, rng),
        *(
            (kind, one.buyer.key, day, minute, text)
            for one in special
            for kind, day, minute, text in one.told
        ),
        *(
            ("request", buyer.key, hours.ago(9 * place + 4), 700, PROSPECTS[place][1])
            for place, buyer in enumerate(prospects)
        ),
    ]
    told.sort(key=lambda one: (one[2], one[3], one[1]))
    return [
        IncomingFact(
            message_id=f"told-{number:05d}",
            kind=kind,
            who=who,
            occurred_at=moment(day, minute),
            text=text,
            received_at=moment(day, minute),
        )
        for number, (kind, who, day, minute, text) in enumerate(told, 1)
    ]


def _days_by_buyer(people: Crowd) -> dict[int, list[int]]:
    days: dict[int, list[int]] = defaultdict(list)
    for visit in people.visits:
        days[visit.buyer].append(visit.day)
    return {buyer: sorted(mine) for buyer, mine in days.items()}


def _kept_in_touch(hours: Opening, people: Crowd, rng: np.random.Generator) -> Iterator[Told]:
    """Return thanks, welcomes and calls: this team does most of what it should."""
    for place, days in _days_by_buyer(people).items():
        buyer = people.buyers[place]
        lately = hours.today - days[-1] <= 30
        if len(days) == 1 and (lately or rng.random() < 0.3):
            yield ("touchpoint", buyer.key, days[0], 1070, "Said thank you and gave them a stamp card.")
        elif len(days) == 2 and lately:
            yield (
                "touchpoint",
                buyer.key,
                days[-1],
                1070,
                "Asked what brought them back: it is on their way.",
            )
        elif lately and days[-1] - days[-2] > 60:
            yield (
                "touchpoint",
                buyer.key,
                days[-1],
                1070,
                "Welcomed them back; they had been away for work.",
            )
        if buyer.contact is not None:
            yield from _calls(hours, buyer, days, rng)


def _calls(hours: Opening, buyer: Buyer, days: list[int], rng: np.random.Generator) -> Iterator[Told]:
    """Return a call or visit every quarter or so while they buy, the last one within this quarter."""
    end = min(hours.today - 1, days[-1] + 20)
    day = max(end - int(rng.integers(8, 70)), days[0])
    while day >= days[0]:
        yield ("touchpoint", buyer.key, day, int(rng.integers(540, 1020)), str(rng.choice(CALLS)))
        day -= int(rng.integers(55, 130))


def _words(hours: Opening, people: Crowd, rng: np.random.Generator) -> Iterator[Told]:
    """Return what some faithful customers said about us."""
    days = _days_by_buyer(people)
    faithful = [place for place, mine in days.items() if len(mine) > 40]
    for number, place in enumerate(rng.permutation(faithful)[:28]):
        kind, text = WORDS[number % len(WORDS)]
        day = int(rng.choice(days[place][10:]))
        yield (kind, people.buyers[place].key, min(day, hours.today - 20), 900, text)


def _found_us_shut(hours: Opening, people: Crowd, rng: np.random.Generator) -> Iterator[Told]:
    """Return older times when somebody came and we could not serve them."""
    days = _days_by_buyer(people)
    often = [place for place, mine in days.items() if len(mine) > 12 and mine[-1] < hours.today - 40]
    for place in rng.permutation(often)[:11]:
        day = int(rng.choice(days[place]))
        yield ("missed_us", people.buyers[place].key, day, 1095, "Came after closing and turned around.")


def desk_work(hours: Opening, buyers: Sequence[Buyer], special: Sequence[Planted]) -> DeskWork:
    """Return notes, to-dos, tags and customers who have asked but not bought."""
    by_slug = {one.story.slug: one.buyer for one in special}
    business = [buyer for buyer in buyers if buyer.contact is not None]
    walk_ins = [buyer for buyer in buyers if buyer.contact is None]
    prospects = tuple(
        Buyer(f"P-{place:02d}", name, "office", "team", owner="Max")
        for place, (name, _) in enumerate(PROSPECTS, 1)
    )
    tags = {
        "early bird": tuple(buyer.key for buyer in walk_ins if buyer.minute < 485)[:25],
        "oat milk": tuple(b.key for b in buyers if any("Oat" in item for item, _ in b.usual))[:30],
        "harbour side": tuple(buyer.key for buyer in business[::5]),
    }
    return DeskWork(prospects, _notes(hours, by_slug, business), _todos(hours, by_slug, business), tags)


def _notes(hours: Opening, by_slug: Mapping[str, Buyer], business: Sequence[Buyer]) -> tuple[DemoNote, ...]:
    texts = (
        "Prefers a call before ten; mails get lost.",
        "Delivery to the back door, ring twice.",
        "Opens a second room in spring and will need a second grinder.",
        "Wants one invoice a month, not one for each order.",
        "Coffee is for their visitors, not for the team: looks matter.",
        "Choose beans by smell, so bring samples.",
    )
    planted_notes = (
        DemoNote(
            by_slug["expected-today"].key, "Nora", hours.ago(30), "The second flat white is for her mother."
        ),
        DemoNote(
            by_slug["just-because"].key, "Ana", hours.ago(240), "Henriette decides; the kitchen only counts."
        ),
        DemoNote(by_slug["going-quiet"].key, "Max", hours.ago(40), "Signe runs the office alone on Mondays."),
    )
    return planted_notes + tuple(
        DemoNote(buyer.key, buyer.owner, hours.ago(12 + 17 * place), texts[place % len(texts)])
        for place, buyer in enumerate(business[3::11])
    )


def _todos(hours: Opening, by_slug: Mapping[str, Buyer], business: Sequence[Buyer]) -> tuple[DemoToDo, ...]:
    today = hours.today
    return (
        DemoToDo(by_slug["just-because"].key, "Ana", today, "Bring the winter roast to taste"),
        DemoToDo(by_slug["odd-order"].key, "Max", today, "Send the new price list they asked for"),
        DemoToDo(business[8].key, "Max", today - 2, "Answer about monthly invoices"),
        DemoToDo(business[20].key, "Ana", today + 1, "Take two grinders along for comparison"),
        DemoToDo(business[40].key, "Nora", today + 4, "Agree delivery times for market days"),
        DemoToDo("", "Ana", today + 6, "Book the stand for the harbour festival"),
    )
