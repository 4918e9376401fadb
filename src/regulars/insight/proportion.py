"""Shares of small counts with honest intervals."""

from __future__ import annotations

from math import sqrt

from regulars.insight.estimate import Estimate, refuse

Z95 = 1.959963984540054


def wilson(count: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share.

    Source
    ------
    Wilson 1927, JASA 22, 209-212; recommended for small n by Brown, Cai and DasGupta 2001.

    Example
    -------
    >>> [round(edge, 4) for edge in wilson(7, 20)]
    [0.1812, 0.5671]
    """
    if n <= 0:
        return 0.0, 1.0
    middle = (count + Z95**2 / 2) / (n + Z95**2)
    reach = Z95 / (n + Z95**2) * sqrt(count * (n - count) / n + Z95**2 / 4)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def share(count: int, n: int, as_of: int) -> Estimate:
    """Return a share as an estimate; refused when nothing was counted."""
    if n <= 0:
        return refuse("nobody was counted", n=0, as_of=as_of, method="Wilson")
    low, high = wilson(count, n)
    return Estimate(count / n, low, high, n, as_of, "Wilson")
