"""The planted customers of the coffee stands: each has a name, a past and something to see on Today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from regulars.server.demo.company import Buyer, Contact, Story
from regulars.server.demo.menu import Lines
from regulars.server.demo.opening import Opening, opening

SEED = 20240229


@dataclass(frozen=True, slots=True)
class Planted:
    """One planted customer.

    ``visits`` holds (epoch day, what they took), oldest first; ``told`` holds facts from the team as
    (kind, epoch day, minute, text).
    """

    buyer: Buyer
    story: Story
    visits: tuple[tuple[int, Lines], ...]
    told: tuple[tuple[str, int, int, str], ...] = ()


def every(hours: Opening, gap: int, latest: int, count: int) -> list[int]:
    """Return the days of visits a steady gap of open days apart, the last one ``latest`` open days ago."""
    open_days = int(hours.open.sum())
    agos = [latest + gap * step for step in range(count) if latest + gap * step <= open_days]
    # Nobody is a clock: every third visit comes a day early or late.
    shift = {0: 0, 1: 0, 2: 1, 3: 0, 4: -1}
    agos = [max(1, ago + (shift[place % 5] if place and gap > 2 else 0)) for place, ago in enumerate(agos)]
    return sorted({hours.ago(min(ago, open_days)) for ago in agos})


def with_usual(days: list[int], usual: Lines) -> tuple[tuple[int, Lines], ...]:
    """Return visits that all take the usual."""
    return tuple((day, usual) for day in days)


def _walk_in(number: int, name: str, usual: Lines, minute: int) -> Buyer:
    return Buyer(f"card-9{number:03d}", name, "walk-in", "till", usual, minute)


def _wholesale(
    number: int, name: str, kind: str, usual: Lines, contact: tuple[str, str, str], owner: str
) -> Buyer:
    person, title, phone = contact
    host = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
    address = f"{person.lower().split()[0]}@{host}.example"
    return Buyer(
        f"W-9{number:02d}", name, kind, "wholesale", usual, 570, owner, Contact(person, address, phone, title)
    )


def gone_quiet(hours: Opening) -> Planted:
    """Return the weekly office that stopped ordering."""
    usual = (("House blend 1 kg", 3), ("Oat drink, 6 l", 2))
    buyer = _wholesale(
        1, "Aldergate Architects", "office", usual, ("Signe Holm", "Office manager", "+493023125901"), "Max"
    )
    story = Story(
        "going-quiet",
        buyer.name,
        "gone_quiet",
        "A weekly order for two years, then nothing for two weeks.",
    )
    visits = with_usual(every(hours, 5, 13, 110), usual)
    told = (("touchpoint", hours.ago(40), 640, "Visit: new grinder set up together with Signe."),)
    return Planted(buyer, story, visits, told)


def rainy(hours: Opening) -> Planted:
    """Return the walk-in who comes when it rains and hardly otherwise."""
    buyer = _walk_in(2, "Tove Brandt", (("Filter coffee", 1),), 985)
    wet = [int(day) for day in hours.days[hours.open & hours.rainy] if day % 7 in (2, 5)]
    dry = [int(day) for day in hours.days[hours.open & ~hours.rainy]][::45]
    story = Story(
        "rainy-day", buyer.name, "came_when_hard", "Most of her visits fall into our slowest weeks."
    )
    return Planted(buyer, story, with_usual(sorted({*wet, *dry}), buyer.usual))


def missed_us(hours: Opening) -> Planted:
    """Return the regular who stood before the closed door yesterday."""
    buyer = _walk_in(3, "Beatriz Almeida", (("Cappuccino", 1), ("Cinnamon bun", 1)), 1050)
    story = Story(
        "closed-door", buyer.name, "missed_us", "Came yesterday evening and found the shutter down."
    )
    text = "Stood at the closed shutter of the harbour stand; Rune saw her while sweeping."
    visits = with_usual(every(hours, 4, 3, 130), buyer.usual)
    return Planted(buyer, story, visits, (("missed_us", hours.ago(1), 1092, text),))


def won_back(hours: Opening) -> Planted:
    """Return the guest house that came back."""
    usual = (("Espresso blend 1 kg", 4), ("Elderflower syrup 1 l", 2))
    buyer = _wholesale(
        4, "Pension Seeblick", "hotel", usual, ("Jutta Kern", "Breakfast manager", "+493023125904"), "Nora"
    )
    story = Story(
        "won-back", buyer.name, "won_back", "Weekly for a year, away for most of another, back last week."
    )
    visits = with_usual([*every(hours, 6, 210, 60), hours.ago(3)], usual)
    return Planted(buyer, story, visits)


def not_thanked(hours: Opening) -> Planted:
    """Return the first-time buyer whom nobody thanked."""
    buyer = _walk_in(5, "Oskar Wren", (("House blend 250 g", 2),), 690)
    story = Story("nobody-thanked", buyer.name, "thank_first", "Bought for the first time some days ago.")
    return Planted(buyer, story, with_usual([hours.ago(7)], buyer.usual))


def odd_order(hours: Opening) -> Planted:
    """Return the practice whose last order does not look like them, for twelve in all."""
    usual = (("House blend 1 kg", 2),)
    buyer = _wholesale(
        6, "Linden Dental Practice", "office", usual, ("Pernille Voss", "Reception", "+493023125906"), "Max"
    )
    story = Story(
        "odd-order", buyer.name, "order_check", "Twelve tasting spoons for 12.00 instead of the usual beans."
    )
    visits = (*with_usual(every(hours, 6, 5, 90), usual), (hours.ago(1), (("Tasting spoons, 12", 12),)))
    told = (("touchpoint", hours.ago(30), 620, "Call: asked how the descaling went."),)
    return Planted(buyer, story, visits, told)


def second_purchase(hours: Opening) -> Planted:
    """Return the buyer who came a second time."""
    buyer = _walk_in(7, "Amélie Fournier", (("Oat latte", 1), ("Banana bread", 1)), 655)
    story = Story(
        "came-back", buyer.name, "second_purchase", "Second purchase this week: why did she come back?"
    )
    thanks = ("touchpoint", hours.ago(18), 700, "Said thank you at the stand and gave her a card.")
    return Planted(buyer, story, with_usual([hours.ago(18), hours.ago(6)], buyer.usual), (thanks,))


def due_today(hours: Opening) -> Planted:
    """Return the regular who is expected this morning."""
    buyer = _walk_in(8, "Ida Sørensen", (("Flat white", 2),), 495)
    story = Story("expected-today", buyer.name, "", "Expected about 08:15, two flat whites.")
    return Planted(buyer, story, with_usual(every(hours, 2, 2, 320), buyer.usual))


def just_because(hours: Opening) -> Planted:
    """Return the hotel that gets our invoices and nothing else."""
    usual = (("Espresso blend 1 kg", 5), ("Lemon syrup 1 l", 3))
    buyer = _wholesale(
        9, "Villa Rosenhof", "hotel", usual, ("Henriette Adler", "Director", "+493023125909"), "Ana"
    )
    story = Story("just-because", buyer.name, "just_because", "Years of orders, and no call for most of one.")
    told = (("touchpoint", hours.ago(240), 900, "Visit: tasting in the breakfast room."),)
    return Planted(buyer, story, with_usual(every(hours, 6, 2, 140), usual), told)


def became_regular(hours: Opening) -> Planted:
    """Return the walk-in whose fourth visit made him a regular."""
    buyer = _walk_in(10, "Luca Moretti", (("House blend 250 g", 2), ("Espresso", 1)), 470)
    story = Story("became-a-regular", buyer.name, "became_regular", "The fourth visit this month.")
    told = (("touchpoint", hours.ago(17), 480, "Said thank you; he works at the new pier."),)
    return Planted(buyer, story, with_usual([hours.ago(ago) for ago in (17, 12, 7, 2)], buyer.usual), told)


PLANTED: tuple[Callable[[Opening], Planted], ...] = (
    gone_quiet, rainy, missed_us, won_back, not_thanked, odd_order, second_purchase, due_today, just_because,
    became_regular,
)  # fmt: skip


def planted(hours: Opening) -> list[Planted]:
    """Return all planted customers."""
    return [plant(hours) for plant in PLANTED]


def stories(today: date) -> list[Story]:
    """Return what can be found in the demo loaded on that day."""
    return [one.story for one in planted(opening(today, SEED))]
