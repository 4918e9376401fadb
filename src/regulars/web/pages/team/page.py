"""What the team page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.records.models import Colleague
from regulars.records.read.team import ROLE_WORDS, TeamMember, team


@dataclass(frozen=True, slots=True)
class TeamPage:
    """Colleagues and, for admins, the form that adds one.

    E-mail addresses and last sign-ins are shown to admins; everybody else sees names and roles.
    """

    members: tuple[TeamMember, ...]
    you: int
    full: bool
    link: str = ""
    link_for: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def roles(self) -> tuple[tuple[str, str, str], ...]:
        """Each role with its word and what it may do."""
        return tuple((role.value, str(role.label), ROLE_WORDS[role.value]) for role in Colleague.Role)


def team_page_for(
    viewer: Colleague,
    *,
    link: tuple[str, str] = ("", ""),
    typed: Mapping[str, str] | None = None,
    message: str = "",
    errors: Mapping[str, str] | None = None,
) -> TeamPage:
    """Return the team as this colleague may see it."""
    full = viewer.may("administer")
    return TeamPage(
        members=tuple(member for member in team() if full or member.active),
        you=viewer.pk,
        full=full,
        link_for=link[0],
        link=link[1],
        typed=typed or {"role": "member"},
        message=message,
        errors=errors or {},
    )
