"""Open next steps put in order for Today."""

from __future__ import annotations

from regulars.attention.models import NextStep
from regulars.attention.write.steps import place_steps
from regulars.insight.rank import Candidate, ranked
from regulars.records.read.company import company


def order_steps(as_of: int) -> None:
    """Rank what is open and store the order."""
    ours = company()
    rows = NextStep.objects.filter(state=NextStep.State.OPEN).order_by("id")
    ordered = ranked([_candidate(row, in_money=ours.stake_in_money) for row in rows])
    place_steps([(one.key, one.score) for one in ordered])
