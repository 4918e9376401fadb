"""The rhythm strip: each purchase day a stroke, the next expected one open, unusual silence hatched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from regulars.insight.figures import in_days

_HEAD = (
    '<svg class="strip" viewBox="0 0 {width} 18" width="{width}" height="18" role="img" aria-label="{words}">'
)
_QUIET = '<rect class="strip-quiet" x="{x}" y="3" width="{width}" height="12"/>'
_DAYS = '<path class="strip-base" d="M0 16.5H{width}"/><path class="strip-days" d="{strokes}"/>'
_DUE = '<circle class="strip-due" cx="{x}" cy="9" r="3"/>'


@dataclass(frozen=True, slots=True)
class Strip:
    """A rhythm strip as a drawing of fixed height; a page shows hundreds, so it is one path.

    Units
    -----
    ``width`` and every place in drawing units from the left; None where it falls outside.
    """

    width: int
    strokes: str
    due: float | None
    quiet: float | None
    now: float
    words: str
    months: tuple[tuple[float, str], ...] = ()

    @property
    def svg(self) -> SafeString:
        """The drawing: its words are escaped, all else is numbers."""
        parts = [format_html(_HEAD, width=self.width, words=self.words)]
        if self.quiet is not None:
            parts.append(format_html(_QUIET, x=self.quiet, width=self.silence))
        parts.append(format_html(_DAYS, width=self.width, strokes=self.strokes))
        if self.due is not None:
            parts.append(format_html(_DUE, x=self.due))
        return SafeString("".join(parts) + "</svg>")

    @property
    def silence(self) -> float:
        """How wide the unusual silence is."""
        return 0.0 if self.quiet is None else round(max(self.now - self.quiet, 0), 1)


def strip(
    days: Sequence[int],
    *,
    start: int,
    today: int,
    end: int,
    width: int,
    due: int | None = None,
    quiet: int | None = None,
) -> Strip:
    """Lay out a strip from ``start`` to ``end`` (epoch days); ``today`` lies between them."""
    scale = width / max(end - start, 1)

    def place(day: int | None) -> float | None:
        if day is None or not start <= day <= end:
            return None
        return round((day - start) * scale, 1)

    seen = [place(day) for day in days]
    strokes = "".join(f"M{x:g} 3v12" for x in seen if x is not None)
    silent = place(quiet) if quiet is not None and quiet <= today else None
    if quiet is not None and quiet < start:
        silent = 0.0
    return Strip(
        width=width,
        strokes=strokes,
        due=place(due),
        quiet=silent,
        now=place(today) or float(width),
        words=_words(days, start, today, due),
    )


def _words(days: Sequence[int], start: int, today: int, due: int | None) -> str:
    inside = [day for day in days if start <= day <= today]
    span = f"the last {today - start} days"
    if not inside:
        return f"No purchase in {span}"
    number = f"{len(inside)} purchase day{'s' if len(inside) != 1 else ''} in {span}"
    ago = today - inside[-1]
    last = "last today" if ago == 0 else f"last {ago} day{'s' if ago != 1 else ''} ago"
    if due is None:
        return f"{number}, {last}"
    when = f"next expected {in_days(due - today)}" if due > today else "next one was expected by now"
    return f"{number}, {last}, {when}"
