"""Why a score is not what it was, part by part, and what another profile would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import factorial

import numpy as np
from numpy.typing import NDArray

from regulars.insight.exact_parts import exact_parts
from regulars.insight.health import Band, HealthScores, health, raw_score, worths
from regulars.insight.health_inputs import HealthInputs
from regulars.insight.health_profile import DEAL_BREAKERS, INPUTS, HealthProfile, profile_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
PROFILE = "profile"
SAME, CHANGED, NOW_KNOWN, NO_LONGER_KNOWN = range(4)
WHY = ("the same", "changed", "now known", "no longer known")


def in_words_of(new: HealthProfile, old: HealthProfile, inputs: HealthInputs) -> HealthInputs:
    """Return inputs that were read for one profile as another reads them: levels go by name, not by place.

    A level whose name the other profile does not have is not known to it; nor is a number where it wants
    levels, or a level where it wants numbers.
    """
    values = dict(inputs.values)
    before = {part.key: part for part in old.inputs}
    for part in new.inputs:
        was, raw = before.get(part.key), inputs.values.get(part.key)
        if was is None or raw is None or not (was.has_levels or part.has_levels):
            continue
        at = {step.name: step.at for step in part.steps} if part.has_levels else {}
        told = np.full(len(raw), np.nan)
        for step in was.steps if was.has_levels else ():
            told[raw == step.at] = at.get(step.name, np.nan)
        values[part.key] = told
    return replace(inputs, values=values)


@dataclass(frozen=True, slots=True)
class HealthChange:
    """The differences between two times, for the customers of both.

    Shape
    -----
    ``parts`` and ``why`` are customers by ``keys``: the profile, the inputs, the caps of the later profile.

    Units
    -----
    Whole hundredths of a point; the parts of a row sum exactly to ``total``. Where ``compared`` is false one
    of both times had no score, and all parts are 0. ``why`` holds places of `WHY`.
    """

    customers: Ints
    keys: tuple[str, ...]
    parts: Ints
    why: NDArray[np.int8]
    compared: Bools

    @property
    def total(self) -> Ints:
        """The score after less the score before, in hundredths of a point."""
        return np.asarray(self.parts.sum(axis=1), dtype=np.int64)

    def reasons(self, place: int) -> tuple[tuple[str, str, int], ...]:
        """Return one customer's parts that moved as key, sentence and hundredths, the largest first."""
        order = np.argsort(-np.abs(self.parts[place]), kind="stable")
        return tuple(
            (self.keys[at], self._sentence(place, int(at)), int(self.parts[place, at]))
            for at in order
            if self.parts[place, at] or self.why[place, at] != SAME
        )

    def _sentence(self, place: int, at: int) -> str:
        key, why = self.keys[at], WHY[self.why[place, at]]
        if key == PROFILE:
            return "the profile weighs things differently now"
        if key in INPUTS:
            return f"{INPUTS[key]}: {why}"
        return f"cap: {DEAL_BREAKERS.get(key, 'success is not agreed')}"


def change(before: HealthScores, after: HealthScores, profiles: Sequence[HealthProfile]) -> HealthChange:
    """Return why scores are not what they were, for customers of both times in the order of the later.

    First what another profile makes of the earlier inputs, then what each input moved, then the caps. Because
    the score is over what is known, inputs act on each other; each gets its average over all orders in which
    they could have changed, so that no order is preferred.

    Raises
    ------
    RegularsError
        ``health-profile-unknown`` when one of both times' profiles is not among them.

    Source
    ------
    Shapley 1953, in Contributions to the Theory of Games II, 307-317.
    """
    new = profile_of(after.profile, after.version, profiles)
    _, was, now = np.intersect1d(before.inputs.customers, after.inputs.customers, return_indices=True)
    was, now = was[np.argsort(now, kind="stable")], np.sort(now)
    earlier = before.inputs[was]
    if before.fingerprint != after.fingerprint:
        earlier = in_words_of(new, profile_of(before.profile, before.version, profiles), earlier)
    middle = health(new, earlier)
    compared = before.scored[was] & after.scored[now]
    step = middle.total - before.total[was]
    through = middle.scored & compared
    # Where the later profile knows nothing of the earlier time, it is the profile that made the difference.
    profile_part = np.where(middle.scored, step, after.total[now] - before.total[was])
    inputs, why = _input_parts(new, earlier, after.inputs[now])
    caps = after.caps[now] - middle.caps
    flips = np.where(after.holds[now] != middle.holds, CHANGED, SAME)
    profile_why = np.full(len(now), SAME if after.fingerprint == before.fingerprint else CHANGED)
    moved = np.column_stack([profile_part, inputs, caps]) * through[:, None]
    moved[:, 0] = np.where(compared, profile_part, 0)
    return HealthChange(
        after.inputs.customers[now],
        (PROFILE, *after.keys, *after.cap_keys),
        moved,
        np.column_stack([profile_why, why, flips]).astype(np.int8),
        compared,
    )


def _input_parts(profile: HealthProfile, before: HealthInputs, after: HealthInputs) -> tuple[Ints, Ints]:
    """Return what each input moved in hundredths of a point, and why."""
    (old, had), (new, has) = worths(profile, before), worths(profile, after)
    count = len(profile.inputs)
    ends = (raw_score(profile, old, had) + raw_score(profile, new, has)) // 2
    reached = np.empty((2**count, len(before)), dtype=np.int64)
    for coalition in range(2**count):
        moved = np.array([bool(coalition >> place & 1) for place in range(count)])
        known = np.where(moved, has, had)
        score = raw_score(profile, np.where(moved, new, old), known)
        # On the way, nothing may be known for a moment: half way is nobody's merit.
        reached[coalition] = np.where(known.any(axis=1), score, ends)
    turned = np.where(had & has & (old != new), CHANGED, SAME)
    why = np.where(~had & has, NOW_KNOWN, np.where(had & ~has, NO_LONGER_KNOWN, turned))
    return _shapley(reached, count), np.asarray(why, dtype=np.int64)


def _shapley(reached: Ints, count: int) -> Ints:
    """Return each one's average step over all orders, in whole units that sum to the whole way."""
    parts = np.zeros((reached.shape[1], count), dtype=np.int64)
    for coalition in range(2**count):
        size = coalition.bit_count()
        for place in range(count):
            if not coalition >> place & 1:
                weight = factorial(size) * factorial(count - size - 1)
                parts[:, place] += weight * (reached[coalition | 1 << place] - reached[coalition])
    return exact_parts(parts / factorial(count), reached[-1] - reached[0])


@dataclass(frozen=True, slots=True)
class DryRun:
    """What another profile would say of the same customers today."""

    before: HealthScores
    after: HealthScores

    @property
    def moved(self) -> Bools:
        """Who would change band."""
        return np.asarray(self.before.band != self.after.band)

    @property
    def counts(self) -> dict[tuple[Band, Band], int]:
        """How many would go from which band to which, those that stay included."""
        pairs = Counter(zip(self.before.band.tolist(), self.after.band.tolist(), strict=True))
        return {(Band(old), Band(new)): count for (old, new), count in sorted(pairs.items())}

    def moves(self) -> tuple[tuple[int, Band, Band], ...]:
        """Return every customer that would change band, from which and to which."""
        return tuple(
            (int(self.after.inputs.customers[at]), Band(self.before.band[at]), Band(self.after.band[at]))
            for at in np.flatnonzero(self.moved)
        )

    def sentence(self) -> str:
        """Return the dry run in one sentence."""
        total = int(self.moved.sum())
        ways = [
            f"{count:,} from {old.words} to {new.words}"
            for (old, new), count in self.counts.items()
            if old != new
        ]
        return f"{total:,} of {len(self.moved):,} customers change band" + (
            f": {'; '.join(ways)}." if ways else "."
        )


def dry_run(old: HealthProfile, new: HealthProfile, inputs: HealthInputs) -> DryRun:
    """Return who would change band if another profile were used; nothing is written.

    Shape
    -----
    ``inputs`` as they were read for the old profile.
    """
    return DryRun(health(old, inputs), health(new, in_words_of(new, old, inputs)))
