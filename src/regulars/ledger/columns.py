"""Facts side by side in columns: the shape in which they go through the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.datetime64]


@dataclass(slots=True)
class FactColumns:
    """One list per column, all of the same length, every value already checked.

    Units: ``amount`` in minor units of ``currency``, ``day`` company-local epoch days, ``minute``
    company-local minutes of the day, ``occurred_at`` UTC. ``properties`` is JSON text. ``who`` is "" for
    demand without a name. ``received_at`` is empty unless the source knows when it was learnt; None within it
    stands for the moment of recording.
    """

    message_id: Sequence[str] = field(default_factory=list)
    kind: Sequence[str] = field(default_factory=list)
    who: Sequence[str] = field(default_factory=list)
    who_name: Sequence[str] = field(default_factory=list)
    occurred_at: Times = field(default_factory=lambda: np.empty(0, "datetime64[s]"))
    day: Sequence[int] = field(default_factory=list)
    minute: Sequence[int | None] = field(default_factory=list)
    amount: Sequence[int | None] = field(default_factory=list)
    currency: Sequence[str] = field(default_factory=list)
    item: Sequence[str] = field(default_factory=list)
    quantity: Sequence[float | None] = field(default_factory=list)
    serial: Sequence[str] = field(default_factory=list)
    order_number: Sequence[str] = field(default_factory=list)
    text: Sequence[str] = field(default_factory=list)
    properties: Sequence[str] = field(default_factory=list)
    received_at: Sequence[datetime | None] = ()

    def __len__(self) -> int:
        return len(self.message_id)
