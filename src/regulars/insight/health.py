"""Health: a score over what is known, in parts that add up, and a band that ignorance never improves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from regulars.insight.errors import RegularsError
from regulars.insight.exact_parts import exact_parts, whole_sum
from regulars.insight.figures import percent
from regulars.insight.health_inputs import HealthInputs
from regulars.insight.health_profile import (
    DEAL_BREAKERS,
    INPUTS,
    NO_SUCCESS,
    WHOLE,
    HealthProfile,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
UNITS = 100
"""Hundredths of a point: what parts are counted in, so that they add up."""


class Band(IntEnum):
    """How a customer fares; ``NOT_ENOUGH_KNOWN`` is no place between the others."""

    NOT_ENOUGH_KNOWN = 0
    BAD = 1
    WATCH = 2
    GOOD = 3

    @property
    def words(self) -> str:
        """The band as people read it."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class HealthScores:
    """Scores with their parts, and what it takes to calculate them again.

    Shape
    -----
    ``parts`` and ``known`` are customers by ``keys``, ``caps``, ``holds`` and ``possible`` (for all we know)
    customers by ``cap_keys``.

    Units
    -----
    ``parts``, ``caps`` (0 or below) and ``total`` are whole hundredths of a point, and
    ``total`` = ``parts`` + ``caps``, exactly. ``earned`` is what the known brings if all else were worth
    nothing. ``based_on`` is the share of points known. Where ``scored`` is false nothing is known, and the
    total of 0 is no score.
    """

    profile: str
    version: int
    fingerprint: str
    inputs: HealthInputs
    keys: tuple[str, ...]
    cap_keys: tuple[str, ...]
    parts: Ints
    known: Bools
    caps: Ints
    holds: Bools
    possible: Bools
    earned: Ints
    based_on: Floats
    band: NDArray[np.int8]

    @property
    def total(self) -> Ints:
        """The scores, in hundredths of a point."""
        return np.asarray(self.parts.sum(axis=1) + self.caps.sum(axis=1), dtype=np.int64)

    @property
    def scored(self) -> Bools:
        """Who has a score at all."""
        return np.asarray(self.known.any(axis=1))

    @property
    def score(self) -> Floats:
        """The scores from 0 to 100, NaN where nothing is known."""
        return np.where(self.scored, self.total / UNITS, np.nan)

    @property
    def success_agreed(self) -> Bools:
        """Who has agreed with us what success is; the badge is for the others."""
        return np.asarray(~self.holds[:, self.cap_keys.index(NO_SUCCESS)])

    def sentence(self, place: int) -> str:
        """Return one customer's health in one sentence, the score rounded down as it is stored."""
        based = f"based on {percent(float(self.based_on[place]))} of what we would want to know"
        band = Band(int(self.band[place])).words
        figure = (
            f"{int(self.total[place]) // UNITS} of 100, {based}"
            if self.scored[place]
            else "Nothing is known yet"
        )
        reasons = [
            DEAL_BREAKERS.get(key, "success is not agreed")
            for key, held in zip(self.cap_keys, self.holds[place], strict=True)
            if held
        ]
        return f"{figure}: {band}" + (f"; {', '.join(reasons)}" if reasons else "") + "."

    def contributions(self, place: int) -> tuple[tuple[str, str, int | None], ...]:
        """Return one customer's parts as key, words and hundredths of a point; None where not known."""
        parts = [
            (key, INPUTS[key], int(part) if known else None)
            for key, part, known in zip(self.keys, self.parts[place], self.known[place], strict=True)
        ]
        caps = [
            (key, DEAL_BREAKERS.get(key, "success is not agreed"), int(cap))
            for key, cap, held in zip(self.cap_keys, self.caps[place], self.holds[place], strict=True)
            if held
        ]
        return (*parts, *caps)


def health(profile: HealthProfile, inputs: HealthInputs) -> HealthScores:
    """Return everybody's health under one profile.

    The score is what the known inputs are worth, by their points: what is not known neither helps nor hurts
    it. A deal-breaker that holds caps it; the cap that binds is a part of its own, below zero.

    The band asks for more. Good and watch must be reached even if everything unknown were worth nothing and
    every deal-breaker that nobody can rule out held; bad is named when what is known is bad, or when a cap
    alone makes it so. In between, and below the profile's least share, it is not enough known. So forgetting
    something never improves a band.

    Example
    -------
    >>> from regulars.insight.health_inputs import health_inputs
    >>> from regulars.insight.health_profile import HealthProfile, ProfileInput, Step
    >>> line = (Step(0, 0.0), Step(1, 1.0))
    >>> keys = ("outcome_progress", "rhythm_or_usage", "relationship", "money")
    >>> parts = tuple(ProfileInput(key, 25, 90, "better", line) for key in keys)
    >>> profile = HealthProfile("plain", 1, ("*",), 70, 40, 0.4, 60, parts)
    >>> known = health_inputs([1], {"money": [1.0], "relationship": [0.8]},
    ...     {"money": [3], "relationship": [8]}, {}, [1])
    >>> health(profile, known).sentence(0).replace("\N{NO-BREAK SPACE}", " ")
    '90 of 100, based on 50 % of what we would want to know: watch.'
    """
    worth, known = worths(profile, inputs)
    earned = np.where(known, worth, 0.0) * _points(profile) * UNITS
    based = (known * _points(profile)).sum(axis=1)
    parts = exact_parts(_over_known(earned, based))
    holds, possible = _caps_holding(profile, inputs)
    limits = np.array([cap.cap * UNITS for cap in profile.caps], dtype=np.int64)
    caps = _cap_parts(parts.sum(axis=1), limits, holds)
    total = parts.sum(axis=1) + caps.sum(axis=1)
    alone = whole_sum(earned)
    sure = np.minimum(alone, _tightest(limits, possible))
    enough = based >= profile.least_known * WHOLE - 1e-9
    band = _band(profile, total, sure, enough, _tightest(limits, holds))
    return HealthScores(
        profile.name,
        profile.version,
        profile.fingerprint,
        inputs,
        tuple(part.key for part in profile.inputs),
        tuple(cap.key for cap in profile.caps),
        parts,
        known,
        caps,
        holds,
        possible,
        alone,
        based / WHOLE,
        band,
    )


def worths(profile: HealthProfile, inputs: HealthInputs) -> tuple[Floats, Bools]:
    """Return what each input is worth from 0 to 1, and whether it is known: there, and fresh enough.

    Shape
    -----
    Both customers by the profile's inputs; worth is NaN where not known.

    Raises
    ------
    RegularsError
        ``health-inputs-invalid`` when a value of named levels is none of their places.
    """
    unknown = np.full(len(inputs), np.nan)
    worth = np.full((len(inputs), len(profile.inputs)), np.nan)
    for column, part in enumerate(profile.inputs):
        raw, age = inputs.values.get(part.key, unknown), inputs.ages.get(part.key, unknown)
        if part.has_levels and not np.isin(raw[~np.isnan(raw)], np.arange(len(part.steps))).all():
            raise RegularsError(
                "health-inputs-invalid",
                f"Health cannot be calculated: {part.key} holds a value that is none of the "
                f"{len(part.steps)} levels of the profile {profile.name}. Give the place of a level, from 0.",
            )
        fresh = ~np.isnan(raw) & (age <= part.shelf_life)
        worth[fresh, column] = part.worth(raw[fresh])
    return worth, ~np.isnan(worth)


def _points(profile: HealthProfile) -> Floats:
    return np.array([part.points for part in profile.inputs], dtype=np.float64)


def _over_known(earned: Floats, based: Floats) -> Floats:
    """Return what was earned as if the known points were all there are."""
    return np.asarray(earned * (WHOLE / np.where(based > 0, based, WHOLE))[:, None])


def raw_score(profile: HealthProfile, worth: Floats, known: Bools) -> Ints:
    """Return the scores before caps, in hundredths of a point; 0 where nothing is known."""
    earned = np.where(known, worth, 0.0) * _points(profile) * UNITS
    return whole_sum(_over_known(earned, (known * _points(profile)).sum(axis=1)))


def _caps_holding(profile: HealthProfile, inputs: HealthInputs) -> tuple[Bools, Bools]:
    """Return which caps hold, and which may hold for all we know.

    That success is agreed has to be known: who cannot say so has not agreed.
    """
    unknown = np.full(len(inputs), np.nan)
    flags = [inputs.deal_breakers.get(breaker.key, unknown) for breaker in profile.deal_breakers]
    agreed = inputs.success_agreed == 1
    holds = np.column_stack([*(flag == 1 for flag in flags), ~agreed])
    possible = np.column_stack([*(flag != 0 for flag in flags), ~agreed])
    return holds, possible


def _tightest(limits: Ints, holds: Bools) -> Ints:
    return np.asarray(np.where(holds, limits, WHOLE * UNITS).min(axis=1), dtype=np.int64)


def _cap_parts(raw: Ints, limits: Ints, holds: Bools) -> Ints:
    """Return what the tightest cap that holds takes away; the first one on equal caps."""
    caps = np.zeros(holds.shape, dtype=np.int64)
    tightest = np.argmin(np.where(holds, limits, WHOLE * UNITS), axis=1)
    taken = np.minimum(_tightest(limits, holds) - raw, 0)
    caps[np.arange(len(raw)), tightest] = taken
    return caps


def _band(profile: HealthProfile, total: Ints, sure: Ints, enough: Bools, ceiling: Ints) -> NDArray[np.int8]:
    good, watch = profile.good * UNITS, profile.watch * UNITS
    reached = np.where(sure >= good, Band.GOOD, np.where(sure >= watch, Band.WATCH, Band.NOT_ENOUGH_KNOWN))
    named = np.where(total < watch, Band.BAD, reached)
    told = np.where(enough, named, Band.NOT_ENOUGH_KNOWN)
    return np.asarray(np.where(ceiling < watch, Band.BAD, told), dtype=np.int8)
