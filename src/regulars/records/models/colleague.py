"""Colleagues: the humans on our side, who sign in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class ColleagueQuery(BaseUserManager["Colleague"]):
    """Looks colleagues up by e-mail, without regard to case."""

    def get_by_natural_key(self, username: str | None) -> Colleague:
        """Return the colleague who signs in with this e-mail address."""
        return self.get(email__iexact=username)


class Colleague(AbstractBaseUser):
    """A human on our side. Signs in by e-mail; the role says what they may do."""

    class Role(models.TextChoices):
        """From most to least allowed."""

        ADMIN = "admin", "Admin"
        MANAGER = "manager", "Manager"
        MEMBER = "member", "Member"
        VIEWER = "viewer", "Viewer"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)
    department = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    theme = models.CharField(max_length=6, default="system")
    keys_on = models.BooleanField(default=True, help_text="Single-key shortcuts, which can be switched off.")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = ColleagueQuery()

    class Meta:
        db_table = "colleague"

    def __str__(self) -> str:
        return self.name or self.email

    def may(self, verb: str) -> bool:
        """Return whether this colleague's role allows `verb`: read, write, lead or administer."""
        return self.is_active and verb in ALLOWED[self.role]

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Return False: Django's own permissions are not used."""
        return False


ALLOWED: dict[str, frozenset[str]] = {
    "admin": frozenset({"read", "write", "lead", "administer"}),
    "manager": frozenset({"read", "write", "lead"}),
    "member": frozenset({"read", "write"}),
    "viewer": frozenset({"read"}),
}
