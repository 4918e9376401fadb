"""Why a band is lower than the score beside it: what is not known, or what caps it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.insight.health import UNITS, Band, HealthScores
from regulars.insight.health_profile import DEAL_BREAKERS, HealthProfile

PERCENT = "\N{NO-BREAK SPACE}%"
NOT_AGREED = "success is not agreed"


@dataclass(frozen=True, slots=True)
class BandReason:
    """Why a band is what it is, in a few words and in a sentence."""

    short: str
    sentence: str


def band_reason(profile: HealthProfile, scores: HealthScores, place: int) -> BandReason | None:
    """Return why one customer's band is lower than the score alone says; None where it is not.

    Example
    -------
    >>> from regulars.insight.health import health
    >>> from regulars.insight.health_inputs import health_inputs
    >>> from regulars.insight.health_profile import HealthProfile, ProfileInput, Step
    >>> line = (Step(0, 0.0), Step(1, 1.0))
    >>> keys = ("outcome_progress", "rhythm_or_usage", "relationship", "money")
    >>> parts = tuple(ProfileInput(key, 25, 90, "better", line) for key in keys)
    >>> profile = HealthProfile("plain", 1, ("*",), 70, 40, 0.4, 60, parts)
    >>> known = health_inputs([1], {"money": [1.0], "relationship": [0.8]},
    ...     {"money": [3], "relationship": [8]}, {}, [1])
    >>> band_reason(profile, health(profile, known), 0).sentence.replace("\N{NO-BREAK SPACE}", " ")
    'Watch, not good: 50 % is not known, and what is known alone brings 45 of the 70 that good needs.'
    """
    band, total = Band(int(scores.band[place])), int(scores.total[place])
    if not scores.scored[place]:
        return None if band is Band.BAD else BandReason("nothing known", "Nothing is known of it yet.")
    raw = total - int(scores.caps[place].sum())
    if named(profile, raw) == band:
        return None
    based = round(100 * float(scores.based_on[place]))
    if band is Band.NOT_ENOUGH_KNOWN and scores.based_on[place] < profile.least_known - 1e-9:
        least = f"{round(100 * profile.least_known)}{PERCENT}"
        known = f"{based}{PERCENT} known"
        return BandReason(known, f"Only {known}: no band is told before {least} is.")
    if named(profile, total) != named(profile, raw):
        return _capped(profile, scores, place, band)
    return _unsure(profile, scores, place, band)


def named(profile: HealthProfile, points: int) -> Band:
    """Return the band that points alone, in hundredths, would have."""
    if points >= profile.good * UNITS:
        return Band.GOOD
    return Band.WATCH if points >= profile.watch * UNITS else Band.BAD


def _capped(profile: HealthProfile, scores: HealthScores, place: int, band: Band) -> BandReason:
    at = int(np.argmin(scores.caps[place]))
    why, cap = _cause(scores.cap_keys[at]), profile.caps[at].cap
    raw = (int(scores.total[place]) - int(scores.caps[place].sum())) // UNITS
    told = f"{why}, which caps the score at {cap}; without it, it would be {raw}."
    return BandReason(why, f"{_not(band, named(profile, raw * UNITS))}: {told}")


def _unsure(profile: HealthProfile, scores: HealthScores, place: int, band: Band) -> BandReason:
    """Return what has to be known for a better band: inputs, or that no deal-breaker holds."""
    missed, points = (Band.GOOD, profile.good) if band is Band.WATCH else (Band.WATCH, profile.watch)
    head = _not(band, missed)
    earned = int(scores.earned[place])
    if earned < points * UNITS:
        unknown = f"{100 - round(100 * float(scores.based_on[place]))}{PERCENT} is not known"
        tail = f"what is known alone brings {earned // UNITS} of the {points} that {missed.words} needs."
        return BandReason(unknown.replace("is not", "not"), f"{head}: {unknown}, and {tail}")
    caps = zip(profile.caps, scores.cap_keys, scores.possible[place], strict=True)
    cap, key = min((cap.cap, key) for cap, key, may in caps if may)
    told = f"nobody knows whether {_cause(key)}, which would cap the score at {cap}."
    return BandReason(f"not known whether {_cause(key)}", f"{head}: {told}")


def _cause(key: str) -> str:
    return DEAL_BREAKERS.get(key, NOT_AGREED)


def _not(band: Band, missed: Band) -> str:
    return f"{band.words.capitalize()}, not {missed.words}"
