"""What we know of customers: of one with the question to ask next, and of the whole base in one sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import Max, Q
from django.db.models.functions import Coalesce, Greatest

from regulars.attention.models import ContractStanding, Standing
from regulars.insight.knowing import Card, Freshness, Moment, Question, best_question, freshness
from regulars.insight.stage import Stage
from regulars.ledger.models import Fact
from regulars.records.models import Knowledge, KnowledgeKind, QuestionAsked
from regulars.records.read.company import calendar_date, epoch_day
from regulars.records.read.knowing import cards, past_cards, questions_asked, written_by
from regulars.records.read.outcomes import recorded_by

WORDS_OF_THEIRS = (
    "praise", "complaint", "feedback", "outcome_confirmed", "outcome_disputed", "survey_answer", "referral",
)  # fmt: skip
"""Kinds of facts whose text is what they said themselves."""

WHY_THEY_BUY = (KnowledgeKind.BROUGHT, KnowledgeKind.CAME_BACK, KnowledgeKind.CONTINUE, KnowledgeKind.JOB)
"""Any of these, said by them, says why they buy."""

BUYING = (
    Stage.FIRST_TIME_BUYER,
    Stage.REPEAT_CUSTOMER,
    Stage.REGULAR,
    Stage.FOR_LIFE,
    Stage.GONE_QUIET,
    Stage.WON_BACK,
)
"""Stages of those who buy; those who have not bought yet, lapsed or churned are not asked about."""

YEAR = 365


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card as people read it."""

    row: Knowledge
    freshness: Freshness
    kind_words: str


@dataclass(frozen=True, slots=True)
class LastWords:
    """What they said last, when, and as what: a kind of entry, or what the card is about that keeps it.

    Units
    -----
    ``day`` is an epoch day.
    """

    text: str
    day: int
    kind: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Knowing:
    """What we know of one customer as of a day, and the one best question."""

    cards: tuple[ShownCard, ...]
    past: tuple[ShownCard, ...]
    question: Question | None
    last_words: LastWords | None


@dataclass(frozen=True, slots=True)
class BaseKnowledge:
    """Of how many who buy we know why, in their words, and how much of that is over a year old."""

    known: int
    customers: int
    old: int
    as_of: int

    @property
    def sentence(self) -> str:
        """The figure in one sentence.

        Example
        -------
        >>> BaseKnowledge(38, 60, 12, 20_000).sentence
        'We know why 38 of 60 buy; 12 of those are over a year old.'
        """
        if not self.customers:
            return "Nobody has bought yet."
        known = f"We know why {self.known:,} of {self.customers:,} buy"
        if not self.known:
            return f"{known}: nobody's own words are on record."
        return f"{known}; {self.old:,} of those {'is' if self.old == 1 else 'are'} over a year old."


def knowing(
    customer: int, as_of: int, *, purchase_days: int | None = None, known_by: int | None = None
) -> Knowing:
    """Return what we know of a customer as of a day, and what to ask.

    Parameters
    ----------
    purchase_days
        On how many days they had bought by then; as they stand now, if not given.
    known_by
        Leaves out what was written down or received after that day.

    Units
    -----
    Epoch days.
    """
    on = calendar_date(as_of)
    current = written_by(cards([customer], on), known_by)
    moment = _moments([customer], as_of)[customer]
    if purchase_days is not None:
        moment = replace(moment, purchase_days=purchase_days)
    asked = questions_asked([customer], on)[customer]
    return Knowing(
        cards=tuple(_shown(row, as_of) for row in current),
        past=tuple(_shown(row, as_of) for row in written_by(past_cards(customer, on), known_by)),
        question=_question(current, asked, moment, as_of),
        last_words=last_words(customer, as_of, known_by=known_by),
    )


def best_questions(customers: Sequence[int], as_of: int) -> dict[int, Question]:
    """Return what to ask these customers, those left out of whom nothing is to be asked; in four queries.

    Units
    -----
    ``as_of`` is an epoch day.
    """
    on = calendar_date(as_of)
    current = defaultdict[int, list[Knowledge]](list)
    for row in cards(customers, on):
        current[row.customer_id].append(row)
    asked, moments = questions_asked(customers, on), _moments(customers, as_of)
    found = {one: _question(current[one], asked[one], moments[one], as_of) for one in customers}
    return {one: question for one, question in found.items() if question is not None}


def _question(
    current: Sequence[Knowledge], asked: Sequence[QuestionAsked], moment: Moment, as_of: int
) -> Question | None:
    before = [(row.kind, epoch_day(row.asked_on)) for row in asked]
    return best_question([_card(row) for row in current], before, moment, as_of)


def shown_cards(customer: int, as_of: int) -> list[ShownCard]:
    """Return the cards that stand on a day, by kind, the freshest of a kind first.

    Units
    -----
    ``as_of`` is an epoch day.
    """
    return [_shown(row, as_of) for row in cards([customer], calendar_date(as_of))]


def last_words(customer: int, as_of: int, *, known_by: int | None = None) -> LastWords | None:
    """Return what a customer said last up to a day, None when no words of theirs are on record.

    Cards that they said themselves are words of theirs too, also when they have ended since.
    """
    told, card = _last_told(customer, as_of, known_by), _last_card(customer, as_of, known_by)
    if told is None or card is None:
        return told or card
    return card if card.day > told.day else told


def _last_told(customer: int, as_of: int, known_by: int | None) -> LastWords | None:
    not_yet = Q(kind="outcome_measured", properties__verdict="not_yet")
    found = Fact.objects.filter(Q(kind__in=WORDS_OF_THEIRS) | not_yet, customer=customer, day__lte=as_of)
    found = found.exclude(text="")
    if known_by is not None:
        found = found.filter(received_day__lte=known_by)
    row = found.order_by("-day", "-id").values("text", "day", "kind").first()
    if row is None:
        return None
    kind = "not_yet" if row["kind"] == "outcome_measured" else row["kind"]
    return LastWords(row["text"], row["day"], kind)


def _last_card(customer: int, as_of: int, known_by: int | None) -> LastWords | None:
    said = Knowledge.objects.filter(
        customer=customer, said_by_them=True, noted_on__lte=calendar_date(as_of),
        **recorded_by("created_at", known_by),
    )  # fmt: skip
    card = said.order_by("-noted_on", "-id").first()
    if card is None:
        return None
    return LastWords(card.text, epoch_day(card.noted_on), card.kind, card.get_kind_display())


def base_knowledge(as_of: int) -> BaseKnowledge:
    """Return for how many who buy we know why, by a current card that they said themselves.

    Counted are customers in one of the stages `BUYING` with a card of a kind in `WHY_THEY_BUY`; old is who
    has none younger than a year, each card as young as when it was last found still true.

    Units
    -----
    ``as_of`` is an epoch day.
    """
    buying = Standing.objects.filter(stage__in=BUYING, customer__merged_into=None)
    said = Knowledge.objects.filter(said_by_them=True, kind__in=WHY_THEY_BUY, ended_on=None)
    freshest = dict(
        said.filter(customer__in=buying.values("customer"), noted_on__lte=calendar_date(as_of))
        .values_list("customer")
        .annotate(at=Max(Greatest("noted_on", Coalesce("still_true_on", "noted_on"))))
    )
    year_ago = calendar_date(as_of) - timedelta(days=YEAR)
    old = sum(day < year_ago for day in freshest.values())
    return BaseKnowledge(len(freshest), buying.count(), old, as_of)


def _moments(customers: Sequence[int], as_of: int) -> dict[int, Moment]:
    """Return where customers stand just now, each by what was stored of them."""
    bought = dict(Standing.objects.filter(customer__in=customers).values_list("customer", "purchase_days"))
    contracts = ContractStanding.objects.filter(customer__in=customers)
    due = dict(contracts.values_list("customer", "renewal_day"))
    renewals = {one: None if day is None else day - as_of for one, day in due.items()}
    return {one: Moment(bought.get(one) or 0, renewals.get(one)) for one in customers}


def _card(row: Knowledge) -> Card:
    return Card(row.kind, row.said_by_them, epoch_day(row.still_true_on or row.noted_on))


def _shown(row: Knowledge, as_of: int) -> ShownCard:
    return ShownCard(row, freshness(_card(row), as_of), row.get_kind_display())


def kinds_of_card() -> Sequence[tuple[str, str]]:
    """Return the kinds a card can have, each with its words."""
    return [(str(value), str(label)) for value, label in KnowledgeKind.choices]
