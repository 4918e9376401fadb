"""How often links were tried that open nothing: counted in the memory of this process, never written down."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from threading import Lock

HERE, EVERYWHERE, SECONDS = 100, 1000, 600
"""So many misses of one network, and of all together, in so many seconds are answered as misses."""


class Misses:
    """Misses of the running span of time, by network.

    Beyond the limit of its own, a network is not listened to until the span ends. Beyond the limit of all,
    only misses are answered differently: whoever guesses does not shut customers out of their plan.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._since = clock()
        self._of: Counter[str] = Counter()

    def add(self, network: str) -> None:
        """Count a miss; beyond the limit of all, no more networks are remembered."""
        with self._lock:
            self._turn()
            if self._of.total() < EVERYWHERE or network in self._of:
                self._of[network] += 1

    def too_many_here(self, network: str) -> bool:
        """Return whether this network has used up its tries."""
        with self._lock:
            self._turn()
            return self._of[network] >= HERE if network in self._of else False

    def too_many_everywhere(self) -> bool:
        """Return whether all networks together have used up theirs."""
        with self._lock:
            self._turn()
            return self._of.total() >= EVERYWHERE

    def seconds_left(self) -> int:
        """Return after how many seconds counting starts anew."""
        with self._lock:
            self._turn()
            return max(1, round(self._since + SECONDS - self._clock()))

    def forget(self) -> None:
        """Start counting anew."""
        with self._lock:
            self._of.clear()

    def _turn(self) -> None:
        if self._clock() - self._since >= SECONDS:
            self._since = self._clock()
            self._of.clear()


misses = Misses()
