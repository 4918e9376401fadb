"""The field registry: what we keep and why, and what we never take.

Never-list: by the name of a field, in several languages, and by the pattern of a value.
"""

from __future__ import annotations

from collections import Counter

from regulars.records.models import FieldDecision
from regulars.records.never import alarm


def kept_fields(place: str) -> frozenset[str]:
    """Return the fields that a place may keep."""
    return frozenset(
        FieldDecision.objects.filter(place=place, decision=FieldDecision.Decision.KEEP).values_list(
            "field", flat=True
        )
    )


def screened(name: str, value: str, dropped: Counter[str]) -> str:
    """Return the value, or "" when it holds what is never taken; then its name is counted in `dropped`."""
    if len(value) < 8:
        return value
    found = alarm(value)
    if found:
        dropped[f"{name}: {found}"] += 1
        return ""
    return value
