"""What we know of a customer: how it ages, and the one best question to ask next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SHELF_DAYS: Mapping[str, int | None] = {
    "brought": None,  # what brought them is history: it does not change, so it never ages
    "came_back": 365,  # a reason to return outlives a season, not a year of other offers
    "job": 365,  # the job they hire us for changes with their business, about once a year
    "drivers": 180,  # what drives their business turns with half-yearly plans and budgets
    "continue": 180,  # why they continue must be known before each notice period
    "think": 120,  # an opinion is as old as the last few deliveries
    "need": 90,  # what they need to succeed changes by the quarter
    "others": 180,  # rivals make offers all the time; half a year is long
}
"""How long an answer of each kind is taken for current. Chosen by us, not fitted to anything."""

ASKED_AGAIN_DAYS = 30
"""A question that was asked without an answer rests for so long: asking twice a month is pestering."""

RENEWAL_DAYS = 120
"""From so long before the end of a term on, why they continue is the question of the moment."""

SECOND_PURCHASES = 3
"""Up to so many purchase days, why they came back is fresh in their mind."""

QUESTIONS: Mapping[str, str] = {
    "brought": "What made you come to us the first time?",
    "came_back": "You came back, thank you. What made you?",
    "job": "What do you need us for, in the end? What gets done by it?",
    "drivers": "What drives your business at the moment?",
    "continue": "What makes you stay with us?",
    "think": "What do you think of us, honestly?",
    "need": "What do you need next to succeed, from us or from anybody?",
    "others": "Who else could you go to, and why do you stay, other than for the price?",
}
"""The opening wording of each kind's question, in the order in which strangers become acquainted."""

_ORDER = tuple(QUESTIONS)


@dataclass(frozen=True, slots=True)
class Card:
    """One current card.

    Units
    -----
    ``day`` is the epoch day it was noted or last found still true.
    """

    kind: str
    said_by_them: bool
    day: int


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the customer stands just now, as far as it decides what to ask.

    Units
    -----
    ``renewal_in`` days until the current term ends, None without a contract that ends.
    """

    purchase_days: int = 0
    renewal_in: int | None = None


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old a card is, and whether it is past its shelf life.

    Units
    -----
    Days; ``left`` is None for what never ages and negative once aged.
    """

    age: int
    left: int | None

    @property
    def aged(self) -> bool:
        """Whether it should be asked again."""
        return self.left is not None and self.left < 0

    @property
    def words(self) -> str:
        """The age in words.

        Example
        -------
        >>> Freshness(0, 90).words, Freshness(12, 78).words, Freshness(430, -65).words
        ('today', '12 days ago', '14 months ago')
        """
        return age_words(self.age)


@dataclass(frozen=True, slots=True)
class Question:
    """The question to ask next, how to open with it, and why this one."""

    kind: str
    wording: str
    why: str


def freshness(card: Card, as_of: int) -> Freshness:
    """Return how fresh a card is on a day.

    Example
    -------
    >>> freshness(Card("need", True, 0), 100).aged, freshness(Card("brought", True, 0), 9_000).aged
    (True, False)
    """
    age, shelf = max(0, as_of - card.day), SHELF_DAYS[card.kind]
    return Freshness(age, None if shelf is None else shelf - age)


def age_words(days: int) -> str:
    """Return an age in words a person would use.

    Example
    -------
    >>> [age_words(days) for days in (0, 1, 45, 90, 800)]
    ['today', 'yesterday', '45 days ago', '3 months ago', '2 years ago']
    """
    if days < 2:
        return ("today", "yesterday")[days]
    if days < 60:
        return f"{days} days ago"
    if days < 730:
        return f"{round(days / 30.44)} months ago"
    return f"{round(days / 365.25)} years ago"


def best_question(
    cards: Sequence[Card], asked: Sequence[tuple[str, int]], moment: Moment, as_of: int
) -> Question | None:
    """Return the one best question, None when all is known or was asked lately.

    A kind that they answered themselves within its shelf life is not asked, nor one that was asked within
    `ASKED_AGAIN_DAYS`. The question of the moment goes first, since the moment passes; then what is
    missing, then what is only assumed, then what has aged.

    Parameters
    ----------
    asked
        Pairs of kind and epoch day on which it was asked without an answer.

    Example
    -------
    >>> best_question([], [], Moment(purchase_days=2), 20_000).kind
    'came_back'
    >>> every = [Card(kind, True, 20_000) for kind in QUESTIONS]
    >>> best_question(every, [], Moment(), 20_000) is None
    True
    """
    rests = {kind for kind, day in asked if 0 <= as_of - day < ASKED_AGAIN_DAYS}
    open_ones = {kind: why for kind in _ORDER if kind not in rests and (why := _why(kind, cards, as_of))}
    if moment.purchase_days < 2:
        open_ones.pop("came_back", None)  # they have not come back yet
    if not open_ones:
        return None
    now = _of_the_moment(moment)
    kind = min(open_ones, key=lambda one: (one not in now, _RANK[open_ones[one]], _ORDER.index(one)))
    return Question(kind, QUESTIONS[kind], now.get(kind, open_ones[kind]))


def _why(kind: str, cards: Sequence[Card], as_of: int) -> str:
    """Return why a kind is worth asking, "" when they answered it and the answer is still good."""
    of_kind = [card for card in cards if card.kind == kind]
    said = [card for card in of_kind if card.said_by_them]
    if not of_kind:
        return _MISSING
    if not said:
        return _ASSUMED
    return _AGED if all(freshness(card, as_of).aged for card in said) else ""


_MISSING, _ASSUMED, _AGED = "we do not know", "we only assume it", "what they said is a while ago"
_RANK = {_MISSING: 0, _ASSUMED: 1, _AGED: 2}


def _of_the_moment(moment: Moment) -> dict[str, str]:
    """Return the kinds whose moment it is, with the reason."""
    found: dict[str, str] = {}
    if moment.renewal_in is not None and 0 <= moment.renewal_in <= RENEWAL_DAYS:
        found["continue"] = f"the term ends in {moment.renewal_in} day{'s' if moment.renewal_in != 1 else ''}"
    if 2 <= moment.purchase_days <= SECOND_PURCHASES:
        found["came_back"] = "they came back only lately"
    return found
