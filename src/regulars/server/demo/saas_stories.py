"""The planted contract customers: each has a name, a past and something to find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from regulars.records.read.company import EPOCH
from regulars.server.demo.company import Story
from regulars.server.demo.saas_facts import BILLING, PRODUCT, TEAM, Seen, of_it
from regulars.server.demo.success import (
    DemoBlocker,
    DemoOutcome,
    DemoPerson,
    DemoPromise,
    DemoSaid,
    DemoSuccess,
)


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted customer: who they are, what is seen of them, and what a user finds."""

    key: str
    name: str
    kind: str
    owner: str
    person: tuple[str, str]
    story: Story
    tell: Callable[[Seen, str], DemoSuccess]


def _years(seen: Seen, key: str, yearly: int, ago: int, *, terms: int = 1) -> None:
    """Add a contract of a year that began so many days ago, renewed for further terms."""
    began = EPOCH + timedelta(days=seen.today - ago)
    for number in range(terms):
        start = (_same_day(began, number) - EPOCH).days
        seen.tell(
            BILLING,
            "contract_started" if number == 0 else "contract_renewed",
            key,
            start,
            amount=yearly,
            currency="EUR",
            item="Harbour Desk",
            serial=f"HD-{key[2:]}",
            properties={"months": 12, "auto_renews": True, "notice_days": 60},
        )


def _same_day(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))


def _weekly(seen: Seen, key: str, since: int, level: Callable[[int], float]) -> None:
    rng = np.random.default_rng([41, int(key[2:])])
    for day in range(seen.today - since, seen.today, 7):
        bookings = rng.poisson(max(0.0, level(seen.today - day)))
        if bookings:
            seen.tell(PRODUCT, "usage", key, day, item="Bookings taken", quantity=float(bookings))


def _calls(seen: Seen, key: str, *agos: int, channel: str = "phone") -> None:
    for ago in agos:
        seen.tell(
            TEAM,
            "touchpoint",
            key,
            seen.today - ago,
            text="Call: how it goes.",
            properties={"channel": channel, "direction": "ours", "minutes": 20},
        )


def _outcome(seen: Seen, key: str, sentence: str, why: str, noted: int, due: int, **more: Any) -> DemoOutcome:
    """Return an agreed outcome; ``noted`` and ``due`` are days ago and days ahead."""
    day, subject = seen.today - noted, f"demo-outcome-{key}-{noted}"
    seen.tell(TEAM, "outcome_agreed", key, day, text=sentence, serial=subject)
    outcome = DemoOutcome(key, sentence, why, day, seen.today + due, agreed=day, **more)
    of_it(seen, key, subject, outcome)
    return outcome


def confirmed_but_sick(seen: Seen, key: str) -> DemoSuccess:
    """Return the customer whose usage fell and who complained, and for whom everything is reached."""
    _years(seen, key, 1_440_000, 700, terms=2)
    _weekly(seen, key, 690, lambda ago: 60 if ago > 120 else 14)
    seen.tell(TEAM, "complaint", key, seen.today - 40, text="The calendar was slow all morning.")
    seen.tell(TEAM, "complaint", key, seen.today - 22, text="An invoice came twice.")
    seen.tell(TEAM, "survey_answer", key, seen.today - 30, quantity=5.0, item="How likely to recommend")
    _calls(seen, key, 400, 200, 95)
    return DemoSuccess(
        outcomes=(
            _outcome(
                seen,
                key,
                "Rent out the winter hall from March on without a single call",
                "The yard closes in winter and nobody sits by the phone",
                300,
                -60,
                measure="Hall days booked without a call",
                unit="% of days",
                baseline=0.0,
                target=90.0,
                readings=((seen.today - 200, 60.0), (seen.today - 80, 95.0)),
                said=(DemoSaid(seen.today - 70, "confirmed", 95.0, "We have not picked up once."),),
            ),
            _outcome(
                seen,
                key,
                "Have the berths for the season paid by April",
                "They lent their customers money all winter",
                290,
                -90,
                measure="Berths paid in advance",
                unit="% of berths",
                baseline=30.0,
                target=90.0,
                readings=((seen.today - 150, 80.0), (seen.today - 100, 93.0)),
                said=(
                    DemoSaid(seen.today - 95, "confirmed", 93.0, "All but the two who sail round the world."),
                ),
            ),
        ),
        knowledge=(("need", "Nothing from November to March: the yard sleeps", True, seen.today - 95),),
    )


def champion_gone(seen: Seen, key: str) -> DemoSuccess:
    """Return the customer whose numbers are all fine and whose champion left three weeks ago."""
    _years(seen, key, 2_160_000, 600, terms=2)
    _weekly(seen, key, 590, lambda ago: 85.0)
    seen.tell(TEAM, "survey_answer", key, seen.today - 60, quantity=10.0, item="How likely to recommend")
    seen.tell(TEAM, "praise", key, seen.today - 80, text="“The first software my instructors do not curse.”")
    _calls(seen, key, 300, 150, 60, 35)
    seen.tell(TEAM, "person_left", key, seen.today - 21, item="champion", text="Started at another school.")
    return DemoSuccess(
        people=(
            DemoPerson(
                "Runa Solvang",
                "runa@northbreeze.example",
                "+493023125811",
                "Chief instructor",
                "champion",
                seen.today - 600,
                seen.today - 21,
            ),
        ),
        outcomes=(
            _outcome(
                seen,
                key,
                "Fill the Tuesday courses",
                "The boats lie idle and the instructors are paid",
                150,
                120,
                measure="Places taken on Tuesdays",
                unit="% of places",
                baseline=35.0,
                target=75.0,
                readings=((seen.today - 100, 49.0), (seen.today - 40, 63.0), (seen.today - 10, 66.0)),
            ),
        ),
    )


def work_without_outcome(seen: Seen, key: str) -> DemoSuccess:
    """Return the customer for whom much is done and with whom nothing was agreed."""
    _years(seen, key, 3_600_000, 290)
    _weekly(seen, key, 280, lambda ago: 45.0)
    _calls(seen, key, 250, 220, 180, 150, 120, 90, 60, 30, 12, 5, channel="visit")
    return DemoSuccess(
        people=(
            DemoPerson("Odile Marchetti", "odile@sevenisles.example", "+493023125812", "Director", "sponsor"),
        ),
        blockers=(
            DemoBlocker(
                "The owner has not decided who may change prices", "theirs", "leader", seen.today - 75
            ),
        ),
    )


def always_too_high(seen: Seen, key: str) -> DemoSuccess:
    """Return the customer whose renewal was three times foreseen higher than it came."""
    number, amounts = f"HD-{key[2:]}", (3_000_000, 2_400_000, 1_920_000)
    begins = [seen.today - 1_035 + 365 * place for place in range(3)]
    for place, (start, amount) in enumerate(zip(begins, amounts, strict=True)):
        seen.tell(
            BILLING,
            "contract_renewed" if place else "contract_started",
            key,
            start,
            amount=amount,
            currency="EUR",
            item="Harbour Desk",
            serial=number,
            properties={"months": 12, "auto_renews": False, "notice_days": 30},
        )
        for before in (92, 61, 31):
            seen.tell(
                TEAM,
                "renewal_forecast",
                key,
                start + 365 - before,
                amount=round(amount * 1.2),
                currency="EUR",
                serial=number,
                text="They will surely grow next season",
            )
    _weekly(seen, key, 1_000, lambda ago: 30 + ago / 25)
    _calls(seen, key, 500, 320, 170, 45)
    return DemoSuccess(
        outcomes=(
            _outcome(
                seen,
                key,
                "Sell half of the trips before the day itself",
                "Boats go out half empty or people stay on the quay",
                200,
                40,
                measure="Sold before the day",
                unit="% of seats",
                baseline=20.0,
                target=50.0,
                readings=((seen.today - 120, 24.0), (seen.today - 30, 27.0)),
            ),
        ),
    )


def twelve_not_twenty(seen: Seen, key: str) -> DemoSuccess:
    """Return the customer who says of a reached outcome that it is not."""
    _years(seen, key, 960_000, 400, terms=2)
    _weekly(seen, key, 390, lambda ago: 40.0)
    _calls(seen, key, 200, 90, 30)
    return DemoSuccess(
        outcomes=(
            _outcome(
                seen,
                key,
                "Twenty group bookings a month on our own page",
                "The portals take eighteen per cent",
                180,
                20,
                measure="Group bookings on our own page",
                unit="a month",
                baseline=2.0,
                target=20.0,
                readings=((seen.today - 90, 11.0), (seen.today - 9, 20.0)),
                said=(
                    DemoSaid(
                        seen.today - 1,
                        "not_yet",
                        12.0,
                        "Not yet: 12, not 20. You count the ones we cancelled.",
                    ),
                ),
            ),
        ),
    )


def held_up(seen: Seen, key: str) -> DemoSuccess:
    """Return the customer whose go-live waits for their IT, with a promise of ours late, too."""
    _years(seen, key, 1_200_000, 95)
    _calls(seen, key, 80, 50, 20)
    seen.tell(
        TEAM,
        "blocker_opened",
        key,
        seen.today - 47,
        text="Their IT has not opened the address",
        serial="hd-b1",
    )
    return DemoSuccess(
        outcomes=(
            _outcome(
                seen,
                key,
                "Take a third of bookings on our own page",
                "The portals take eighteen per cent",
                90,
                120,
                milestones=(
                    ("Boats, rooms and prices entered", seen.today - 70, seen.today - 66, False),
                    ("The first booking of a real guest", seen.today - 35, None, True),
                ),
                promises=(DemoPromise("ours", "Bring the old bookings over", seen.today - 12),),
            ),
        ),
        blockers=(
            DemoBlocker(
                "Their IT has not opened the address of the booking page", "theirs", "it", seen.today - 47
            ),
        ),
    )


def too_early(seen: Seen, key: str) -> DemoSuccess:
    """Return the customer to whom nothing is to be sold until the new pier stands."""
    _years(seen, key, 600_000, 500, terms=2)
    _weekly(seen, key, 480, lambda ago: 22.0)
    _calls(seen, key, 220, 130)
    return DemoSuccess(not_yet=("the new pier is open", seen.today))


def sold_too_soon(seen: Seen, key: str) -> DemoSuccess:
    """Return the customer who is offered more before anything is reached."""
    _years(seen, key, 840_000, 200)
    _weekly(seen, key, 190, lambda ago: 28.0)
    _calls(seen, key, 120, 40)
    seen.tell(
        TEAM,
        "expansion_opened",
        key,
        seen.today - 10,
        amount=420_000,
        currency="EUR",
        serial="hd-x1",
        item="A second location",
    )
    return DemoSuccess(
        outcomes=(
            _outcome(
                seen,
                key,
                "Stop copying names from mails into lists",
                "They lost two bookings last summer",
                150,
                60,
                measure="Bookings typed by hand",
                unit="a week",
                baseline=60.0,
                target=5.0,
                readings=((seen.today - 80, 44.0), (seen.today - 15, 30.0)),
            ),
        ),
    )


_ROWS = (
    (
        "confirmed-but-sick",
        "Cutter & Keel Boat Yard",
        "boat yard",
        "Lena",
        ("Jo Petersen", "Owner"),
        "",
        "Usage fell and two complaints came, yet both outcomes are confirmed: the yard sleeps in winter.",
        confirmed_but_sick,
    ),
    (
        "champion-gone",
        "Northbreeze Sailing School",
        "sailing school",
        "Max",
        ("Ebba Lind", "Course office"),
        "champion_left",
        "Every number is green, and the one who carried it has left.",
        champion_gone,
    ),
    (
        "work-without-outcome",
        "Seven Isles Charters",
        "tour operator",
        "Lena",
        ("Ugo Neri", "Operations"),
        "no_agreed_success",
        "Ten visits in nine months, and nobody ever asked what for.",
        work_without_outcome,
    ),
    (
        "always-too-high",
        "Blue Funnel Ferry Tours",
        "tour operator",
        "Tom",
        ("Ines Rey", "Director"),
        "renewal_near",
        "Foreseen a fifth higher than it came, three years in a row, and now again.",
        always_too_high,
    ),
    (
        "twelve-not-twenty",
        "Hotel Lighthouse Quay",
        "marina hotel",
        "Max",
        ("Mira Falke", "Front office manager"),
        "customer_disagrees",
        "We count 20, they say 12.",
        twelve_not_twenty,
    ),
    (
        "held-up",
        "Old Customs Marina Hotel",
        "marina hotel",
        "Lena",
        ("Piet Vos", "Director"),
        "blocker_old",
        "Their IT holds up the go-live, and a promise of ours is late.",
        held_up,
    ),
    (
        "too-early",
        "Sandbank Windsurf School",
        "sailing school",
        "Max",
        ("Levi Brun", "Head of school"),
        "look_again",
        "Nothing was to be sold until the pier is open; today is the day to look again.",
        too_early,
    ),
    (
        "sold-too-soon",
        "Gull Rock Dinghy Club",
        "sailing school",
        "Tom",
        ("Nele Arp", "Course office"),
        "expansion_early",
        "A second location is on offer while the first has not got what it came for.",
        sold_too_soon,
    ),
)


def planted() -> tuple[Planted, ...]:
    """Return all planted customers."""
    return tuple(
        Planted(f"C-9{place:03d}", name, kind, owner, person, Story(slug, name, step, sees), tell)
        for place, (slug, name, kind, owner, person, step, sees, tell) in enumerate(_ROWS, 1)
    )
