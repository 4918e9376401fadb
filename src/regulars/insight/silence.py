"""How long a silence must be before it says something: the bounds of gone quiet and lapsed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from regulars.insight.rhythm import BaseRhythm, Rhythms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NEVER = 36_500
"""Open days that stand for never: a silence that no record is long enough to call."""


@dataclass(frozen=True, slots=True)
class SilenceRules:
    """When a silence is called.

    Parameters
    ----------
    quiet_chance
        Gone quiet: a gap of a customer still active would be longer with this chance.
    false_alarms
        And at most this share of active customers' days may lie beyond the bound: half of the
        promised five in a hundred, the rest is for what no model knows.
    lapse_chance
        Lapsed: P(at least one purchase in the next two typical gaps) below this, gaps taken as random
        even of the regular.
    least
        Never call a silence of so few open days.
    """

    quiet_chance: float = 0.05
    false_alarms: float = 0.025
    lapse_chance: float = 0.1
    least: int = 3


@dataclass(frozen=True, slots=True)
class SilenceBounds:
    """Silences, in open days since the last purchase day, beyond which a customer is quiet, has lapsed."""

    quiet: Ints
    lapse: Ints


def _beyond(waited: Floats, shape: Floats, weight: Floats) -> Floats:
    """Return P(gap > waited), both in units of the customer's scale."""
    return np.asarray(special.betainc(weight, shape, 1 / (1 + waited)))


def _quantile(chance: float, shape: Floats, weight: Floats) -> Floats:
    return np.asarray(1 / np.maximum(special.betaincinv(weight, shape, chance), 1e-12) - 1)


def _share_of_time_beyond(waited: Floats, shape: Floats, weight: Floats) -> Floats:
    """Return the share of an active customer's days on which the silence is longer than ``waited``.

    For a gap G of mean m it is E[(G - w)+] / m: long gaps fill more days than short ones.
    """
    return _beyond(waited, shape + 1, weight) - waited * weight / shape * _beyond(waited, shape, weight + 1)


def _bisect(goes_on: Callable[[Floats], NDArray[np.bool_]], low: Floats, high: Floats) -> Floats:
    """Return where the condition, true at the low end, first fails, to a thousandth."""
    for _ in range(30):
        middle = np.sqrt(low * high)
        more = goes_on(middle)
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return high


def _quiet_table(shape: Floats, weight: Floats, rules: SilenceRules) -> Floats:
    bound = _quantile(rules.quiet_chance, shape, weight)
    often = np.flatnonzero(_share_of_time_beyond(bound, shape, weight) > rules.false_alarms)
    if len(often):
        k, a = shape[often], weight[often]
        bound[often] = _bisect(
            lambda waited: _share_of_time_beyond(waited, k, a) > rules.false_alarms,
            bound[often],
            bound[often] * 1e4,
        )
    return bound


def _lapse_table(shape: Floats, weight: Floats, leave: Floats, rules: SilenceRules) -> Floats:
    typical = _quantile(0.5, shape, weight)

    def still_likely(waited: Floats) -> NDArray[np.bool_]:
        now = (1 - leave) * _beyond(waited, shape, weight)
        later = (1 - leave) * _beyond(waited + 2 * typical, shape, weight)
        return np.asarray((now - later) / (now + leave) >= rules.lapse_chance)

    # Before the typical gap is over nobody is late.
    return _bisect(still_likely, typical, typical * 1e5)


def _alike(rhythms: Rhythms) -> tuple[Ints, Ints, Ints]:
    """Return the kinds of rhythm, the first of each and everybody's: their bounds differ by scale alone."""
    keys = np.round(np.log(rhythms.shape) * 20).astype(np.int64) * 1_000_000 + rhythms.gaps
    return np.unique(keys, return_index=True, return_inverse=True)


def silence_bounds(rhythms: Rhythms, base: BaseRhythm, rules: SilenceRules | None = None) -> SilenceBounds:
    """Return from which silence on each customer counts as gone quiet, and as lapsed.

    Both are whole open days; lapsed never comes before gone quiet for those with a rhythm of their own.
    They depend on the stored rhythm alone, so nothing changes because a day has passed.

    Units
    -----
    Open days.
    """
    used = rules or SilenceRules()
    _, first, place = _alike(rhythms)
    quiet = _quiet_table(rhythms.shape[first], rhythms.weight[first], used)[place] * rhythms.scale
    # Even the most regular go on holiday: whether somebody is lost is judged as if their gaps were random.
    shape = np.minimum(rhythms.shape, 1.0)
    weight = np.asarray(base.weight + shape * rhythms.gaps, dtype=np.float64)
    scale = base.scale * base.shape / shape + rhythms.gaps * rhythms.mean_gap
    leave = np.where(rhythms.gaps[first] > 0, base.leave_later, base.leave_first)
    lapse = _lapse_table(shape[first], weight[first], leave, used)[place] * scale
    quiet_days = np.clip(np.ceil(np.minimum(quiet, NEVER)), used.least, NEVER).astype(np.int64)
    lapse_days = np.clip(np.ceil(np.minimum(lapse, NEVER)), used.least, NEVER).astype(np.int64)
    return SilenceBounds(quiet_days, lapse_days)


def due_gaps(rhythms: Rhythms, share: float) -> Floats:
    """Return the gap within which the next purchase comes with this chance, as it stood on the last one.

    The same as `rhythm.due_quantile` without a silence, but fit for a million customers.

    Units
    -----
    Open days since the last purchase day.
    """
    _, first, place = _alike(rhythms)
    return _quantile(1 - share, rhythms.shape[first], rhythms.weight[first])[place] * rhythms.scale
