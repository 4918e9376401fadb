"""Links by which customers read and confirm what they want to reach."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.db.models import QuerySet

from regulars.records.models import ShareLink

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "pt": "Português"}
"""The languages in which a shared page speaks, each by its own name."""


def token_hash(token: str) -> str:
    """Return what is kept of a token: 256 random bits need no slow hash.

    Example
    -------
    >>> token_hash("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(token.encode()).hexdigest()


def share_of_token(token: str, scope: str, as_of: datetime) -> ShareLink | None:
    """Return the link that a token opens at a moment; nothing for one unknown, ended or of another scope.

    All of them take the same way: one question to the index, then the same comparisons.
    """
    hashed = token_hash(token)
    found = ShareLink.objects.select_related("customer", "person").filter(token_hash=hashed).first()
    known = hmac.compare_digest(found.token_hash if found else "0" * 64, hashed)
    return found if found is not None and known and opens(found, scope, as_of) else None


def share_of_number(number: int, scope: str, as_of: datetime) -> ShareLink | None:
    """Return the link of a row number, as somebody carries it who came by its token, while it opens."""
    found = ShareLink.objects.select_related("customer", "person").filter(pk=number).first()
    return found if found is not None and opens(found, scope, as_of) else None


def opens(share: ShareLink, scope: str, as_of: datetime) -> bool:
    """Return whether a link opens what is asked for at a moment."""
    return share.scope == scope and share.revoked_at is None and as_of < share.expires_at


def shares_of(customer: int) -> QuerySet[ShareLink]:
    """Return the links made for a customer, newest first."""
    return (
        ShareLink.objects.filter(customer_id=customer)
        .select_related("person", "created_by")
        .order_by("-created_at", "-id")
    )
