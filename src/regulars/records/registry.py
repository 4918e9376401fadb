"""The field registry: what we keep and why, and what we never take.

Never-list: by the name of a field, in several languages, and by the pattern of a value.
"""

from __future__ import annotations

from collections import Counter

from regulars.records.models import FieldDecision
from regulars.records.never import alarm

BY_HAND = "by-hand"
"""The source of what is told on our own pages: by colleagues, and by customers on a shared plan."""

DECLARED: dict[str, str] = {
    "auto_renews": "Know whether a contract goes on by itself",
    "channel": "Tell whether we reach them as they wish",
    "clears": "Know who can unclog what is in the way",
    "colleague": "See whose forecasts were right, by reference alone",
    "department": "See which of us have met customers",
    "direction": "Tell their calls from ours",
    "ends_on": "Know until when a contract runs",
    "evidence": "Show what a confirmation rests on",
    "expires_on": "Ask again when a confirmation is old",
    "language": "Tell whether we speak their language",
    "minutes": "See who gets our time",
    "months": "Know the length of a term",
    "notice_days": "Know by when notice must be given",
    "person": "Know who said it, by reference alone",
    "reason": "Know why a contract ended or a renewal is doubted",
    "selling": "Tell visits without selling from those with",
    "share": "Tell what they wrote on their page from what we wrote down",
    "side": "See whose promise or blocker it is",
    "starts_on": "Know from when a term runs that was agreed ahead",
    "turf": "See who goes to whom",
    "unit": "Read a measured number rightly",
    "verdict": "Keep what the customer said of an outcome",
}
"""What entries told by hand may carry besides the columns every entry has, each with its purpose."""


def kept_fields(place: str) -> frozenset[str]:
    """Return the fields that a place may keep."""
    if place == BY_HAND:
        return frozenset(DECLARED)
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
