"""The same charts for a phone: as wide as its screen, with fewer marks and titles in two lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

WIDTH = 296
"""Pixels of a whole chart: what a screen of 360 leaves inside a card."""
LABELS_CUT, LONGEST_LABELS = 125, 150
"""Where labels beside an axis are cut, by the drawer's font, and the room for them in a wider one."""
PADDING, LABELS = 12, 44
MARKS, BAR, FEWEST_WIDTH = 3, 6, 120
LETTERS = 22
"""Letters of a title in a line."""
COHORT_MONTHS = 5


def narrowed(key: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Return a specification redrawn for a narrow screen; the one handed in stays as it is.

    Units
    -----
    Pixels.
    """
    narrow = deepcopy(spec)
    room = LABELS
    for part in _parts(narrow):
        for side in ("x", "y"):
            _narrow_axis(part, side)
        _legend_down(part)
        room = max(room, int(_axis(part, "y").get("minExtent") or 0))
        if (
            isinstance(part.get("mark"), dict)
            and part["mark"].get("type") == "bar"
            and "y" in part["encoding"]
        ):
            part["mark"]["size"] = min(part["mark"].get("size", BAR), 14 if room > LABELS + 40 else BAR)
    for part in _parts(narrow):
        if "width" in part:
            part["width"] = max(FEWEST_WIDTH, WIDTH - room - PADDING)
    if key == "cohorts":
        narrow["transform"] = [{"filter": f"datum.after <= {COHORT_MONTHS}"}]
    return narrow


def _parts(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a chart and all charts inside it."""
    yield spec
    for name in ("layer", "vconcat"):
        for part in spec.get(name, ()):
            yield from _parts(part)


def _axis(part: dict[str, Any], side: str) -> dict[str, Any]:
    axis = part.get("encoding", {}).get(side, {}).get("axis")
    return axis if isinstance(axis, dict) else {}


def _legend_down(part: dict[str, Any]) -> None:
    """Write the words of a legend below each other."""
    for channel in part.get("encoding", {}).values():
        if isinstance(channel, dict) and isinstance(channel.get("legend"), dict):
            channel["legend"]["direction"] = "vertical"


def _narrow_axis(part: dict[str, Any], side: str) -> None:
    """Cut the labels beside an axis, and write its title in lines of a few words."""
    channel = part.get("encoding", {}).get(side, {})
    if isinstance(channel.get("title"), str):
        channel["title"] = textwrap.wrap(channel["title"], LETTERS)
    axis = _axis(part, side)
    if side == "x" and "tickCount" in axis:
        axis["tickCount"] = MARKS
    if side == "y" and "minExtent" in axis:
        axis["minExtent"] = min(axis["minExtent"], LONGEST_LABELS)
        axis["labelLimit"] = LABELS_CUT
