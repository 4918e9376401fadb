"""What was changed while somebody typed: both are shown, and nothing of either is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

CHANGED = "changed-since"
"""The code of the error that says that something changed since it was looked at."""


class TypedField(NamedTuple):
    """One field of a form with what was typed; ``kind`` is that of its input, or "area" for long words."""

    name: str
    label: str
    value: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What stands now and what was typed, and the form that keeps the one in place of the other.

    ``part`` is the id of the part of the page that the form takes the place of.
    """

    part: str
    message: str
    stands: str
    fields: Sequence[TypedField]
    action: str
    seen: str
    back: str


def changed_meanwhile(request: HttpRequest, meanwhile: Meanwhile) -> HttpResponse:
    """Show both, with the form; what is saved from here has seen what stands."""
    return render(request, "parts/meanwhile.html", {"meanwhile": meanwhile}, status=409)
