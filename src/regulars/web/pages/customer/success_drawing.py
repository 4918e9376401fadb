"""How far an outcome is, drawn: a bar from baseline to target, and where a straight line would be by now."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from regulars.attention.read.success import OutcomeShown

WIDTH = 240
_HEAD = '<svg class="way" viewBox="0 0 240 20" width="240" height="20" role="img" aria-label="{}">'
_TRACK = '<rect class="way-track{}" x="0" y="7" width="240" height="6" rx="3"/>'
_DONE = '<rect class="way-done" x="0" y="7" width="{}" height="6" rx="3"/>'
_LAST = '<circle class="way-last" cx="{}" cy="10" r="5"/>'
_LINE = '<path class="way-line" d="M{} 2v16"/>'


@dataclass(frozen=True, slots=True)
class Way:
    """The way from baseline to target, in numbers and as a drawing with the same in words."""

    start: str
    end: str
    words: str
    svg: SafeString


def number_words(value: float, unit: str = "") -> str:
    """Write a measured number as people do, with its unit.

    Example
    -------
    ``number_words(12.0, "%")`` is ``12 %`` with a no-break space.
    """
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit else text


def way(shown: OutcomeShown) -> Way | None:
    """Return the way of an outcome; None where it is not measured."""
    outcome = shown.outcome
    if outcome.target is None:
        return None
    start, unit = outcome.baseline or 0.0, outcome.unit
    words = _words(shown, start, outcome.target, unit)
    parts = [
        format_html(_HEAD, words),
        format_html(_TRACK, "" if shown.standing.progress is not None else " none"),
    ]
    if shown.standing.progress is not None:
        place = round(WIDTH * min(1.0, max(0.0, shown.standing.progress)), 1)
        parts += [format_html(_DONE, place), format_html(_LAST, min(max(place, 5), WIDTH - 5))]
    if shown.line is not None:
        parts.append(format_html(_LINE, round(min(WIDTH - 1, max(1.0, WIDTH * shown.line)), 1)))
    ends = number_words(start, unit), number_words(outcome.target, unit)
    return Way(*ends, words, SafeString("".join(parts) + "</svg>"))


def _words(shown: OutcomeShown, start: float, target: float, unit: str) -> str:
    value = shown.standing.value
    now = "No reading yet" if value is None else f"Now {number_words(value, unit)}"
    way_words = f"from {number_words(start, unit)} to {number_words(target, unit)}"
    if shown.line is None or not 0 < shown.line < 1:
        return f"{now}, {way_words}"
    due = number_words(round(start + shown.line * (target - start), 1), unit)
    return f"{now}, {way_words}; a straight line would be at {due} by now"
