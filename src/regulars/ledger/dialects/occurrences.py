"""How many times a file has said the same thing so far, whatever the size of the file.

Keys are 64-bit hashes. Counts live in sorted arrays of growing size that are merged as they fill, like a
log-structured merge tree; large ones are kept in files that nobody can name and that vanish with the run.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.uint32]
IN_MEMORY = 1 << 21


class Occurrences:
    """Numbers each key: first time 1, second time 2, and so on.

    Example
    -------
    >>> import numpy as np
    >>> seen = Occurrences()
    >>> seen.number(np.array([7, 8, 7], dtype=np.uint64)).tolist()
    [1, 1, 2]
    >>> seen.number(np.array([7, 9], dtype=np.uint64)).tolist()
    [3, 1]
    """

    def __init__(self, folder: Path | None = None, in_memory: int = IN_MEMORY) -> None:
        self._folder = folder
        self._in_memory = in_memory
        self._levels: list[tuple[Keys, Counts]] = []

    def number(self, keys: Keys) -> npt.NDArray[np.int64]:
        """Return the occurrence number of each key, this call's own repeats included."""
        if not len(keys):
            return np.zeros(0, np.int64)
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
        lengths = np.diff(np.r_[starts, len(ordered)])
        unique = ordered[starts]
        before = self._seen(unique)
        numbers = np.empty(len(keys), np.int64)
        within = np.arange(len(ordered)) - np.repeat(starts, lengths)
        numbers[order] = within + np.repeat(before, lengths) + 1
        self._add(unique, lengths.astype(np.uint32))
        return numbers

    def _seen(self, unique: Keys) -> npt.NDArray[np.int64]:
        counts = np.zeros(len(unique), np.int64)
        for keys, known in self._levels:
            at = np.searchsorted(keys, unique)
            at[at == len(keys)] = 0
            counts += np.where(keys[at] == unique, known[at], 0)
        return counts

    def _add(self, keys: Keys, counts: Counts) -> None:
        while self._levels and len(self._levels[-1][0]) < 2 * len(keys):
            keys, counts = _merged(*self._levels.pop(), keys, counts)
        self._levels.append((self._kept(keys), self._kept(counts)))

    def _kept(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        if len(values) <= self._in_memory:
            return values
        # Unnamed: gone when the process is, however it ends.
        with tempfile.TemporaryFile(dir=self._folder) as file:
            on_disk = np.memmap(file, values.dtype, "w+", shape=values.shape)
            on_disk[:] = values
            return on_disk


def _merged(keys: Keys, counts: Counts, more: Keys, more_counts: Counts) -> tuple[Keys, Counts]:
    """Return two sorted arrays of keys as one, counts of equal keys added."""
    at = np.searchsorted(keys, more)
    inside = at < len(keys)
    inside[inside] = keys[at[inside]] == more[inside]
    counts = np.array(counts)
    counts[at[inside]] += more_counts[inside]
    return (
        np.insert(keys, at[~inside], more[~inside]),
        np.insert(counts, at[~inside], more_counts[~inside]),
    )
