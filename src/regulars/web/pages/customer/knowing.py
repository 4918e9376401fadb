"""The part of a customer's page about what we know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.attention.read.blockers import Blockers, blockers, unclog_times, unclog_words
from regulars.attention.read.knowing import Knowing, kinds_of_card, knowing
from regulars.records.models import Blocker, NotYet, Outcome, Role
from regulars.records.read.knowing import not_yets


@dataclass(frozen=True, slots=True)
class KnowingShown:
    """What the page shows of what we know.

    ``kinds`` are the kinds a new card can have; ``not_yets`` what must be so before we sell;
    ``usual`` how long the blockers that stand here usually take, in words; ``clears`` and ``parts`` the
    choices for who can unclog a blocker and which part a person plays,
    ``outcomes`` those that a blocker can stand in the way of.
    """

    knowing: Knowing
    kinds: Sequence[tuple[str, str]]
    not_yets: Sequence[NotYet]
    blockers: Blockers
    usual: Sequence[str]
    clears: Sequence[tuple[str, str]]
    parts: Sequence[tuple[str, str]]
    outcomes: Sequence[Outcome]


def knowing_shown(
    customer: int,
    as_of: int,
    *,
    purchase_days: int,
    outcomes: Sequence[Outcome],
    rewound: bool,
    known_by: int | None = None,
) -> KnowingShown:
    """Return what we know of a customer; on a rewound day nothing is asked and nothing is due.

    Parameters
    ----------
    outcomes
        What they want, as it is on the plan.

    Units
    -----
    Epoch days.
    """
    standing = blockers(customer, as_of, known_by=known_by)
    return KnowingShown(
        knowing=knowing(customer, as_of, purchase_days=purchase_days, known_by=known_by),
        kinds=kinds_of_card(),
        not_yets=() if rewound else list(not_yets(customer)),
        blockers=standing,
        usual=_usual({one.row.side for one in standing.standing}, as_of),
        clears=[(str(value), str(label)) for value, label in Blocker.Clears.choices],
        parts=[(str(value), str(label)) for value, label in Role.Part.choices],
        outcomes=sorted((one for one in outcomes if one.dropped_on is None), key=lambda one: one.pk),
    )


def _usual(sides: set[str], as_of: int) -> list[str]:
    """Return how long blockers of these sides usually take, over the whole base."""
    times = unclog_times(as_of) if sides else {}
    whose = {"ours": "On our side", "theirs": "On their side"}
    return [f"{whose[side]}: {unclog_words(times[side])}." for side in sorted(sides)]
