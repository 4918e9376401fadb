"""What healthy means for a kind of customer: a profile that people write as text, compare and take back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from regulars.insight.errors import RegularsError

Floats = NDArray[np.float64]

INPUTS = {
    "outcome_progress": "how far the agreed success has come",
    "rhythm_or_usage": "how they buy or use it, against their own past",
    "relationship": "who is in touch: people, sponsor, champion",
    "blockers_and_complaints": "what stands in their way",
    "survey_answers": "what they answered",
    "money": "what they pay, against a year before",
}
DEAL_BREAKERS = {
    "outcome_missed": "the agreed success was missed",
    "champion_gone": "their champion has gone",
    "severe_complaint_open": "a severe complaint is open",
}
NO_SUCCESS = "success_not_agreed"
WHOLE = 100
FEWEST_INPUTS, MOST_INPUTS = 4, 6
EVERYBODY = "*"


@dataclass(frozen=True, slots=True)
class Step:
    """A raw value and what it is worth between 0 and 1; a level has a name instead of a value."""

    at: float
    worth: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class ProfileInput:
    """One input of a profile.

    Units
    -----
    ``points`` of 100; ``shelf_life`` in days after which a value counts as not known; the raw value of a
    named level is its place, counted from 0. ``more_is`` says which way more of it points.
    """

    key: str
    points: int
    shelf_life: int
    more_is: Literal["better", "worse"]
    steps: tuple[Step, ...]

    @property
    def has_levels(self) -> bool:
        """Whether values are named levels instead of numbers."""
        return bool(self.steps[0].name)

    def level(self, name: str) -> float:
        """Return the raw value of a named level.

        Raises
        ------
        RegularsError
            ``health-inputs-invalid`` when there is no such level.
        """
        for step in self.steps:
            if step.name == name:
                return step.at
        known = ", ".join(step.name for step in self.steps) if self.has_levels else "none, it takes numbers"
        raise RegularsError(
            "health-inputs-invalid", f"{self.key} has no level {name!r}. It has: {known}. Use one of them."
        )

    def worth(self, raw: Floats) -> Floats:
        """Return what raw values are worth, from 0 to 1; straight between the steps, flat beyond them.

        Example
        -------
        >>> days_late = ProfileInput("money", 10, 90, "worse", (Step(0, 1.0), Step(30, 0.0)))
        >>> days_late.worth(np.array([-5.0, 15.0, 60.0, np.nan])).tolist()
        [1.0, 0.5, 0.0, nan]
        """
        return np.asarray(
            np.interp(raw, [step.at for step in self.steps], [step.worth for step in self.steps])
        )


@dataclass(frozen=True, slots=True)
class DealBreaker:
    """What caps the score whatever the rest says."""

    key: str
    cap: int


@dataclass(frozen=True, slots=True)
class HealthProfile:
    """What healthy means for some kinds of customer.

    Units
    -----
    ``good``, ``watch``, ``no_success_cap`` and the deal-breakers' caps are points of 100. ``least_known`` is
    the share of points below which no band is named. ``kinds`` are kinds of customer, "*" everybody else.
    """

    name: str
    version: int
    kinds: tuple[str, ...]
    good: int
    watch: int
    least_known: float
    no_success_cap: int
    inputs: tuple[ProfileInput, ...]
    deal_breakers: tuple[DealBreaker, ...] = ()

    @property
    def caps(self) -> tuple[DealBreaker, ...]:
        """All that can cap a score, the missing agreement on success last."""
        return (*self.deal_breakers, DealBreaker(NO_SUCCESS, self.no_success_cap))

    @property
    def fingerprint(self) -> str:
        """A short name of exactly these contents, so that a replay can tell a changed profile."""
        return hashlib.sha256(canonical_text(self).encode()).hexdigest()[:16]


def profile_for(kind: str, profiles: Sequence[HealthProfile]) -> HealthProfile:
    """Return the newest profile that names a kind of customer, else the newest for everybody.

    Raises
    ------
    RegularsError
        ``health-profile-unknown`` when neither is there.
    """
    for wanted in (kind, EVERYBODY):
        fitting = [profile for profile in profiles if wanted in profile.kinds]
        if fitting:
            return max(fitting, key=lambda profile: (profile.version, profile.name))
    raise RegularsError(
        "health-profile-unknown",
        f"No health profile is for {kind or 'this kind of customer'}. "
        f'Name it in the kinds of one, or give one the kind "{EVERYBODY}".',
    )


def profile_of(name: str, version: int, profiles: Sequence[HealthProfile]) -> HealthProfile:
    """Return one version of a profile.

    Raises
    ------
    RegularsError
        ``health-profile-unknown`` when it is not among them.
    """
    for profile in profiles:
        if (profile.name, profile.version) == (name, version):
            return profile
    raise RegularsError(
        "health-profile-unknown",
        f"Version {version} of the health profile {name} is not here. Bring its file back from before.",
    )


# --- what no profile may be ---


def faults(profile: HealthProfile) -> list[tuple[str, str]]:
    """Return what is wrong with a profile: the key, and a sentence with what to do."""
    return [*_faults_of_lines(profile), *_faults_of_inputs(profile), *_faults_of_caps(profile)]


def _faults_of_lines(profile: HealthProfile) -> list[tuple[str, str]]:
    found = []
    if not profile.name or profile.version < 1:
        found.append(("name", "a profile has a name and a version of at least 1; give both"))
    if not profile.kinds:
        found.append(("kinds", f'no kind of customer is named; name some, or "{EVERYBODY}" for everybody'))
    if not 0 < profile.watch < profile.good <= WHOLE:
        found.append(("good", "watch must lie above 0 and below good, good at most at 100; move one of them"))
    if not 0 < profile.least_known <= 1:
        found.append(("least_known", "is a share between 0 and 1, such as 0.4; write it so"))
    return found


def _faults_of_inputs(profile: HealthProfile) -> list[tuple[str, str]]:
    keys = [part.key for part in profile.inputs]
    found = []
    if not FEWEST_INPUTS <= len(keys) <= MOST_INPUTS:
        found.append(
            ("input", f"{len(keys)} inputs; four to six can be explained to a person, so add or drop some")
        )
    if len(set(keys)) < len(keys):
        found.append(("input", "a key appears twice; keep one of them"))
    total = sum(part.points for part in profile.inputs)
    if total != WHOLE:
        found.append(("points", f"the points add up to {total}; make them add up to {WHOLE}"))
    for part in profile.inputs:
        found += [(f"{part.key}.{key}", sentence) for key, sentence in _faults_of_input(part)]
    return found


def _faults_of_input(part: ProfileInput) -> list[tuple[str, str]]:
    found = []
    if part.key not in INPUTS:
        found.append(("key", f"there is no such input; use one of {', '.join(INPUTS)}"))
    if part.points < 1:
        found.append(("points", "must be at least 1; drop the input if it does not count"))
    if part.shelf_life < 1:
        found.append(("shelf_life", "is a number of days of at least 1"))
    if len(part.steps) < 2:
        found.append(("knots", "two knots or levels are the least that say anything; add one"))
    if any(not 0 <= step.worth <= 1 for step in part.steps):
        found.append(("knots", "each is worth something between 0 and 1; correct it"))
    if any(not after.at > before.at for before, after in pairwise(part.steps)):
        found.append(("knots", "their values must go up from one to the next; put them in order"))
    turn = 1 if part.more_is == "better" else -1
    if any(turn * (after.worth - before.worth) < 0 for before, after in pairwise(part.steps)):
        way = "rise" if turn > 0 else "fall"
        found.append(
            ("knots", f'more is {part.more_is}, so their worth may only {way}; change them or "more_is"')
        )
    return found


def _faults_of_caps(profile: HealthProfile) -> list[tuple[str, str]]:
    keys = [breaker.key for breaker in profile.deal_breakers]
    found = []
    if len(set(keys)) < len(keys):
        found.append(("deal_breaker", "a key appears twice; keep one of them"))
    for breaker in profile.deal_breakers:
        if breaker.key not in DEAL_BREAKERS:
            found.append(
                (f"{breaker.key}.key", f"no such deal-breaker; use one of {', '.join(DEAL_BREAKERS)}")
            )
        if not 0 <= breaker.cap < profile.good:
            found.append((f"{breaker.key}.cap", "a cap lies from 0 to below good, or it breaks no deal"))
    if not 0 < profile.no_success_cap < profile.good:
        found.append(
            ("no_success_cap", "nobody is healthy while nobody agreed what success is; keep it below good")
        )
    return found


# --- as text ---


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped)
    return f'"{plain}"'


def _steps_text(part: ProfileInput) -> str:
    if part.has_levels:
        inner = ", ".join(f"[{_quoted(step.name)}, {_number(step.worth)}]" for step in part.steps)
        return f"levels = [{inner}]"
    inner = ", ".join(f"[{_number(step.at)}, {_number(step.worth)}]" for step in part.steps)
    return f"knots = [{inner}]"


def canonical_text(profile: HealthProfile) -> str:
    """Return a profile as text: the same profile always gives the same text."""
    lines = [
        f"name = {_quoted(profile.name)}",
        f"version = {profile.version}",
        f"kinds = [{', '.join(_quoted(kind) for kind in profile.kinds)}]",
        f"good = {profile.good}",
        f"watch = {profile.watch}",
        f"least_known = {_number(profile.least_known)}",
        f"no_success_cap = {profile.no_success_cap}",
    ]
    for part in profile.inputs:
        lines += ["", "[[input]]", f"key = {_quoted(part.key)}", f"points = {part.points}"]
        lines += [f"shelf_life = {part.shelf_life}", f"more_is = {_quoted(part.more_is)}", _steps_text(part)]
    for breaker in profile.deal_breakers:
        lines += ["", "[[deal_breaker]]", f"key = {_quoted(breaker.key)}", f"cap = {breaker.cap}"]
    return "\n".join(lines) + "\n"


def diff(old: HealthProfile, new: HealthProfile) -> str:
    """Return what changed between two versions as a unified diff of their texts; empty when nothing did."""
    return "".join(
        unified_diff(
            canonical_text(old).splitlines(keepends=True),
            canonical_text(new).splitlines(keepends=True),
            f"{old.name} version {old.version}",
            f"{new.name} version {new.version}",
        )
    )
