"""How long blockers stand in the way, and how long it usually takes to clear them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.insight.estimate import Estimate, refuse
from regulars.insight.lifetime.kaplan_meier import kaplan_meier

FEWEST_CLEARED = 5
"""With fewer cleared blockers a median says more about one of them than about the side."""

METHOD = "Kaplan-Meier median, log-log interval"


@dataclass(frozen=True, slots=True)
class BlockerSpan:
    """One blocker's life.

    Units
    -----
    Epoch days; ``closed_day`` is None while it stands.
    """

    side: str
    opened_day: int
    closed_day: int | None = None


def age_days(span: BlockerSpan, as_of: int) -> int:
    """Return for how many days a blocker has stood, or stood until it was cleared.

    Example
    -------
    >>> age_days(BlockerSpan("theirs", 100), 131), age_days(BlockerSpan("ours", 100, 104), 131)
    (31, 4)
    """
    end = as_of if span.closed_day is None or span.closed_day > as_of else span.closed_day
    return max(0, end - span.opened_day)


def time_to_unclog(spans: Sequence[BlockerSpan], side: str, as_of: int) -> Estimate:
    """Return the median days from opening to clearing on one side; those still open count as not yet.

    Units
    -----
    Days. ``n`` counts the cleared ones. ``high`` is None where the data set no upper limit.
    """
    mine = [span for span in spans if span.side == side and span.opened_day <= as_of]
    done = [_cleared(span, as_of) for span in mine]
    cleared = sum(done)
    if cleared < FEWEST_CLEARED:
        words = f"{cleared} cleared so far; from {FEWEST_CLEARED} on there is a usual time"
        return refuse(words, n=cleared, as_of=as_of, method=METHOD)
    half = kaplan_meier([age_days(span, as_of) for span in mine], done, as_of=as_of).median()
    if half.value is None:
        words = f"more than half of {len(mine)} still stand; no usual time yet"
        return refuse(words, n=cleared, as_of=as_of, method=METHOD)
    return Estimate(half.value, half.low, half.high, cleared, as_of, METHOD)


def _cleared(span: BlockerSpan, as_of: int) -> bool:
    return span.closed_day is not None and span.closed_day <= as_of
