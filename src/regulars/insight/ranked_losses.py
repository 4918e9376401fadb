"""How well an order puts those who were lost first: from counts, so that resampling is quick."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TOP = 0.1


@dataclass(frozen=True, slots=True)
class RankedLosses:
    """AUC, area under precision and recall, and lift in the tenth that ranks first; NaN where undefined."""

    auc: float
    average_precision: float
    lift: float


def ranked_losses(rank: Floats, lost: Floats, weight: Floats | None = None) -> RankedLosses:
    """Return how well an order finds the lost; equal ranks share their places.

    Units
    -----
    ``rank`` is higher for whoever is likelier lost, ``lost`` 0 or 1, ``weight`` how often each row counts.

    Example
    -------
    >>> ranked_losses(np.array([0.9, 0.8, 0.1, 0.1]), np.array([1.0, 1.0, 0.0, 0.0])).auc
    1.0
    """
    place = places(rank)
    return at_places(place, lost, np.ones(len(lost)) if weight is None else weight)


def places(rank: Floats) -> Ints:
    """Return each row's place from the first, equal ranks at the same one."""
    return np.asarray(np.unique(-rank, return_inverse=True)[1], dtype=np.int64)


def at_places(place: Ints, lost: Floats, weight: Floats) -> RankedLosses:
    """Return how well places find the lost."""
    yes = np.bincount(place, weights=weight * lost)
    no = np.bincount(place, weights=weight * (1 - lost))
    if yes.sum() <= 0 or no.sum() <= 0:
        return RankedLosses(np.nan, np.nan, np.nan)
    behind = no.sum() - np.cumsum(no)
    auc = float(np.sum(yes * (behind + no / 2)) / (yes.sum() * no.sum()))
    found = np.asarray(np.cumsum(yes), dtype=np.float64)
    seen = np.asarray(np.cumsum(yes + no), dtype=np.float64)
    precision = found / np.maximum(seen, 1e-300)
    average = float(np.sum(yes * precision) / yes.sum())
    return RankedLosses(auc, average, _lift(found, seen))


def _lift(found: Floats, seen: Floats) -> float:
    """Return the share of lost ones in the first tenth over that in all."""
    size = TOP * float(seen[-1])
    inside = float(np.interp(size, np.append(0.0, seen), np.append(0.0, found)))
    return (inside / size) / (float(found[-1]) / float(seen[-1]))
