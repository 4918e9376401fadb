"""What was known of customers on a past day, as a scorecard wants it: worths, caps, points, words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from regulars.attention.health_inputs import gathered_inputs
from regulars.attention.health_profiles import fitting_profile
from regulars.insight.health import HealthScores, health, worths
from regulars.insight.health_inputs import HealthInputs
from regulars.insight.health_profile import (
    DEAL_BREAKERS,
    INPUTS,
    NO_SUCCESS,
    WHOLE,
    HealthProfile,
)
from regulars.insight.person_periods import Signal

Floats = npt.NDArray[np.float64]

SAID = 2.0
"""What all points of a profile together say, in log-odds of staying for one standard deviation of each input:
an input with a quarter of the points says a half."""

WORDS = {**INPUTS, **DEAL_BREAKERS, NO_SUCCESS: "success is not agreed"}
"""Every signal in words."""


def signals_of(profiles: Sequence[HealthProfile]) -> tuple[Signal, ...]:
    """Return the signals with what these profiles, one a customer, say of them on average.

    An input is what its profile says it is worth, so more of it never loses a customer; how strongly is said
    by its points. A deal-breaker only ever loses one, and nobody says how strongly.
    """
    points = dict.fromkeys(INPUTS, 0.0)
    for profile in profiles:
        for part in profile.inputs:
            points[part.key] += part.points / len(profiles)
    named = [Signal(key, 1, SAID * said / WHOLE) for key, said in points.items() if said]
    return (*named, *(Signal(key, -1) for key in (*DEAL_BREAKERS, NO_SUCCESS)))


@dataclass(frozen=True, slots=True)
class KnownThen:
    """Everybody's health on a day.

    Shape
    -----
    ``features`` customers by signals, ``points`` one a customer, both NaN where not known; ``place`` says
    which row is whose.
    """

    place: Mapping[int, int]
    points: Floats
    features: Floats
    scores: tuple[tuple[HealthScores, npt.NDArray[np.int64]], ...]

    def rows(self, customers: Sequence[int]) -> tuple[Floats, Floats]:
        """Return points and features of these customers, NaN for those of whom nothing is known."""
        at = np.array([self.place.get(one, -1) for one in customers], dtype=np.int64)
        points = np.append(self.points, np.nan)[at]
        features = np.vstack([self.features, np.full(self.features.shape[1], np.nan)])[at]
        return points, features

    def words(self, customer: int) -> str:
        """Return one customer's health then in one sentence; empty where nothing is known."""
        row = self.place.get(customer, -1)
        for scores, rows in self.scores:
            at = np.flatnonzero(rows == row)
            if at.size:
                return scores.sentence(int(at[0]))
        return ""


def known_then(
    day: int, signals: Sequence[Signal], kinds: Mapping[int, Sequence[str]], profiles: Sequence[HealthProfile]
) -> KnownThen:
    """Return everybody's health by what had happened by a day, under these profiles.

    Parameters
    ----------
    kinds
        What a profile may call each of them, the closest word first.
    """
    inputs = gathered_inputs(None, day)
    customers = inputs.customers.tolist()
    points, features = np.full(len(inputs), np.nan), np.full((len(inputs), len(signals)), np.nan)
    groups = defaultdict[str, list[int]](list)
    for row, customer in enumerate(customers):
        groups[fitting_profile(kinds.get(customer, ()), profiles).name].append(row)
    scored = []
    for name, rows in groups.items():
        profile, at = next(one for one in profiles if one.name == name), np.array(rows, dtype=np.int64)
        scores = health(profile, inputs[at])
        points[at] = scores.score
        features[at] = _features(profile, inputs[at], signals)
        scored.append((scores, at))
    return KnownThen(
        {customer: row for row, customer in enumerate(customers)}, points, features, tuple(scored)
    )


def _features(profile: HealthProfile, inputs: HealthInputs, signals: Sequence[Signal]) -> Floats:
    worth, known = worths(profile, inputs)
    columns = {
        part.key: np.where(known[:, place], worth[:, place], np.nan)
        for place, part in enumerate(profile.inputs)
    }
    columns |= inputs.deal_breakers
    columns[NO_SUCCESS] = 1 - inputs.success_agreed
    unknown = np.full(len(inputs), np.nan)
    return np.column_stack([columns.get(signal.key, unknown) for signal in signals])
