"""A silence shared by the whole base: one message about us instead of hundreds about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.insight.rainy_day import Demand
from regulars.insight.rhythm import BaseRhythm, Columns, Rhythms, overdue_probability
from regulars.insight.standing_rows import REGULAR_DAYS

WINDOW = 6
"""Open days looked back on: about a week."""
ALARM = 3.0
"""Standard deviations below what was expected."""
LEAST_REGULARS = 10


@dataclass(frozen=True, slots=True)
class BaseSilence:
    """How many regulars came lately, against how many were expected.

    Units
    -----
    ``z`` is how many standard deviations too few came; ``held``: hold the individual messages.
    """

    regulars: int
    expected: float
    came: int
    z: float
    window: int

    @property
    def held(self) -> bool:
        """Whether the silence is the base's, so that no single customer is told of."""
        return self.z > ALARM and self.regulars >= LEAST_REGULARS

    def sentence(self) -> str:
        """Return the one message about us."""
        return (
            f"About {self.expected:,.0f} of {self.regulars:,} regulars were expected in the last "
            f"{self.window} open days and {self.came:,} came: look at ourselves first "
            "(closed, out of stock, a feed that stopped?)"
        )


def base_silence(
    rows: Columns,
    rhythms: Rhythms,
    base: BaseRhythm,
    open_now: int,
    weeks: Demand | None = None,
    window: int = WINDOW,
) -> BaseSilence:
    """Return whether more regulars than the base's own ups and downs allow stayed away lately.

    Each regular's chance to come within the window follows from their silence at its start and the chance
    that they had left before. The sum's variance has their own part and one shared by all: what the base's
    weeks vary beyond Poisson.

    Shape
    -----
    The columns of STANDINGS and the rhythms made from them; ``open_now`` the open index of the day of asking.
    """
    start = open_now - window
    last = rows["last_open"].astype(np.int64)
    came = last > start
    # The silence at the start of the window: back to the purchase before it, as far as two gaps tell.
    once, twice = last - rows["last_gap"], last - rows["last_gap"] - rows["gap_before"]
    before = np.where(~came, last, np.where(once <= start, once, np.where(twice <= start, twice, start)))
    silence = np.maximum(start - before, 0)
    known = (rows["days"] >= REGULAR_DAYS) & (silence < 6 * np.maximum(rhythms.usual_gap, 1.0))
    theirs = rhythms.at(np.flatnonzero(known))
    still = overdue_probability(theirs, silence[known])
    alive = (1 - base.leave_later) * still / ((1 - base.leave_later) * still + base.leave_later)
    comes = 1 - overdue_probability(theirs, silence[known] + window) / np.maximum(still, 1e-300)
    chance = alive * comes
    expected = float(chance.sum())
    shared = 0.0
    if weeks is not None and weeks.smooth.any():
        shared = (weeks.dispersion - 1) / float(weeks.smooth[weeks.smooth > 0].mean())
    spread = float(np.sqrt((chance * (1 - chance)).sum() + shared * expected**2))
    count = int((came & known).sum())
    z = (expected - count) / spread if spread > 0 else 0.0
    return BaseSilence(int(known.sum()), expected, count, z, window)
