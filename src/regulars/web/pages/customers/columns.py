"""The columns of the list and how each is sorted."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.attention.read.success_list import HEALTH, PLANS, RENEWALS, UNAGREED
from regulars.web.pages.customers.address import Address


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: its words, the address that sorts by it (if any), and how it is sorted now."""

    key: str
    word: str
    address: str = ""
    sorted: str = ""
    number: bool = False


COLUMNS = {
    "name": ("Customer", "name", False),
    "stage": ("Where they stand", "", False),
    "reveal": ("What happened", "", False),
    "rhythm": ("Last half year", "", False),
    "last": ("Last purchase", "last", False),
    "gap": ("Usual gap", "", True),
    "due": ("Expected", "due", False),
    "value": ("Value", "value", True),
    "yearly": ("Contracts a year", "yearly", True),
    "renewal": ("Renewal", "renewal", False),
    "p_buy": ("Buys in {} days", "p_buy", True),
    "health": ("Health", "health", False),
    "notice": ("Notice until", "", False),
    "target": ("Same terms", "", True),
    "forecast": ("Forecast", "", True),
    "final": ("Last brought", "", True),
    "reason": ("Why", "", False),
    "plan": ("What they want", "plan", False),
    "next_due": ("Next due", "", False),
    "confirmed": ("Confirmed", "", True),
    "touched": ("Last touchpoint", "", False),
    "step": ("Next step", "", False),
    "owner": ("Owner", "", False),
}
"""Key to the words of a column, the sort it offers ("" for none), and whether it holds numbers."""

SHOWN = {
    "": ("name", "stage", "rhythm", "last", "gap", "due", "value", "p_buy", "step", "owner"),
    RENEWALS: ("name", "renewal", "notice", "yearly", "target", "forecast", "final", "reason", "owner"),
    PLANS: ("name", "plan", "next_due", "confirmed", "touched", "step", "owner"),
    HEALTH: ("name", "plan", "next_due", "confirmed", "touched", "step", "owner"),
    UNAGREED: ("name", "stage", "last", "value", "yearly", "touched", "step", "owner"),
}
"""Which columns each list has."""

LARGEST_FIRST = frozenset({"last", "value", "p_buy", "yearly"})
OF_PURCHASES = frozenset({"rhythm", "last", "gap", "due", "value", "p_buy"})
"""Columns that are empty while nobody has bought."""


@dataclass(frozen=True, slots=True)
class There:
    """What there is to show at all: it decides which columns a list has."""

    purchases: bool = True
    contracts: bool = False
    plans: bool = False
    health: bool = False
    revealed: bool = False


def keys_of(address: Address, there: There) -> tuple[str, ...]:
    """Return the columns of the list in their order."""
    chosen = [*SHOWN[address.view.listing]]
    if not there.purchases:
        chosen = [key for key in chosen if key not in OF_PURCHASES]
    by_stage = not address.view.listing
    if by_stage and there.contracts and (address.view.key == "all" or not there.purchases):
        _make_room_for_contracts(chosen)
    if by_stage and there.plans and not there.purchases:
        chosen.insert(chosen.index("step"), "plan")
    if there.health:
        if "renewal" in chosen and "due" in chosen:
            chosen.remove("due")
        chosen.insert(chosen.index(_after_health(address, chosen)), "health")
    if there.revealed:
        chosen.insert(2, "reveal")
    if address.day is not None:
        chosen.remove("step")  # what is to be done is known of today only
    return tuple(chosen)


def _after_health(address: Address, chosen: list[str]) -> str:
    if address.view.listing == RENEWALS:
        return "yearly"
    return "plan" if "plan" in chosen and not address.view.listing else "step"


def _make_room_for_contracts(chosen: list[str]) -> None:
    """Put contract value and renewal in; the strip tells the gap and the day that is expected."""
    if "gap" in chosen:
        chosen.remove("gap")
    place = chosen.index("p_buy" if "p_buy" in chosen else "step")
    chosen[place:place] = ["yearly", "renewal"]


def headings(address: Address, horizon: int, keys: tuple[str, ...]) -> tuple[Heading, ...]:
    """Return the headings of these columns."""
    return tuple(_heading(address, key, horizon) for key in keys)


def _heading(address: Address, key: str, horizon: int) -> Heading:
    word, sort, number = COLUMNS[key]
    word = word.format(horizon)
    if not sort:
        return Heading(key, word, number=number)
    current = address.sort == sort
    descending = not address.descending if current else sort in LARGEST_FIRST
    sorted_now = ("descending" if address.descending else "ascending") if current else ""
    link = address.changed(sort=sort, dir="desc" if descending else "asc")
    return Heading(key, word, link, sorted_now, number)
