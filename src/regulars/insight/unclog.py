"""How long blockers stand in the way, and how long it usually takes to clear them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

from regulars.insight.estimate import Estimate, refuse
from regulars.insight.proportion import Z95

FEWEST_CLEARED = 5
"""With fewer cleared blockers a median says more about one of them than about the side."""

HALF = 0.5 + 1e-12
"""A half, give or take what floating point loses on the way."""

METHOD = "Kaplan-Meier median, Brookmeyer-Crowley interval on the log scale"


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

    Source
    ------
    Kaplan and Meier 1958, JASA 53, 457-481; Brookmeyer and Crowley 1982, Biometrics 38, 29-41.
    """
    mine = [span for span in spans if span.side == side and span.opened_day <= as_of]
    times = [(age_days(span, as_of), _cleared(span, as_of)) for span in mine]
    cleared = sum(done for _, done in times)
    if cleared < FEWEST_CLEARED:
        words = f"{cleared} cleared so far; from {FEWEST_CLEARED} on there is a usual time"
        return refuse(words, n=cleared, as_of=as_of, method=METHOD)
    median, low, high = median_time(times)
    if median is None:
        words = f"more than half of {len(mine)} still stand; no usual time yet"
        return refuse(words, n=cleared, as_of=as_of, method=METHOD)
    return Estimate(median, low, high, cleared, as_of, METHOD)


def _cleared(span: BlockerSpan, as_of: int) -> bool:
    return span.closed_day is not None and span.closed_day <= as_of


def median_time(
    times: Sequence[tuple[float, bool]],
) -> tuple[float | None, float | None, float | None]:
    """Return the Kaplan-Meier median of (time, ended) pairs with its interval; None where it is not reached.

    Example
    -------
    >>> median_time([(1, True), (2, True), (3, True)])[0]
    2
    """
    remaining, variance = 1.0, 0.0
    median: float | None = None
    low: float | None = None
    high: float | None = None
    for time in sorted({time for time, ended in times if ended}):
        at_risk = sum(one >= time for one, _ in times)
        ended = sum(done and one == time for one, done in times)
        remaining *= 1 - ended / at_risk
        left = at_risk - ended
        variance += ended / (at_risk * left) if left else 0.0
        reach = exp(Z95 * sqrt(variance)) if left else 1.0
        median = time if median is None and remaining <= HALF else median
        low = time if low is None and remaining / reach <= HALF else low
        high = time if high is None and remaining * reach <= HALF and left else high
    return median, low, high
