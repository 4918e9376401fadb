"""The team: colleagues and what their roles allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regulars.records.models import Colleague

ROLE_WORDS: dict[str, str] = {
    "admin": "everything, and the team, privacy and settings",
    "manager": "everything a member may, and undo imports, merge, export and hand over",
    "member": "write notes and to-dos, answer next steps, import files",
    "viewer": "read",
}


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One colleague as the team page lists them.

    ``invited`` means that no password was set yet; ``last_seen`` is the last sign-in.
    """

    id: int
    name: str
    email: str
    role: str
    department: str
    active: bool
    invited: bool
    last_seen: datetime | None


def team() -> list[TeamMember]:
    """Return all colleagues, those who may sign in first, by name."""
    rows = Colleague.objects.order_by("-is_active", "name", "id")
    return [
        TeamMember(
            id=row.pk,
            name=str(row),
            email=row.email,
            role=row.role,
            department=row.department,
            active=row.is_active,
            invited=not row.has_usable_password() and row.last_login is None,
            last_seen=row.last_login,
        )
        for row in rows
    ]


def nobody_yet() -> bool:
    """Return whether there is no colleague at all, so that the first admin has to be made."""
    return not Colleague.objects.exists()
