"""The part of a customer's page about what we know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.attention.read.knowing import Knowing, kinds_of_card, knowing
from regulars.records.models import NotYet
from regulars.records.read.knowing import not_yets


@dataclass(frozen=True, slots=True)
class KnowingShown:
    """What the page shows of what we know.

    ``kinds`` are the kinds a new card can have; ``not_yets`` what must be so before we sell.
    """

    knowing: Knowing
    kinds: Sequence[tuple[str, str]]
    not_yets: Sequence[NotYet]


def knowing_shown(customer: int, as_of: int, *, purchase_days: int, rewound: bool) -> KnowingShown:
    """Return what we know of a customer; on a rewound day nothing is asked and nothing is due.

    Units
    -----
    ``as_of`` is an epoch day.
    """
    return KnowingShown(
        knowing=knowing(customer, as_of, purchase_days=purchase_days),
        kinds=kinds_of_card(),
        not_yets=() if rewound else list(not_yets(customer)),
    )
