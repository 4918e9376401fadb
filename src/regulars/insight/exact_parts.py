"""Parts that add up: fractions become whole units whose sum is the total, to the last unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def exact_parts(parts: Floats, total: Ints | None = None) -> Ints:
    """Return whole parts of each row that sum exactly to its total, by largest remainder.

    Every part is rounded down; the units that are missing go to the largest remainders, first come first on
    equal ones. Negative parts are rounded toward minus infinity, so the same rule holds.

    Parameters
    ----------
    total
        The sums to reach; each row's own sum rounded to the nearest unit where not given.

    Shape
    -----
    ``parts`` is rows by parts, without NaN; ``total`` has one number a row.

    Units
    -----
    Whatever one unit is: the caller multiplies first (hundredths of a point, for instance).

    Source
    ------
    Hamilton's method of apportionment.

    Example
    -------
    >>> exact_parts(np.array([[33.4, 33.3, 33.3]])).tolist()
    [[34, 33, 33]]
    """
    floors = np.floor(parts)
    whole = floors.astype(np.int64)
    sums = whole_sum(parts) if total is None else np.asarray(total, dtype=np.int64)
    missing = sums - whole.sum(axis=1)
    count = max(parts.shape[1], 1)
    # A total from elsewhere may be further away than one unit a part: full rounds first, in either direction.
    rounds, left = np.divmod(missing, count)
    order = np.argsort(-(parts - floors), axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.broadcast_to(np.arange(parts.shape[1]), order.shape), axis=1)
    return np.asarray(whole + rounds[:, None] + (place < left[:, None]), dtype=np.int64)


def whole_sum(parts: Floats) -> Ints:
    """Return each row's sum to the nearest unit, halves up; added part by part, so that rows never mix."""
    total = np.zeros(len(parts))
    for column in parts.T:
        total = total + column
    return np.asarray(np.floor(total + 0.5), dtype=np.int64)
