"""What an entry says in words, beside its kind and what was said: from its item, quantity and properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from regulars.attention.touchpoint import CHANNELS, TURFS
from regulars.insight.errors import RegularsError
from regulars.ledger.models import Fact
from regulars.records.models import Person
from regulars.records.opaque import number

SUCCESS = (
    "outcome_agreed", "outcome_measured", "outcome_confirmed", "outcome_disputed", "commitment_made",
    "commitment_kept", "commitment_missed", "milestone_reached", "blocker_opened", "blocker_closed",
    "person_left",
)  # fmt: skip
CONTRACTS = (
    "contract_started", "contract_renewed", "contract_changed", "contract_cancelled", "renewal_forecast",
    "expansion_opened", "expansion_closed", "trial_started", "trial_ended",
)  # fmt: skip

_SIDES = {"ours": "ours", "theirs": "theirs"}
_CLEARS = {
    "leader": "their leader can unclog it",
    "it": "their IT can unclog it",
    "procurement": "their procurement can unclog it",
    "us": "one of us can unclog it",
}


def people_named(facts: Iterable[Fact]) -> dict[str, str]:
    """Return the name behind each reference to a person in entries, in one statement."""
    refs = {ref for fact in facts for ref in str(fact.properties.get("person", "")).split()}
    ids = {ref: pk for ref in refs if (pk := _number(ref)) is not None}
    names = dict(Person.objects.filter(pk__in=ids.values()).values_list("pk", "name")) if ids else {}
    return {ref: names[pk] for ref, pk in ids.items() if names.get(pk)}


def _number(ref: str) -> int | None:
    try:
        return number(ref)
    except RegularsError:
        return None


def said_not_yet(fact: Fact) -> bool:
    """Return whether an entry is their "not yet" of an outcome, and no reading of ours."""
    return fact.kind == "outcome_measured" and fact.properties.get("verdict") == "not_yet"


def entry_words(fact: Fact, names: Mapping[str, str]) -> str:
    """Return what an entry says: 'Call with Ida Nord, 12 minutes', '12 months, until 3 May 2027'."""
    said = _SAID.get(fact.kind)
    if said is not None:
        return said(fact, names)
    if fact.kind in CONTRACTS:
        return _joined([fact.item, *_contract(fact)])
    return _item(fact)


def _item(fact: Fact) -> str:
    return fact.item if not fact.quantity or fact.quantity == 1 else f"{fact.quantity:g} × {fact.item}"


def _touchpoint(fact: Fact, names: Mapping[str, str]) -> str:
    given: Mapping[str, Any] = fact.properties
    channel = str(given.get("channel", ""))
    people = _and([names[ref] for ref in str(given.get("person", "")).split() if ref in names])
    met = CHANNELS.get(channel, channel.capitalize() or fact.item)
    minutes = given.get("minutes")
    return _joined(
        [
            f"{met} with {people}" if met and people else met or people,
            f"{minutes} minute{'s' if str(minutes) != '1' else ''}" if minutes else "",
            TURFS.get(str(given.get("turf", "")), ""),
            "selling" if given.get("selling") is True else "",
            str(given.get("department", "")),
        ]
    )


def _outcome(fact: Fact, names: Mapping[str, str]) -> str:
    given: Mapping[str, Any] = fact.properties
    value = "" if fact.quantity is None else f"{fact.quantity:g} {given.get('unit', '')}".strip()
    by = names.get(str(given.get("person", "")), "")
    verdict = {"not_yet": "not yet", "disputed": "disputed"}.get(str(given.get("verdict", "")), "")
    return _joined([fact.item, verdict, value, f"by {by}" if by else "", str(given.get("evidence", ""))])


def _sided(fact: Fact, names: Mapping[str, str]) -> str:
    side = _SIDES.get(str(fact.properties.get("side", "")), "")
    clears = _CLEARS.get(str(fact.properties.get("clears", "")), "")
    who = names.get(str(fact.properties.get("person", "")), "")
    side = (
        f"unclogged by {'us' if side == 'ours' else 'them'}"
        if fact.kind == "blocker_closed" and side
        else side
    )
    return _joined([fact.item, side, clears, who])


def _left(fact: Fact, names: Mapping[str, str]) -> str:
    who = names.get(str(fact.properties.get("person", "")), "")
    return _joined([who, f"was their {fact.item}" if fact.item else ""])


def _contract(fact: Fact) -> list[str]:
    given: Mapping[str, Any] = fact.properties
    months, ends = given.get("months"), _day(str(given.get("ends_on", "")))
    notice = given.get("notice_days")
    return [
        f"{months} month{'s' if str(months) != '1' else ''}" if months else "",
        f"until {ends}" if ends else "",
        "renews by itself" if given.get("auto_renews") is True else "",
        f"{notice} days' notice" if notice else "",
        str(given.get("reason", "")),
    ]


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{day.day} {day:%b %Y}"


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(part for part in parts if part)


_SAID: Mapping[str, Callable[[Fact, Mapping[str, str]], str]] = {
    "touchpoint": _touchpoint,
    "outcome_agreed": _outcome,
    "outcome_measured": _outcome,
    "outcome_confirmed": _outcome,
    "outcome_disputed": _outcome,
    "milestone_reached": _outcome,
    "commitment_made": _sided,
    "commitment_kept": _sided,
    "commitment_missed": _sided,
    "blocker_opened": _sided,
    "blocker_closed": _sided,
    "person_left": _left,
}
