"""Profiles and customers drawn at random, for what must hold of all of them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from regulars.insight.health_inputs import HealthInputs, health_inputs
from regulars.insight.health_profile import (
    DEAL_BREAKERS,
    INPUTS,
    DealBreaker,
    HealthProfile,
    ProfileInput,
    Step,
)

LEVELS = ("none", "some", "all")
N = 60


def _steps(draw, levels: bool, more_is: str) -> tuple[Step, ...]:
    count = 3 if levels else draw(st.integers(2, 4))
    worth = sorted(draw(st.lists(st.integers(0, 100), min_size=count, max_size=count)))
    worth = worth if more_is == "better" else worth[::-1]
    gaps = draw(st.lists(st.integers(1, 50), min_size=count, max_size=count))
    at = range(count) if levels else np.cumsum(gaps) - 40
    return tuple(
        Step(float(place), value / 100, LEVELS[number] if levels else "")
        for number, (place, value) in enumerate(zip(at, worth, strict=True))
    )


@st.composite
def profiles(draw, name: str = "drawn", version: int = 1) -> HealthProfile:
    keys = draw(st.permutations(list(INPUTS)))[: draw(st.integers(4, 6))]
    cuts = sorted(
        draw(st.lists(st.integers(1, 99), min_size=len(keys) - 1, max_size=len(keys) - 1, unique=True))
    )
    points = np.diff([0, *cuts, 100])
    good = draw(st.integers(2, 100))
    inputs = []
    for key, share in zip(keys, points, strict=True):
        levels, more_is = draw(st.booleans()), draw(st.sampled_from(("better", "worse")))
        steps = _steps(draw, levels, more_is)
        inputs.append(ProfileInput(key, int(share), draw(st.integers(1, 100)), more_is, steps))
    breakers = draw(st.lists(st.sampled_from(list(DEAL_BREAKERS)), unique=True))
    return HealthProfile(
        name,
        version,
        ("*",),
        good,
        draw(st.integers(1, good - 1)),
        draw(st.integers(1, 100)) / 100,
        draw(st.integers(1, good - 1)),
        tuple(inputs),
        tuple(DealBreaker(key, draw(st.integers(0, good - 1))) for key in breakers),
    )


def _some(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The values with holes in them."""
    return np.where(rng.random(len(values)) < 0.3, np.nan, values)


@st.composite
def customers(draw, *of: HealthProfile) -> HealthInputs:
    """Many customers from one drawn number, with values that every given profile can read.

    Drawing each value by itself costs a hundred times as much and finds less.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    leveled = {part.key for profile in of for part in profile.inputs if part.has_levels}
    edges = [step.at for profile in of for part in profile.inputs for step in part.steps]

    def raw(key: str) -> np.ndarray:
        free = np.where(rng.random(N) < 0.5, rng.choice(edges, N), rng.uniform(-50, 150, N))
        return _some(rng.integers(0, 3, N).astype(float) if key in leveled else free, rng)

    return health_inputs(
        rng.permutation(N) + 10,
        {key: raw(key) for key in INPUTS},
        {key: _some(rng.integers(0, 60, N).astype(float), rng) for key in INPUTS},
        {key: _some((rng.random(N) < 0.2).astype(float), rng) for key in DEAL_BREAKERS},
        _some((rng.random(N) < 0.8).astype(float), rng),
    )


@st.composite
def worlds(draw) -> tuple[HealthProfile, HealthInputs]:
    profile = draw(profiles())
    return profile, draw(customers(profile))


@st.composite
def two_times(draw) -> tuple[HealthProfile, HealthProfile, HealthInputs, HealthInputs]:
    old = draw(profiles())
    new = draw(st.one_of(st.just(old), profiles(version=2)))
    return old, new, draw(customers(old, new)), draw(customers(old, new))
