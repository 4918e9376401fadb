"""What every page's frame shows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame around every page needs."""
    return {"plain_http": settings.REGULARS_PLAIN_HTTP}
