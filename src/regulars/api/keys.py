"""Who asks: the key of a program, and the colleague it acts as."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from regulars.insight.errors import RegularsError
from regulars.records.models import ApiKey, Colleague
from regulars.records.write.api_keys import hash_of, mark_used


class KeyOfProgram(HttpBearer):
    """Takes a key from the header ``Authorization: Bearer …``."""

    openapi_description = "A key made with `regulars key add`. It acts as its colleague."

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        """Return the key's row while it is good and so is its colleague."""
        row = (
            ApiKey.objects.filter(key_hash=hash_of(token), revoked_at=None)
            .select_related("colleague")
            .first()
        )
        if row is None or (row.colleague is not None and not row.colleague.is_active):
            return None
        if request.method not in SAFE:
            _writes(row)  # who may not write learns so before their words are looked at
        mark_used(row, timezone.now().date())
        return row


class ProgramRequest(HttpRequest):
    """A request that came with a good key."""

    auth: ApiKey


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def key_of(request: HttpRequest) -> ApiKey:
    """Return the key a program asks with; every operation of the API lets in nobody without one."""
    return cast(ProgramRequest, request).auth


def reader(request: HttpRequest) -> Colleague:
    """Return the colleague as whom a program reads.

    Raises
    ------
    RegularsError
        ``forbidden`` for a key that only brings in facts.
    """
    return _reads(key_of(request))


def writer(request: HttpRequest) -> Colleague:
    """Return the colleague as whom a program writes.

    Raises
    ------
    RegularsError
        ``forbidden`` where the key or its colleague may only read.
    """
    return _writes(key_of(request))


def _reads(key: ApiKey) -> Colleague:
    if key.colleague is None or not key.colleague.may("read"):
        raise RegularsError("forbidden", "This key only brings in facts of its source. Use another.", 403)
    return key.colleague


def _writes(key: ApiKey) -> Colleague:
    colleague = _reads(key)
    if not key.may_write or not colleague.may("write"):
        raise RegularsError("forbidden", "This key may only read. Ask an admin for one that may write.", 403)
    return colleague
