"""Who may sign in: colleagues whom an admin added."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ColleagueAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closes sign-up: colleagues are added by an admin."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False."""
        return False
