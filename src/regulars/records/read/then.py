"""A past day that is looked back at: what had happened by then, or only what was written down by then."""

from __future__ import annotations

from typing import NamedTuple


class Then(NamedTuple):
    """The day looked back at; ``known_by`` also leaves out what was written down after that day.

    Units
    -----
    Epoch days.
    """

    day: int
    known_by: int | None = None
