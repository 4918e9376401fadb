"""Visits of everybody: named customers with their habits, and people who leave no name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from regulars.server.demo.company import Buyer, Contact
from regulars.server.demo.lives import Habit, Lives, lives
from regulars.server.demo.menu import SOFT, Lines, shelf, usual_order
from regulars.server.demo.names import TITLES, company_names, email, person_names, phone
from regulars.server.demo.opening import IntArray, Opening

HABITS = (
    Habit("walk-in", 598, 7.0, 1.6, 3, (0.7, 7.0)),
    Habit("office", 112, 6.0, 3.0, 6, (0.5, 13.0), weekly=True),
    Habit("café", 48, 6.0, 4.0, 8, (0.4, 22.0), weekly=True),
    Habit("hotel", 22, 8.0, 4.0, 6, (0.4, 20.0), weekly=True),
)
SETTLED = 80.0
FEW_LEAVE = 0.15
ANONYMOUS_PER_DAY = 29.0
OPENS, CLOSES = 450, 1080


@dataclass(frozen=True, slots=True)
class Visit:
    """One receipt: whose (an index, or -1 for nobody we know), when, and what is on it."""

    buyer: int
    day: int
    minute: int
    lines: Lines


@dataclass(frozen=True, slots=True)
class Crowd:
    """Customers of all kinds, their visits, and per kind the truth they were simulated from."""

    buyers: tuple[Buyer, ...]
    visits: tuple[Visit, ...]
    truth: tuple[Lives, ...]


def crowd(hours: Opening, seed: int, taken: frozenset[str]) -> Crowd:
    """Return the customers who are not planted, and their visits."""
    buyers: list[Buyer] = []
    visits: list[Visit] = []
    truth = []
    for number, habit in enumerate(HABITS):
        rng = np.random.default_rng([seed, 10 + number])
        life = lives(habit, hours.days, hours.weight, rng, settled=SETTLED, few_leave=FEW_LEAVE)
        mine = _buyers(habit, len(buyers), rng, taken)
        visits += _visits(life, mine, len(buyers), rng)
        buyers += mine
        truth.append(life)
    return Crowd(tuple(buyers), tuple(visits), tuple(truth))


def _buyers(habit: Habit, before: int, rng: np.random.Generator, taken: frozenset[str]) -> list[Buyer]:
    if habit.kind == "walk-in":
        names = person_names(habit.customers, rng, taken)
        minutes = _busy_minutes(habit.customers, rng)
        return [
            Buyer(f"card-{place + 1:04d}", name, "walk-in", "till", usual_order("walk-in", rng), int(minute))
            for place, (name, minute) in enumerate(zip(names, minutes, strict=True))
        ]
    names = company_names(habit.kind, habit.customers, rng, taken)
    people = person_names(habit.customers, rng)
    return [
        _business(habit.kind, before + place, name, person, rng)
        for place, (name, person) in enumerate(zip(names, people, strict=True))
    ]


def _business(kind: str, number: int, name: str, person: str, rng: np.random.Generator) -> Buyer:
    title = str(rng.choice(TITLES[kind]))
    contact = Contact(person, email(person, name), phone(number), title)
    owner = {"office": "Max", "café": "Nora", "hotel": "Ana"}[kind]
    return Buyer(
        key=f"W-{number:04d}",
        name=name,
        kind=kind,
        source="wholesale",
        usual=usual_order(kind, rng),
        minute=int(rng.integers(500, 720)),
        owner=owner,
        contact=contact,
    )


def _visits(life: Lives, buyers: Sequence[Buyer], offset: int, rng: np.random.Generator) -> list[Visit]:
    total = life.day.size
    jitter = np.rint(rng.normal(0, 9, total)).astype(int)
    varied, more = rng.random(total) > 0.88, rng.random(total) < 0.16
    items, chances = shelf(buyers[0].kind)
    drawn = rng.choice(len(items), total, p=chances)
    found = []
    for place, (one, day) in enumerate(zip(life.customer.tolist(), life.day.tolist(), strict=True)):
        buyer = buyers[one]
        extra = items[drawn[place]]
        lines = _lines(buyer.usual, extra, varied=bool(varied[place]), more=bool(more[place]))
        minute = min(max(buyer.minute + int(jitter[place]), OPENS), CLOSES - 1)
        found.append(Visit(offset + one, day, minute, lines))
    return found


def _lines(usual: Lines, extra: str, *, varied: bool, more: bool) -> Lines:
    if varied:
        return ((extra, usual[0][1]),)
    if more and all(item != extra for item, _ in usual):
        return (*usual, (extra, 1))
    return usual


def _busy_minutes(count: int, rng: np.random.Generator) -> IntArray:
    """Return minutes of the day as stands know them: before work, mid-morning, after lunch, a long tail."""
    centres = np.array([500, 625, 790, 935])
    peak = rng.choice(4, count, p=[0.4, 0.22, 0.23, 0.15])
    minutes = rng.normal(centres[peak], np.array([28, 35, 40, 60])[peak])
    return np.clip(np.rint(minutes), OPENS, CLOSES - 1).astype(np.int64)


def passers_by(hours: Opening, seed: int) -> list[Visit]:
    """Return the receipts of people who leave no name."""
    rng = np.random.default_rng([seed, 20])
    receipts = rng.poisson(ANONYMOUS_PER_DAY * hours.weight)
    day = np.repeat(hours.days, receipts)
    minute = _busy_minutes(day.size, rng)
    items, chances = shelf("walk-in")
    soft = np.array([item in SOFT for item in items])
    summer = chances * np.where(soft, 2.2, 0.85)
    season = np.cos(2 * np.pi * ((day % 365.25) - 196) / 365.25) > 0
    first = np.where(
        season,
        rng.choice(len(items), day.size, p=summer / summer.sum()),
        rng.choice(len(items), day.size, p=chances),
    )
    second = rng.choice(len(items), day.size, p=chances)
    both = rng.random(day.size) < 0.55
    quantity = rng.choice([1, 2, 3], day.size, p=[0.82, 0.15, 0.03])
    found = []
    for place in range(day.size):
        lines: Lines = ((items[first[place]], int(quantity[place])),)
        if both[place] and second[place] != first[place]:
            lines = (*lines, (items[second[place]], 1))
        found.append(Visit(-1, int(day[place]), int(minute[place]), lines))
    return found
