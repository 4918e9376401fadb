"""A customer's health on their page: signed parts, what is not known, and why it moved."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np

from regulars.attention.health import WEEK, change_between, health_on, replayed
from regulars.attention.health_profiles import parsed
from regulars.attention.models import HealthHistory, HealthStanding
from regulars.insight.errors import RegularsError
from regulars.insight.exact_parts import exact_parts
from regulars.insight.figures import percent
from regulars.insight.health import UNITS, HealthScores, worths
from regulars.insight.health_band import band_reason
from regulars.insight.health_change import NO_LONGER_KNOWN, NOW_KNOWN, PROFILE
from regulars.insight.health_profile import INPUTS, NO_SUCCESS, WHOLE, HealthProfile, ProfileInput

log = logging.getLogger("regulars.health")

SHORT = {
    "outcome_progress": "outcome",
    "rhythm_or_usage": "usage",
    "relationship": "relationship",
    "blockers_and_complaints": "blockers and complaints",
    "survey_answers": "answers",
    "money": "money",
    "outcome_missed": "outcome missed",
    "champion_gone": "champion gone",
    "severe_complaint_open": "complaint open",
    NO_SUCCESS: "success not agreed",
    "profile": "the profile",
}
SHARES_OF = {
    "outcome_progress": "of the way they should have come by now",
    "rhythm_or_usage": "of what is usual for them",
    "money": "of a year before",
}
"""Input to what its value is a share of."""
BAR = 100.0
"""Width of the longest bar in the drawing's own units."""


@dataclass(frozen=True, slots=True)
class Part:
    """One signed part of the score: what it is worth, out of how much; None where it is not known.

    Units
    -----
    ``points`` of 100 with a sign, whole, so that those of all parts sum to the score on the page;
    ``track`` and ``bar`` in units of the drawing.
    """

    words: str
    points: int | None
    track: float
    bar: float

    @property
    def lost(self) -> int:
        """The points that a part below zero takes away, without a sign."""
        return -(self.points or 0)


@dataclass(frozen=True, slots=True)
class Explained:
    """One input as it was calculated with: its value in words, its age in days, its worth from 0 to 1.

    ``counts`` is how many points it can bring to this score: more than its own ``weight`` where something
    else is not known, 0 where it is not known itself.
    """

    words: str
    value: str
    age: int | None
    weight: int
    worth: float | None
    shelf_life: int
    counts: float = 0.0


@dataclass(frozen=True, slots=True)
class HealthShown:
    """What the page says of a customer's health.

    ``change`` is empty where a week ago has nothing to say, ``why`` where the score alone tells the band.
    """

    row: HealthStanding | HealthHistory
    parts: tuple[Part, ...]
    capped: tuple[str, ...]
    agreed: bool
    change: str
    why: str
    explained: tuple[Explained, ...]
    profile: HealthProfile

    @property
    def widened(self) -> bool:
        """Whether something is not known, so that what is known counts for more than its own points."""
        return 0 < self.row.based_on < WHOLE


def health_shown(customer: int, day: int, *, rewound: bool) -> HealthShown | None:
    """Return a customer's health today, or as it was stored on a past day.

    A stored score that cannot be calculated again takes its own card away, never the page.
    """
    row = health_on(customer, day) if rewound else _today(customer)
    if row is None:
        return None
    try:
        scores, profile = replayed(customer, row), parsed(row.profile.text)
    except RegularsError as error:
        log.warning("health of customer %s cannot be calculated again: %s", customer, error.message)
        return None
    reason = band_reason(profile, scores, 0)
    return HealthShown(
        row=row,
        parts=_parts(scores, profile, row.score or 0),
        capped=tuple(
            SHORT[key]
            for key, cap in zip(scores.cap_keys, scores.caps[0], strict=True)
            if cap and key != NO_SUCCESS
        ),
        agreed=bool(scores.success_agreed[0]),
        change=_change(customer, row),
        why=reason.sentence if reason else "",
        explained=_explained(scores, profile),
        profile=profile,
    )


def _today(customer: int) -> HealthStanding | None:
    return HealthStanding.objects.filter(customer=customer).select_related("profile").first()


def _parts(scores: HealthScores, profile: HealthProfile, score: int) -> tuple[Part, ...]:
    """Return the inputs by weight, the not-known ones last, and then what caps take away.

    A score is rounded down, so that no band looks reached early: the parts are rounded to sum to that.
    """
    based = max(float(scores.based_on[0]), 0.01)
    known = dict(zip(scores.keys, scores.known[0].tolist(), strict=True))
    weights = {part.key: part.points for part in profile.inputs}
    room = {key: weights[key] / based if known[key] else weights[key] for key in weights}
    caps = [(key, worth) for key, _, worth in scores.contributions(0)[len(scores.keys) :] if worth]
    scale = BAR / max([*room.values(), *(-worth / UNITS for _, worth in caps)])
    worth = dict(zip(scores.keys, (scores.parts[0] / UNITS).tolist(), strict=True))
    exact = np.array([[*worth.values(), *(cap / UNITS for _, cap in caps)]])
    whole = exact_parts(exact, np.array([score]))[0].tolist()
    points = dict(zip(scores.keys, whole, strict=False))
    inputs = [
        Part(SHORT[key], points[key] if known[key] else None, room[key] * scale, worth[key] * scale)
        for key in sorted(weights, key=lambda key: (not known[key], -weights[key]))
    ]
    cut = [
        Part(f"capped: {SHORT[key]}", lost, 0.0, -cap / UNITS * scale)
        for (key, cap), lost in zip(caps, whole[len(scores.keys) :], strict=True)
    ]
    return (*inputs, *cut)


def _change(customer: int, row: HealthStanding | HealthHistory) -> str:
    """Return what moved since a week before in whole points that sum to the difference on screen."""
    before = health_on(customer, row.day - WEEK)
    if before is None or before.score is None or row.score is None:
        return ""
    found = change_between(customer, before, row)
    total = row.score - before.score
    whole = exact_parts(found.parts / UNITS, np.array([total]))[0]
    order = np.argsort(-np.abs(whole), kind="stable")
    other = before.profile.name != row.profile.name
    words = [_moved(found.keys[at], int(found.why[0, at]), other=other) for at in range(len(found.keys))]
    moved = [f"{words[at]} {_signed(int(whole[at]))}" for at in order if whole[at]]
    if not total:
        return f"since last week: no change{': ' if moved else ''}{', '.join(moved)}"
    said = f"since last week: {_signed(total)}"
    return f"{said}, of which {', '.join(moved)}" if moved else said


def _moved(key: str, why: int, *, other: bool) -> str:
    """Return what moved: an input that came or went as such, the profile only where it is another."""
    if key == PROFILE:
        return "another profile" if other else SHORT[key]
    if why == NO_LONGER_KNOWN:
        return f"{SHORT[key]} {'are' if key in _MANY else 'is'} not known any more"
    return f"{SHORT[key]} now known" if why == NOW_KNOWN else SHORT[key]


_MANY = ("blockers_and_complaints", "survey_answers")


def _signed(number: int) -> str:
    return f"+{number}" if number > 0 else f"\N{MINUS SIGN}{-number}" if number else "0"


def _explained(scores: HealthScores, profile: HealthProfile) -> tuple[Explained, ...]:
    worth, known = worths(profile, scores.inputs)
    based = max(float(scores.based_on[0]), 0.01)
    told = []
    for place, part in enumerate(profile.inputs):
        raw = float(scores.inputs.values.get(part.key, np.array([np.nan]))[0])
        age = float(scores.inputs.ages.get(part.key, np.array([np.nan]))[0])
        told.append(
            Explained(
                INPUTS[part.key],
                "not known" if np.isnan(raw) else _value(part, raw),
                None if np.isnan(age) else int(age),
                part.points,
                None if np.isnan(worth[0, place]) else float(worth[0, place]),
                part.shelf_life,
                part.points / based if known[0, place] else 0.0,
            )
        )
    return tuple(told)


def _value(part: ProfileInput, raw: float) -> str:
    """Return a value as people say it."""
    if part.has_levels:
        return part.steps[int(raw)].name
    if part.key == "survey_answers":
        return f"{raw:.1f}".removesuffix(".0") + " of 10"
    if part.key == "blockers_and_complaints":
        number = round(raw)
        return f"{number} blocker{'' if number == 1 else 's'} or complaint{'' if number == 1 else 's'}"
    return f"{percent(raw)} {SHARES_OF[part.key]}"
