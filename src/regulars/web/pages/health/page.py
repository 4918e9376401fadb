"""What the page on health profiles shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from regulars.attention.health import Trial
from regulars.attention.health_profiles import StoredProfile, current_profiles, parsed, profile_versions
from regulars.attention.models import HealthProfileVersion
from regulars.insight.errors import RegularsError
from regulars.insight.health_profile import diff

MOST_NAMED = 30
"""So many of those who would change band are named; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version with what it changed against the one before."""

    row: HealthProfileVersion
    diff: str


@dataclass(frozen=True, slots=True)
class HealthPage:
    """A profile in its text box, what trying it found, and its versions."""

    names: tuple[str, ...]
    name: str
    text: str
    why: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    trial: Trial | None = None
    versions: tuple[Version, ...] = ()

    @property
    def unnamed(self) -> int:
        """How many of those who would change band are not named."""
        return max(0, len(self.trial.moves) - MOST_NAMED) if self.trial else 0

    @property
    def named(self) -> tuple[object, ...]:
        """Those who would change band, the worst first."""
        return self.trial.moves[:MOST_NAMED] if self.trial else ()


def stored_page(name: str) -> HealthPage:
    """Return the page of the profile of this name, or of the first one."""
    found = current_profiles()
    chosen = name if name in found else _first(found)
    return HealthPage(tuple(found), chosen, found[chosen].text, versions=_versions(chosen))


def _first(found: Mapping[str, StoredProfile]) -> str:
    return "subscription" if "subscription" in found else min(found)


def typed_page(
    name: str, text: str, why: str, *, error: RegularsError | None = None, trial: Trial | None = None
) -> HealthPage:
    """Return the page with what was typed, and what is wrong with it or what it would change."""
    found = current_profiles()
    chosen = name if name in found else _first(found)
    errors: dict[str, str] = {}
    if error is not None:
        errors = {"why": error.message} if "why" in error.fields else {"text": error.message}
    return HealthPage(tuple(found), chosen, text, why, errors, trial, _versions(chosen))


def _versions(name: str) -> tuple[Version, ...]:
    rows = profile_versions(name)
    changes = [diff(parsed(old.text), parsed(new.text)) for new, old in pairwise(rows)]
    return tuple(Version(row, change) for row, change in zip(rows, [*changes, ""], strict=False))
