"""Open next steps put in order for Today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from regulars.attention.models import NextStep
from regulars.attention.rules.registry import FIRST
from regulars.attention.write.steps import place_steps
from regulars.insight.rank import Candidate, rank
from regulars.records.read.company import company

BLIND = frozenset({"order_check", "feed_stopped", "base_quiet"})
"""Kinds that are checked whatever they are worth."""


def order_steps(customers: int) -> None:
    """Rank what is open and store the order: one step a customer first, their others after everybody's first.

    Parameters
    ----------
    customers
        Size of the base.
    """
    ours = company()
    rows = {str(row.pk): row for row in NextStep.objects.filter(state=NextStep.State.OPEN)}
    ranking = rank(
        [_candidate(row) for row in rows.values()],
        customers,
        places=ours.daily_number,
        equal=not ours.stake_in_money,
    )
    placed = [(rows[one.candidate.key], one.score) for one in (*ranking.today, *ranking.below)]
    place_steps([(row.pk, score) for row, score in varied(placed, ours.daily_number)])


def varied(placed: Sequence[Placed], number: int) -> list[Placed]:
    """Return the order with one step a customer first, and few of one kind among any day's places.

    Seven times the same sentence is no help, whatever it is worth: among any ``number`` places in a row a
    kind takes two, as long as there are others. Whoever told us something stands before everybody.
    """
    first, later, seen = list[Placed](), list[Placed](), set[int]()
    waiting_for_us = [one for one in placed if one[0].kind in FIRST]
    for row, score in (*waiting_for_us, *(one for one in placed if one[0].kind not in FIRST)):
        again = row.customer_id is not None and row.customer_id in seen
        (later if again else first).append((row, score))
        if row.customer_id is not None:
            seen.add(row.customer_id)
    waiting, order = first, list[Placed]()
    while waiting:
        recent = Counter(row.kind for row, _ in order[-(number - 1) :])
        at = next((i for i, (row, _) in enumerate(waiting) if _has_room(row, recent)), 0)
        order.append(waiting.pop(at))
    return order + later


def _has_room(row: NextStep, recent: Counter[str]) -> bool:
    return row.kind in FIRST or recent[row.kind] < MOST_OF_A_KIND


MOST_OF_A_KIND = 2
Placed = tuple[NextStep, float]


def _candidate(row: NextStep) -> Candidate:
    return Candidate(
        key=str(row.pk),
        kind=row.kind,
        urgency=row.urgency,
        sureness=row.sureness,
        stake=row.stake or None,
        owed=row.owed,
        blind=row.kind in BLIND or row.customer_id is None,
    )
