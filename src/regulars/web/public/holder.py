"""Who reads a public page: whoever carries the cookie that following the link gave them, and nobody else."""

from __future__ import annotations

from datetime import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from regulars.insight.errors import RegularsError
from regulars.records.models import ShareLink
from regulars.records.opaque import number, opaque
from regulars.records.read.shares import share_of_number

_signer = Signer(salt="regulars.web.public.holder")


def hand_over(response: HttpResponse, share: ShareLink) -> None:
    """Give the reader a cookie that names the link and its scope, and ends with the link."""
    response.set_cookie(
        settings.LINK_COOKIE_NAME,
        _signer.sign(f"{share.scope}.{opaque(share.pk)}"),
        expires=share.expires_at,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def carried(request: HttpRequest, scope: str, now: datetime) -> ShareLink | None:
    """Return the link whose cookie a request carries, while it opens this scope; nothing otherwise."""
    try:
        said, ref = _signer.unsign(request.COOKIES.get(settings.LINK_COOKIE_NAME, "")).split(".", 1)
        pk = number(ref)
    except (BadSignature, RegularsError, ValueError):
        return None
    return share_of_number(pk, scope, now) if said == scope else None


def network(request: HttpRequest) -> str:
    """Return the network a request comes from, as sign-in sees it; one name for those that say none."""
    try:
        return str(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return "unknown"
