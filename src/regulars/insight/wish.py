"""Whether a customer is met as they wish, from the touchpoints on record; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from regulars.insight.errors import RegularsError

LAST = 10
"""So many of the last touchpoints tell; what was long ago is not how we work with them now."""
LEAST = 3
"""Fewer touchpoints than this tell nothing."""
WITHIN_DAYS = 365
MET_FROM = 0.75
"""A wish is met when at least this share of the last touchpoints was as they asked."""

CHANNELS = ("phone", "mail", "chat", "visit", "meeting", "event", "letter")
SAME = {"call": "phone", "telephone": "phone", "email": "mail", "e-mail": "mail", "video": "meeting"}
"""Other words for a channel, as forms and exports say them."""


class WishState(IntEnum):
    """Whether a wish is met, by how much it needs somebody: the lowest number first."""

    UNMET = 0
    UNKNOWN = 1
    MET = 2

    @property
    def word(self) -> str:
        """The word on screens."""
        return ("unmet", "unknown", "met")[self]


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One touchpoint as far as wishes can tell; what was not recorded is empty or None.

    Units
    -----
    ``day`` is an epoch day. ``direction`` is ``ours``, ``theirs`` or empty. ``people`` are the names of those
    who were met, empty where a name is not on record any more.
    """

    day: int
    channel: str = ""
    direction: str = ""
    language: str = ""
    people: tuple[str, ...] = ()
    selling: bool | None = None


@dataclass(frozen=True, slots=True)
class WishStanding:
    """Whether a wish is met, in words, over how many touchpoints, and whether a person judged."""

    state: WishState
    words: str
    kept: int = 0
    counted: int = 0
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody judged by hand, and what it rests on: ``met``, ``unmet`` or ``unknown``."""

    verdict: str = "unknown"
    evidence: str = ""


def wish_test(kind: str, typed: str) -> dict[str, Any]:
    """Return the test that recorded touchpoints can answer; nothing typed is no test.

    Raises
    ------
    RegularsError
        ``wish-untestable`` when touchpoints could never tell.

    Example
    -------
    >>> wish_test("channel", "Phone"), wish_test("pace", "48 hours"), wish_test("assurance", "no selling")
    ({'channel': 'phone'}, {'within_days': 2}, {'selling': False})
    """
    text = typed.strip().lower()
    if not text:
        return {}
    if text == "no selling":
        return {"selling": False}
    within = days_within(text) if kind == "pace" else None
    if kind == "channel" and channel_of(text) in CHANNELS:
        return {"channel": channel_of(text)}
    if within is not None:
        return {"within_days": within}
    if kind == "language" and 2 <= len(text) <= 8:
        return {"language": text}
    if kind == "person":
        return {"person": typed.strip()[:120]}
    raise RegularsError(
        "wish-untestable",
        f"Touchpoints cannot tell that. Write one of {', '.join(CHANNELS)}, a time such as 2 days, 48 hours "
        "or 1 week, a language such as de, a name, or no selling; or leave it empty and judge by hand.",
    ).beside("test")


def days_within(text: str) -> int | None:
    """Return within how many days an answer is wished for, hours rounded up, None when it cannot be told.

    Example
    -------
    >>> days_within("2"), days_within("within 30 hours"), days_within("a week"), days_within("1-2 days")
    (2, 2, 7, None)
    """
    if text in {"same day", "the same day", "today"}:
        return 0
    found = _PACE.fullmatch(text)
    if found is None:
        return None
    number = int(found[1]) if found[1].isdecimal() else 1
    unit = (found[2] or "d")[0]
    days = -(-number // 24) if unit == "h" else number * (7 if unit == "w" else 1)
    return days if days <= WITHIN_DAYS else None


_PACE = re.compile(r"(?:(?:with)?in\s+)?(\d{1,4}|an?|one)\s*(h|hrs?|hours?|d|days?|w|wks?|weeks?)?", re.ASCII)


def wish_standing(
    test: Mapping[str, Any], touchpoints: Sequence[Touchpoint], as_of: int, judged: Judgement | None = None
) -> WishStanding:
    """Return whether a wish is met on a day.

    Recorded touchpoints decide where at least `LEAST` of them tell; otherwise what somebody judged does.

    Parameters
    ----------
    touchpoints
        In the order in which they happened.

    Example
    -------
    >>> mails = [Touchpoint(day, "mail", "ours") for day in range(9)]
    >>> wish_standing({"channel": "phone"}, [*mails, Touchpoint(9, "phone", "ours")], 10).words
    'asked for phone: 9 of the last 10 were mail'
    """
    recent = [one for one in touchpoints if as_of - WITHIN_DAYS < one.day <= as_of]
    told = _told(test, recent, as_of)
    if told is not None and told.counted >= LEAST:
        return told
    counted = told.counted if told is not None else 0
    if judged is not None and judged.verdict != "unknown":
        state = WishState.MET if judged.verdict == "met" else WishState.UNMET
        return WishStanding(state, judged.evidence or "judged by hand", counted=counted, by_hand=True)
    if told is None:
        return WishStanding(WishState.UNKNOWN, "nobody has judged it yet")
    number = "no touchpoint" if not counted else f"only {counted} touchpoint{'s' if counted > 1 else ''}"
    return WishStanding(WishState.UNKNOWN, f"{number} on record that tells", counted=counted)


def _told(test: Mapping[str, Any], recent: Sequence[Touchpoint], as_of: int) -> WishStanding | None:
    """Return what touchpoints tell about a test, or None when there is none they could tell about."""
    if "within_days" in test:
        return _within(test["within_days"], recent, as_of)
    for name, answer in _ANSWERS.items():
        if name in test:
            return answer(test[name], recent)
    return None


def _channel(wished: str, recent: Sequence[Touchpoint]) -> WishStanding:
    used = [channel_of(one.channel) for one in recent if one.channel and one.direction != "theirs"]
    return _alike(channel_of(wished), used, "were {}", f"asked for {wished}")


def channel_of(word: str) -> str:
    """Return a channel by the one word that is compared.

    Example
    -------
    >>> channel_of("Call"), channel_of("mail")
    ('phone', 'mail')
    """
    return SAME.get(word.lower(), word.lower())


def _language(wished: str, recent: Sequence[Touchpoint]) -> WishStanding:
    spoken = [one.language.lower() for one in recent if one.language]
    return _alike(wished.lower(), spoken, "were in {}", f"asked for {wished}")


def _person(wished: str, recent: Sequence[Touchpoint]) -> WishStanding:
    met = [_met(wished, one.people) for one in recent if any(one.people)]
    return _alike(wished, met, "were with {}", f"asked for {wished}")


def _met(wished: str, people: Sequence[str]) -> str:
    """Return the wished person where they were among those who were met, otherwise the first of those.

    Example
    -------
    >>> _met("max", ["Bo Lind", "Max Weber"]), _met("max", ["Bo Lind"])
    ('max', 'Bo Lind')
    """
    name = wished.casefold()
    known = [one for one in people if one]
    there = any(one.casefold() == name or one.casefold().startswith(f"{name} ") for one in known)
    return wished if there else known[0]


def _selling(wished: Any, recent: Sequence[Touchpoint]) -> WishStanding:
    told = [one.selling for one in recent if one.selling is not None and one.direction != "theirs"][-LAST:]
    kept = sum(1 for one in told if one is wished)
    sold = sum(told)
    words = f"asked not to be sold to: {sold} of the last {len(told)} sold"
    return WishStanding(_state(kept, len(told)), words, kept, len(told))


def _within(days: int, recent: Sequence[Touchpoint], as_of: int) -> WishStanding:
    """Return how often an approach of theirs was answered in time; one answer serves all before it.

    What waits for an answer and still has time says nothing yet.
    """
    approaches = [
        (
            one.day,
            next((later.day for later in recent[place + 1 :] if later.direction == "ours"), None),
        )
        for place, one in enumerate(recent)
        if one.direction == "theirs"
    ]
    over = [one for one in approaches if one[1] is not None or as_of - one[0] > days]
    gaps = [None if answered is None else answered - day for day, answered in over][-LAST:]
    kept = sum(1 for gap in gaps if gap is not None and gap <= days)
    span = "the same day" if days == 0 else f"within {days} day{'s' if days > 1 else ''}"
    words = f"asked for an answer {span}: {kept} of the last {len(gaps)} had one"
    return WishStanding(_state(kept, len(gaps)), words, kept, len(gaps))


def _alike(wished: str, values: Sequence[str], form: str, asked: str) -> WishStanding:
    """Return how many of the last values are the wished one, and which was the commonest other."""
    last = values[-LAST:]
    kept = sum(1 for value in last if value == wished)
    state = _state(kept, len(last))
    value, number = wished, kept
    if state is WishState.UNMET:
        value, number = Counter(value for value in last if value != wished).most_common(1)[0]
    return WishStanding(
        state, f"{asked}: {number} of the last {len(last)} {form.format(value)}", kept, len(last)
    )


def _state(kept: int, counted: int) -> WishState:
    if counted < LEAST:
        return WishState.UNKNOWN
    return WishState.MET if kept >= MET_FROM * counted else WishState.UNMET


_ANSWERS: dict[str, Callable[[Any, Sequence[Touchpoint]], WishStanding]] = {
    "channel": _channel,
    "person": _person,
    "language": _language,
    "selling": _selling,
}
