"""What the privacy pages show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.insight.errors import RegularsError
from regulars.ledger.models import DroppedProperty
from regulars.records.models import FieldDecision
from regulars.records.read import privacy

CATEGORIES = {
    "identifier": "names that systems have for a customer",
    "identity": "who somebody is",
    "contact": "how to reach somebody",
    "purchase": "what was bought, when, for how much",
    "words": "what somebody said",
    "other": "something else",
}
BASES = {
    "": "not said yet",
    "contract": "contract: needed to serve them",
    "interest": "legitimate interest: expected, and weighed against theirs",
    "consent": "consent: they said yes, and may take it back",
    "law": "law: we must keep it",
}
RETENTION = (
    ("", "until it is erased"),
    ("90", "90 days"),
    ("365", "one year"),
    ("730", "two years"),
    ("1095", "three years"),
    ("3650", "ten years"),
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A property that came in unasked: only its name was counted, never its value."""

    source: str
    name: str
    times: int


@dataclass(frozen=True, slots=True)
class PrivacyPage:
    """The registry: what is held, what is not collected, what is never taken, what was dropped."""

    held: list[privacy.HeldField]
    own: tuple[privacy.OwnRecord, ...]
    left_out: list[privacy.LeftOut]
    refused: list[privacy.LeftOut]
    never: list[str]
    dropped: list[Dropped]


def privacy_registry() -> PrivacyPage:
    """Return the whole registry."""
    dropped = DroppedProperty.objects.select_related("source").order_by("-times", "name")[:200]
    return PrivacyPage(
        held=privacy.held_fields(),
        own=privacy.OWN_RECORDS,
        left_out=privacy.left_out(),
        refused=privacy.refused(),
        never=privacy.never_taken(),
        dropped=[Dropped(str(row.source), row.name, row.times) for row in dropped],
    )


@dataclass(frozen=True, slots=True)
class FieldPage:
    """One kept field, open for a change of its reasons."""

    id: int
    name: str
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    message: str = ""

    @property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """What each select offers."""
        return {
            "category": list(CATEGORIES.items()),
            "lawful_basis": list(BASES.items()),
            "retention": list(RETENTION),
            "not_before": list(privacy.NOT_BEFORE_WORDS.items()),
            "readers": [("viewer", "everybody on the team"), ("member", "members and above"),
                        ("manager", "managers and admins"), ("admin", "admins alone")],
        }  # fmt: skip


def values_of(row: FieldDecision) -> dict[str, str]:
    """Return a decision as the form's fields show it."""
    return {
        "purpose": row.purpose,
        "category": row.category,
        "lawful_basis": row.lawful_basis,
        "not_before": row.not_before,
        "retention": str(row.retention_days or ""),
        "readers": row.readers,
    }


def retention_of(text: str) -> int | None:
    """Return how many days a field is kept, from one of the offered choices.

    Raises
    ------
    RegularsError
        ``retention-unknown`` for anything else.
    """
    if text not in dict(RETENTION):
        raise RegularsError(
            "retention-unknown", "Choose how long it is kept.", 422, {"retention": "Choose one of these."}
        )
    return int(text) if text else None
