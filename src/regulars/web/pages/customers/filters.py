"""What the list can be filtered by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.attention.read.success_list import OUTCOME_COUNTS, PLANS
from regulars.insight.stage import Stage
from regulars.records.models import Colleague, KindOfCustomer, Tag
from regulars.web.pages.customers.address import FILTERS, Address

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its name in the address, its word, what can be chosen, what is."""

    name: str
    word: str
    choices: Choices
    chosen: str


def filters(
    address: Address, owners: Sequence[Colleague], kinds: Sequence[KindOfCustomer], tags: Sequence[Tag]
) -> tuple[Filter, ...]:
    """Return the filters that have something to choose."""
    offered: list[tuple[str, str, Choices]] = [
        ("stage", "Where they stand", tuple((str(int(stage)), _alone(stage)) for stage in Stage)),
        ("outcome", "Has an outcome", _outcomes(address)),
        ("owner", "Owner", (("nobody", "Nobody"), *((str(owner.pk), owner.name) for owner in owners))),
        ("kind", "Kind of customer", tuple((str(kind.pk), kind.name) for kind in kinds)),
        ("tag", "Tag", tuple((str(tag.pk), tag.name) for tag in tags)),
        ("rainy", "Comes on rainy days", (("1", "Yes"), ("0", "No"))),
        ("known", "Do we know them", (("1", "We know them"), ("0", "We only bill them"))),
    ]
    return tuple(
        Filter(name, word, choices, address.asked.get(name, "")) for name, word, choices in offered if choices
    )


def _alone(stage: Stage) -> str:
    """Return a stage in words; the view Regulars holds two, so this one says which it leaves out."""
    return f"{stage.word}, not yet {Stage.FOR_LIFE.word}" if stage is Stage.REGULAR else stage.word


def _outcomes(address: Address) -> Choices:
    return tuple(OUTCOME_COUNTS.items()) if address.view.listing == PLANS else ()


def kept_beside(address: Address) -> tuple[tuple[str, str], ...]:
    """Return what the address says beside its filters, for the filter form to carry on."""
    return tuple(
        (name, value) for name, value in address.asked.items() if name not in FILTERS and name != "after"
    )
