"""The only way a number leaves insight."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with what it rests on, or a refusal in words.

    Units
    -----
    ``value``, ``low`` and ``high`` share one unit; intervals are 95 % unless ``method`` says otherwise.
    ``n`` counts what the figure rests on; ``as_of`` is an epoch day.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    as_of: int
    method: str
    refusal: str = ""

    @property
    def refused(self) -> bool:
        """Whether the data could not carry an answer."""
        return self.value is None

    def to_json(self) -> dict[str, Any]:
        """Return plain values for storage."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Estimate:
        """Return the estimate that `to_json` stored."""
        return cls(**stored)


def refuse(reason: str, *, n: int, as_of: int, method: str) -> Estimate:
    """Return an estimate without a value: what is missing, and how much would do.

    Example
    -------
    >>> refuse("12 customers; 200 are needed", n=12, as_of=0, method="MBG/NBD").refused
    True
    """
    return Estimate(None, None, None, n, as_of, method, reason)
