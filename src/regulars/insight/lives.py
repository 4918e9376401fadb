"""From contract terms to lives: how long each contract or customer stayed, for the survival models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from regulars.insight.lifetime.kaplan_meier import KaplanMeier, kaplan_meier
from regulars.insight.lifetime.renewals_kept import Periods
from regulars.insight.terms import GRACE, Bools, Ints, Terms, known, months_and_days, run_of

Owner = Literal["contract", "customer"]


@dataclass(frozen=True, slots=True)
class Lives:
    """One row per unbroken life of a contract or customer; whoever comes back after the grace begins anew.

    Units
    -----
    ``owner`` is the id of the contract or customer; ``start`` and ``end`` (exclusive) are epoch days, ``end``
    the day after ``as_of`` for those still running and the last agreed day for those within the grace, whose
    renewal is open. ``away`` counts the days between a term's end and its late renewal. ``months`` is the
    agreed length of the first term.
    """

    owner: Ints
    start: Ints
    end: Ints
    away: Ints
    lost: Bools
    months: Ints
    as_of: int

    def __len__(self) -> int:
        return len(self.owner)

    def lengths(self) -> dict[int, int]:
        """Return how many lives there are by length of term in months."""
        lengths, counts = np.unique(self.months, return_counts=True)
        return dict(zip(lengths.tolist(), counts.tolist(), strict=True))

    def periods(self, months: int) -> Periods:
        """Return renewals made and losses of the lives whose terms last so many months.

        Whoever leaves within a term counts as lost at its end.
        """
        rows = self.months == months
        whole, left = months_and_days(self.start[rows] + self.away[rows], self.end[rows])
        begun = -(-(whole + (left > 0)) // months)
        return Periods(np.maximum(begun - 1, 0), self.lost[rows], as_of=self.as_of)

    def curve(self, months: int | None = None) -> KaplanMeier:
        """Return the share still there after so many days, of all lives or those with terms of one length."""
        rows = np.full(len(self), fill_value=True) if months is None else self.months == months
        return kaplan_meier(self.end[rows] - self.start[rows], self.lost[rows], as_of=self.as_of)


def lives_of(
    terms: Terms, as_of: int, *, of: Owner = "contract", grace: int = GRACE, known_then: bool = False
) -> Lives:
    """Return the lives as of a day, by what had happened by then or by what we knew then.

    Terms of every currency count: nothing is added up. All terms must be there from the first on, or lives
    begin where the record does.

    Example
    -------
    >>> from regulars.insight.terms import terms_of
    >>> given = {"contract": [1, 1], "customer": [7, 7], "start": [0, 365]}
    >>> given |= {"end": [365, 730], "monthly": [9, 9]}
    >>> lives = lives_of(terms_of(given), 800)
    >>> lives.periods(12).survived.tolist(), lives.lost.tolist()
    ([1], [True])
    """
    run = run_of(known(terms, as_of, known_then=known_then), as_of, grace)
    owner = run.terms.contract if of == "contract" else run.terms.customer
    order = np.lexsort((run.terms.months, run.terms.start, owner))
    owner, start = owner[order], run.terms.start[order]
    staying = (run.until[order] > as_of) | run.pending[order]
    if not len(owner):
        return Lives(owner, start, start, start, staying, start, as_of)
    counted = np.minimum(run.until[order], as_of + 1)
    first = np.flatnonzero(_before(owner, counted, start) > 0)
    agreed = run.terms.end[order]
    own = np.where((agreed < 0) | (agreed > as_of), as_of + 1, agreed)
    gaps = np.maximum(_before(owner, own, start), 0)
    gaps[first] = 0
    return Lives(
        owner[first],
        start[first],
        np.maximum.reduceat(own, first),
        np.add.reduceat(gaps, first),
        ~np.logical_or.reduceat(staying, first),
        run.terms.months[order][first],
        as_of,
    )


def _before(owner: Ints, end: Ints, start: Ints) -> Ints:
    """Return the days without any earlier row of the same owner running; rows in order of owner and start."""
    fresh = np.append(True, np.diff(owner) != 0)
    rank = np.cumsum(fresh).astype(np.int64) << 34
    latest = np.maximum.accumulate(rank + end)
    gaps = np.empty_like(start)
    gaps[0] = 1
    gaps[1:] = rank[1:] + start[1:] - latest[:-1]
    return gaps
